"""Django application ``ledger``."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.ground.ledger"
    label = "ledger"
