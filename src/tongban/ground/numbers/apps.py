"""Django application ``numbers``."""

from django.apps import AppConfig


class NumbersConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.ground.numbers"
    label = "numbers"
