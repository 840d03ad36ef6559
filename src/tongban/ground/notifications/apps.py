"""Django application ``notifications``."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.ground.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Its gateways are ports."""
        from tongban.ground.notifications import neighbours

        neighbours.register()
