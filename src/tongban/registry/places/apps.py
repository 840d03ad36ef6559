"""Django application ``places``."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop


class PlacesConfig(AppConfig):
    """Registers this room: its ledger subjects."""

    name = "tongban.registry.places"
    label = "places"

    def ready(self) -> None:
        """Say what this room adds to the ground."""
        from tongban.ground.ledger.subjects import register_subject
        from tongban.ground.parameters.declared import Declared, declare
        from tongban.registry.places import hours
        from tongban.registry.places.models import Hall, QueueTicket, Window

        declare(
            Declared(
                hours.EXTENDED,
                gettext_noop("延时和错时开放"),
                gettext_noop("哪些大厅在哪些星期几从几点开到几点，和平时的办公时间合在一起算。没有设：只按办公时间。"),
                '[{"halls": ["yunxi"], "opens": "08:00", "closes": "22:00", "weekdays": [1, 2, 3, 4, 5]}]',
                hours.check_extended,
            )
        )
        register_subject("hall", Hall)
        register_subject("window", Window)
        register_subject("queue_ticket", QueueTicket)
