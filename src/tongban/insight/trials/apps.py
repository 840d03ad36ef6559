"""Django application ``trials``."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop


class TrialsConfig(AppConfig):
    """Registers this room with Django and its subject with the ledger."""

    name = "tongban.insight.trials"
    label = "trials"

    def ready(self) -> None:
        """Lists of the old system are subjects of the ledger."""
        from tongban.ground.ledger.subjects import register_subject
        from tongban.ground.parameters.declared import Declared, declare
        from tongban.insight.trials.models import TrialList
        from tongban.insight.trials.selectors import SPAN, check_span

        register_subject("trial_list", TrialList)
        declare(
            Declared(
                SPAN,
                gettext_noop("试运行从哪天起、几个月"),
                gettext_noop("新老系统并行的时间，在「试运行」页面上设。没有设：还没有开始试运行。"),
                '{"start": "2026-12-01", "months": 3}',
                check_span,
                by_hand=False,
            )
        )
