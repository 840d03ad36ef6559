"""Django application ``indicators``."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.insight.indicators"
    label = "indicators"
