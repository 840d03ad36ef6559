"""What staff type about a first contact, read into plain data, and the controls that show it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongban.faces.fields import ErrorLink, FieldView, error_links, view_of
from tongban.ground import moment
from tongban.ground.errors import Refusal, Refusals, TongbanError
from tongban.procedures.contacts import slips
from tongban.procedures.contacts.models import Channel, NegativeAnswer, Outcome
from tongban.procedures.contacts.services import Answer, Question, Returned
from tongban.registry.catalog import checklists
from tongban.registry.catalog import forms as catalog_forms
from tongban.registry.catalog.version import VersionContent

SPARE_ROWS, MOST_ROWS = 3, 20
CHANNEL_WORDS: dict[str, str] = {value: str(label) for value, label in Channel.choices}
_HINTS = {
    "guidance": "打印办理条件和全部材料，一次说清",
    "handed_back": "对方愿意先带回去改好再来；要交的必须收下",
    "negative_answer": "写明条款和理由，自动报大厅管理岗核对",
    "passed_on": "登记转给谁，由对方岗位答复，不能再转回来",
    "answered": "问题当场说清了",
}


@dataclass(frozen=True)
class ReturnedRow:
    """One row of what the person takes back, as typed."""

    name: str = ""
    copies: str = ""
    fault: str = ""
    remedy: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was typed in this row."""
        return not (self.name or self.fault or self.remedy)

    def returned(self) -> Returned:
        """The row for the service; copies that are no number count as none and are refused there."""
        copies = int(self.copies) if self.copies.isascii() and self.copies.isdecimal() else 0
        return Returned(self.name, copies if self.copies else 1, self.fault, self.remedy)


@dataclass(frozen=True)
class AnswerForm:
    """An answer as typed."""

    outcome: str = ""
    words: str = ""
    chosen: tuple[str, ...] = ()
    rows: tuple[ReturnedRow, ...] = (ReturnedRow(),) * SPARE_ROWS
    passed_to: str = ""
    agreed: bool = False

    def answer(self, content: VersionContent | None) -> Answer:
        """The answer for the service; only what belongs to its outcome goes along."""
        offered = content.legal_basis if content else ()
        basis = tuple(
            {"instrument": b.instrument, "article": b.article} for at, b in enumerate(offered) if str(at) in self.chosen
        )
        to = int(self.passed_to) if self.passed_to.isascii() and self.passed_to.isdecimal() else None
        return Answer(
            self.outcome,
            self.words,
            basis if self.outcome == "negative_answer" else (),
            tuple(row.returned() for row in self.rows if not row.empty) if self.outcome == "handed_back" else (),
            to if self.outcome == "passed_on" else None,
            self.agreed,
        )


@dataclass(frozen=True)
class QuestionForm:
    """A question as typed; ``typed`` are the answers to situation questions."""

    channel: str = "window"
    question: str = ""
    slug: str = ""
    person_name: str = ""
    person_phone: str = ""
    asked_at: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)

    def asked(self) -> Question:
        """The question for the service. Raises ``Refusal`` for a moment that is none."""
        return Question(
            self.channel,
            self.question,
            self.slug,
            self.typed,
            self.person_name,
            self.person_phone,
            _moment(self.asked_at),
        )


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text.replace("：", ":")).replace(tzinfo=moment.SHANGHAI)
    except ValueError as error:
        raise Refusal("contact.asked_at", "来问的时间不对", "asked_at", "写成 2026-11-22 09:30 这样") from error


def read_answer(post: QueryDict) -> AnswerForm:
    """The answer as typed, with spare rows for the list of what goes back."""
    columns = [post.getlist(f"returned_{name}")[:MOST_ROWS] for name in ("name", "copies", "fault", "remedy")]
    rows = tuple(ReturnedRow(*(value.strip() for value in row)) for row in zip(*columns, strict=False))
    typed = tuple(row for row in rows if not row.empty)
    spare = SPARE_ROWS if post.get("command") == "more_rows" else max(0, SPARE_ROWS - len(typed))
    return AnswerForm(
        post.get("outcome", ""),
        post.get("words", "").strip(),
        tuple(post.getlist("basis")),
        typed + (ReturnedRow(),) * spare,
        post.get("passed_to", ""),
        "yes" in post.getlist("agreed"),
    )


def read_question(post: QueryDict, content: VersionContent | None) -> QuestionForm:
    """The question as typed."""
    questions = content.questions if content else ()
    return QuestionForm(
        post.get("channel", ""),
        post.get("question", "").strip(),
        post.get("slug", ""),
        post.get("person_name", "").strip(),
        post.get("person_phone", "").strip(),
        post.get("asked_at", "").strip(),
        {q.path: str(catalog_forms.typed_value(post.getlist(q.path))) for q in questions if q.path in post},
    )


def wrong_of(error: TongbanError | None) -> dict[str, str]:
    """Field -> what is told there; a refusal of the act as a whole stands under the empty name."""
    if error is None:
        return {}
    items: Sequence[TongbanError] = error.items if isinstance(error, Refusals) else (error,)
    told: dict[str, str] = {}
    for item in items:
        sentence = f"{item.sentence}。{item.remedy}" if item.remedy else item.sentence
        told.setdefault(item.field or "", sentence)
    return told


def question_fields(form: QuestionForm, wrong: Mapping[str, str]) -> tuple[FieldView, ...]:
    """Who asks, what, how and when."""
    channels = tuple((value, str(label)) for value, label in Channel.choices if value != Channel.WEB)
    told = wrong.get
    return (
        FieldView("channel", _("怎么来问的"), "code", form.channel, options=channels, error=told("channel", "")),
        FieldView(
            "question",
            _("对方问什么"),
            "long_text",
            form.question,
            hint=_("用对方的话写，不写身份证号"),
            error=told("question", ""),
            max_length=2000,
        ),
        FieldView("person_name", _("姓名"), value=form.person_name, optional=True, max_length=60),
        FieldView(
            "person_phone",
            _("电话"),
            value=form.person_phone,
            optional=True,
            hint=_("要回电话的才填"),
            error=told("person_phone", ""),
            max_length=20,
        ),
        FieldView(
            "asked_at",
            _("什么时候问的"),
            value=form.asked_at,
            optional=True,
            hint=_("现在问的不用填；事后补记，写成 2026-11-22 09:30"),
            error=told("asked_at", ""),
            max_length=16,
        ),
    )


def item_choice(form: QuestionForm, options: Sequence[VersionContent], wrong: Mapping[str, str]) -> FieldView:
    """Which item; a select, however few there are, because a question may be about none."""
    offered = tuple((o.slug, f"{o.name}（{o.authority.short_name}）") for o in options)
    hint = _("选好后点“更新”，下面显示情形问题和材料")
    error = wrong.get("slug", "")
    return FieldView("slug", _("问的是哪个事项"), "select", form.slug, (), hint, True, error, options=offered)


def post_choice(form: AnswerForm, posts: Sequence[tuple[int, str]], wrong: Mapping[str, str]) -> FieldView:
    """Which post it is passed on to."""
    offered = tuple((str(key), name) for key, name in posts)
    hint, error = _("选“转给别人”时填"), wrong.get("passed_to", "")
    return FieldView("passed_to", _("转给哪个岗位"), "select", form.passed_to, (), hint, True, error, options=offered)


def situation_fields(
    content: VersionContent | None, form: QuestionForm, wrong: Mapping[str, str]
) -> tuple[FieldView, ...]:
    """The questions that decide which materials are needed; none must be answered."""
    if content is None:
        return ()
    return tuple(
        view_of(q, content.elements[q.path], raw=form.typed.get(q.path, ""), error=wrong.get(q.path, ""))
        for q in content.questions
    )


def known_answers(content: VersionContent | None, form: QuestionForm) -> dict[str, Any]:
    """The situation answers that are in order; wrong and open ones are left out."""
    if content is None or not content.questions:
        return {}
    return catalog_forms.parse_step(content, catalog_forms.QUESTIONS, form.typed)[0]


def answer_fields(
    form: AnswerForm, content: VersionContent | None, wrong: Mapping[str, str], channel: str = ""
) -> tuple[FieldView, ...]:
    """How it is answered; what belongs to one outcome only says so in its hint."""
    told = wrong.get
    left_out = {"handed_back"} if channel == Channel.WEB else set()
    outcomes = tuple(
        (value, f"{label}：{_HINTS[value]}")
        for value, label in Outcome.choices
        if value in _HINTS and value not in left_out
    )
    hint = _("电话一次性告知可以不填，系统按指南写成一段完整答复")
    fields = (
        FieldView("outcome", _("怎样答复"), "code", form.outcome, options=outcomes, error=told("outcome", "")),
        FieldView(
            "words", _("答复的内容"), "long_text", form.words, (), hint, True, told("words", ""), max_length=2000
        ),
    )
    if content is None or not content.legal_basis:
        return fields
    bases = tuple((str(at), f"《{b.instrument}》{b.article}") for at, b in enumerate(content.legal_basis))
    hint = _("选“答复不能办”时勾选")
    return (
        *fields,
        FieldView("basis", _("依据"), "codes", "", form.chosen, hint, True, told("basis", ""), options=bases),
    )


def check_fields(post: QueryDict, wrong: Mapping[str, str]) -> tuple[FieldView, ...]:
    """The hall manager's verdict on a reported "no"."""
    offered = tuple((value, str(label)) for value, label in NegativeAnswer.Verdict.choices)
    hint = _("退回重新答复时必填")
    return (
        FieldView(
            "verdict", _("答复对不对"), "code", post.get("verdict", ""), options=offered, error=wrong.get("verdict", "")
        ),
        FieldView(
            "check_words",
            _("应当怎样答复"),
            "long_text",
            post.get("check_words", ""),
            (),
            hint,
            True,
            wrong.get("check_words", ""),
            max_length=2000,
        ),
    )


def agreed_field(form: AnswerForm, wrong: Mapping[str, str]) -> FieldView:
    """That the person wants the materials back."""
    options = (("yes", _("对方愿意先把材料带回；我已说明要交就会收下")),)
    chosen, error = ("yes",) if form.agreed else (), wrong.get("agreed", "")
    return FieldView("agreed", _("带回要对方同意"), "codes", "", chosen, "", True, error, options=options)


def links(fields: Sequence[FieldView], wrong: Mapping[str, str]) -> tuple[ErrorLink, ...]:
    """The error summary: every field in its order, then the list of what goes back."""
    found = error_links(fields)
    if told := wrong.get("returned"):
        found = (*found, ErrorLink("#returned", told))
    return found


def checklist(content: VersionContent | None, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the clerk reads out: materials to bring, and those that nobody asks for."""
    materials, exempt = checklists.checklist(content, answers) if content else ([], [])
    return {"materials": materials, "exempt": exempt}


def telephone_words(content: VersionContent | None, answers: Mapping[str, Any]) -> str:
    """The template answer for the telephone, empty without an item."""
    return slips.phone_answer(content, answers) if content else ""
