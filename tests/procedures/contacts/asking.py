"""People who ask, and what they are answered: built for the tests of first contacts."""

from __future__ import annotations

import uuid
from typing import Any

from tests.support import builders
from tongban.demo import names
from tongban.ground.policy import Principal
from tongban.procedures.contacts import services
from tongban.procedures.contacts.services import Answer, Question, Registered, Returned
from tongban.registry.parties.models import Post

BASIS = {"instrument": "公共场所卫生管理条例", "article": "第四条"}


def window() -> Principal:
    """顾晚晴 at the window."""
    return builders.clerk()


def manager() -> Principal:
    """方砚秋, who manages the hall."""
    return builders.staff("方砚秋")


def handler() -> Principal:
    """蒋若溪 of the health commission."""
    return builders.staff("蒋若溪")


def post(name: str) -> int:
    """The id of a post by its name."""
    return Post.objects.get(name=name).pk


def ask(who: Principal | None = None, given: Answer | None = None, key: str = "", **changes: Any) -> Registered:
    """A question at the window about the hygiene licence, answered with a guidance notice."""
    values: dict[str, Any] = {"channel": "window", "text": "开理发店要办什么", "slug": names.HYGIENE_SLUG, **changes}
    return services.register(
        who or window(), Question(**values), given or Answer("guidance"), key=key or str(uuid.uuid4())
    )


def basis_of(slug: str = names.HYGIENE_SLUG) -> dict[str, str]:
    """The first article of the item."""
    from tongban.registry.catalog import selectors

    first = selectors.version_in_force(slug)[1].legal_basis[0]
    return {"instrument": first.instrument, "article": first.article}


def a_no() -> Answer:
    """A window's "no" with its article."""
    return Answer("negative_answer", words="场所没有独立的消毒间", basis=(basis_of(),))


def a_return() -> Answer:
    """Materials that the person takes back."""
    row = Returned("平面图", 1, "看不清消毒间", "重新画，标出消毒间")
    return Answer("handed_back", returned=(row,), agreed=True)


def passed(to: str = names.HYGIENE_HANDLE_POST) -> Answer:
    """Passed on to a post."""
    return Answer("passed_on", words="问装修前要不要先审", passed_to=post(to))
