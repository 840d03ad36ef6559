"""Who may do what: the principal and the one permission table (shapes 8). Default deny.

A permission is ``room.noun.verb`` with a scope. A role is given to a post; the applicant's roles come from the account
and mandates. ``allowed`` answers for one object (its :class:`Target`); relation rules between acts of one case
(acceptance apart from approval, ``separation_level``) are decided in ``procedures/cases/rules`` on the case's own rows.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Principal:
    """Who acts, as compiled at sign-in and stored in the session row.

    ``kind``: ``anonymous``, ``person``, ``staff``, ``api_client``, ``system``. ``post_id`` is the acting post of staff.
    ``organisations`` are those that the person may act for (legal representative or mandate).
    """

    kind: str = "anonymous"
    account_id: uuid.UUID | None = None
    person_id: uuid.UUID | None = None
    staff_id: uuid.UUID | None = None
    name: str = ""
    post_id: int | None = None
    post_name: str = ""
    department_id: int | None = None
    department_name: str = ""
    roles: frozenset[str] = frozenset()
    posts: tuple[tuple[int, str], ...] = ()
    """All posts that the staff member holds: (id, name)."""
    region_no: int = 0
    region_end_no: int = -1
    organisations: tuple[tuple[uuid.UUID, str], ...] = ()
    persons: tuple[tuple[uuid.UUID, str], ...] = ()
    """Natural persons for whom the person may act by mandate (an old parent, a ward): (id, name)."""
    assurance_level: int = 0
    second_factor: bool = False
    client_id: str = ""
    scopes: frozenset[str] = frozenset()

    @property
    def signed_in(self) -> bool:
        """Whether somebody is known."""
        return self.kind != "anonymous"

    @property
    def is_staff(self) -> bool:
        """A staff member, or a department's machine acting for a post."""
        return self.kind == "staff" or (self.kind == "api_client" and self.post_id is not None)

    @property
    def actor_id(self) -> uuid.UUID | None:
        """The id that the ledger names: staff, else account."""
        return self.staff_id or self.account_id

    def organisation_ids(self) -> tuple[uuid.UUID, ...]:
        """Ids of the organisations that the person may act for."""
        return tuple(key for key, _ in self.organisations)

    def person_ids(self) -> tuple[uuid.UUID, ...]:
        """The person and those for whom the person may act."""
        own = (self.person_id,) if self.person_id else ()
        return own + tuple(key for key, _ in self.persons)

    def to_json(self) -> dict[str, Any]:
        """JSON-safe data for the session row."""
        data = asdict(self)
        for key in ("account_id", "person_id", "staff_id"):
            data[key] = str(data[key]) if data[key] else None
        data["roles"] = sorted(self.roles)
        data["scopes"] = sorted(self.scopes)
        data["organisations"] = [[str(key), name] for key, name in self.organisations]
        data["persons"] = [[str(key), name] for key, name in self.persons]
        data["posts"] = [list(p) for p in self.posts]
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Principal:
        """The principal of a session row."""
        values = dict(data)
        for key in ("account_id", "person_id", "staff_id"):
            values[key] = uuid.UUID(values[key]) if values.get(key) else None
        values["roles"] = frozenset(values.get("roles", ()))
        values["scopes"] = frozenset(values.get("scopes", ()))
        values["organisations"] = tuple((uuid.UUID(key), name) for key, name in values.get("organisations", ()))
        values["persons"] = tuple((uuid.UUID(key), name) for key, name in values.get("persons", ()))
        values["posts"] = tuple((int(key), name) for key, name in values.get("posts", ()))
        return cls(**values)


ANONYMOUS = Principal()
SYSTEM = Principal(kind="system", name="系统", roles=frozenset({"system"}))


@dataclass(frozen=True)
class Target:
    """What the policy must know of an object: where it lies and whose it is."""

    region_no: int = 0
    department_ids: tuple[int, ...] = ()
    post_ids: tuple[int, ...] = ()
    person_ids: tuple[uuid.UUID, ...] = ()
    organisation_ids: tuple[uuid.UUID, ...] = ()


OWN, POST, DEPARTMENT, REGION, ALL = "own", "post", "department", "region", "all"

#: Roles of whoever may be asked by the public: first-asked responsibility binds every one of them (首问负责).
_ASKED = (
    "window_clerk",
    "issuing_clerk",
    "guide",
    "first_contact",
    "helper",
    "station_clerk",
    "chief_representative",
    "handler",
    "examiner",
    "approver",
    "hall_manager",
)

#: Who may sit at some kind of window; which role fits which kind: ``places.rules.QUALIFIED``.
_AT_A_WINDOW = ("window_clerk", "issuing_clerk", "chief_representative", "first_contact", "helper", "station_clerk")

PERMISSIONS: dict[str, dict[str, str]] = {
    "cases.draft.edit": {"applicant": OWN},
    "cases.case.submit": {"applicant": OWN, "window_clerk": REGION},
    "cases.case.view": {
        "applicant": OWN,
        "window_clerk": POST,
        "issuing_clerk": POST,
        "handler": POST,
        "examiner": POST,
        "inspector": POST,
        "approver": DEPARTMENT,
        "chief_representative": POST,
        "authority_head": DEPARTMENT,
        "hearing_officer": DEPARTMENT,
        "government_head": REGION,
        "archivist": REGION,
        "hall_manager": REGION,
        "supervisor": REGION,
    },
    "cases.case.receive": {"window_clerk": POST},
    "cases.case.request_correction": {"window_clerk": POST},
    "cases.case.submit_correction": {"applicant": OWN},
    "cases.case.accept": {"window_clerk": POST},
    "cases.case.refuse_acceptance": {"window_clerk": POST},
    "cases.step.handle": {"handler": POST},
    "cases.step.examine": {"examiner": POST},
    "cases.case.decide": {"approver": POST},
    "cases.case.issue": {"system": ALL},
    "cases.case.deliver": {"applicant": OWN, "window_clerk": POST, "issuing_clerk": POST},
    "cases.case.close": {"system": ALL},
    "cases.case.withdraw": {"applicant": OWN},
    "cases.case.correct_on_the_spot": {"window_clerk": POST},
    "cases.case.accept_with_deferral": {"window_clerk": POST},
    "cases.case.accept_with_commitment": {"window_clerk": POST},
    "cases.case.decide_instantly": {"chief_representative": POST, "window_clerk": POST},
    "cases.case.record": {"window_clerk": POST},
    "cases.case.void_entry": {"hall_manager": REGION},
    "cases.dispute.raise": {"handler": POST, "examiner": POST},
    "cases.dispute.rule": {"hall_manager": REGION},
    "cases.deferral.settle": {"applicant": OWN, "window_clerk": POST, "issuing_clerk": POST},
    "cases.after_check.draw": {"system": ALL},
    "cases.after_check.record": {"inspector": POST, "handler": POST, "examiner": POST},
    "cases.prerequisite.satisfy": {"system": ALL},
    "cases.hearing.enter": {"window_clerk": POST, "handler": DEPARTMENT, "examiner": DEPARTMENT},
    "cases.commitment.check": {"handler": DEPARTMENT, "examiner": DEPARTMENT},
    "cases.commitment.rectify": {"approver": DEPARTMENT},
    "cases.commitment.defend": {"applicant": OWN},
    "cases.commitment.annul": {"approver": DEPARTMENT},
    "cases.case.suspend": {"handler": POST, "examiner": POST},
    "cases.case.resume": {"handler": DEPARTMENT, "examiner": DEPARTMENT},
    "cases.case.extend": {"authority_head": DEPARTMENT},
    "cases.case.extend_joint": {"government_head": REGION},
    "cases.case.request_supplement": {"handler": POST, "examiner": POST},
    "cases.case.supplement": {"applicant": OWN},
    "cases.opinion.request": {"handler": POST, "examiner": POST},
    "cases.opinion.give": {"handler": POST, "examiner": POST, "approver": POST},
    "cases.meeting.hold": {"handler": POST, "examiner": POST, "approver": POST},
    "cases.hearing.tell": {"handler": POST, "examiner": POST, "approver": POST},
    "cases.hearing.ask": {"applicant": OWN},
    "cases.hearing.schedule": {"handler": DEPARTMENT, "examiner": DEPARTMENT, "approver": DEPARTMENT},
    "cases.hearing.hold": {"hearing_officer": DEPARTMENT},
    "cases.hearing.waive": {"handler": DEPARTMENT, "examiner": DEPARTMENT, "approver": DEPARTMENT},
    "cases.party.tell": {"handler": POST, "examiner": POST, "approver": POST},
    "cases.party.hear": {"handler": DEPARTMENT, "examiner": DEPARTMENT, "approver": DEPARTMENT},
    "cases.case.terminate": {"approver": DEPARTMENT},
    "cases.case.transfer": {"window_clerk": POST, "approver": DEPARTMENT},
    "cases.task.hand_over": {
        "window_clerk": POST,
        "issuing_clerk": POST,
        "handler": POST,
        "examiner": POST,
        "approver": POST,
        "hall_manager": REGION,
    },
    "cases.case.archive": {"system": ALL, "archivist": REGION},
    "cases.case.deem": {"system": ALL},
    "cases.person.unmask": {"window_clerk": POST, "handler": POST, "examiner": POST, "approver": POST},
    "contacts.contact.create": dict.fromkeys(_ASKED, REGION),
    "contacts.contact.view": {**dict.fromkeys(_ASKED, POST), "hall_manager": REGION, "supervisor": REGION},
    "contacts.contact.answer": dict.fromkeys(_ASKED, POST),
    "contacts.contact.check": {"hall_manager": REGION},
    "contacts.person.unmask": dict.fromkeys(_ASKED, POST),
    "contacts.report.view": {"hall_manager": REGION, "supervisor": REGION},
    "work.task.view": {
        "window_clerk": POST,
        "chief_representative": POST,
        "issuing_clerk": POST,
        "handler": POST,
        "examiner": POST,
        "inspector": POST,
        "approver": POST,
        "hall_manager": REGION,
        "supervisor": REGION,
    },
    "work.board.view": {"hall_manager": REGION, "supervisor": REGION},
    "catalog.version.view": {
        "item_editor": REGION,
        "item_publisher": REGION,
        "item_reviewer": REGION,
        "legality_reviewer": REGION,
        "data_steward": REGION,
        "supervisor": REGION,
    },
    "catalog.version.publish": {"item_publisher": REGION},
    "calendars.closure.decide": {"hall_manager": REGION},
    "cases.message.write": {"applicant": OWN},
    "cases.message.answer": {"handler": DEPARTMENT, "examiner": DEPARTMENT, "approver": DEPARTMENT},
    "cases.consignment.record": {"applicant": OWN, "window_clerk": POST, "issuing_clerk": POST},
    "cases.material.ask_again": {"window_clerk": POST},
    "work.task.claim": {
        "window_clerk": POST,
        "chief_representative": POST,
        "issuing_clerk": POST,
        "handler": POST,
        "examiner": POST,
        "inspector": POST,
        "approver": POST,
    },
    "work.task.assign": {"hall_manager": REGION, "approver": DEPARTMENT, "authority_head": DEPARTMENT},
    "catalog.draft.edit": {"item_editor": REGION},
    "catalog.draft.review": {"item_reviewer": REGION, "legality_reviewer": REGION},
    "catalog.import.run": {"data_steward": REGION},
    "search.word.edit": {"data_steward": REGION, "item_editor": REGION},
    "articles.article.edit": {"content_editor": REGION},
    "articles.article.publish": {"content_approver": REGION},
    "places.hall.configure": {"hall_manager": REGION},
    "places.window.open": dict.fromkeys(_AT_A_WINDOW, REGION),
    "places.queue.take": {"guide": REGION, "window_clerk": REGION, "hall_manager": REGION},
    "places.queue.call": dict.fromkeys(_AT_A_WINDOW, REGION),
    "indicators.report.view": {"hall_manager": REGION, "supervisor": REGION, "authority_head": DEPARTMENT},
    "credit.record.view": {"credit_officer": REGION, "approver": DEPARTMENT, "authority_head": DEPARTMENT},
    "credit.record.repair": {"credit_officer": REGION},
    "credit.record.enter": {"credit_officer": REGION},
    "credit.batch.view": {"credit_officer": REGION, "system_admin": ALL},
    "credit.objection.make": {"applicant": OWN},
    "credit.objection.answer": {"credit_officer": REGION},
    "parties.staff.configure": {"system_admin": ALL},
    "parties.post.configure": {"system_admin": ALL},
    "parameters.parameter.configure": {"system_admin": ALL},
    "connections.port.view": {"system_admin": ALL, "security_admin": ALL, "data_steward": REGION},
    "connections.channel.request": {"system_admin": ALL},
    "connections.channel.review": {"security_admin": ALL},
    "connections.webhook.configure": {"system_admin": ALL},
    "parties.delegation.decide": {"authority_head": DEPARTMENT},
    "parties.substitution.enter": {"hall_manager": REGION, "authority_head": DEPARTMENT},
    "ledger.event.audit": {"audit_admin": ALL},
    "operations.job.view": {"system_admin": ALL},
}


def _within(principal: Principal, scope: str, target: Target) -> bool:
    if scope == ALL:
        return True
    if scope == OWN:
        return any(key in target.person_ids for key in principal.person_ids()) or any(
            key in target.organisation_ids for key in principal.organisation_ids()
        )
    if scope == POST:
        return principal.post_id is not None and principal.post_id in target.post_ids
    if scope == DEPARTMENT:
        return principal.department_id in target.department_ids
    return principal.region_no <= target.region_no <= principal.region_end_no


def allowed(principal: Principal, permission: str, target: Target) -> bool:
    """Whether the principal may do it to this object; an unknown permission is a ``KeyError``."""
    grants = PERMISSIONS[permission]
    if principal.kind == "api_client" and permission not in principal.scopes:
        return False
    return any(role in grants and _within(principal, grants[role], target) for role in principal.roles)


def may_ever(principal: Principal, permission: str) -> bool:
    """Whether any role of the principal holds the permission in some scope: for menus and list pages."""
    return any(role in PERMISSIONS[permission] for role in principal.roles)
