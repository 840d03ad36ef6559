"""What a case still lacks: what its answers call for without a paper, an answer or a lawful substitute. Pure.

A gap is a side matter of the case: opened when an application is entered without a required material, or when a
correction changes the answers so that they call for more (``data["target"]`` material or field).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tongban.ground.changes import Insert, Update
from tongban.ground.errors import Refusal
from tongban.procedures.cases.rules import proceedings
from tongban.procedures.cases.rules.state import CaseState, ProceedingView, Setting


def outstanding(state: CaseState) -> tuple[str, ...]:
    """Codes of required materials (paths of required fields) that are missing without a substitute.

    A gap is filled by a material or an answer that is given, by a deferral that the applicant chose, by a commitment
    that replaces the material, or by a relief that waives it. A deferral that has lapsed fills it no more.
    """
    gaps = [p for p in state.proceedings if p.kind == "gap"]
    if not gaps:
        return ()
    filled = {m.code for m in state.materials}
    filled |= {p.key for p in state.proceedings if p.kind == "deferral" and p.state in ("open", "done")}
    filled |= {code for p in state.proceedings if p.kind == "commitment" for code in p.data.get("materials", ())}
    filled |= {code for p in state.proceedings if p.kind == "relief" for code in p.data.get("waived", ())}
    return tuple(gap.key for gap in gaps if (gap.state != "done" if of_a_field(gap) else gap.key not in filled))


def of_a_field(gap: ProceedingView) -> bool:
    """Whether it is an answer that is missing, not a material."""
    return gap.data.get("target") == "field"


def arisen(state: CaseState) -> set[tuple[str, str]]:
    """What a correction has made necessary: no notice could have named it before, so a further one may."""
    missing = outstanding(state)
    return {
        (str(gap.data.get("target", "material")), gap.key)
        for gap in state.open_proceedings("gap")
        if gap.data.get("arose") == "correction" and gap.key in missing
    }


def names_of(codes: Sequence[str], setting: Setting) -> str:
    """Names of materials and fields as a list in words."""
    known = {f.path: f.label for f in setting.content.all_fields()}
    known |= {m.code: m.name for m in setting.content.materials}
    return "、".join(known.get(code, code) for code in codes)


def require_complete(state: CaseState, setting: Setting, but: Sequence[str] = ()) -> None:
    """Raise ``materials.outstanding`` while something required has neither come nor a lawful substitute.

    :param but: codes of what this very act substitutes lawfully.
    """
    if codes := tuple(code for code in outstanding(state) if code not in but):
        raise Refusal(
            "materials.outstanding",
            f"还缺必须提交的内容：{names_of(codes, setting)}",
            field=f"material-{codes[0]}",
            remedy="受理前当场补上或者一次性告知补正，受理后请申请人补充；清单里写明可以容缺或承诺的，由申请人选择",
        )


def filled(state: CaseState, codes: Iterable[str], setting: Setting, result: str) -> tuple[Update, ...]:
    """The gaps that these materials and fields close; ``result`` given, deferred or promised."""
    wanted = set(codes)
    return tuple(
        proceedings.closed(gap, setting, result=result) for gap in state.open_proceedings("gap") if gap.key in wanted
    )


def opened(state: CaseState, left: Iterable[tuple[str, str]], setting: Setting) -> tuple[Insert, ...]:
    """The gaps that a correction opens: what its answers call for, unless it is known already."""
    known = {p.key for p in state.proceedings if p.kind == "gap"}
    return tuple(
        proceedings.opened(state, setting, "gap", key=code, data={"target": target, "arose": "correction"})
        for target, code in left
        if code not in known
    )
