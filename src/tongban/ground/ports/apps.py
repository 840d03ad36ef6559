"""Django application ``ports``."""

from django.apps import AppConfig


class PortsConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.ground.ports"
    label = "ports"
