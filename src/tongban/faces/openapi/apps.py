"""Django application ``openapi``."""

from django.apps import AppConfig


class OpenapiConfig(AppConfig):
    """Registers this room: the ledger of channels, the reaction that tells webhooks, their port."""

    name = "tongban.faces.openapi"
    label = "openapi"

    def ready(self) -> None:
        """Say what this room adds to the ground."""
        from tongban.faces.openapi.models import Channel
        from tongban.faces.openapi.webhooks import neighbours, services
        from tongban.faces.openapi.webhooks.events import EVENTS
        from tongban.ground.ledger.consumers import register_batch
        from tongban.ground.ledger.subjects import register_subject

        register_subject("channel", Channel)
        register_batch("openapi.webhooks", services.on_events, set(EVENTS))
        neighbours.register()
