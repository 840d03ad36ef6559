"""Django application ``credit``."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop


class CreditConfig(AppConfig):
    """Registers this room: its ledger subject, its messages, its reactions."""

    name = "tongban.registry.credit"
    label = "credit"

    def ready(self) -> None:
        """Say what this room adds to the ground."""
        from tongban.ground.ledger.consumers import register_consumer
        from tongban.ground.ledger.subjects import register_subject
        from tongban.ground.parameters.declared import Declared, declare, shipped_example
        from tongban.registry.credit import neighbours, reactions, rules, selectors
        from tongban.registry.credit.models import CreditRecord

        declare(
            Declared(
                selectors.RULE,
                gettext_noop("信用分级规则"),
                gettext_noop(
                    "起评分、各种记录加减几分、管多久、几分算哪一级，整条规则写成一个对象。没有设：用随平台的规则。"
                ),
                shipped_example("tongban.registry.credit", "data/grade_rules.json"),
                lambda value: rules.from_json([value]),
            )
        )
        register_subject("credit_record", CreditRecord)
        reactions.register_texts()
        neighbours.register()
        register_consumer("credit.push", reactions.order_push, reactions.PUSHED)
        register_consumer("credit.messages", reactions.tell, reactions.TOLD)
