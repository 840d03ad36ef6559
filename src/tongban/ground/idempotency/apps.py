"""Django application ``idempotency``."""

from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.ground.idempotency"
    label = "idempotency"
