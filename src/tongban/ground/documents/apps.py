"""Django application ``documents``."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.ground.documents"
    label = "documents"
