"""Django application ``accounts``."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers this room with Django, and its message texts."""

    name = "tongban.faces.accounts"
    label = "accounts"

    def ready(self) -> None:
        """The texts of short messages."""
        from tongban.faces.accounts.codes import register_texts

        register_texts()
