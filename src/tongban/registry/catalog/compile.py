"""From the editable draft of a handling option to a compiled version.

A draft has the keys of ``VersionContent`` without what the option itself says (codes, names, authority, region) and
without elements, code lists and the law of its regime (they are looked up); posts stand by name, ``{"department": ...,
"post": ...}``, also in ``single_post`` and ``credit.check``.
Everything that cannot be resolved is told at once, with its place in the draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tongban.ground import moment
from tongban.ground.elements import Code, CodeList, ElementDefinition
from tongban.ground.errors import Refusal, Refusals
from tongban.registry.catalog import models, version
from tongban.registry.catalog.regimes import regime_of
from tongban.registry.catalog.version import (
    Authority,
    Branch,
    Flow,
    FormField,
    SpecialStepRule,
    Step,
    VersionContent,
)
from tongban.registry.parties.delegating import authority_of
from tongban.registry.parties.models import Department, Post

OWN_KEYS = frozenset(
    {"option_code", "slug", "item_code", "entry_code", "item_name", "name", "kind", "item_type"}
    | {"authority", "region_no", "region_name", "elements", "code_lists", "regime"}
)


@dataclass
class Masters:
    """What a draft points at, loaded once: posts by department and name, elements, code lists."""

    posts: dict[tuple[str, str], Post]
    elements: dict[str, ElementDefinition]
    code_lists: dict[str, dict[str, str]]
    faults: list[Refusal] = field(default_factory=list)

    def post(self, place: str, named: Any) -> Post:
        """The post that a draft names; an unknown one is noted as a fault and replaced by an unsaved stand-in."""
        key = (str(named.get("department", "")), str(named.get("post", ""))) if isinstance(named, Mapping) else ("", "")
        found = self.posts.get(key)
        if found is None:
            self.faults.append(_no_post(place, *key))
            return Post(id=-len(self.faults), name=key[1], department=Department(id=0, name=key[0], short_name=key[0]))
        return found


_POSTS = {"flow.acceptance": "受理岗位", "flow.decision": "决定岗位", "flow.delivery": "送达岗位"}


def _no_post(place: str, department: str, post: str) -> Refusal:
    if not post:
        whose = f"{department}的" if department else ""
        return Refusal("catalog.post", f"还没有选{whose}{_POSTS.get(place, '岗位')}", place, "在「流程」里选")
    sentence = f"{place}:没有「{department}」的「{post}」这个岗位"
    return Refusal("catalog.post", sentence, place, "先在机构与人员里设这个岗位")


def load_masters() -> Masters:
    """Posts, elements and code lists as they stand now; three queries."""
    posts = {(p.department.short_name, p.name): p for p in Post.objects.select_related("department")}
    lists = {c.code: dict(c.entries) for c in models.CodeList.objects.all()}
    elements = {
        e.path: _with_current_codes(ElementDefinition.from_json(e.definition), lists)
        for e in models.Element.objects.all()
    }
    return Masters(posts, elements, lists)


def _with_current_codes(definition: ElementDefinition, lists: Mapping[str, Mapping[str, str]]) -> ElementDefinition:
    if definition.code_list is None or definition.code_list.name not in lists:
        return definition
    entries = lists[definition.code_list.name]
    current = CodeList(definition.code_list.name, tuple(Code(code, words) for code, words in entries.items()))
    data = definition.to_json() | {
        "code_list": {"name": current.name, "codes": [[c.code, c.label] for c in current.codes]}
    }
    return ElementDefinition.from_json(data)


def compile_option(option: models.HandlingOption, masters: Masters) -> VersionContent:
    """The compiled content of an option's draft (shapes 4).

    :raises Refusals: every fault at once; each ``field`` is the place in the draft.
    """
    content = assemble(option, masters)
    if masters.faults:
        raise Refusals(tuple(masters.faults))
    return content


def assemble(option: models.HandlingOption, masters: Masters) -> VersionContent:
    """The content of a draft as far as it goes: what cannot be resolved is noted in ``masters.faults``.

    A post that is not found is stood in for by one with a negative id.

    :raises Refusals: the structure itself is wrong, so that there is no content.
    """
    data = {key: value for key, value in option.draft.items() if key not in OWN_KEYS}
    data |= _identity(option)
    try:
        flow = _flow(data.pop("flow"), masters)
        fields = _all_fields(data)
        data["elements"] = {path: d.to_json() for path, d in _elements(fields, masters).items()}
        data["code_lists"] = _code_lists(data["elements"], masters)
        data["flow"] = asdict(flow)
        if data.get("single_post") is not None:
            data["single_post"] = _single_post(data["single_post"], masters)
        if data.get("credit") is not None:
            data["credit"] = _credit(data["credit"], masters)
        regime = regime_of(str(data.get("legal_regime", "")), moment.today())
        data["regime"] = asdict(regime)
        if data.get("joint_limit") is None and len({b.department_id for b in flow.branches}) > 1:
            data["joint_limit"] = asdict(regime.joint_limit) if regime.joint_limit else None
        return version.from_json(data)
    except (TypeError, KeyError, AttributeError) as error:
        fault = Refusal("catalog.draft", f"草稿的结构不对：{error}", remedy="对照上一版补齐缺的栏目，删掉不认识的栏目")
        raise Refusals((*masters.faults, fault)) from error


def _identity(option: models.HandlingOption) -> dict[str, Any]:
    item = option.item
    return {
        "option_code": option.code,
        "slug": option.slug,
        "item_code": item.code,
        "entry_code": item.entry_id,
        "item_name": item.name,
        "name": option.name,
        "kind": option.kind,
        "item_type": item.entry.item_type,
        "authority": asdict(_authority(_exercised_by(option))),
        "region_no": item.region.no,
        "region_name": item.region.name,
    }


def _exercised_by(option: models.HandlingOption) -> Department:
    """The authority: the catalogue's, or the department to which the power was transferred (行政许可法 art. 25)."""
    authority = option.item.authority
    key = authority_of(option.code, moment.today())
    return authority if key in (None, authority.pk) else Department.objects.get(pk=key)


def _authority(unit: Department) -> Authority:
    return Authority(
        unit.pk,
        unit.uscc,
        unit.name,
        unit.short_name,
        unit.document_word,
        unit.phone,
        unit.address,
        unit.reconsideration_authority,
        unit.court,
    )


def _all_fields(data: Mapping[str, Any]) -> list[FormField]:
    rows = list(data["questions"]) + [row for section in data["form"] for row in section["fields"]]
    return [version.build(FormField, row) for row in rows]


def _elements(fields: Iterable[FormField], masters: Masters) -> dict[str, ElementDefinition]:
    found: dict[str, ElementDefinition] = {}
    for one in fields:
        if definition := masters.elements.get(one.path):
            found[one.path] = definition
        else:
            masters.faults.append(
                Refusal(
                    "catalog.element",
                    f"字段「{one.label}」指向的数据元 {one.path} 不存在",
                    one.path,
                    "先在数据元里登记",
                )
            )
    return found


def _code_lists(elements: Mapping[str, Mapping[str, Any]], masters: Masters) -> dict[str, dict[str, str]]:
    names = {d["code_list"]["name"]: dict(d["code_list"]["codes"]) for d in elements.values() if "code_list" in d}
    return {name: masters.code_lists.get(name, codes) for name, codes in sorted(names.items())}


def _flow(data: Mapping[str, Any], masters: Masters) -> Flow:
    acceptance = masters.post("flow.acceptance", data.get("acceptance"))
    decision = masters.post("flow.decision", data.get("decision"))
    delivery = masters.post("flow.delivery", data.get("delivery"))
    branches = tuple(_branch(n, row, masters) for n, row in enumerate(data.get("branches", ())))
    special = tuple(version.build(SpecialStepRule, row) for row in data.get("special_steps", ()))
    return Flow(
        acceptance.pk, acceptance.name, branches, decision.pk, decision.name, delivery.pk, delivery.name, special
    )


def _single_post(data: Mapping[str, Any], masters: Masters) -> dict[str, Any]:
    """The published side of an authorisation of one post (WIN-10)."""
    post = masters.post("single_post", data)
    rest = {key: value for key, value in data.items() if key not in ("department", "post")}
    return rest | {"post_id": post.pk, "post_name": post.name}


def _credit(data: Mapping[str, Any], masters: Masters) -> dict[str, Any]:
    """How credit counts; the post that checks afterwards stands by name under ``check``."""
    rest = {key: value for key, value in data.items() if key != "check"}
    if data.get("check") is None:
        return rest
    post = masters.post("credit.check", data["check"])
    return rest | {
        "check_post_id": post.pk,
        "check_post_name": post.name,
        "check_department_id": post.department.pk,
    }


def _branch(n: int, data: Mapping[str, Any], masters: Masters) -> Branch:
    steps = []
    department: Department | None = None
    for m, row in enumerate(data.get("steps", ())):
        post = masters.post(f"flow.branches[{n}].steps[{m}]", row.get("post"))
        department = department or post.department
        rest = {key: value for key, value in row.items() if key != "post"}
        steps.append(version.build(Step, rest | {"post_id": post.pk, "post_name": post.name}))
    unit = department or Department(id=0, name="")
    key, name, only = str(data.get("key", "")), str(data.get("name", "")), bool(data.get("document_only", False))
    return Branch(key, name, unit.pk, unit.name, tuple(steps), only)
