"""Django application ``work``."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """Registers this room with Django, and what it does when the calendar changes."""

    name = "tongban.procedures.work"
    label = "work"

    def ready(self) -> None:
        """Open clocks follow the calendar."""
        from tongban.ground.ledger.consumers import register_consumer
        from tongban.procedures.work import reactions

        register_consumer("work.calendar", reactions.follow_calendar, reactions.KINDS)
