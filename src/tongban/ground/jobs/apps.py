"""Django application ``jobs``."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Finds the ``jobs.py`` of every room."""

    name = "tongban.ground.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Import them, so that their jobs are known to every process."""
        autodiscover_modules("jobs")
