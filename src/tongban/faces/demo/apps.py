"""Django application ``demo``."""

from importlib import import_module

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Registers this room with Django."""

    name = "tongban.faces.demo"
    label = "demo"

    def ready(self) -> None:
        """A city that lives on has a periodic job; any other demo has none."""
        from django.conf import settings

        if settings.CITY_LIVES_ON:
            import_module("tongban.demo.growing")  # imported, it is registered
