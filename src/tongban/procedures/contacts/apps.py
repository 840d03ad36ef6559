"""Django application ``contacts``."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """Registers this room: its ledger subject, its slips, its messages."""

    name = "tongban.procedures.contacts"
    label = "contacts"

    def ready(self) -> None:
        """Say what this room adds to the ground."""
        from tongban.ground.ledger.consumers import register_consumer
        from tongban.ground.ledger.subjects import register_subject
        from tongban.procedures.contacts import papers, reactions
        from tongban.procedures.contacts.models import FirstContact

        register_subject("contact", FirstContact)
        papers.register_papers()
        reactions.register_texts()
        register_consumer(reactions.CONSUMER, reactions.tell_asker, {"contact.answered"})
