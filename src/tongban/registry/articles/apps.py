"""Django application ``articles``."""

from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.registry.articles"
    label = "articles"
