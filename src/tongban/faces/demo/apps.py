"""Django application ``demo``."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.faces.demo"
    label = "demo"
