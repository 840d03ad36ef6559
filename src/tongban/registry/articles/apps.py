"""Django application ``articles``."""

from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    """Registers this room: its ledger subject."""

    name = "tongban.registry.articles"
    label = "articles"

    def ready(self) -> None:
        """Say what this room adds to the ground."""
        from tongban.ground.ledger.subjects import register_subject
        from tongban.registry.articles.models import Article

        register_subject("article", Article)
