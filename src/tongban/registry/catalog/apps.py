"""Django application ``catalog``."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Registers this room with Django and its versions and imports with the ledger."""

    name = "tongban.registry.catalog"
    label = "catalog"

    def ready(self) -> None:
        """Item versions and imports are subjects of the ledger; delegations ask here whose item a code is."""
        from tongban.ground.ledger.subjects import register_subject
        from tongban.registry.catalog.models import Beginning, CatalogueImport, DraftRound, ItemVersion
        from tongban.registry.catalog.selectors import owner_of
        from tongban.registry.parties import ownership

        register_subject("item_version", ItemVersion)
        register_subject("catalogue_import", CatalogueImport)
        register_subject("item_draft", DraftRound)
        register_subject("item_beginning", Beginning)
        ownership.register(owner_of)
