"""Django application ``desk``."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.faces.desk"
    label = "desk"
