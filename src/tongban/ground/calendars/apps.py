"""Django application ``calendars``."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """Registers this room with Django and its subjects with the ledger."""

    name = "tongban.ground.calendars"
    label = "calendars"

    def ready(self) -> None:
        """Versions, closures and office hours each have a chain of their own."""
        from tongban.ground.ledger.subjects import register_subject

        register_subject("calendar", self.get_model("CalendarVersion"))
        register_subject("local_closure", self.get_model("LocalClosure"))
        register_subject("office_hours", self.get_model("OfficeHours"))
