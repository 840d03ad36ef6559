"""Django application ``work``."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop


class WorkConfig(AppConfig):
    """Registers this room with Django, and what it does when the calendar changes."""

    name = "tongban.procedures.work"
    label = "work"

    def ready(self) -> None:
        """Open clocks follow the calendar."""
        from tongban.ground.ledger.consumers import register_consumer
        from tongban.ground.parameters.declared import Declared, declare
        from tongban.procedures.work import reactions
        from tongban.procedures.work.card_rules import IN_USE

        declare(
            Declared(
                IN_USE,
                gettext_noop("现在用的红黄牌规则"),
                gettext_noop("平台每天自己记下用的是哪一版；规则随平台的版本更新，不在这里改。"),
                "2026-1:76e765a46b8aa502",
                str.strip,
                by_hand=False,
            )
        )

        register_consumer("work.calendar", reactions.follow_calendar, reactions.KINDS)
