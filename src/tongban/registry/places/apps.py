"""Django application ``places``."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Registers this room: its ledger subjects."""

    name = "tongban.registry.places"
    label = "places"

    def ready(self) -> None:
        """Say what this room adds to the ground."""
        from tongban.ground.ledger.subjects import register_subject
        from tongban.registry.places.models import Hall, QueueTicket, Window

        register_subject("hall", Hall)
        register_subject("window", Window)
        register_subject("queue_ticket", QueueTicket)
