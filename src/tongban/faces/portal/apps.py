"""Django application ``portal``."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.faces.portal"
    label = "portal"
