"""What a control offers that does not stand in the case: posts that fit a task, hearing officers. Queries."""

from __future__ import annotations

from tongban.faces.acts.act import Options, Scene
from tongban.faces.desk.acts.options import deferrable_options, own_tasks
from tongban.ground import moment
from tongban.procedures.cases.models import Proceeding
from tongban.procedures.cases.papers_data.source import told
from tongban.procedures.cases.rules import gaps
from tongban.procedures.cases.services.matters import ROLES
from tongban.procedures.cases.standing import offer_of
from tongban.registry.catalog.reliefs import REVIEW_LATER, SUPPLY_LATER, WAIVE_MATERIAL, WAIVE_REVIEW, spared
from tongban.registry.parties.models import Post, StaffPost

MOST = 200


def _posts(scene: Scene, kinds: set[str]) -> list[Post]:
    roles = sorted({role for kind in kinds for role in ROLES.get(kind, ())})
    rows = Post.objects.select_related("department").filter(
        roles__overlap=roles, region__no__lte=scene.state.region_no, region__end_no__gte=scene.state.region_no
    )
    return list(rows.order_by("department__name", "name")[:MOST])


def posts_to_take_over(scene: Scene) -> Options:
    """Posts that may take a task of the kinds that can be handed over now; one query."""
    oversees = "hall_manager" in scene.principal.roles
    tasks = scene.state.open_tasks() if oversees else own_tasks(scene)
    held = {t.post_id for t in tasks}
    posts = _posts(scene, {t.kind for t in tasks})
    return tuple((str(p.pk), str(p)) for p in posts if p.pk not in held or oversees)


def posts_to_ask(scene: Scene) -> Options:
    """Posts whose opinion can be asked; one query."""
    return tuple((str(p.pk), str(p)) for p in _posts(scene, {"opinion"}) if p.pk != scene.principal.post_id)


def hearing_officers(scene: Scene) -> Options:
    """Who may preside over a hearing of the deciding department; one query."""
    held = StaffPost.objects.select_related("staff", "post").filter(
        post__department_id=scene.state.department_id,
        post__roles__contains=["hearing_officer"],
        valid__contains=moment.today(),
    )
    return tuple({str(h.staff_id): (str(h.staff_id), h.staff.name) for h in held[:MOST]}.values())


def parties(scene: Scene) -> Options:
    """Interested parties who have not been heard, by name; one query."""
    rows = Proceeding.objects.filter(case_id=scene.id, kind="interested_party", state="open").order_by("opened_at")
    return tuple((str(row.id), str(told(row).get("name"))) for row in rows)


def reliefs(scene: Scene) -> Options:
    """Reliefs that the applicant's credit earns here; two queries where the item uses credit, else none."""
    offer = offer_of(scene.content, scene.state.applicant_person_id, scene.state.applicant_organisation_id)
    return tuple((relief, _relief_words(scene, relief, words)) for relief, words in offer.reliefs) if offer else ()


def _relief_words(scene: Scene, relief: str, words: str) -> str:
    of = {
        WAIVE_MATERIAL: [m.name for m in scene.content.materials if m.relief == WAIVE_MATERIAL],
        WAIVE_REVIEW: [b.name for b in scene.content.flow.branches if b.document_only],
    }.get(relief, [])
    told = {SUPPLY_LATER: "领取结果时补交", REVIEW_LATER: "先作决定，以后核查"}.get(relief, "、".join(of))
    return f"{words}（{told}）" if told else words


def credit_note(scene: Scene) -> tuple[str, ...]:
    """The applicant's grade with its reasons, and what it means here; nothing where credit counts for nothing."""
    offer = offer_of(scene.content, scene.state.applicant_person_id, scene.state.applicant_organisation_id)
    if offer is None:
        return ()
    lines = [f"信用等级 {offer.grade.letter}（{offer.grade.total} 分）。依据：{offer.basis}"]
    lines += [f"{line.on.isoformat()}　{line.words}　{line.delta:+d}" for line in offer.grade.lines[1:]]
    if offer.excluded:
        lines.append("按公布的规则，这个等级不适用容缺受理和告知承诺。")
    return tuple(lines)


def later_on_credit(scene: Scene) -> Options:
    """Missing materials that may follow: by the published list, or because good credit lets them; queries as above."""
    offer = offer_of(scene.content, scene.state.applicant_person_id, scene.state.applicant_organisation_id)
    grade = offer.grade.letter if offer else ""
    own = dict(deferrable_options(scene))
    missing = gaps.outstanding(scene.state)
    spare = [code for code in missing if code not in own and SUPPLY_LATER in spared(scene.content, grade, code)]
    known = {m.code: m.name for m in scene.content.materials}
    more = {code: f"{known.get(code, code)}（凭信用，领取结果时补交）" for code in spare}
    return tuple((own | more).items())


def party_who_asks(scene: Scene) -> Options:
    """Interested parties of the case, told or heard, by name; one query."""
    rows = Proceeding.objects.filter(case_id=scene.id, kind="interested_party").order_by("opened_at")
    return tuple((str(row.id), str(told(row).get("name"))) for row in rows)


def opinions_asked(scene: Scene) -> Options:
    """Questions that the acting post is asked, with their words; one query."""
    keys = {t.step_key for t in own_tasks(scene, "opinion")}
    rows = Proceeding.objects.filter(id__in=keys, case_id=scene.id, state="open").order_by("opened_at")
    return tuple((str(row.id), str(told(row).get("question"))) for row in rows)
