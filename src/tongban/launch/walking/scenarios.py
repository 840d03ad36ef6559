"""The four roads of a walk, and the unlawful attempts that must be refused on the way."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tongban.demo import names
from tongban.launch.walking.cast import Cast
from tongban.launch.walking.resident import Resident
from tongban.launch.walking.staff import Official
from tongban.launch.walking.verification import verify_all, verify_file
from tongban.launch.walking.walker import Walker, demand, refused

HYGIENE_WORDS, ROAD_WORDS = "开理发店", "挖路"


def hygiene_answers() -> dict[str, str]:
    """A hair salon, another name each time."""
    name = f"同行理发{secrets.token_hex(2)}"
    return {
        "premises.kind": "hair_salon",
        "premises.central_air": "false",
        "premises.area_m2": "46",
        "business.name": name,
        "business.responsible": "沈知夏",
        "premises.name": name,
        "premises.address": "云溪市桥西区溪源路 156 号一层",
        "manager.name": "李慧",
        "manager.mobile": "13800030003",
        "staff.count": "3",
        "staff.health_certificate_count": "3",
    }


def road_answers() -> dict[str, str]:
    """A trench of two weeks, three weeks from now."""
    start = datetime.now(UTC).date() + timedelta(days=21)
    return {
        "road.use": "excavate",
        "road.takes_lane": "true",
        "road.lays_pipes": "true",
        "business.name": "施工申请人",
        "business.responsible": "沈知夏",
        "road.name": "溪源路",
        "road.section": "平桥路口至 156 号门前",
        "road.area_m2": "24",
        "road.depth_m": "1.2",
        "road.start_date": start.isoformat(),
        "road.end_date": (start + timedelta(days=14)).isoformat(),
        "road.reason": "自来水入户管更换",
        "contractor.name": "云溪市政工程有限公司",
        "contractor.manager": "刘卫东",
        "contractor.mobile": "13900040004",
    }


@dataclass(frozen=True)
class Scenarios:
    """The roads, with their people."""

    walker: Walker
    cast: Cast

    @property
    def applicant(self) -> Resident:
        """Who applies in every road."""
        return Resident(self.walker, self.cast.resident(0))

    def official(self, post: str, index: int = 0) -> Official:
        """Somebody who holds only this post."""
        return Official(self.walker, self.cast.holder(post, index))

    def all(self, *, verify: bool = True) -> None:
        """The four roads. ``verify`` False leaves out the stranger (verification is limited per address)."""
        self.granted(verify=verify)
        self.parallel(verify=verify)
        self.refused_licence()
        self.corrected()

    def granted(self, *, verify: bool = True) -> str:
        """A hygiene licence; the clerk who accepted it holds the approving post too and may not use it here."""
        applicant = self.applicant
        applicant.find(HYGIENE_WORDS, names.HYGIENE_SLUG)
        number = applicant.apply(names.HYGIENE_SLUG, hygiene_answers())
        self._foreign(number)
        both = Official(self.walker, self.cast.holder_of_both(names.WINDOW_POST, names.HYGIENE_APPROVE_POST))
        self.cast.at_post(both.browser, names.WINDOW_POST)
        both.accept(number)
        self._accept_again(both, number)
        self.official(names.HYGIENE_HANDLE_POST).give_opinion(number)
        self.official(names.HYGIENE_EXAMINE_POST).give_opinion(number)
        self.cast.at_post(both.browser, names.HYGIENE_APPROVE_POST)
        self._approve_own_acceptance(both, number)
        self.official(names.HYGIENE_APPROVE_POST).decide(number, "granted")
        papers = self._collect(number, "granted")
        if verify:
            verify_all(self.walker, self.cast.stranger(), papers)
        return number

    def parallel(self, *, verify: bool = True) -> str:
        """A road permit: roads and traffic police at the same time, no decision before both are done."""
        applicant = self.applicant
        applicant.find(ROAD_WORDS, names.ROAD_SLUG)
        number = applicant.apply(names.ROAD_SLUG, road_answers())
        self.official(names.WINDOW_POST).accept(number)
        self.official(names.ROAD_HANDLE_POST).give_opinion(number)
        self.official(names.ROAD_EXAMINE_POST).give_opinion(number)
        approver = self.official(names.ROAD_APPROVE_POST)
        self._decide_before_join(approver, number)
        self.official(names.TRAFFIC_EXAMINE_POST).give_opinion(number)
        approver.decide(number, "granted")
        papers = self._collect(number, "granted")
        if verify:
            verify_file(self.walker, self.cast.stranger(), papers)
        return number

    def refused_licence(self) -> str:
        """The handler objects: it cannot be granted, and is refused with facts, basis and reasons."""
        number = self.applicant.apply(names.HYGIENE_SLUG, hygiene_answers())
        self.official(names.WINDOW_POST).accept(number)
        self.official(names.HYGIENE_HANDLE_POST).give_opinion(number, "object")
        approver = self.official(names.HYGIENE_APPROVE_POST)
        self._grant_over_objection(approver, number)
        approver.decide(number, "refused")
        self._collect(number, "refused")
        return number

    def corrected(self) -> str:
        """One notice, one correction; a second notice with a new point is refused; then accepted."""
        applicant, clerk = self.applicant, self.official(names.WINDOW_POST)
        number = applicant.apply(names.HYGIENE_SLUG, hygiene_answers())
        clerk.notify(number, "floor_plan")
        applicant.correct(number, "floor_plan")
        self._second_notice(clerk, number)
        clerk.accept(number)
        self.walker.finish(number, "corrected")
        return number

    def _collect(self, number: str, outcome: str) -> list[bytes]:
        papers = self.applicant.collect(number)
        self.walker.finish(number, outcome)
        return papers

    def _foreign(self, number: str) -> None:
        """Another resident and an uninvolved department must not learn that the case exists."""

        def do() -> None:
            other = self.cast.resident(1)
            refused(other.get(f"/my/cases/{number}/"), "a resident opens a foreign case", 404)
            police = self.cast.holder(names.TRAFFIC_EXAMINE_POST)
            refused(police.get(f"/desk/review/{number}/"), "an uninvolved department opens a case", 404)

        self.walker.act("refused: a foreign case", "others", do)

    def _accept_again(self, clerk: Official, number: str) -> None:
        def do() -> None:
            after = clerk.bare(f"/desk/window/{number}/", "accept")
            refused(after, "accepting an accepted case", 409, 422, words="不能做这一步")

        self.walker.act("refused: wrong state", clerk.browser.who, do)

    def _approve_own_acceptance(self, both: Official, number: str) -> None:
        def do() -> None:
            page = both.browser.get(f"/desk/review/{number}/")
            after = both.try_to(page, "check", values={"outcome": "granted"})
            refused(after, "approving what one accepted", 422, words="您受理的")

        self.walker.act("refused: approving what one accepted", both.browser.who, do)

    def _decide_before_join(self, approver: Official, number: str) -> None:
        def do() -> None:
            after = approver.bare(f"/desk/review/{number}/", "decide", outcome="granted")
            refused(after, "deciding before every department is done", 403, 404, 409, 422)
            state = self.applicant.state(number)
            demand(after, state == "办理中", f"{number} is {state} before every department is done")

        self.walker.act("refused: a decision before the join", approver.browser.who, do)

    def _grant_over_objection(self, approver: Official, number: str) -> None:
        def do() -> None:
            page = approver.browser.get(f"/desk/review/{number}/")
            after = approver.try_to(page, "check", values={"outcome": "granted"})
            refused(after, "granting over an objection", 422, words="不能准予")

        self.walker.act("refused: granting over an objection", approver.browser.who, do)

    def _second_notice(self, clerk: Official, number: str) -> None:
        def do() -> None:
            page = clerk.browser.get(f"/desk/window/{number}/")
            after = clerk.try_to(page, "request_correction", faulty=("hygiene_rules",))
            refused(after, "a second notice with a new point", 422, words="已经告知过一次")

        self.walker.act("refused: a second notice with a new point", clerk.browser.who, do)
