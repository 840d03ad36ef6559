"""Django application ``indicators``."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Registers this room with Django and its reader with the ledger."""

    name = "tongban.insight.indicators"
    label = "indicators"

    def ready(self) -> None:
        """Figures follow every event of a case."""
        from tongban.ground.ledger.consumers import register_batch
        from tongban.insight.indicators import reactions

        register_batch(reactions.NAME, reactions.on_events)
