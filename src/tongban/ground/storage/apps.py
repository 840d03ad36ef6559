"""Django application ``storage``."""

from django.apps import AppConfig


class StorageConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.ground.storage"
    label = "storage"

    def ready(self) -> None:
        """The object store and the scanner are ports."""
        from tongban.ground.storage import neighbours

        neighbours.register()
