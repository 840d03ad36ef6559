"""Deeds after the decision: what was deferred, the result handed over, the promise checked."""

from __future__ import annotations

from typing import Any

from tongban.demo.lives import words
from tongban.demo.lives.doing import Doing
from tongban.demo.lives.review import basis_of
from tongban.procedures.cases import selectors, services
from tongban.procedures.cases.papers_data import applicant_name


def settle(doing: Doing) -> None:
    """A deferred material comes."""
    who = doing.applicant()
    services.settle_deferral(who, doing.id, files=doing.files([doing.deed.key], who, corrected=False))


def open_result(doing: Doing) -> None:
    """The applicant opens the result online."""
    services.deliver(doing.applicant(), doing.id, mode="portal")


def hand_out(doing: Doing) -> None:
    """Handed over at the counter, or left behind before witnesses."""
    mode = doing.deed.key
    task = next(iter(doing.seen.state.open_tasks("deliver")))
    name = applicant_name(selectors.system_detail(doing.id))[:20]
    ways: dict[str, dict[str, Any]] = {
        "counter": {"received_by": name},
        "left_behind": {"witnesses": ["平桥社区 顾主任", "物业 严经理"]},
    }
    services.deliver(doing.officer(task), doing.id, mode=mode, channel="window", **ways[mode])


def send_result(doing: Doing) -> None:
    """The result goes by courier to where the applicant wants it."""
    task = next(iter(doing.seen.state.open_tasks("deliver")))
    waybill = f"10{doing.chance.randint(10**10, 10**11 - 1)}"
    contents = f"{doing.seen.content.result.name}一份"
    services.consign(doing.officer(task), doing.id, courier=words.COURIER, waybill=waybill, contents=contents)


def parcel_arrives(doing: Doing) -> None:
    """The courier hands it over: the result is served on the day of the receipt."""
    task = next(iter(doing.seen.state.open_tasks("deliver")))
    who = doing.officer(task)
    sent = services.receive_consignment(who, doing.key, received_by="本人签收")
    services.deliver(who, doing.id, mode="post", channel="window", waybill=sent.waybill)


def check_promise(doing: Doing) -> None:
    """Whether the promise is kept."""
    task = next(iter(doing.seen.state.open_tasks("commitment_check")))
    kept = doing.seen.fate.check == "kept"
    services.check_commitment(
        doing.officer(task),
        doing.id,
        proceeding_id=doing.key,
        result="kept" if kept else "breached",
        facts=words.CHECKS if kept else words.BREACH,
    )


def order_rectification(doing: Doing) -> None:
    """It is not: to be put right within the term."""
    who = doing.of_authority("approver")
    services.order_rectification(who, doing.id, proceeding_id=doing.key, facts=words.BREACH, basis=basis_of(doing))


def defend(doing: Doing) -> None:
    """The applicant puts it right and says so."""
    services.defend(doing.applicant(), doing.id, proceeding_id=doing.key, text=words.DEFENCE, rectified=True)


def conclude_breach(doing: Doing) -> None:
    """Put right, or the licence is annulled."""
    who = doing.of_authority("approver")
    if doing.seen.fate.check == "annulled":
        told: dict[str, Any] = {
            "outcome": "annul",
            "facts": "整改期满复查，安全出口仍被占用。",
            "reasons": "承诺不实，责令整改后没有改正，申请人没有提出陈述申辩。",
            "basis": basis_of(doing),
        }
    else:
        told = {"outcome": "rectified", "facts": "复查时安全出口畅通，已经整改到位。"}
    services.conclude_breach(who, doing.id, proceeding_id=doing.key, **told)
