"""Django application ``search``."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Registers this room with Django and its reaction with the ledger."""

    name = "tongban.insight.search"
    label = "search"

    def ready(self) -> None:
        """Published versions and applied imports are indexed as they come; words and demands are ledger subjects."""
        from tongban.ground.ledger.consumers import register_consumer
        from tongban.ground.ledger.subjects import register_subject
        from tongban.insight.search import reactions
        from tongban.insight.search.models import SearchDemand, Vocabulary

        register_consumer(reactions.NAME, reactions.on_published, kinds=reactions.KINDS)
        register_subject("search_vocabulary", Vocabulary)
        register_subject("search_demand", SearchDemand)
