"""Django application ``credit``."""

from django.apps import AppConfig


class CreditConfig(AppConfig):
    """Registers this room: its ledger subject, its messages, its reactions."""

    name = "tongban.registry.credit"
    label = "credit"

    def ready(self) -> None:
        """Say what this room adds to the ground."""
        from tongban.ground.ledger.consumers import register_consumer
        from tongban.ground.ledger.subjects import register_subject
        from tongban.registry.credit import neighbours, reactions
        from tongban.registry.credit.models import CreditRecord

        register_subject("credit_record", CreditRecord)
        reactions.register_texts()
        neighbours.register()
        register_consumer("credit.push", reactions.order_push, reactions.PUSHED)
        register_consumer("credit.messages", reactions.tell, reactions.TOLD)
