"""The compiled version of a handling option: frozen data, read by engine, form, guide, search and API alike.

``from_json`` builds it from ``ItemVersion.content``; ``to_json`` gives canonical JSON-safe data; ``content_hash`` is
sha256 of its canonical JSON. Rules (``when``) are expression trees as JSON (``tongban.ground.expressions``).
"""

from __future__ import annotations

import hashlib
import json
import types
import typing
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar

from tongban.ground.elements import ElementDefinition
from tongban.registry.catalog.provisions import (
    CommitmentRule,
    CreditRule,
    DeferralRule,
    DisputeRule,
    ExtensionRule,
    SinglePostRule,
    SpecialStepRule,
    TimeLimit,
)

__all__ = [
    "Authority",
    "Branch",
    "CommitmentRule",
    "CreditRule",
    "DeferralRule",
    "DisputeRule",
    "ExtensionRule",
    "Flow",
    "FormField",
    "FormSection",
    "LegalBasis",
    "Material",
    "Place",
    "Prerequisite",
    "QuestionAnswer",
    "Regime",
    "Result",
    "SinglePostRule",
    "Situation",
    "SpecialStepRule",
    "Step",
    "TimeLimit",
    "VersionContent",
    "build",
    "content_hash",
    "from_json",
    "to_json",
]

T = TypeVar("T")


@dataclass(frozen=True)
class Authority:
    """The competent authority as of publication."""

    id: int
    uscc: str
    name: str
    short_name: str
    document_word: str
    phone: str = ""
    address: str = ""
    reconsideration_authority: str = ""
    court: str = ""


@dataclass(frozen=True)
class LegalBasis:
    """Instrument, article and whether the article's text has been read (``checked`` or ``unchecked``)."""

    instrument: str
    article: str
    text: str = ""
    check: str = "unchecked"


@dataclass(frozen=True)
class Regime:
    """The law of a kind of item, as dated data (glossary ``legal_regime``); compiled into the version.

    Nothing is deemed, statutory or lawfully stopped unless it stands here or in the version with its article.
    """

    code: str
    name: str
    valid_from: str
    separate_acceptance: bool
    """False: receipt and acceptance are one (registration, filing)."""
    deemed_acceptance: bool
    """Silence within the acceptance limit accepts as of the day of receipt (行政许可法 art. 32(4))."""
    acceptance_limit: TimeLimit | None
    statutory_limit: TimeLimit | None
    joint_limit: TimeLimit | None
    extension_max: int | None
    joint_extension_max: int | None
    lawful_stops: tuple[str, ...]
    """Kinds of special steps that stop the statutory clock by law itself (art. 45)."""
    delivery_limit: TimeLimit | None
    positive: str
    """Outcome: granted, recorded, provided, adjudicated."""
    negative: str
    """Outcome: refused, not_provided, or empty (a filing is never refused)."""
    deemed_renewal: bool
    hearing: bool
    remedies: str
    """``review_and_suit`` or ``complaint``."""
    basis: tuple[LegalBasis, ...]


@dataclass(frozen=True)
class FormField:
    """A field points at an element; label, hint, order and rules are the field's own."""

    path: str
    label: str
    hint: str = ""
    optional: bool = False
    when: dict[str, Any] | None = None
    prefill: str = ""
    """Where a known value comes from: ``person.name``, ``person.id_number``, ``organisation.name`` ... or empty."""


@dataclass(frozen=True)
class FormSection:
    """One step of the form."""

    key: str
    title: str
    fields: tuple[FormField, ...]
    intro: str = ""


@dataclass(frozen=True)
class Situation:
    """A named combination of answers; ``when`` holds for it."""

    key: str
    name: str
    when: dict[str, Any]


@dataclass(frozen=True)
class Material:
    """What is given. ``essential`` ones can never be deferred."""

    code: str
    name: str
    essential: bool = True
    source: str = "uploaded"
    """``uploaded``, ``exempt`` (never asked for: shown as such), ``verified``."""
    requirement: str = ""
    todo: str = ""
    sample: str = ""
    """What a good one looks like, in words, shown as 示例."""
    types: tuple[str, ...] = ("pdf", "jpeg", "png")
    max_files: int = 5
    max_pages: int = 50
    when: dict[str, Any] | None = None
    receipt_points: tuple[str, ...] = ()
    review_points: tuple[str, ...] = ()
    deferral: DeferralRule | None = None
    relief: str = ""
    """What good credit may do to it: ``supply_later``, ``waive_material`` (both), or empty (NTC-14)."""


@dataclass(frozen=True)
class Step:
    """Work of one post inside a branch. ``kind``: handle, examine."""

    key: str
    kind: str
    name: str
    post_id: int
    post_name: str
    limit: TimeLimit | None = None
    review_points: tuple[str, ...] = ()


@dataclass(frozen=True)
class Branch:
    """One department's part of a parallel review; its steps follow one another."""

    key: str
    name: str
    department_id: int
    department_name: str
    steps: tuple[Step, ...]
    document_only: bool = False
    """Nothing but papers is looked at: the relief ``waive_review`` may skip it (NTC-14)."""


@dataclass(frozen=True)
class Flow:
    """Who does what: acceptance, parallel branches, decision, delivery."""

    acceptance_post_id: int
    acceptance_post_name: str
    branches: tuple[Branch, ...]
    decision_post_id: int
    decision_post_name: str
    delivery_post_id: int
    delivery_post_name: str
    special_steps: tuple[SpecialStepRule, ...] = ()


@dataclass(frozen=True)
class Result:
    """What the applicant gets when it is granted."""

    licence_type: str
    name: str
    validity_months: int | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    """Licence attribute -> element path."""


@dataclass(frozen=True)
class Place:
    """Where it can be done in person."""

    name: str
    address: str
    hours: str
    phone: str = ""


@dataclass(frozen=True)
class QuestionAnswer:
    """A frequent question with its answer."""

    question: str
    answer: str


@dataclass(frozen=True)
class Prerequisite:
    """Another option or a licence type that has to come first, or that a review may run beside (前后置环节).

    ``effect``: ``submit`` (needed to apply), ``decide`` (both may run side by side, the decision waits).
    """

    kind: str
    """``option`` (its option code) or ``licence`` (its licence type)."""
    code: str
    name: str
    effect: str
    basis: str


@dataclass(frozen=True)
class VersionContent:
    """Everything that binds a case of this option."""

    option_code: str
    slug: str
    item_code: str
    entry_code: str
    item_name: str
    name: str
    kind: str
    item_type: str
    legal_regime: str
    case_type: str
    """``instant`` or ``promised``."""
    separation_level: str
    authority: Authority
    region_no: int
    region_name: str
    audience: tuple[str, ...]
    """``person``, ``organisation``."""
    plain: str
    aliases: tuple[str, ...]
    themes: tuple[str, ...]
    legal_basis: tuple[LegalBasis, ...]
    acceptance_limit: TimeLimit
    statutory_limit: TimeLimit | None
    promised_limit: TimeLimit
    delivery_limit: TimeLimit
    correction_limit: TimeLimit
    conditions: tuple[str, ...]
    exclusions: tuple[str, ...]
    questions: tuple[FormField, ...]
    situations: tuple[Situation, ...]
    form: tuple[FormSection, ...]
    elements: dict[str, ElementDefinition]
    code_lists: dict[str, dict[str, str]]
    materials: tuple[Material, ...]
    flow: Flow
    result: Result
    receipt_points: tuple[str, ...]
    fee: str
    fee_basis: str
    visits_required: int
    online_depth: tuple[str, ...]
    assurance_level: int
    places: tuple[Place, ...]
    faq: tuple[QuestionAnswer, ...]
    regime: Regime | None = None
    """Always set by ``compile``; ``legal_regime`` is its code."""
    joint_limit: TimeLimit | None = None
    """The cap of joint handling (art. 42(2)), when several departments decide together."""
    notice_limit: TimeLimit | None = None
    """Local promise to answer (C18), e.g. two working days counting day zero."""
    extension: ExtensionRule | None = None
    correction_clock: str = "restart"
    """``restart`` or ``resume`` after a correction (glossary 8.2)."""
    accept_on_receipt: bool = False
    commitment: CommitmentRule | None = None
    excluded_fields: tuple[str, ...] = ()
    """High-risk fields that the item touches (``lawful.EXCLUDED_FIELDS``): no commitment there but by statute."""
    single_post: SinglePostRule | None = None
    renewal_limit: TimeLimit | None = None
    """How long before expiry a renewal must be asked for (C9); ``kind`` is then ``renew``."""
    supplement_limit: TimeLimit | None = None
    record_limit: TimeLimit | None = None
    """Filing: within which it is recorded; at once when left out."""
    lapsed_correction_terminates: bool = False
    """A published rule says that an unanswered notice ends the case (``correction_lapsed``), else ``uncorrected``."""
    retention: str = "30年"
    application_modes: tuple[str, ...] = ("online", "window")
    """申请方式: ``online``, ``window``, ``post``, ``phone``; a way to a person always stays open (WIN-21)."""
    life_stages: tuple[str, ...] = ()
    """Keys of ``taxonomy.LIFE_STAGES``."""
    industries: tuple[str, ...] = ()
    """Codes of the national industry classification (GB/T 4754), sections as letters."""
    domain: str = ""
    """Public-service domain, key of ``taxonomy.DOMAINS``; empty for administrative powers."""
    service_scope: str = ""
    """``county``, ``city``, ``province``, ``cross_province``: where it can be handed in (通办范围)."""
    sample: dict[str, Any] = field(default_factory=dict)
    """Element path -> answer of the filled-in sample form (示范文本); never a real person's."""
    risk_level: str = ""
    """``low``, ``medium``, ``high``; empty: no credit-based relief (NTC-14)."""
    reliefs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Credit grade A to D -> reliefs it earns: ``supply_later``, ``waive_material``, ``review_later``,
    ``waive_review``."""
    prerequisites: tuple[Prerequisite, ...] = ()
    """What must have been granted before (APR-08)."""
    credit: CreditRule | None = None
    """Basis of the reliefs, who is excluded, who checks afterwards; None: credit counts for nothing here."""
    dispute: DisputeRule | None = None
    """Of an adjudication: which answers are the claim and the respondent."""

    @property
    def law(self) -> Regime:
        """The regime; a version without one cannot be published."""
        assert self.regime is not None  # compile sets it
        return self.regime

    @property
    def joint(self) -> bool:
        """Whether several departments review together."""
        return len({branch.department_id for branch in self.flow.branches}) > 1

    def all_fields(self) -> tuple[FormField, ...]:
        """Questions first, then every field of the form in order."""
        return self.questions + tuple(f for section in self.form for f in section.fields)

    def material(self, code: str) -> Material | None:
        """The material of that code."""
        return next((m for m in self.materials if m.code == code), None)


@cache
def _hints(cls: typing.Hashable) -> dict[str, Any]:
    return typing.get_type_hints(typing.cast(Any, cls))


def _build_value(hint: Any, value: Any) -> Any:
    origin = typing.get_origin(hint)
    if value is None:
        return None
    if origin in (typing.Union, types.UnionType):
        return _build_value(next(a for a in typing.get_args(hint) if a is not type(None)), value)
    if origin is tuple:
        return tuple(_build_value(typing.get_args(hint)[0], v) for v in value)
    if origin is dict:
        inner = typing.get_args(hint)[1]
        return {k: _build_value(inner, v) for k, v in value.items()}
    if hint is ElementDefinition:
        return ElementDefinition.from_json(value)
    if is_dataclass(hint):
        return build(typing.cast(type, hint), value)
    return value


def build(cls: type[T], data: dict[str, Any]) -> T:
    """An instance of the frozen dataclass ``cls`` from JSON data; unknown or missing keys raise ``TypeError``."""
    names = {f.name for f in fields(typing.cast(Any, cls))}
    if unknown := data.keys() - names:
        raise TypeError(f"{cls.__name__}: unknown keys {sorted(unknown)}")
    hints = _hints(typing.cast(typing.Hashable, cls))
    return cls(**{key: _build_value(hints[key], value) for key, value in data.items()})


def from_json(data: dict[str, Any]) -> VersionContent:
    """The compiled version of ``ItemVersion.content``."""
    return build(VersionContent, data)


def to_json(content: VersionContent) -> dict[str, Any]:
    """JSON-safe data of a compiled version."""
    data = asdict(content)
    data["elements"] = {path: definition.to_json() for path, definition in content.elements.items()}
    return typing.cast(dict[str, Any], json.loads(json.dumps(data, ensure_ascii=False)))


def content_hash(data: dict[str, Any]) -> str:
    """sha256 (hex) of the canonical JSON of a version's data."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
