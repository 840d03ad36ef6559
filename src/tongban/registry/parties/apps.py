"""Django application ``parties``."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Registers this room with Django, and its subjects with the ledger."""

    name = "tongban.registry.parties"
    label = "parties"

    def ready(self) -> None:
        """Persons, organisations and accounts have a chain of their own."""
        from tongban.ground.ledger.subjects import register_subject

        register_subject("person", self.get_model("Person"))
        register_subject("organisation", self.get_model("Organisation"))
        register_subject("account", self.get_model("UserAccount"))
