"""Django application ``cases``."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Registers this room: its ledger subject, its papers, its messages, its reactions."""

    name = "tongban.procedures.cases"
    label = "cases"

    def ready(self) -> None:
        """Say what this room adds to the ground."""
        from tongban.ground.ledger.consumers import register_consumer
        from tongban.ground.ledger.subjects import register_subject
        from tongban.procedures.cases import papers, reactions
        from tongban.procedures.cases.models import Case

        register_subject("case", Case)
        papers.register_papers()
        reactions.register_texts()
        kinds = set(reactions.TEXTS) | {"case.received"}
        register_consumer("cases.papers", reactions.order_papers, kinds | {"case.decided", "case.delivered"})
        register_consumer("cases.messages", reactions.tell_applicant, kinds)
