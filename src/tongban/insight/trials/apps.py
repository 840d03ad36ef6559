"""Django application ``trials``."""

from django.apps import AppConfig


class TrialsConfig(AppConfig):
    """Registers this room with Django and its subject with the ledger."""

    name = "tongban.insight.trials"
    label = "trials"

    def ready(self) -> None:
        """Lists of the old system are subjects of the ledger."""
        from tongban.ground.ledger.subjects import register_subject
        from tongban.insight.trials.models import TrialList

        register_subject("trial_list", TrialList)
