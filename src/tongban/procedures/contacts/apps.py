"""Django application ``contacts``."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop


class ContactsConfig(AppConfig):
    """Registers this room: its ledger subject, its slips, its messages."""

    name = "tongban.procedures.contacts"
    label = "contacts"

    def ready(self) -> None:
        """Say what this room adds to the ground."""
        from tongban.ground.ledger.consumers import register_consumer
        from tongban.ground.ledger.subjects import register_subject
        from tongban.ground.parameters.declared import Declared, declare, whole_number
        from tongban.procedures.contacts import asking, papers, reactions
        from tongban.procedures.contacts.models import FirstContact

        register_subject("contact", FirstContact)
        declare(
            Declared(
                asking.WEB_ANSWER_DAYS,
                gettext_noop("网上提问几天内答复"),
                gettext_noop("从提问的第二天起算的工作日。没有设：3 个工作日。"),
                "3",
                whole_number(1, 60),
            )
        )
        papers.register_papers()
        reactions.register_texts()
        register_consumer(reactions.CONSUMER, reactions.tell_asker, {"contact.answered"})
