"""Django application ``credit``."""

from django.apps import AppConfig


class CreditConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.registry.credit"
    label = "credit"
