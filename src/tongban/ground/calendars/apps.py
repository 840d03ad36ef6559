"""Django application ``calendars``."""

from typing import get_args

from django.apps import AppConfig
from django.utils.translation import gettext_noop


class CalendarsConfig(AppConfig):
    """Registers this room with Django and its subjects with the ledger."""

    name = "tongban.ground.calendars"
    label = "calendars"

    def ready(self) -> None:
        """Versions, closures and office hours each have a chain of their own."""
        from tongban.ground.calendars.selectors import RECEIPT_RULE
        from tongban.ground.clock.receipt import ReceiptRule
        from tongban.ground.ledger.subjects import register_subject
        from tongban.ground.parameters.declared import Declared, declare

        register_subject("calendar", self.get_model("CalendarVersion"))
        register_subject("local_closure", self.get_model("LocalClosure"))
        register_subject("office_hours", self.get_model("OfficeHours"))
        declare(
            Declared(
                RECEIPT_RULE,
                gettext_noop("收到申请的时间怎么算"),
                gettext_noop(
                    "下班后和休息日在网上提交的，算当天收到（as_received），还是算下一次上班时收到（office_hours）。没有设：算当天。"
                ),
                "office_hours",
                get_args(ReceiptRule).index,
            )
        )
