"""What the OpenAPI document says in words: the whole, its parts, each operation with an example and its own refusals.

Pure data; :func:`tell` writes it into the document. A new operation without an entry does not pass the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from tongban.faces.openapi.examples import ANSWERS, REQUESTS

PROBLEM = "application/problem+json"

WHOLE = """云溪市政务服务开放接口。部门的业务系统、第三方渠道和自助终端用它查事项、收申请、办业务、核验证照，
和网页走同一条路、守同一套规则。

## 谁能调用

查事项、查部门、凭查询密码查进度、核验证照，任何人都可以调用，不用令牌。其余的接口要令牌：用调用方编号和密钥向
`POST /token` 换取，一小时有效，放在 `Authorization: Bearer <令牌>` 里。调用方由市平台的管理员登记、审核；
它替**一个岗位**办事，只能做这个岗位能做、又勾选给它的事。别的岗位的办件，对它来说不存在（404）。

## 翻页

列表用 `limit`（1 到 100，默认 20）和 `after`。答复里的 `next` 就是下一页的 `after`，为空就是最后一页。
只有「事项有哪些变化」不同：用答复里的 `cursor` 作下一次的 `since`，没有新变化时也照样留着。

## 重复的请求

写操作可以带 `Idempotency-Key`（1 到 200 个可见字符，每件事一个，例如一个 UUID），提交申请必须带。没有收到答复就用
同一个键再发一次：得到的是第一次的答复，并带 `Idempotency-Replayed: true`，不会办两次。同一个键换了内容是 409。

## 缓存

事项的答复带 `ETag`。下次带上 `If-None-Match`，没有变化时得到 304，没有内容。

## 出错

一律是 RFC 9457 问题详情（`application/problem+json`）。`title` 是给人看的一句话，`detail` 说怎么办，`type` 和 `code`
固定不变、给程序判断，`field` 是哪一项，有几处错时都在 `errors` 里。503 是暂时的，稍后用同一个键再试。"""

TAGS: Mapping[str, str] = {
    "token": "换取访问令牌",
    "items": "事项清单、办事指南和表单、事项变化：不用令牌",
    "places": "部门和行政区划：不用令牌",
    "files": "上传申请材料",
    "cases": "提交申请，查看办件、文书、材料、经过、留言",
    "acts": "办理：现在能办哪些动作、办理一个动作",
    "tasks": "岗位的待办",
    "progress": "办事人凭查询密码查进度：不用令牌",
    "licences": "核验证照和文书：不用令牌",
    "webhooks": "事件推送：推送到哪里、推送了什么、再推送一次",
}

PARAMETERS: Mapping[str, str] = {
    "Idempotency-Key": "这件事的键：没有收到答复时用同一个键再发，不会办两次",
    "act": "办理动作，取自「现在能办的动作」",
    "after": "上一页答复里的 next；第一页不填",
    "audience": "谁来办：person 个人，organisation 企业和单位",
    "code": "证照或文书上的核验码",
    "department": "部门的统一社会信用代码，取自「部门」",
    "domain": "公共服务领域（九个，例如 education 公共教育、health 医疗卫生）",
    "file_id": "材料里文件的编号",
    "how": "怎么办：online 全程网办，instant 当场办结，no_visit 不用跑",
    "item": "事项的网址名",
    "item_type": "事项类型：licensing 行政许可、confirmation 行政确认、adjudication 行政裁决、payment 行政给付、"
    "award 行政奖励、filing 行政备案、other_power 其他行政权力、public_service 公共服务",
    "kind": "待办的种类",
    "level": "哪一级：city 市，county 县（区），township 乡镇（街道），village 村（社区）",
    "limit": "每页多少条，1 到 100",
    "message_id": "留言或者推送的编号",
    "number": "办件编号",
    "paper_id": "文书的编号",
    "q": "想办的事，日常说法也行，例如「开理发店」",
    "region": "行政区划代码，取自「行政区划」",
    "since": "上一次答复里的 cursor；不填就从头取",
    "slug": "事项的网址名",
    "stage": "人生或者企业阶段，例如 retirement 退休养老",
    "standing": "configured 能在这里办，listed 清单里有、在别处办",
    "state": "办件状态",
    "submitted_from": "从哪天提交的算起（北京时间，含当天）",
    "submitted_until": "到哪天提交的为止（北京时间，含当天）",
    "task_id": "待办的编号，取自「查看办件」或者「待办列表」",
    "theme": "主题，例如 housing",
    "undelivered": "只看还没有送到的",
    "webhook": "推送设置的编号",
}


@dataclass(frozen=True)
class Told:
    """An operation in plain words; ``refusals``: codes of its own beside those of every operation, with the status."""

    words: str
    refusals: Mapping[str, int] = field(default_factory=dict)


_ACT = {"case.not_found": 404, "act.not_offered": 404, "act.moved_on": 409, "case.wrong_state": 422}
_CASE = {"case.not_found": 404}
OPERATIONS: Mapping[str, Told] = {
    "issue_token": Told(
        "用调用方编号和密钥换一个令牌，一小时有效。编号和密钥放在表单里，或者用 HTTP Basic。连续用错会锁 15 分钟。",
        {"token.invalid_client": 401, "token.grant_type": 422},
    ),
    "list_items": Told(
        "全部政务服务事项：先是能在这里办的，再是清单里有、在别处办的（`configured` 为 false）。可以按类型、谁来办、"
        "部门、地区、主题、阶段、领域筛选。带 `q` 就是查找，最合适的在前，不翻页。`exports` 是同样条件的全部开放数据。"
    ),
    "list_item_changes": Told(
        "从哪一刻起，哪些事项发布了新版、被替代，哪份清单导入或者撤销了，按先后一条不漏。自己留有一份事项的系统，"
        "隔几分钟来问一次，把提到的事项重新读一遍。发布以后，网页、窗口、接口同时生效。",
        {"catalog.cursor": 404},
    ),
    "get_item": Told(
        "一个事项今天有效的办事指南：办件类型、时限、网办深度、申请方式、跑动次数、条件、依据、收费、材料、流程、"
        "提问和表单，以及事项下的业务办理项和情形。在别处办的事项，如实给出清单写了什么、到哪里办。",
        {"catalog.option": 404, "catalog.paused": 422},
    ),
    "departments": Told("承担政务服务的部门，全部的，或者一个地区的。"),
    "regions": Told("市、县、乡、村的行政区划，从上到下。"),
    "upload_file": Told(
        "先把材料传上来，得到编号，再在申请里按材料填编号。收 PDF、JPEG、PNG，每个不超过 20 MB；带脚本、加密、"
        "损坏的不收。",
        {"file.type": 422, "file.too_large": 422, "file.encrypted": 422, "file.active_pdf": 422},
    ),
    "submit_application": Told(
        "替当事人提交申请。答案按数据元路径填，材料填上传得到的编号。缺什么、错什么一次全部告诉。同一个键永远是同一件。",
        {
            "catalog.option": 404,
            "applicant.name": 422,
            "applicant.organisation": 422,
            "applicant.agent_without_mandate": 422,
            "files.unknown": 422,
            "idempotency.other_request": 409,
        },
    ),
    "get_case": Told("一件办件的状态、经过、期限、文书、材料、脱敏的答案和岗位的待办。每次查看都有记录。", _CASE),
    "get_paper": Told("盖好章的文书，PDF。", {**_CASE, "paper.not_found": 404}),
    "get_case_file": Told("申请材料里的一个文件。每次查看都有记录。", {"file.not_found": 404}),
    "list_cases": Told("岗位看得到的办件，新的在前，可以按状态、事项、提交日期筛选。申请人姓名是脱敏的。"),
    "list_case_events": Told("一件办件发生过什么，按先后。推送漏了，从漏掉的序号起再取一遍。", _CASE),
    "list_case_messages": Told("办事人在这件办件里向本部门提的问题和答复。每次查看都有记录。", _CASE),
    "answer_case_message": Told(
        "以部门的名义答复，只答一次。不能借答复要材料：要材料得出补正告知书。",
        {"message.not_found": 404, "message.answered": 409, "message.demand": 422},
    ),
    "accept_case": Told("受理：出受理通知书，开始计时，各部门同时开始审查。", _ACT),
    "request_correction": Told("一次性告知全部要补正的内容（行政许可法第三十二条）。", _ACT),
    "refuse_acceptance": Told("不予受理，书面写明理由（行政许可法第三十二条）。", _ACT),
    "complete_step": Told(
        "办结岗位的一步审查：通过或者不通过，写明意见。", {**_ACT, "step.unknown": 422, "step.text": 422}
    ),
    "decide_case": Told(
        "作出决定。不予准予的，写明事实、依据和理由（行政许可法第三十八条）。审查的人不能决定。",
        {**_ACT, "decision.objected": 422, "decision.suspended": 422},
    ),
    "deliver_result": Told("结果在窗口交给了谁，登记签收人。", _ACT),
    "list_acts": Told(
        "岗位现在能对这件办件做的全部动作，每个动作要填哪些值、收哪些材料。和工作人员看到的是同一张表。", _CASE
    ),
    "do_act": Told("办理「现在能办的动作」里的一个，值按名称填。", {**_ACT, "act.files": 422, "files.unknown": 422}),
    "list_tasks": Told("岗位的待办，快到期的在前。"),
    "get_progress": Told(
        "办事人凭回执上的办件编号和查询密码查进度。连续三次不对，这个编号锁十分钟。", {"progress.no_match": 404}
    ),
    "get_licence": Told(
        "凭核验码核验：签名、证书、内容、状态各给一个结论，四个都好才是真的。", {"licence.not_found": 404}
    ),
    "verify_licence": Told(
        "核验收到的 PDF 文件，结论同上。文件不保存。", {"verify.type": 422, "verify.too_large": 422}
    ),
    "list_webhooks": Told("调用方自己的推送地址和推送哪些变化。地址由管理员设置，密钥只在设置时给一次。"),
    "list_webhook_messages": Told("近一个月推送了什么、到了没有、下次什么时候再试。", {"webhook.not_found": 404}),
    "resend_webhook_message": Told(
        "把一条推送再发一次，编号不变：已经收到的接收方答 2xx 就行。",
        {"webhook.not_found": 404, "webhook.message": 404, "webhook.off": 422},
    ),
    "test_webhook": Told(
        "推送一条 `webhook.tested`，看路通不通。到了没有，在推送记录里看。",
        {"webhook.not_found": 404, "webhook.off": 422},
    ),
}

STATUSES: Mapping[int, tuple[str, str, str]] = {
    400: ("请求看不懂", "http.bad_request", "请求的格式看不懂"),
    401: ("没有令牌，或者令牌过期了", "token.invalid", "访问令牌不对或已经过期"),
    403: ("调用方没有这项权限", "scope.missing", "这个调用方没有 cases.case.accept 的权限"),
    404: ("没有，或者不归这个岗位", "not_found", "没有找到这项内容，可能已经移走，或不在您的办理范围内"),
    405: ("这个地址不接受这种请求方法", "http.method_not_allowed", "这个地址不接受这种请求方法"),
    409: ("键用在了别的请求上，或者别人先办了", "idempotency.other_request", "这个幂等键已用于另一个请求"),
    422: ("有一项不对，或者法律、办件的状态不允许", "request.invalid", "「limit」不能小于 1"),
    429: ("太频繁，请过一会儿再试", "too_many", "从您的网络核验的次数太多"),
    503: ("暂时连不上，请稍后用同一个键再试", "unavailable.database", "数据库暂时连不上，刚才的操作没有保存"),
}
"""Status -> what it means, and a refusal as an example: its code and sentence."""
SUCCESS = {200: "成功", 201: "已收到"}


def tell(document: dict[str, Any]) -> None:
    """Write the words, the examples and the refusals into the document."""
    document["tags"] = [{"name": name, "description": words} for name, words in TAGS.items()]
    for path, methods in document["paths"].items():
        for operation in methods.values():
            _tell_operation(operation, path)


def _tell_operation(operation: dict[str, Any], path: str) -> None:
    name = operation["operationId"]
    told = OPERATIONS[name]
    own = "、".join(f"`{code}`（{status}）" for code, status in told.refusals.items())
    operation["description"] = f"{told.words}\n\n可能的拒绝：{own}。" if own else told.words
    for parameter in operation["parameters"]:
        parameter["description"] = PARAMETERS[parameter["name"]]
    if name in REQUESTS:
        for content in operation["requestBody"]["content"].values():
            content["example"] = REQUESTS[name]
    for status, answer in operation["responses"].items():
        _tell_answer(int(status), answer, name, path)


def _tell_answer(status: int, answer: dict[str, Any], name: str, path: str) -> None:
    content = answer.get("content", {})
    if status in SUCCESS:
        answer["description"] = SUCCESS[status]
        if name in ANSWERS:
            content["application/json"]["example"] = ANSWERS[name]
        return
    words, usual, sentence = STATUSES[status]
    told = [code for code, of in OPERATIONS[name].refusals.items() if of == status]
    answer["description"] = f"{words}：{'、'.join(told)}" if told else words
    content[PROBLEM]["example"] = {
        "type": f"urn:tongban:error:{usual}",
        "title": sentence,
        "status": int(HTTPStatus(status)),
        "code": usual,
        "instance": path,
    }
