"""Forms for whoever begins an item: what it is, whose, how long it may take. The controls of the acts, no case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tongban.faces.acts.act import Act, Box, Options, Scene, Sent
from tongban.faces.acts.controls import Choice, Note, Plain, Text
from tongban.faces.fields import FieldView
from tongban.ground.errors import Refusal, Refusals
from tongban.ground.identifiers import half_width
from tongban.ground.policy import Principal
from tongban.registry.catalog import sources
from tongban.registry.catalog.blank import KINDS, Basics
from tongban.registry.catalog.drafting import REGIMES, UNITS
from tongban.registry.catalog.identity import LEVELS, Identity
from tongban.registry.catalog.imports import codes
from tongban.registry.catalog.listings import Listing
from tongban.registry.catalog.models import CatalogueEntry, HandlingOption
from tongban.registry.catalog.provisions import TimeLimit
from tongban.registry.catalog.taxonomy import ITEM_TYPES
from tongban.registry.parties.models import Region

EDIT = ("catalog.draft.edit",)
CASE_TYPES: Options = (("promised", "承诺件"), ("instant", "即办件"))
_LICENSING_LIMIT = {
    "statutory_n": "20",
    "statutory_unit": "working_day",
    "statutory_basis": "中华人民共和国行政许可法第四十二条",
}


@dataclass(frozen=True)
class Limit(Plain):
    """A time limit: ``<name>_n``, ``<name>_unit``, ``<name>_basis``; nothing when it is optional and left empty."""

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """Three controls under the name of the limit."""
        n, unit, basis = (f"{self.name}_{part}" for part in ("n", "unit", "basis"))
        fields = (
            FieldView(n, str(_("多少")), "integer", sent.text(n), optional=self.optional, error=wrong.get(n, "")),
            FieldView(
                unit,
                str(_("单位")),
                "select",
                sent.text(unit) or "working_day",
                options=UNITS,
                optional=self.optional,
                error=wrong.get(unit, ""),
            ),
            FieldView(
                basis,
                str(_("依据")),
                value=sent.text(basis),
                optional=True,
                hint=str(_("文件名称和第几条")),
                max_length=200,
                error=wrong.get(basis, ""),
            ),
        )
        return Box(fields, title=str(self.label), hint=str(self.hint), id=self.name)

    def claims(self, scene: Scene, field: str, sent: Sent) -> str:
        """Its three controls."""
        return field if field in (f"{self.name}_n", f"{self.name}_unit", f"{self.name}_basis") else ""

    def read(self, scene: Scene, sent: Sent) -> TimeLimit | None:
        """The limit; a number that was left out counts as none (at once needs no number)."""
        number, unit, basis = (sent.text(f"{self.name}_{part}") for part in ("n", "unit", "basis"))
        number, unit = half_width(number), unit or "working_day"
        problems = []
        if number and not (number.isdecimal() and len(number) < 5):
            sentence = _("%(label)s要填写整数，例如 5") % {"label": self.label}
            problems.append(Refusal("act.number", sentence, f"{self.name}_n"))
        if unit not in dict(UNITS):
            problems.append(Refusal("act.choice", str(_("请选择单位")), f"{self.name}_unit"))
        if len(basis) > 200:
            problems.append(Refusal("act.long", str(_("依据最多 200 个字")), f"{self.name}_basis"))
        if problems:
            raise Refusals(tuple(problems))
        if self.optional and not (number or basis) and unit != "at_once":
            return None
        return TimeLimit(int(number or 0), unit, basis)


def _fixed(options: Options) -> Callable[[Scene], Options]:
    return lambda scene: options


def _basics() -> tuple[Any, ...]:
    return (
        Choice("kind", _("办理类别"), options=_fixed(tuple(KINDS.items()))),
        Choice("case_type", _("办件类型"), options=_fixed(CASE_TYPES)),
        Choice(
            "legal_regime",
            _("法律制度"),
            _("决定受理时限、延长、特殊环节和救济途径"),
            options=_fixed(REGIMES),
            long=True,
        ),
        Limit("promised", _("承诺办结时限"), _("对外公布的，不能长于法定时限")),
        Limit("statutory", _("法定办结时限"), _("行政许可一定要写；没有法定时限的不填"), optional=True),
    )


def _entry_controls(entry: CatalogueEntry | None) -> tuple[Any, ...]:
    types = _fixed(tuple(ITEM_TYPES.items()))
    if entry is not None:
        told = (f"{entry.name}（{entry.code}）", ITEM_TYPES.get(entry.item_type, entry.item_type))
        return (Note(_("目录里的这一条"), lambda scene: told),)
    only = _("目录里已经有这个编码的，可以不填")
    return (
        Text("entry_code", _("基本编码"), _("国家或省目录里的 12 位编码"), most=12),
        Text("entry_name", _("目录里的名称"), only, optional=True, most=100),
        Choice("item_type", _("事项类型"), only, options=types, optional=True, long=True),
    )


def begin_form(principal: Principal, entry: CatalogueEntry | None) -> Act:
    """A new item and its first option; two queries."""
    regions = sources.regions(principal)
    units = tuple((str(one.pk), f"{one.name}（{one.region.name}）") for one in sources.departments(principal))
    places = tuple((str(one.pk), one.name) for one in regions)
    present = {one.level for one in regions}
    levels = tuple((code, str(words)) for code, words in Region.Level.choices if code in LEVELS and code in present)
    return Act(
        "begin",
        _("新建草稿"),
        _("建好以后进入编辑。审核、发布以前，办事人看不到它。"),
        EDIT,
        (
            *_entry_controls(entry),
            Text("item_name", _("事项名称"), _("和目录里的名称一致"), most=100),
            Text("name", _("业务办理项名称"), _("办事人能申请的最小一项，例如 公共场所卫生许可（新办）"), most=100),
            Text("slug", _("网址名"), _("小写字母、数字和连字符，例如 hygiene-licence；不写就用编码"), True, most=80),
            Choice("authority", _("实施部门"), options=_fixed(units), into=int, long=True),
            Choice("region", _("地区"), options=_fixed(places), into=int, long=True),
            Choice("level", _("行使层级"), options=_fixed(levels), long=True),
            Text("item_code", _("实施编码"), _("上级给的 31 位编码；不写就自动生成"), True, most=31),
            *_basics(),
        ),
    )


def listed_form(option: HandlingOption) -> Act:
    """What a list does not tell of its option; its codes and names stand."""
    item = option.item
    told = (
        f"{option.name}（{option.code}）",
        f"{item.authority.name} · {item.region.name}",
        ITEM_TYPES.get(item.entry.item_type, item.entry.item_type),
    )
    return Act(
        "begin_listed",
        _("开始配置"),
        _("清单里写明的都带到草稿里。发布以前，办事指南还是清单的样子，网上还不能申请。"),
        EDIT,
        (Note(_("清单里的这一项"), lambda scene: told), *_basics()),
    )


def identity(given: Mapping[str, Any], entry: CatalogueEntry | None) -> Identity:
    """Codes, names and whose it is, out of what was typed."""
    return Identity(
        entry_code=entry.code if entry else codes.tidy(given["entry_code"]).upper(),
        entry_name=given.get("entry_name", ""),
        item_type=given.get("item_type", ""),
        item_name=given["item_name"],
        authority_id=given["authority"],
        region_id=given["region"],
        level=given["level"],
        item_code=codes.tidy(given["item_code"]).upper(),
    )


def basics(given: Mapping[str, Any]) -> Basics:
    """The basics out of what was typed."""
    return Basics(
        name=given.get("name", ""),
        slug=given.get("slug", ""),
        kind=given["kind"],
        case_type=given["case_type"],
        legal_regime=given["legal_regime"],
        promised=given["promised"],
        statutory=given["statutory"],
    )


def proposed(principal: Principal, entry: CatalogueEntry | None) -> QueryDict:
    """What stands in a new form: the steward's own region; of the entry its name, and what the law of its kind says."""
    own = next((one for one in sources.regions(principal) if one.no == principal.region_no), None)
    values = {"kind": "new", "case_type": "promised"}
    if own is not None:
        values |= {"region": str(own.pk), "level": own.level}
    if entry is not None:
        values |= {"item_name": entry.name, "legal_regime": _regime(entry.item_type)}
        values |= _LICENSING_LIMIT if entry.item_type == "licensing" else {}
    return _sent(values)


def proposed_copy(source: HandlingOption) -> QueryDict:
    """What stands in the form of a copy: what the other one says, but its name and address."""
    item, draft = source.item, source.draft
    values = {
        "entry_code": item.entry_id,
        "item_name": item.name,
        "authority": str(item.authority_id),
        "region": str(item.region_id),
        "level": item.region.level,
        "kind": source.kind,
        "case_type": str(draft.get("case_type", "")),
        "legal_regime": str(draft.get("legal_regime", "")),
        **_limit("promised", draft.get("promised_limit")),
        **_limit("statutory", draft.get("statutory_limit")),
    }
    return _sent(values)


def proposed_listed(source: HandlingOption, told: Listing) -> QueryDict:
    """What a list tells of the basics."""
    promised = {"n": told.promised_n, "unit": told.promised_unit} if told.promised_n is not None else None
    statutory = {"n": told.statutory_n, "unit": told.statutory_unit} if told.statutory_n is not None else None
    kind = source.item.entry.item_type
    values = {
        "kind": source.kind,
        "case_type": told.case_type or "promised",
        "legal_regime": _regime(kind),
        **_limit("promised", promised),
        **_limit("statutory", statutory),
    }
    return _sent(values if statutory or kind != "licensing" else {**values, **_LICENSING_LIMIT})


def _regime(item_type: str) -> str:
    """The regime of the same name as the type; a type without one is left to be chosen."""
    return item_type if item_type in dict(REGIMES) else ""


def _limit(name: str, told: Mapping[str, Any] | None) -> dict[str, str]:
    if not told:
        return {}
    return {f"{name}_{key}": str(told.get(key) or "") for key in ("n", "unit", "basis")}


def _sent(values: Mapping[str, str]) -> QueryDict:
    sent = QueryDict(mutable=True)
    sent.update(dict(values))
    return sent
