"""The applicant chooses what may follow later, and nothing else may be left out."""

from __future__ import annotations

import pytest

from tests.faces.desk.acts import hall
from tests.support import builders
from tongban.demo import answers, names, samples
from tongban.demo.history import person_facts
from tongban.ground import moment
from tongban.procedures.cases import drafts
from tongban.procedures.cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.mark.covers("NTC-06")
def test_a_secondary_material_may_be_left_out_by_choice_and_an_essential_one_may_not() -> None:
    who = builders.resident()
    draft = drafts.start_draft(who, names.RENEWAL_SLUG)
    given = answers.complete(names.RENEWAL_SLUG, person_facts(who, None), moment.today())
    draft = drafts.save_draft(who, draft.id, draft.revision, given)
    held = drafts.answers_of(draft)
    assert who.account_id is not None
    wanted = samples.wanted(names.RENEWAL_SLUG, held)
    later, essential = "hygiene_rules", next(code for code in wanted if code not in ("hygiene_rules", "health_list"))
    for code in wanted:
        if code not in (later, essential):
            drafts.attach(who, draft.id, code, samples.file_for(code, held, who.account_id))
    mine, address = hall.browser_of(who), f"/apply/d/{draft.id}/check/"
    page = mine.get(address).content.decode()
    assert f'name="without" value="{later}"' in page
    assert f'name="without" value="{essential}"' not in page
    sent = {"delivery_mode": "counter", "consent": "yes", "without": [later, essential]}
    assert mine.post(address, sent).status_code == 422
    drafts.attach(who, draft.id, essential, samples.file_for(essential, held, who.account_id))
    assert mine.post(address, {**sent, "without": []}).status_code == 422
    done = mine.post(address, sent)
    hall.done(done)
    case = Case.objects.get(number=done["Location"].split("/")[3])
    assert case.proceedings.filter(kind="gap", key=later, state="open").exists()
