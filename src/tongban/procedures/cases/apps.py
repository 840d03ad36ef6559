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
        from tongban.procedures.cases import credit_facts, due_moves, following, in_time, papers, reactions
        from tongban.procedures.cases.models import Case
        from tongban.procedures.cases.rules.paper_kinds import result_paper
        from tongban.registry.catalog.papers import register as register_result_papers

        register_subject("case", Case)
        papers.register_papers()
        register_result_papers(result_paper)
        reactions.register_texts()
        following.register_texts()
        in_time.register()
        due_moves.register()
        kinds = set(reactions.TEXTS) | {"case.received"}
        register_consumer("cases.papers", reactions.order_papers, reactions.EVENTS_WITH_PAPERS)
        register_consumer("cases.messages", reactions.tell_applicant, kinds)
        register_consumer("cases.licences", reactions.tell_licences, {"case.breach_concluded"})
        register_consumer("cases.credit", credit_facts.record, credit_facts.KINDS)
        register_consumer("cases.following", following.follow, {"case.decided", "case.result_issued"})
        register_consumer("cases.freed", following.tell, {"case.prerequisite_satisfied"})
