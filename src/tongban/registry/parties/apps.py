"""Django application ``parties``."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Registers this room with Django, and its subjects with the ledger."""

    name = "tongban.registry.parties"
    label = "parties"

    def ready(self) -> None:
        """Persons, organisations, accounts, delegations and substitutions have a chain of their own.

        Places ask here which regions they lie in.
        """
        from tongban.ground.calendars.regions import register_lineage
        from tongban.ground.ledger.subjects import register_subject
        from tongban.registry.parties.selectors import region_lineage

        register_subject("person", self.get_model("Person"))
        register_subject("organisation", self.get_model("Organisation"))
        register_subject("account", self.get_model("UserAccount"))
        register_subject("delegation", self.get_model("Delegation"))
        register_subject("substitution", self.get_model("Substitution"))
        register_lineage(region_lineage)
