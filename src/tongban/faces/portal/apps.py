"""Django application ``portal``."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers this room: what a ready page shows to whoever is signed in."""

    name = "tongban.faces.portal"
    label = "portal"

    def ready(self) -> None:
        """Say what stands at the personal places of ready pages."""
        from tongban.faces.portal.mine import things
        from tongban.faces.ready import MINE, register_fragment

        register_fragment(MINE, "components/mine.html", things)
