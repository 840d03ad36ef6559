"""Django application ``places``."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.registry.places"
    label = "places"
