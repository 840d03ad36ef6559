"""The controls by which something is looked up by its number (``looking_up``)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongban.faces.fields import FieldView
from tongban.faces.portal.looking_up import Refused


def password_fields(
    name: str, number_hint: str, password_hint: str, number: str, refused: Refused | None
) -> tuple[FieldView, ...]:
    """Number and query password."""
    wrong = refused.wrong if refused else {}
    return (
        FieldView("number", name, value=number, hint=number_hint, error=wrong.get("number", ""), max_length=40),
        FieldView(
            "password",
            _("查询密码"),
            kind="one_time_code",
            hint=password_hint,
            error=wrong.get("password", ""),
            max_length=12,
        ),
    )


def phone_fields(
    name: str, mobile_words: str, number: str, mobile: str, refused: Refused | None, *, sent: bool
) -> tuple[FieldView, ...]:
    """Number and mobile; once a code was sent, the code too and the first two no longer change."""
    wrong = refused.wrong if refused else {}
    fields = (
        FieldView("number", name, value=number, error=wrong.get("number", ""), max_length=40, readonly=sent),
        FieldView("mobile", mobile_words, kind="mobile", value=mobile, error=wrong.get("mobile", ""), readonly=sent),
    )
    if not sent:
        return fields
    hint = _("编号和手机号对得上的，验证码已经发到手机上，10 分钟内有效")
    return (
        *fields,
        FieldView("code", _("短信验证码"), kind="one_time_code", hint=hint, error=wrong.get("code", "")),
    )
