"""Connections: neighbour systems and how they are, callers of the open API, what is pushed to them, WeChat."""
