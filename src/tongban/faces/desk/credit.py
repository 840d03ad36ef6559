"""What the credit officer types, read into plain data, and the controls that show it again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongban.faces.fields import FieldView
from tongban.ground.errors import Refusal, Refusals
from tongban.ground.policy import Principal
from tongban.registry.credit import rules
from tongban.registry.credit.dossiers import Hit
from tongban.registry.credit.services import MOST_BASIS, MOST_PAPER, MOST_SOURCE, MOST_TITLE, MOST_WORDS, NewFact

_NAMES = ("key", "kind", "gravity", "title", "source", "paper_number", "on", "effect_until", "basis", "words")
_NEEDED = (
    ("kind", "请选择记录的种类", ""),
    ("title", "请写明是什么事", "例如：2025 年度守信个体工商户"),
    ("source", "请写明是哪个机关认定的", "写机关全称"),
    ("on", "请填写认定日期", "照文书上的日期填写"),
    ("basis", "请写明依据", "写法规、文件的名称和条款"),
)


@dataclass(frozen=True)
class FactForm:
    """A fact as typed."""

    typed: Mapping[str, str]

    def fact(self, principal: Principal, hit: Hit) -> NewFact:
        """The fact for the service; what belongs to another kind of record is left out.

        :raises Refusals: everything that is missing or cannot be read, at its control.
        """
        kind = self.typed["kind"]
        listed, grave = kind in rules.LISTS, kind in rules.GRAVE
        wrong = [
            Refusal(f"credit.{name}", sentence, field=name, remedy=remedy)
            for name, sentence, remedy in _NEEDED
            if not self.typed[name]
        ]
        if grave and self.typed["gravity"] not in rules.GRAVITIES:
            wrong.append(Refusal("credit.gravity", "失信记录要选择轻重", field="gravity"))
        if listed and not self.typed["effect_until"]:
            sentence = "列入名单要写明截止日期"
            wrong.append(Refusal("credit.term", sentence, field="effect_until", remedy="名单没有期限的，不能列入"))
        days = {name: self._day(name, wrong) for name in ("on", "effect_until")}
        on = days["on"]
        if wrong or on is None:
            raise Refusals(tuple(wrong))
        return NewFact(
            key=f"desk:{principal.staff_id}:{_key(self.typed['key'])}",
            party=hit.party,
            label=hit.name,
            kind=kind,
            gravity=self.typed["gravity"] if grave else "",
            on=on,
            basis=self.typed["basis"],
            department_id=principal.department_id or 0,
            region_no=principal.region_no,
            title=self.typed["title"],
            paper_number=self.typed["paper_number"],
            source=self.typed["source"],
            effect_until=days["effect_until"] if listed else None,
            words=self.typed["words"],
        )

    def _day(self, name: str, wrong: list[Refusal]) -> date | None:
        text = self.typed[name]
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            wrong.append(Refusal("credit.day", "没有看懂这个日期", field=name, remedy="写成 2026-11-30 这样"))
            return None


def read_fact(post: QueryDict | None) -> FactForm:
    """The fact as typed; empty for a new form, with a key that makes posting it twice one record."""
    typed = typed_of(post, *_NAMES) or dict.fromkeys(_NAMES, "")
    return FactForm({**typed, "key": str(_key(typed["key"]))})


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def fact_fields(form: FactForm, wrong: Mapping[str, str]) -> tuple[FieldView, ...]:
    """The controls of a new fact."""
    typed, told = form.typed.get, wrong.get
    kinds = tuple((kind, rules.KINDS[kind]) for kind in rules.IMPORTED)

    def made(name: str, label: str, kind: str = "text", hint: str = "", most: int = 0, **more: object) -> FieldView:
        return FieldView(
            name,
            label,
            kind,
            typed(name, ""),
            hint=hint,
            error=told(name, ""),
            max_length=most,
            **more,  # type: ignore[arg-type]
        )

    gravities = tuple(rules.GRAVITIES.items())
    return (
        made("kind", _("记的是什么"), "code", options=kinds),
        made("gravity", _("轻重"), "code", _("失信记录才选"), options=gravities, optional=True),
        made("title", _("什么事"), "text", _("本人在「我的信用」里会看到"), MOST_TITLE),
        made("source", _("哪个机关认定的"), "text", _("写机关全称"), MOST_SOURCE),
        made("paper_number", _("文书文号"), "text", "", MOST_PAPER, optional=True),
        made("on", _("认定日期"), "date"),
        made("effect_until", _("截止日期"), "date", _("列入名单的必须填；其他记录的期限按分级规则算"), optional=True),
        made("basis", _("依据"), "long_text", _("法规、文件的名称和条款，不超过 300 字"), MOST_BASIS),
        made("words", _("说明"), "long_text", "", MOST_WORDS, optional=True),
    )


def repair_fields(typed: Mapping[str, str], wrong: Mapping[str, str]) -> tuple[FieldView, ...]:
    """Why a record is repaired, on which basis."""
    told = wrong.get
    hint = _("改正了什么，有什么证明；本人看得到")
    return (
        FieldView(
            "reason",
            _("修复的理由"),
            "long_text",
            typed.get("reason", ""),
            hint=hint,
            error=told("reason", ""),
            max_length=MOST_WORDS,
        ),
        FieldView(
            "basis",
            _("修复的依据"),
            "text",
            typed.get("basis", ""),
            hint=_("写法规、文件的名称和条款"),
            error=told("basis", ""),
            max_length=MOST_BASIS,
        ),
    )


def answer_fields(typed: Mapping[str, str], wrong: Mapping[str, str]) -> tuple[FieldView, ...]:
    """The verdict on an objection and the answer in words."""
    verdicts = (
        ("upheld", _("异议成立：记录有误，从今天起更正，不再计分、不再公示")),
        ("rejected", _("异议不成立：记录保留")),
    )
    told = wrong.get
    return (
        FieldView(
            "verdict", _("核实结果"), "code", typed.get("verdict", ""), options=verdicts, error=told("verdict", "")
        ),
        FieldView(
            "answer",
            _("核实情况和答复"),
            "long_text",
            typed.get("answer", ""),
            hint=_("本人看得到"),
            error=told("answer", ""),
            max_length=MOST_WORDS,
        ),
    )


def find_field(typed: str, wrong: Mapping[str, str]) -> FieldView:
    """The one control that finds somebody; a wrong number is shown again, because only who typed it sees it."""
    hint = _("身份证号、统一社会信用代码或名称。个人按姓名只能找到已有记录的。")
    return FieldView("q", _("查谁的信用"), "text", typed, hint=hint, error=wrong.get("q", ""), max_length=100)


def typed_of(post: QueryDict | None, *names: str) -> dict[str, str]:
    """What was typed in these controls."""
    return {name: post.get(name, "").replace("\x00", "").strip() for name in names} if post else {}
