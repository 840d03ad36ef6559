"""Django application ``notifications``."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.ground.notifications"
    label = "notifications"
