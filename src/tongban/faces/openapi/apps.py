"""Django application ``openapi``."""

from django.apps import AppConfig


class OpenapiConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.faces.openapi"
    label = "openapi"
