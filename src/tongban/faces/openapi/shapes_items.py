"""What the API says of a service item: the compiled version in force, as the guide and the form read it."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Schema
from pydantic import Field as Described

from tongban.faces.openapi.shapes_catalogue import ItemTree, address, tree_of
from tongban.ground.elements import ElementDefinition
from tongban.registry.catalog.tree import Tree
from tongban.registry.catalog.version import Branch, FormField, Material, SpecialStepRule, TimeLimit, VersionContent


class Limit(Schema):
    """A duration: ``unit`` is working_day, calendar_day, month, year, hour, minute or at_once."""

    n: int
    unit: str
    basis: str


class Basis(Schema):
    """Instrument and article; ``check`` says whether the article's text has been read."""

    instrument: str
    article: str
    text: str
    check: str


class Choice(Schema):
    """One code and what people read for it."""

    code: str
    label: str


class Field(Schema):
    """A question or field: answers are sent under ``path``. ``when`` is the rule that shows it."""

    path: str
    label: str
    hint: str
    optional: bool
    when: dict[str, Any] | None
    type: str
    unit: str
    choices: list[Choice]
    min: int | str | None
    max: int | str | None
    max_length: int | None
    personal: bool


class Section(Schema):
    """One step of the form."""

    key: str
    title: str
    intro: str
    fields: list[Field]


class MaterialNeeded(Schema):
    """A material; ``source`` uploaded must be sent, exempt and verified are never asked for."""

    code: str
    name: str
    source: str
    essential: bool
    requirement: str
    types: list[str]
    max_files: int
    max_pages: int
    when: dict[str, Any] | None


class SituationRule(Schema):
    """A situation (办理情形) and the rule over the answers under which it holds."""

    key: str
    name: str
    when: dict[str, Any]


class FlowStep(Schema):
    """One step of a department's part."""

    name: str
    kind: str
    limit: Limit | None


class FlowBranch(Schema):
    """One department's part of the review; parts run side by side, steps follow one another."""

    name: str
    department: str
    steps: list[FlowStep]


class SpecialStep(Schema):
    """A special step (特别程序) that may be needed; ``stops``: which limits stand still meanwhile."""

    kind: str
    name: str
    limit: Limit
    stops: list[Literal["statutory", "promised"]]


class PlaceEntry(Schema):
    """Where it can be done in person."""

    name: str
    address: str
    hours: str
    phone: str


class FrequentQuestion(Schema):
    """A frequent question with its answer."""

    question: str
    answer: str


class Item(Schema):
    """The guide and the form of an item, as they bind an application submitted today."""

    standing: Literal["configured"] = "configured"
    configured: Literal[True] = True
    slug: str
    name: str
    item_code: str
    option_code: str
    entry_code: str
    version_id: str
    item_type: str
    domain: str
    plain: str
    aliases: list[str]
    themes: list[str]
    life_stages: list[str]
    industries: list[str]
    case_type: str = Described(description="办件类型：instant 即办件，promised 承诺件")
    online_depth: list[str] = Described(description="网上办理深度")
    application_modes: list[str] = Described(description="申请方式")
    visits_required: int = Described(description="最多跑几次")
    service_scope: str
    department: str
    department_uscc: str
    region: str
    audience: list[str]
    legal_basis: list[Basis]
    acceptance_limit: Limit
    statutory_limit: Limit | None
    promised_limit: Limit
    delivery_limit: Limit
    conditions: list[str]
    exclusions: list[str]
    fee: str
    fee_basis: str
    result: str
    questions: list[Field]
    form: list[Section]
    materials: list[MaterialNeeded]
    situations: list[SituationRule]
    flow: list[FlowBranch]
    special_steps: list[SpecialStep]
    places: list[PlaceEntry]
    faq: list[FrequentQuestion]
    tree: ItemTree
    guide: str = Described(description="办事指南的网址")
    apply: str = Described(description="在线申请的网址")


def item_of(version_id: object, content: VersionContent, tree: Tree) -> Item:
    """Guide and form of a version, and where it stands."""
    return Item(
        slug=content.slug,
        name=content.name,
        item_code=content.item_code,
        option_code=content.option_code,
        entry_code=content.entry_code,
        version_id=str(version_id),
        item_type=content.item_type,
        domain=content.domain,
        plain=content.plain,
        aliases=list(content.aliases),
        themes=list(content.themes),
        life_stages=list(content.life_stages),
        industries=list(content.industries),
        case_type=content.case_type,
        online_depth=list(content.online_depth),
        application_modes=list(content.application_modes),
        visits_required=content.visits_required,
        service_scope=content.service_scope,
        department=content.authority.name,
        department_uscc=content.authority.uscc,
        region=content.region_name,
        audience=list(content.audience),
        legal_basis=[
            Basis(instrument=b.instrument, article=b.article, text=b.text, check=b.check) for b in content.legal_basis
        ],
        acceptance_limit=_limit(content.acceptance_limit),
        statutory_limit=_limit(content.statutory_limit) if content.statutory_limit else None,
        promised_limit=_limit(content.promised_limit),
        delivery_limit=_limit(content.delivery_limit),
        conditions=list(content.conditions),
        exclusions=list(content.exclusions),
        fee=content.fee,
        fee_basis=content.fee_basis,
        result=content.result.name,
        questions=[_field(f, content.elements[f.path]) for f in content.questions],
        form=[
            Section(
                key=s.key, title=s.title, intro=s.intro, fields=[_field(f, content.elements[f.path]) for f in s.fields]
            )
            for s in content.form
        ],
        materials=[_material(m) for m in content.materials],
        situations=[SituationRule(key=s.key, name=s.name, when=s.when) for s in content.situations],
        flow=[_branch(branch) for branch in content.flow.branches],
        special_steps=[_special(rule) for rule in content.flow.special_steps],
        places=[PlaceEntry(name=p.name, address=p.address, hours=p.hours, phone=p.phone) for p in content.places],
        faq=[FrequentQuestion(question=one.question, answer=one.answer) for one in content.faq],
        tree=tree_of(tree),
        guide=address("portal:guide", content.slug),
        apply=address("portal:apply_start", content.slug),
    )


def _branch(branch: Branch) -> FlowBranch:
    steps = [
        FlowStep(name=step.name, kind=step.kind, limit=_limit(step.limit) if step.limit else None)
        for step in branch.steps
    ]
    return FlowBranch(name=branch.name, department=branch.department_name, steps=steps)


def _special(rule: SpecialStepRule) -> SpecialStep:
    stops: list[Literal["statutory", "promised"]] = []
    if rule.stops_statutory:
        stops.append("statutory")
    if rule.stops_promised:
        stops.append("promised")
    return SpecialStep(kind=rule.kind, name=rule.name, limit=_limit(rule.limit), stops=stops)


def _limit(limit: TimeLimit) -> Limit:
    return Limit(n=limit.n, unit=limit.unit, basis=limit.basis)


def _field(field: FormField, element: ElementDefinition) -> Field:
    codes = element.code_list.codes if element.code_list else ()
    return Field(
        path=field.path,
        label=field.label,
        hint=field.hint,
        optional=field.optional,
        when=field.when,
        type=element.type,
        unit=element.unit,
        choices=[Choice(code=c.code, label=c.label) for c in codes],
        min=element.min,
        max=element.max,
        max_length=element.longest if element.type in ("text", "long_text", "address") else None,
        personal=element.is_personal,
    )


def _material(material: Material) -> MaterialNeeded:
    return MaterialNeeded(
        code=material.code,
        name=material.name,
        source=material.source,
        essential=material.essential,
        requirement=material.requirement,
        types=list(material.types),
        max_files=material.max_files,
        max_pages=material.max_pages,
        when=material.when,
    )
