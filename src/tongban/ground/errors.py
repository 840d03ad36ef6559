"""The family of domain errors.

Every refusal that a person can meet is one of these: a stable code, a plain Chinese sentence that says what is wrong
and what to do now, and the field it concerns. One mapper (``faces/errors.py``) turns them into pages, htmx partials
and RFC 9457 problems.
"""

from __future__ import annotations


class TongbanError(Exception):
    """Base of the family.

    :param code: stable dotted identifier, e.g. ``id_number.check_digit``; part of the interface.
    :param sentence: what is wrong and where, in plain Chinese; never holds a full personal value.
    :param field: element path or form field that it concerns.
    :param remedy: what the person can do now, in plain Chinese.
    """

    status = 400

    def __init__(self, code: str, sentence: str, field: str | None = None, remedy: str = "") -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence
        self.field = field
        self.remedy = remedy


class Refusal(TongbanError):
    """The input or the act is not allowed as it stands."""

    status = 422


class Refusals(Refusal):
    """Several refusals found at once (a form, an import): all of them are told, not only the first."""

    def __init__(self, items: tuple[Refusal, ...]) -> None:
        super().__init__("several", f"有 {len(items)} 处需要改")
        self.items = items

    def __str__(self) -> str:
        return "; ".join(f"{item.field or ''}: {item.sentence}" for item in self.items)


class Conflict(TongbanError):
    """Somebody else was faster, or the same key came with another content."""

    status = 409


class NotFound(TongbanError):
    """It does not exist, or the person may not know that it does."""

    status = 404

    def __init__(
        self, code: str = "not_found", sentence: str = "没有找到这项内容，可能已经移走，或不在您的办理范围内"
    ) -> None:
        super().__init__(code, sentence)


class SignInNeeded(TongbanError):
    """The act needs a signed-in person."""

    status = 401

    def __init__(self, code: str = "sign_in_needed", sentence: str = "请先登录，您填的内容会保留") -> None:
        super().__init__(code, sentence)


class TooMany(TongbanError):
    """A rate limit was reached."""

    status = 429


class Unavailable(TongbanError):
    """A neighbour system does not answer; nothing was lost."""

    status = 503

    def __init__(self, port: str, sentence: str, remedy: str = "") -> None:
        super().__init__(f"unavailable.{port}", sentence, remedy=remedy)
        self.port = port
