"""The bootstrap's second half: local PostgreSQL, processes, commands.

Nothing here imports Django at module level, so a city's operator can start, stop, dump and examine a database
even when the application itself cannot start. ``python -m tongban.launch <command>`` is what ``./tongban`` runs.
"""
