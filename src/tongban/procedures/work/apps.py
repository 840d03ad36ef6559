"""Django application ``work``."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.procedures.work"
    label = "work"
