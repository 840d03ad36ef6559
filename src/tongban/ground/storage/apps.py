"""Django application ``storage``."""

from django.apps import AppConfig


class StorageConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.ground.storage"
    label = "storage"
