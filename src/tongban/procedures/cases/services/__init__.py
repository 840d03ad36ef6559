"""The only writers of cases: one function a use case, one act, at least one ledger event.

Every act is: load, check policy and law in pure rules, commit as one statement (``ground.acts``). Acts are idempotent:
a repeated submission gives the same case (``submission_key``); a repeated act finds the case in another state and is
refused with a sentence.
"""

from tongban.procedures.cases.acting import Done, actor_of
from tongban.procedures.cases.services.aftercare import (
    draw_for_check,
    record_after_check,
    satisfy_prerequisite,
)
from tongban.procedures.cases.services.archiving import (
    archive,
    archive_by_system,
    supplement_archive,
    supplement_by_system,
)
from tongban.procedures.cases.services.assignment import assign_task, claim_task, release_task
from tongban.procedures.cases.services.commitments import (
    accept_with_commitment,
    check_commitment,
    conclude_breach,
    defend,
    order_rectification,
    tell_annulment,
)
from tongban.procedures.cases.services.consignments import consign, receive_consignment
from tongban.procedures.cases.services.endings import (
    deem_renewed,
    hand_over,
    notify_ready,
    terminate,
    transfer,
)
from tongban.procedures.cases.services.hearings import (
    ask_hearing,
    enter_hearing_request,
    hold_hearing,
    schedule_hearing,
    tell_hearing_right,
    waive_hearing,
)
from tongban.procedures.cases.services.intake import (
    accept,
    accept_with_deferral,
    correct_on_the_spot,
    decide_instantly,
    deem_accepted,
    lapse_deferral,
    raise_dispute,
    receive,
    record,
    refuse_acceptance,
    request_correction,
    rule_dispute,
    settle_deferral,
    submit_correction,
    void_entry,
)
from tongban.procedures.cases.services.messages import answer_message, write_message
from tongban.procedures.cases.services.review import (
    extend,
    give_opinion,
    hear_party,
    hold_joint_meeting,
    request_opinion,
    request_supplement,
    resume,
    supplement,
    suspend,
    tell_interested_party,
)
from tongban.procedures.cases.services.road import (
    close,
    complete_step,
    decide,
    deliver,
    issue,
    latest_answers,
    licence_grant,
    withdraw,
)
from tongban.procedures.cases.submission import submit, submit_for

__all__ = [
    "Done",
    "accept",
    "accept_with_commitment",
    "accept_with_deferral",
    "actor_of",
    "answer_message",
    "archive",
    "archive_by_system",
    "ask_hearing",
    "assign_task",
    "check_commitment",
    "claim_task",
    "close",
    "complete_step",
    "conclude_breach",
    "consign",
    "correct_on_the_spot",
    "decide",
    "decide_instantly",
    "deem_accepted",
    "deem_renewed",
    "defend",
    "deliver",
    "draw_for_check",
    "enter_hearing_request",
    "extend",
    "give_opinion",
    "hand_over",
    "hear_party",
    "hold_hearing",
    "hold_joint_meeting",
    "issue",
    "lapse_deferral",
    "latest_answers",
    "licence_grant",
    "notify_ready",
    "order_rectification",
    "raise_dispute",
    "receive",
    "receive_consignment",
    "record",
    "record_after_check",
    "refuse_acceptance",
    "release_task",
    "request_correction",
    "request_opinion",
    "request_supplement",
    "resume",
    "rule_dispute",
    "satisfy_prerequisite",
    "schedule_hearing",
    "settle_deferral",
    "submit",
    "submit_correction",
    "submit_for",
    "supplement",
    "supplement_archive",
    "supplement_by_system",
    "suspend",
    "tell_annulment",
    "tell_hearing_right",
    "tell_interested_party",
    "terminate",
    "transfer",
    "void_entry",
    "waive_hearing",
    "withdraw",
    "write_message",
]
