"""What is an answer, in which order, and why: pure, on candidates made by hand."""

from __future__ import annotations

import pytest

from tongban.insight.search import names, ranking, sounds, tokens, weighing
from tongban.insight.search.evidence import Candidate
from tongban.insight.search.lexicon import Lexicon, Word
from tongban.insight.search.queries import understand
from tongban.insight.search.weighing import Held, Stats

TITLES = (
    "食品经营许可核发",
    "食品经营许可变更",
    "食品经营许可补办",
    "居民身份证办理",
    "居民身份证挂失申报",
    "户口登记",
    "户口迁移审批",
    "烟花爆竹经营（零售）许可证核发",
    "临时身份证明",
)
KNOWN = Lexicon(
    [
        Word("means", "开饭店", ("食品经营许可核发", "食品经营许可")),
        Word("means", "上户口", ("户口登记",)),
        Word("means", "身份证", ("居民身份证",)),
        Word("act", "丢了", ("replace",)),
        Word("outside", "红包", ()),
    ]
)


def candidate(at: int, title: str, configured: bool = False, boost: float = 0.0, aliases: str = "") -> Candidate:
    forms = names.variants(title)
    key = f"|{'|'.join(map(names.plain_key, forms))}|"
    return Candidate(
        option_id=at,
        slug=f"item-{at}",
        title=title,
        front="\n".join((*forms, *filter(None, [aliases]))),
        back="",
        text="",
        office="市局",
        exact=key,
        exact_aliases=f"|{aliases}|" if aliases else "",
        sound=sounds.sound(title),
        initials=sounds.initials(title),
        acts=frozenset(names.acts_of(title)),
        configured=configured,
        boost=boost,
    )


def stats() -> Stats:
    held: dict[str, int] = {}
    for title in TITLES:
        for pair in {*tokens.tokens(title), *tokens.tokens(names.bare(title))}:
            held[pair] = held.get(pair, 0) + 1
    return Stats(len(TITLES), {pair: Held(n, n) for pair, n in held.items()})


def answers(typed: str, *more: Candidate) -> ranking.Answers:
    question = understand(typed, KNOWN)
    everyone = (*(candidate(at, title) for at, title in enumerate(TITLES)), *more)
    return ranking.rank(question, weighing.weigh(question, stats()), everyone)


def titles(typed: str, *more: Candidate) -> list[str]:
    return [one.candidate.title for one in answers(typed, *more).accepted]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("食品经营许可", "食品经营许可核发"),
        ("食品经营许可变更", "食品经营许可变更"),
        ("开饭店", "食品经营许可核发"),
        ("居民身份证", "居民身份证办理"),
        ("居民身份正", "居民身份证办理"),
        ("居民身份证丢了", "居民身份证挂失申报"),
        ("jumin shenfenzheng", "居民身份证办理"),
        ("烟花爆竹零售", "烟花爆竹经营（零售）许可证核发"),
        ("户囗迁移", "户口迁移审批"),
        ("户口迁审移批", "户口迁移审批"),
    ],
)
def test_the_right_one_is_first(typed: str, first: str) -> None:
    assert titles(typed)[:1] == [first]


def test_one_wrong_character_does_not_shorten_an_everyday_word() -> None:
    known = Lexicon([Word("means", "社保", ("社会保险",)), Word("means", "社保卡", ("社会保障卡",))])
    assert understand("社保咔挂失", known).units[0].text == "社保卡"
    assert understand("社保局", known).units[0].text == "社保"
    assert [unit.text for unit in understand("社保", known).units] == ["社保"]


def test_a_word_that_is_short_for_a_name_is_no_proof_inside_another_word() -> None:
    assert titles("身份证") == ["居民身份证办理", "居民身份证挂失申报", "临时身份证明"]


@pytest.mark.parametrize("typed", ["火星移民", "开饭店红包", "股票", "经营之道与人生哲学"])
def test_nothing_fits_is_said(typed: str) -> None:
    assert titles(typed) == []


def test_the_nearest_are_named_when_nothing_fits() -> None:
    found = answers("户口怎样炒股票能发大财")
    assert found.accepted == ()
    assert {one.candidate.title for one in found.nearest} == {"户口登记", "户口迁移审批"}


def test_an_option_of_ours_goes_before_a_listed_one_that_fits_as_well() -> None:
    ours = candidate(90, "食品经营许可证核发", configured=True)
    listed = candidate(91, "食品经营许可照核发")
    assert titles("食品经营许可", listed, ours).index("食品经营许可证核发") < titles(
        "食品经营许可", listed, ours
    ).index("食品经营许可照核发")


def test_an_exact_name_goes_before_everything() -> None:
    alias = candidate(90, "公共场所检查", configured=True, boost=ranking.MOST_BOOST, aliases="户口登记")
    assert titles("户口登记", alias)[:2] == ["户口登记", "公共场所检查"]


def test_choices_lift_an_answer_but_never_above_the_exact_name() -> None:
    chosen = candidate(90, "食品经营许可延续登记", boost=9.0)
    assert titles("食品经营许可核发", chosen)[0] == "食品经营许可核发"
    lifted = next(one for one in answers("食品经营许可", chosen).accepted if one.candidate is chosen)
    assert lifted.parts["chosen"] == ranking.MOST_BOOST


def test_every_answer_says_why() -> None:
    best = answers("开饭店").accepted[0]
    assert (best.fits[0].reason, best.fits[0].phrase) == ("phrase", "食品经营许可核发")
    assert best.parts["meant"] > 0
