"""``./tongban manage rebuild_search``: load the platform's words and make the whole search index anew."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from tongban.insight.search import services, vocabulary


class Command(BaseCommand):
    """After an upgrade that changed the index; else the nightly job does it. May be run again at any time."""

    help = "Load the words that come with the platform and make the search index anew."

    def handle(self, *args: object, **options: object) -> None:
        """Print how many words changed and how many entries there are."""
        changed = vocabulary.seed()
        entries = services.rebuild()
        self.stdout.write(f"words changed 词库变动: {changed} · entries 可搜事项: {entries}")
