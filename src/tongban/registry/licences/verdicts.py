"""The four verdicts of a verification, and what they are about. Pure (checklist g6 line 22)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Verdict = Literal["ok", "bad", "unknown"]


@dataclass(frozen=True)
class Found:
    """The licence or document in our register that a code or a file led to; the holder is masked.

    ``file_hash`` is the sha256 of the sealed original; ``state`` is the glossary's word, ``state_words`` its Chinese.
    """

    kind: Literal["licence", "document"]
    title: str
    number: str
    holder: str
    issuer: str
    issued_on: str
    valid_until: str
    state: str
    state_words: str
    code: str
    file_hash: str


@dataclass(frozen=True)
class Verdicts:
    """Signature, certificate chain at signing time, content since the sealing, and today's state, each on its own.

    :param sentences: the explanation, one plain Chinese sentence a verdict, in the same order.
    """

    signature: Verdict
    certificate: Verdict
    content: Verdict
    state: Verdict
    sentences: tuple[str, ...]
    found: Found | None = None

    @property
    def genuine(self) -> bool:
        """All four are good."""
        return {self.signature, self.certificate, self.content, self.state} == {"ok"}

    def to_json(self) -> dict[str, Any]:
        """Plain data for the command line and the API."""
        return asdict(self) | {"sentences": list(self.sentences), "genuine": self.genuine}


SIGNATURE = {
    "ok": "签名：有效，是签发机关的电子印章所签。",
    "bad": "签名：无效，文件内容与签名对不上。",
    "unknown": "签名：文件中没有可以核验的电子签名，可能是打印件、扫描件或预览件。",
}
CERTIFICATE = {
    "ok": "证书：盖章时有效，由受信任的机构签发。",
    "bad": "证书：不是受信任的机构签发，或盖章时不在有效期内。",
    "unknown": "证书：没有电子签名，无法核验证书。",
}
CONTENT = {
    "ok": "内容：盖章以后没有改动。",
    "bad": "内容：与签发的原件不一致，盖章以后被改动过，请以原件为准。",
    "unknown": "内容：本平台没有这份文件的原件，无法比对。",
}


def verdicts(
    signature: Verdict, certificate: Verdict, content: Verdict, found: Found | None, state: Verdict
) -> Verdicts:
    """Put the four together with their sentences."""
    sentences = (SIGNATURE[signature], CERTIFICATE[certificate], CONTENT[content], _state_sentence(found, state))
    return Verdicts(signature, certificate, content, state, sentences, found)


def _state_sentence(found: Found | None, state: Verdict) -> str:
    if found is None:
        return "状态：没有查到这份证照或文书的登记，请核对核验码，或向签发机关咨询。"
    what = "证照" if found.kind == "licence" else "文书"
    if state == "ok":
        until = f",有效期至 {found.valid_until}" if found.valid_until else ""
        return f"状态：这份{what}目前{found.state_words}{until}。"
    return f"状态：这份{what}目前{found.state_words}，不能作为有效凭证使用。"
