"""Papers after the decision: breach of a commitment, annulment, proof of service, archive receipt."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from uuid import UUID

from tongban.procedures.cases.models import ArchivePackage, ArchiveSupplement
from tongban.procedures.cases.papers_data import laws
from tongban.procedures.cases.papers_data.common import chinese_day, chinese_moment, iso, signer
from tongban.procedures.cases.papers_data.source import Source, Told, told
from tongban.procedures.cases.rules.paper_kinds import RESULT_PAPERS
from tongban.registry.parties.models import Staff

MODES = {
    "portal": "电子送达（在网上查看、下载）",
    "counter": "窗口直接送达",
    "post": "邮寄送达",
    "left_behind": "留置送达",
}
_CIRCUMSTANCES = {
    "portal": "受送达人在平台上打开并收到下列文书，打开的时间记入账本。",
    "counter": "受送达人（代收人）在窗口当面核对并签收下列文书。",
    "post": "下列文书以邮件寄出，以邮件回执上注明的收件日期为送达日期。",
    "left_behind": "受送达人拒绝签收。送达人邀请见证人到场，说明情况，把文书留在其住所（经营场所），并记录送达过程。",
}


def _licence(source: Source) -> dict[str, str]:
    licences = source.detail.licences
    return {
        "licence_name": source.content.result.name if licences else "",
        "licence_number": licences[0].licence_number if licences else "",
    }


def _basis(row: Told, source: Source) -> list[laws.Basis]:
    rule = source.content.commitment
    return list(row.data.get("basis") or []) or laws.words(rule.basis if rule else "") or laws.own(source.content)


def rectification(source: Source) -> dict[str, Any]:
    """责令限期整改通知书: what differs from the promise, what to mend, until when."""
    row = source.proceeding("breach")
    rule = source.content.commitment
    requirements = row.get("requirements") or list(rule.statement if rule else ())
    return {
        **_licence(source),
        "bases": _basis(row, source),
        "checked_on": row.get("checked_on") or iso(row.row.opened_at),
        "due_on": iso(row.row.due_on),
        "facts": row.get("facts") or row.row.reason,
        "requirements": requirements,
    }


def annulment_prior(source: Source) -> dict[str, Any]:
    """拟撤销行政许可告知书: facts and reasons, and until when to be heard (行政许可法 art. 7)."""
    row = source.proceeding("breach")
    heard = {"instrument": laws.LICENSING_LAW, "article": "第七条"}
    cited = _basis(row, source)
    return {
        **_licence(source),
        "bases": [*cited, heard] if laws.licensing(source.content) else cited,
        "facts": row.get("facts"),
        "reasons": row.get("reasons"),
        "reply_by": row.data.get("defence_due") or iso(row.row.due_on),
        "hearing": bool(row.data.get("hearing")),
    }


def annulment(source: Source) -> dict[str, Any]:
    """撤销行政许可决定书: facts, defence, reasons, what follows (行政许可法 art. 69)."""
    row, detail = source.proceeding("breach"), source.detail
    decided = next((d for d in detail.documents if d.kind in ("decision_grant", "renewal_decision")), None)
    return {
        **_licence(source),
        "bases": laws.with_law("annulment_decision", source.content, _basis(row, source)),
        "annulled_number": decided.number if decided else "",
        "annulled_on": iso(detail.case.decided_at),
        "facts": row.get("facts"),
        "reasons": row.get("reasons"),
        "defence": _defence(source, row),
    }


def _defence(source: Source, row: Told) -> str:
    """What the holder said between order and decision; nothing said is said too."""
    said = [told(one).get("text") for one in source.detail.case.proceedings.filter(kind="defence", key=str(row.row.id))]
    return "\n".join(said) or row.get("defence") or "在规定的期限内没有提出陈述、申辩。"


def service_proof(source: Source) -> dict[str, Any]:
    """送达回证: which papers, to whom, how, when; refusal with witnesses, waybill by post."""
    proof = source.proof()
    details = json.loads(proof.details or "{}")
    witnesses = [_witness(one) for one in details.get("witnesses", [])]
    server = details.get("served_by") or _server(proof.by_account)
    return {
        "mode": MODES[proof.mode],
        "served_at": chinese_moment(proof.at),
        "place": details.get("place", ""),
        "received_by": proof.received_by,
        "relation": details.get("relation", ""),
        "waybill": details.get("waybill", ""),
        "refusal": details.get("refusal", "") or ("受送达人拒绝签收" if proof.mode == "left_behind" else ""),
        "witnesses": witnesses,
        "served_by": server,
        "documents": _served(source, proof.document_ids),
        "circumstances": _CIRCUMSTANCES[proof.mode],
        "signers": _signatures(proof.mode, proof.received_by, server, witnesses),
    }


def _witness(given: Any) -> dict[str, str]:
    """``姓名（单位）`` or ``{name, unit}``."""
    if isinstance(given, dict):
        return {"name": given.get("name", ""), "unit": given.get("unit", "")}
    name, _, unit = str(given).partition("（")
    return {"name": name, "unit": unit.rstrip("）")}


def _server(account_id: UUID) -> str:
    return Staff.objects.filter(account_id=account_id).values_list("name", flat=True).first() or ""


def _served(source: Source, ids: list[str]) -> list[dict[str, str]]:
    """The papers that were served: those named by the proof, else the decision and its licence."""
    wanted = {str(key) for key in ids}
    documents = source.detail.documents
    chosen = [d for d in documents if str(d.id) in wanted] if wanted else _of_decision(source)
    return [{"title": d.title, "number": d.number, "copies": "1"} for d in chosen]


def _of_decision(source: Source) -> list[Any]:
    kinds = {*RESULT_PAPERS.values(), "licence", "change_decision", "renewal_decision", "refusal_of_acceptance"}
    return [d for d in source.detail.documents if d.kind in kinds]


def _signatures(mode: str, received_by: str, server: str, witnesses: list[dict[str, str]]) -> list[Any]:
    if mode == "portal":
        return [signer("受送达人", received_by, "电子签收")]
    people = [signer("送达人", server)]
    if mode == "left_behind":
        return [*people, *(signer("见证人", one["name"]) for one in witnesses)]
    return [signer("签收人", received_by), *people]


def archive_receipt(source: Source) -> dict[str, Any]:
    """归档回执: number, fingerprint, what is in it, how long it is kept (国办发〔2023〕26号)."""
    package = _package_of(source)
    if package is None:
        raise LookupError(f"archive_receipt of case {source.detail.case.number}: there is no package")
    until = package.retain_until
    return {
        "archive_number": package.number,
        "archived_at": chinese_moment(package.archived_at),
        "archived_by": source.staff_name(package.archived_by) or "系统自动归档",
        "entries": f"{package.entries} 个",
        "size": f"{package.file.size} 字节",
        "retention": package.retention,
        "retain_until": chinese_day(until) if until else "永久",
        "content_hash": package.content_hash,
        "contents": _contents(package),
        "supplement": f"第 {package.part} 次补充归档" if isinstance(package, ArchiveSupplement) else "",
    }


def _package_of(source: Source) -> ArchivePackage | ArchiveSupplement | None:
    """The package that this receipt is of: the whole case, or a supplement."""
    case_id, receipt = source.detail.case.id, source.document.id
    later = ArchiveSupplement.objects.select_related("file").filter(case_id=case_id, receipt_id=receipt).first()
    return later or ArchivePackage.objects.select_related("file").filter(case_id=case_id).first()


def _contents(package: ArchivePackage | ArchiveSupplement) -> list[dict[str, str]]:
    from tongban.procedures.cases.archive import CATEGORIES, manifest_of

    count = Counter(entry["category"] for entry in manifest_of(package)["entries"])
    return [{"name": name, "count": str(count[key])} for key, name in CATEGORIES.items() if count[key]]
