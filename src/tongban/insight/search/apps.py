"""Django application ``search``."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Registers this room with Django and its reaction with the ledger."""

    name = "tongban.insight.search"
    label = "search"

    def ready(self) -> None:
        """Published versions are indexed as they come."""
        from tongban.ground.ledger.consumers import register_consumer
        from tongban.insight.search import reactions

        register_consumer(reactions.NAME, reactions.on_published, kinds=reactions.KINDS)
