"""What the API says of a service item: the compiled version in force, as the guide and the form read it."""

from __future__ import annotations

from typing import Any

from ninja import Schema

from tongban.ground.elements import ElementDefinition
from tongban.registry.catalog.version import FormField, Material, TimeLimit, VersionContent


class ItemCard(Schema):
    """One item in a list."""

    slug: str
    name: str
    plain: str
    department: str
    aliases: list[str]


class ItemPage(Schema):
    """One page of items; ``next`` is the ``after`` of the following page, empty at the end."""

    items: list[ItemCard]
    next: str
    nearest: list[ItemCard] = []


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


class Item(Schema):
    """The guide and the form of an item, as they bind an application submitted today."""

    slug: str
    name: str
    item_code: str
    option_code: str
    version_id: str
    plain: str
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


def card_of(content: VersionContent) -> ItemCard:
    """The list entry of a version."""
    return ItemCard(
        slug=content.slug,
        name=content.name,
        plain=content.plain,
        department=content.authority.name,
        aliases=list(content.aliases),
    )


def item_of(version_id: object, content: VersionContent) -> Item:
    """Guide and form of a version."""
    return Item(
        slug=content.slug,
        name=content.name,
        item_code=content.item_code,
        option_code=content.option_code,
        version_id=str(version_id),
        plain=content.plain,
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
    )


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
