"""Which articles a paper cites. Only ``licensing`` rests on the Licensing Law; elsewhere the version's own basis.

行政许可法 (2019): 32 receipt, notice, acceptance; 34(3) two officials check; 35 lower level first; 36 interested
parties; 38 decision; 42 extension; 45 special steps; 47, 48 hearing; 49 change; 50 renewal; 69 annulment; 70
cancellation.
"""

from __future__ import annotations

from tongban.registry.catalog.version import VersionContent

LICENSING_LAW = "中华人民共和国行政许可法"
Basis = dict[str, str]

ARTICLES: dict[str, str] = {
    "correction_notice": "第三十二条第一款第四项",
    "acceptance_notice": "第三十二条第一款第五项",
    "site_check_notice": "第三十四条第三款",
    "site_check_record": "第三十四条第三款",
    "interested_party_notice": "第三十六条",
    "decision_grant": "第三十八条第一款",
    "decision_refuse": "第三十八条第二款",
    "hearing_right_notice": "第四十七条第一款",
    "hearing_notice": "第四十八条第一款第一项",
    "hearing_record": "第四十八条第一款第五项",
    "change_decision": "第四十九条",
    "renewal_decision": "第五十条第二款",
    "annulment_decision": "第六十九条",
    "cancellation_decision": "第七十条",
}
"""Kind of paper -> article of the Licensing Law."""


def licensing(content: VersionContent) -> bool:
    """Whether the Licensing Law binds the case."""
    return content.legal_regime == "licensing"


def law_of(kind: str, content: VersionContent) -> list[Basis]:
    """The Licensing Law's article for a kind of paper; empty for another regime."""
    if not licensing(content) or kind not in ARTICLES:
        return []
    return [{"instrument": LICENSING_LAW, "article": ARTICLES[kind]}]


def own(content: VersionContent) -> list[Basis]:
    """The item's own legal basis, as its version publishes it."""
    return [{"instrument": b.instrument, "article": b.article} for b in content.legal_basis]


def words(text: str) -> list[Basis]:
    """A basis that is kept as words (an extension rule, a commitment method); empty for an empty text."""
    return [{"text": text}] if text else []


def with_law(kind: str, content: VersionContent, cited: list[Basis]) -> list[Basis]:
    """What the decision cites, and after it the article of the Licensing Law, once."""
    return [*cited, *(law for law in law_of(kind, content) if not _cites(cited, law))]


def _cites(cited: list[Basis], law: Basis) -> bool:
    article = law["article"].split("条", 1)[0]
    return any(b.get("instrument") == law["instrument"] and b.get("article", "").startswith(article) for b in cited)


def notice_basis(kind: str, content: VersionContent) -> list[Basis]:
    """The basis of a step of procedure: the Licensing Law's article, or the version's own basis."""
    return law_of(kind, content) or own(content)
