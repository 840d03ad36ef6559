"""Pure decisions of engine 1: (case, command, setting) -> outcome. No Django, no database, no clock.

Each module of this room names the rules that it answers with; the laws stand in the rules' docstrings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tongban.ground.changes import Outcome
from tongban.procedures.cases.rules import (
    acceptance,
    aftercare,
    archiving,
    assignment,
    commands,
    commitments,
    decisions,
    deferrals,
    disputes,
    ending,
    extensions,
    handover,
    hearings,
    instant,
    intake,
    notices,
    parties,
    prerequisites,
    refusing,
    result,
    review,
    specials,
    supplements,
)
from tongban.procedures.cases.rules.state import CaseState, Setting

Rule = Callable[[CaseState, Any, Setting], Outcome]

RULES: dict[type, Rule] = {
    commands.Submit: intake.submit,
    commands.Receive: intake.receive,
    commands.VoidEntry: intake.void_entry,
    commands.RequestCorrection: notices.request_correction,
    commands.NoteSecondDemand: notices.note_second_demand,
    commands.SubmitCorrection: notices.submit_correction,
    commands.CorrectOnTheSpot: notices.correct_on_the_spot,
    commands.Accept: acceptance.accept,
    commands.DeemAccepted: acceptance.deem_accepted,
    commands.RefuseAcceptance: refusing.refuse_acceptance,
    commands.AcceptWithDeferral: deferrals.accept_with_deferral,
    commands.SettleDeferral: deferrals.settle_deferral,
    commands.LapseDeferral: deferrals.lapse_deferral,
    commands.AcceptWithCommitment: commitments.accept_with_commitment,
    commands.CheckCommitment: commitments.check_commitment,
    commands.OrderRectification: commitments.order_rectification,
    commands.TellAnnulment: commitments.tell_annulment,
    commands.DrawForCheck: aftercare.draw_for_check,
    commands.RecordAfterCheck: aftercare.record_after_check,
    commands.SatisfyPrerequisite: prerequisites.satisfy,
    commands.Defend: commitments.defend,
    commands.ConcludeBreach: commitments.conclude_breach,
    commands.DecideInstantly: instant.decide_instantly,
    commands.Record: instant.record,
    commands.RaiseDispute: disputes.raise_dispute,
    commands.RuleDispute: disputes.rule_dispute,
    commands.CompleteStep: review.complete_step,
    commands.Decide: decisions.decide,
    commands.Suspend: specials.suspend,
    commands.Resume: specials.resume,
    commands.Extend: extensions.extend,
    commands.RequestSupplement: supplements.request_supplement,
    commands.Supplement: supplements.supplement,
    commands.RequestOpinion: supplements.request_opinion,
    commands.GiveOpinion: supplements.give_opinion,
    commands.HoldJointMeeting: supplements.hold_joint_meeting,
    commands.TellHearingRight: hearings.tell_hearing_right,
    commands.AskHearing: hearings.ask_hearing,
    commands.ScheduleHearing: hearings.schedule_hearing,
    commands.HoldHearing: hearings.hold_hearing,
    commands.WaiveHearing: hearings.waive_hearing,
    commands.TellInterestedParty: parties.tell_interested_party,
    commands.HearParty: parties.hear_party,
    commands.DeemRenewed: decisions.deem_renewed,
    commands.HandOver: handover.hand_over,
    commands.ClaimTask: assignment.claim,
    commands.ReleaseTask: assignment.release,
    commands.AssignTask: assignment.assign,
    commands.NotifyReady: result.notify_ready,
    commands.Terminate: ending.terminate,
    commands.Transfer: ending.transfer,
    commands.Issue: result.issue,
    commands.Deliver: result.deliver,
    commands.Close: result.close,
    commands.Withdraw: ending.withdraw,
    commands.Archive: archiving.archive,
}


def decide(state: CaseState, command: object, setting: Setting) -> Outcome:
    """What the command does to the case; raises ``Refusal`` when law or policy forbids it."""
    return RULES[type(command)](state, command, setting)
