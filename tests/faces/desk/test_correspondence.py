"""Questions of applicants answered at the desk, results that go by post, paper that comes."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.faces.desk import builders
from tests.support import builders as support
from tongban.procedures.cases import services
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.models import Case, CaseMessage, Consignment, ServiceProof
from tongban.procedures.work.models import Task
from tongban.registry.catalog import selectors as catalog

pytestmark = [pytest.mark.django_db, pytest.mark.aside]


def a_question(text: str = "现场查看大概哪天来？") -> tuple[Case, CaseMessage]:
    """An applicant's own case under review, with a question to the deciding department."""
    case = Case.objects.get(pk=support.a_case_in_review())
    asked = services.write_message(support.resident(), case.pk, department_id=case.department_id, text=text)
    return case, asked


def a_result_to_send() -> Case:
    """Granted and issued; the applicant wants it by post."""
    case = Case.objects.get(pk=support.a_granted_case())
    Case.objects.filter(pk=case.pk).update(delivery_mode="post", delivery_address="云溪市桥西区溪源路 156 号一层")
    case.refresh_from_db()
    return case


def issuing(case: Case) -> object:
    """A browser at the post that delivers the case."""
    task = load(case.pk).open_tasks("deliver")[0]
    who = support.holder_of(task.post_id)
    return builders.at_desk(support.Staff.objects.get(pk=who.staff_id).number, who.post_name)


@pytest.mark.covers("WIN-01")
def test_a_question_waits_on_the_home_of_who_handles_and_is_answered_on_the_case(django_assert_num_queries) -> None:
    case, asked = a_question()
    handler = builders.at_desk(builders.HANDLER)
    with django_assert_num_queries(3):  # the session row, the list, the questions
        home = handler.get(reverse("desk:home")).content.decode()
    assert "1 条留言等您答复" in home
    assert "现场查看大概哪天来" not in home
    page = handler.get(reverse("desk:review_case", args=[case.number])).content.decode()
    assert "现场查看大概哪天来" in page
    address = reverse("desk:message_answer", args=[case.number, asked.pk])
    material = catalog.content(case.version_id).materials[0].name
    demand = handler.post(address, {"answer": f"请补交{material}"})
    assert demand.status_code == 422
    assert "这里不能要材料" in demand.content.decode()
    assert f"请补交{material}</textarea>" in demand.content.decode()
    assert handler.post(address, {"answer": " "}).status_code == 422
    done = handler.post(address, {"answer": "周三上午，来之前会打电话。"})
    assert done.status_code == 303
    assert "周三上午" in handler.get(done["Location"]).content.decode()
    assert "留言等您答复" not in handler.get(reverse("desk:home")).content.decode()
    assert handler.post(address, {"answer": "再答一次"}).status_code == 409
    assert CaseMessage.objects.filter(case=case, by_applicant=False).count() == 1


def test_another_departments_people_and_the_window_do_not_answer() -> None:
    case, asked = a_question()
    address = reverse("desk:message_answer", args=[case.number, asked.pk])
    assert builders.at_desk(builders.CLERK).post(address, {"answer": "好"}).status_code == 403
    assert builders.at_desk("YX1201").post(address, {"answer": "好"}).status_code == 404
    other = Case.objects.get(pk=support.a_case_in_review())
    wrong = reverse("desk:message_answer", args=[other.number, asked.pk])
    assert builders.at_desk(builders.HANDLER).post(wrong, {"answer": "好"}).status_code == 404
    assert "现场查看大概哪天来" not in builders.at_desk("YX1201").get(reverse("desk:home")).content.decode()


@pytest.mark.covers("WIN-01", "XRG-02")
def test_a_result_goes_by_post_and_is_delivered_when_somebody_signs() -> None:
    case = a_result_to_send()
    clerk = issuing(case)
    page = clerk.get(reverse("desk:posting_list")).content.decode()
    assert case.number in page
    assert "溪源路 156 号" not in page  # whole only on the case, where the look is on record
    assert "溪源路 156 号" in clerk.get(reverse("desk:window_case", args=[case.number])).content.decode()
    address, number = reverse("desk:posting_list"), case.number
    assert "还没有填单号" in clerk.post(address, {"number": number}).content.decode()
    bad = clerk.post(address, {"number": number, f"waybill__{number}": "?", f"courier__{number}": "顺丰"})
    assert bad.status_code == 422
    assert "单号不对" in bad.content.decode()
    sent = clerk.post(address, {"number": number, f"waybill__{number}": "sf 1234567", f"courier__{number}": "顺丰"})
    assert "已登记寄出：顺丰 SF1234567" in sent.content.decode()
    assert Consignment.objects.get(case=case).direction == "out"
    assert Task.objects.filter(subject_id=case.pk, kind="deliver", done_at=None).exists()
    signed = clerk.post(address, {"number": number, f"signed__{number}": "yes", f"by__{number}": "陆明远"})
    assert "已登记签收" in signed.content.decode()
    proof = ServiceProof.objects.get(case=case)
    assert (proof.mode, proof.received_by) == ("post", "陆明远")
    assert Consignment.objects.get(case=case).received_at is not None
    assert case.number not in clerk.get(address).content.decode()


def test_one_bad_row_holds_up_no_other() -> None:
    first, second = a_result_to_send(), a_result_to_send()
    clerk = issuing(first)
    typed = {"number": [first.number, second.number, "YX-NOT-HERE"], "waybill__YX-NOT-HERE": "SF7654321"}
    for number, waybill in ((first.number, "SF1111111"), (second.number, "!")):
        typed |= {f"waybill__{number}": waybill, f"courier__{number}": "顺丰"}
    text = clerk.post(reverse("desk:posting_list"), typed).content.decode()
    assert "2 件没有办成" in text
    assert list(Consignment.objects.values_list("case_id", flat=True)) == [first.pk]


def test_paper_that_the_applicant_sent_is_signed_for_at_the_window() -> None:
    case = Case.objects.get(pk=support.a_submitted_case())
    sent = services.consign(support.resident(), case.pk, courier="顺丰", waybill="SF9988776", contents="原件一份")
    task = load(case.pk).open_tasks("accept")[0]
    who = support.holder_of(task.post_id)
    clerk = builders.at_desk(support.Staff.objects.get(pk=who.staff_id).number, who.post_name)
    assert "SF9988776" in clerk.get(reverse("desk:window_case", args=[case.number])).content.decode()
    address = reverse("desk:parcel_received", args=[case.number, sent.pk])
    assert clerk.post(address).status_code == 303
    sent.refresh_from_db()
    assert sent.received_by == who.name
    assert builders.at_desk(builders.HANDLER).post(address).status_code == 403
