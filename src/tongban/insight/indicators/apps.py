"""Django application ``indicators``."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop


class IndicatorsConfig(AppConfig):
    """Registers this room with Django and its reader with the ledger."""

    name = "tongban.insight.indicators"
    label = "indicators"

    def ready(self) -> None:
        """Figures follow every event of a case."""
        from tongban.ground.ledger.consumers import register_batch
        from tongban.ground.parameters.declared import Declared, declare, shipped_example
        from tongban.insight.indicators import outside, reactions

        declare(
            Declared(
                outside.RULE,
                gettext_noop("体外循环线索的标准"),
                gettext_noop(
                    "一步快过几秒、连续几天没有收件，才算可能在平台以外办理；整条标准写成一个对象。没有设：用随平台的标准。"
                ),
                shipped_example("tongban.insight.indicators", "data/outside_rules.json"),
                outside.check,
            )
        )
        register_batch(reactions.NAME, reactions.on_events)
