"""What a control offers that does not stand in the case: posts that fit a task, hearing officers. Queries."""

from __future__ import annotations

from tongban.faces.acts.act import Options, Scene
from tongban.faces.desk.acts.options import own_tasks
from tongban.ground import moment
from tongban.procedures.cases.models import Proceeding
from tongban.procedures.cases.papers_data.source import told
from tongban.procedures.cases.services.matters import ROLES
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


def opinions_asked(scene: Scene) -> Options:
    """Questions that the acting post is asked, with their words; one query."""
    keys = {t.step_key for t in own_tasks(scene, "opinion")}
    rows = Proceeding.objects.filter(id__in=keys, case_id=scene.id, state="open").order_by("opened_at")
    return tuple((str(row.id), str(told(row).get("question"))) for row in rows)
