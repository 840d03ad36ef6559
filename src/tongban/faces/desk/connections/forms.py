"""Forms of this room: a caller to be, a webhook to be. The controls of the acts, no case."""

from __future__ import annotations

from tongban.faces.acts.act import Act, Options, Scene
from tongban.faces.acts.controls import Choice, Text, Ticks
from tongban.faces.desk.acts import table
from tongban.faces.openapi.channels import scopes_of
from tongban.faces.openapi.models import Channel
from tongban.faces.openapi.webhooks.events import EVENTS
from tongban.registry.parties.models import Post

_MORE = {
    "cases.case.view": "查看办件",
    "work.task.view": "待办列表",
    "cases.case.submit": "代当事人提交申请",
    "cases.message.answer": "答复办件留言",
}


def scope_words() -> dict[str, str]:
    """Permission -> what it lets a machine do: the titles of the acts that need it."""
    words = dict(_MORE)
    for act in table.ACTS:
        for permission in act.permissions:
            words.setdefault(permission, str(act.title))
    return words


def scopes_for(post: Post) -> Options:
    """The permissions of a post that mean something to a machine."""
    words = scope_words()
    return tuple((scope, f"{words[scope]}（{scope}）") for scope in scopes_of(post) if scope in words)


def channel_form(post: Post) -> Act:
    """A caller that acts for this post."""
    scopes = scopes_for(post)

    def offered(scene: Scene) -> Options:
        return scopes

    return Act(
        "request",
        "登记调用方",
        f"这个系统将以「{post}」的权限办理。登记后由安全管理员审核，审核通过才能取密钥。",
        ("connections.channel.request",),
        (
            Text("client_id", "调用方编号", "小写字母、数字和短横线，例如 health-licensing", most=40),
            Text("name", "系统名称", most=100),
            Choice("kind", "种类", options=lambda scene: tuple(Channel.Kind.choices), first=True),
            Text("purpose", "用途", "哪个系统、做什么、为什么要这些权限", long=True, most=1000),
            Text("contact", "联系人", "单位、姓名、办公电话", most=100, optional=True),
            Ticks("scopes", "权限", "只勾选用得到的", options=offered),
        ),
    )


def webhook_form() -> Act:
    """An address and its events."""
    options = tuple((kind, f"{words}（{kind}）") for kind, words in EVENTS.items())

    def offered(scene: Scene) -> Options:
        return options

    return Act(
        "set",
        "登记推送地址",
        "办件有变化时，向这个地址推送一条带签名的消息，只有编号和状态，没有个人信息。",
        ("connections.webhook.configure",),
        (
            Text("url", "推送地址", "外网地址用 https", most=500),
            Ticks("kinds", "推送哪些变化", options=offered),
        ),
    )
