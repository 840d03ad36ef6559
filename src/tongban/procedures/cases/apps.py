"""Django application ``cases``."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop


class CasesConfig(AppConfig):
    """Registers this room: its ledger subject, its papers, its messages, its reactions."""

    name = "tongban.procedures.cases"
    label = "cases"

    def ready(self) -> None:
        """Say what this room adds to the ground."""
        from tongban.ground.ledger.consumers import register_consumer
        from tongban.ground.ledger.subjects import register_subject
        from tongban.ground.parameters.declared import Declared, declare, shipped_example, whole_number
        from tongban.procedures.cases import (
            credit_facts,
            drawing,
            due_moves,
            following,
            held,
            in_time,
            papers,
            reactions,
        )
        from tongban.procedures.cases.models import Case
        from tongban.procedures.cases.rules import sampling
        from tongban.procedures.cases.rules.paper_kinds import result_paper
        from tongban.registry.catalog.papers import register as register_result_papers

        register_subject("case", Case)
        declare(
            Declared(
                drawing.RULE,
                gettext_noop("事后核查抽取比例"),
                gettext_noop("按风险和信用，每千件抽多少件核查，整条规则写成一个对象。没有设：用随平台的规则。"),
                shipped_example("tongban.procedures.cases", "data/sampling_rules.json"),
                lambda value: sampling.from_json([value]),
            )
        )
        declare(
            Declared(
                held.MONTHS,
                gettext_noop("材料多久内不用再交"),
                gettext_noop("以前交过的材料，在几个月内算已经掌握、窗口不能再要。没有设：12 个月。"),
                "12",
                whole_number(1, 120),
            )
        )
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
