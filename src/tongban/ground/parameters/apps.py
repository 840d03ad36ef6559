"""Django application ``parameters``."""

from django.apps import AppConfig


class ParametersConfig(AppConfig):
    """Registers this room with Django and its subjects with the ledger."""

    name = "tongban.ground.parameters"
    label = "parameters"

    def ready(self) -> None:
        """Parameters are subjects of the ledger."""
        from tongban.ground.ledger.subjects import register_subject
        from tongban.ground.parameters.models import Parameter

        register_subject("parameter", Parameter)
