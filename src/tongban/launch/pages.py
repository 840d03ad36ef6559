"""The register of pages: every address of every face, one line a name: what it is, who looks, how one comes there.

The tests of all pages and ``./tongban screenshots`` are built on it; an address without a line fails a test. To add a
page, add its line. ``way`` is a path, then what is pressed, joined by `` > ``: ``/my/cases/ > /my/cases/*/`` is the
first link on the list that leads to a case (``*`` = one part of a path), and ``+receipt/`` is written behind the
address. Several links fit: the first from which the rest of the way can be walked. A second line of the same name
carries a ``label``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urljoin

PAGE, LIST, FORM = "page", "list", "form"
FRAGMENT, FILE, REDIRECT, ACT = "fragment", "file", "redirect", "act"
SHOWN = frozenset({PAGE, LIST, FORM})
"""Kinds that are a whole page. Acts are posted only; fragments, files and redirects have tests of their own."""
MOST_TRIED = 8


@dataclass(frozen=True)
class Page:
    """One address. ``people``: the demo's people who look, the first for whom the way can be walked; none = nobody.

    ``most`` is the greatest number of queries of a list. ``worth``: a picture is worth it. ``beside`` names the
    prototype's picture. ``needs``: what must have happened before; a demo in which it has not lacks the picture.
    ``status`` is what the page answers.
    """

    name: str
    kind: str
    people: tuple[str, ...] = ()
    way: str = ""
    most: int = 0
    label: str = ""
    beside: str = ""
    worth: bool = True
    needs: str = ""
    status: int = 200

    @property
    def key(self) -> str:
        """What pictures are named by."""
        return "-".join(part for part in (self.name.replace(":", "-").replace("_", "-"), self.label) if part)

    @property
    def face(self) -> str:
        """The face it belongs to; empty for the site's own addresses."""
        return self.name.partition(":")[0] if ":" in self.name else ""

    @property
    def steps(self) -> tuple[str, ...]:
        """The path where the way begins, then the links that are pressed."""
        return tuple(self.way.split(" > ")) if self.way else ()


NOBODY: tuple[str, ...] = ()
RESIDENT = ("陆明远", "沈知夏", "欧阳娜", "何雨桐", "周𬭎", "孙思远", "钱亦凡", "马晓东")
CLERK = ("顾晚晴", "梁予安")
REVIEWER = ("韩野", "蒋若溪", "傅文澜", "丁立群", "岳峰", "石磊", "秦岚", "许知行")
ASKED = ("梁予安", "方砚秋")
HALL = ("方砚秋",)
HEAD = ("陆景行",)
STEWARD = ("唐宇轩",)
PUBLISHER = ("苏静姝",)
EDITOR = ("罗一鸣",)
SUPERVISOR = ("程怀瑾",)
ADMINISTRATOR = ("魏承志",)
AUDITOR = ("江见微",)
WRITER = ("杨文静",)
CREDIT = ("黄雅琴",)
DISPATCHER = ("方砚秋", "许知行", "陆景行")
ISSUER = ("梁予安", "邵新月", "方砚秋")
GUIDE, APPLY, CASE = "/guide/hygiene-licence/", "/apply/hygiene-licence/", "/my/cases/ > /my/cases/*/"
DRAFT = "/my/ > /apply/d/*/check/"
ACTS = "/desk/cases/*/acts/"
BATCH = "/desk/imports/ > /desk/imports/*/"

PORTAL = (
    Page("portal:home", PAGE, NOBODY, "/", beside="portal-home"),
    Page("portal:search", LIST, NOBODY, "/search/?q=开理发店", most=3),
    Page("portal:search", LIST, NOBODY, "/search/?q=火星移民", most=3, label="none"),
    Page("portal:suggest", FRAGMENT),
    Page("portal:search_open", REDIRECT),
    Page("portal:items", LIST, NOBODY, "/items/", most=2),
    Page("portal:items", LIST, NOBODY, "/items/?type=award&theme=tax&stage=home", most=3, label="none"),
    Page("portal:items_csv", FILE),
    Page("portal:items_json", FILE),
    Page("portal:guide", PAGE, NOBODY, GUIDE, beside="service-guide"),
    Page("portal:guide", PAGE, NOBODY, "/guide/road-permit/", label="road"),
    Page("portal:guide_sample", PAGE, NOBODY, f"{GUIDE} > {GUIDE}sample/"),
    Page("portal:guide_sample_form", FILE),
    Page("portal:guide_promise", PAGE, NOBODY, "/lists/commitment/ > /guide/*/ > +promise/"),
    Page("portal:guide_changes", PAGE, NOBODY, f"{GUIDE}changes/"),
    Page("portal:theme", LIST, NOBODY, "/ > /themes/*/", most=2),
    Page("portal:personal", LIST, NOBODY, "/personal/", most=2),
    Page("portal:business", LIST, NOBODY, "/business/", most=2),
    Page("portal:stage", LIST, NOBODY, "/personal/ > /stages/*/", most=2),
    Page("portal:departments", LIST, NOBODY, "/departments/", most=2),
    Page("portal:department", LIST, NOBODY, "/departments/ > /departments/*/", most=2),
    Page("portal:notices", LIST, NOBODY, "/notices/", most=2),
    Page("portal:notices_feed", FILE, NOBODY, "/notices/feed/"),
    Page("portal:notice", PAGE, NOBODY, "/notices/ > /notices/*/"),
    Page("portal:notice_file", FILE),
    Page("portal:help", PAGE, NOBODY, "/help/"),
    Page("portal:help_ask", FORM, NOBODY, "/help/ask/"),
    Page("portal:help_asked", REDIRECT),
    Page("portal:help_questions", FORM, NOBODY, "/help/questions/"),
    Page("portal:help_questions_phone", FORM, NOBODY, "/help/questions/phone/"),
    Page("portal:help_assist", PAGE, NOBODY, "/help/assist/"),
    Page("portal:help_booking", PAGE, NOBODY, "/help/booking/"),
    Page("portal:help_complaints", PAGE, NOBODY, "/help/complaints/"),
    Page("portal:help_reviews", PAGE, NOBODY, "/help/reviews/"),
    Page("portal:about_identify", PAGE, NOBODY, "/about/identify/"),
    Page("portal:about_accessibility", PAGE, NOBODY, "/about/accessibility/"),
    Page("portal:privacy", PAGE, NOBODY, "/about/privacy/"),
    Page("portal:apply_start", FORM, RESIDENT, APPLY),
    Page("portal:apply_start", FORM, NOBODY, APPLY, label="nobody"),
    Page("portal:apply_questions", FORM, RESIDENT, f"{DRAFT} > /apply/d/*/questions/*"),
    Page("portal:apply_form", FORM, RESIDENT, f"{DRAFT} > /apply/d/*/form/*/*"),
    Page("portal:apply_materials", FORM, RESIDENT, f"{DRAFT} > /apply/d/*/materials/"),
    Page("portal:apply_check", FORM, RESIDENT, DRAFT),
    Page("portal:apply_discard", FORM, RESIDENT, "/my/ > /apply/d/*/discard/"),
    Page("portal:my", LIST, RESIDENT, "/my/", most=11),
    Page("portal:access_history", LIST, RESIDENT, "/my/access/", most=4),
    Page("portal:my_cases", LIST, RESIDENT, "/my/cases/", most=3),
    Page("portal:my_papers", LIST, RESIDENT, "/my/papers/", most=4),
    Page("portal:my_licences", LIST, RESIDENT, "/my/licences/", most=6),
    Page("portal:my_messages", LIST, RESIDENT, "/my/messages/", most=4),
    Page("portal:my_mandates", LIST, RESIDENT, "/my/mandates/", most=7),
    Page("portal:my_questions", LIST, RESIDENT, "/my/questions/", most=3),
    Page("portal:my_question", PAGE, RESIDENT, "/my/questions/ > /my/questions/*/", needs="a question of theirs"),
    Page("portal:my_profile", PAGE, RESIDENT, "/my/profile/"),
    Page("portal:my_message", ACT),
    Page("portal:my_consignment", ACT),
    Page("portal:my_case", PAGE, RESIDENT, CASE, beside="my-case"),
    Page("portal:receipt", PAGE, RESIDENT, f"{CASE} > +receipt/"),
    Page("portal:correct", FORM, RESIDENT, "/my/ > /my/cases/*/correct/"),
    Page("portal:withdraw", FORM, RESIDENT, f"{CASE} > /my/cases/*/withdraw/"),
    Page("portal:my_acts", PAGE, RESIDENT, f"{CASE} > /my/cases/*/acts/*/ > +../"),
    Page("portal:my_act", FORM, RESIDENT, f"{CASE} > /my/cases/*/acts/*/"),
    Page("portal:paper", FILE),
    Page("portal:paper_pictures", PAGE, RESIDENT, "/my/papers/ > /my/papers/*/pages/"),
    Page("portal:list_deferrable", LIST, NOBODY, "/lists/deferrable/", most=2),
    Page("portal:list_commitment", LIST, NOBODY, "/lists/commitment/", most=2),
    Page("portal:list_delegations", LIST, NOBODY, "/lists/delegations/", most=3),
    Page("portal:my_credit", LIST, RESIDENT, "/my/credit/", most=11),
    Page("portal:my_credit_record", FORM, RESIDENT, "/my/credit/ > /my/credit/*/", needs="a record about them"),
    Page("portal:open_cases", LIST, NOBODY, "/open/cases/", most=4),
    Page("portal:open_case", PAGE, NOBODY, "/open/cases/ > /open/cases/*/"),
    Page("portal:open_times", LIST, NOBODY, "/open/times/", most=5),
    Page("portal:open_data", PAGE, NOBODY, "/open/data/"),
    Page("portal:open_data_file", FILE),
    Page("portal:places", LIST, NOBODY, "/places/", most=6),
    Page("portal:place", PAGE, NOBODY, "/places/ > /places/*/"),
    Page("portal:place_take", FORM, NOBODY, "/places/ > /places/*/ > +take/"),
    Page("portal:place_screen", PAGE, NOBODY, "/places/ > /places/*/ > /places/*/screen/"),
    Page("portal:queue_ticket", PAGE, NOBODY, "/q/23456789ABCD/", status=404),
    Page("portal:progress", FORM, NOBODY, "/progress/"),
    Page("portal:progress_phone", FORM, NOBODY, "/progress/phone/"),
    Page("portal:short_link", REDIRECT),
    Page("portal:verify", FORM, NOBODY, "/verify/"),
    Page("portal:verify_code", PAGE, NOBODY, "/verify/23456789ABCD/", status=404),
)
ACCOUNTS = (
    Page("accounts:sign_in", FORM, NOBODY, "/accounts/sign-in/"),
    Page("accounts:sign_in_code", ACT),
    Page("accounts:sign_in_password", FORM, NOBODY, "/accounts/sign-in/ > /accounts/sign-in/password/"),
    Page("accounts:register", FORM, NOBODY, "/accounts/register/"),
    Page("accounts:register_code", ACT),
    Page("accounts:sign_in_staff", FORM, NOBODY, "/accounts/staff/"),
    Page("accounts:second_factor", ACT),
    Page("accounts:switch_post", ACT),
    Page("accounts:sign_out", ACT),
    Page("accounts:sessions", LIST, RESIDENT, "/accounts/sessions/", most=5),
    Page("accounts:password", FORM, RESIDENT, "/accounts/password/"),
)
DESK = (
    Page("desk:home", LIST, CLERK, "/desk/", most=3),
    Page("desk:done", LIST, CLERK, "/desk/done/", most=3),
    Page("desk:window", LIST, CLERK, "/desk/window/", most=3),
    Page("desk:tasks", ACT),
    Page("desk:dispatch", LIST, DISPATCHER, "/desk/dispatch/", most=12),
    Page("desk:posting_list", LIST, ISSUER, "/desk/posting/", most=6),
    Page("desk:rooms", PAGE, CLERK, "/desk/rooms/"),
    Page("desk:visit", FORM, CLERK, "/desk/window/new/", beside="window-workbench"),
    Page("desk:visit", FORM, CLERK, "/desk/window/new/hygiene-licence/", label="item"),
    Page("desk:visit_done", PAGE, CLERK, "/desk/window/ > /desk/window/YX*/ > +done/"),
    Page("desk:seat", ACT),
    Page("desk:queue", ACT),
    Page("desk:held_file", FILE),
    Page("desk:window_case", FORM, CLERK, "/desk/window/ > /desk/window/YX*/"),
    Page("desk:receipt", PAGE, CLERK, "/desk/window/ > /desk/window/YX*/ > /desk/window/*/receipt/"),
    Page("desk:review", LIST, REVIEWER, "/desk/review/", most=3),
    Page("desk:review_case", FORM, REVIEWER, "/desk/review/ > /desk/review/YX*/", beside="approver-review"),
    Page("desk:preview", FRAGMENT),
    Page("desk:opinion_draft", ACT),
    Page("desk:message_answer", ACT),
    Page("desk:parcel_received", ACT),
    Page("desk:case_find", FORM, CLERK, "/desk/cases/"),
    Page("desk:acts", PAGE, CLERK, f"/desk/window/ > /desk/window/YX*/ > {ACTS}"),
    Page("desk:act", FORM, CLERK, f"/desk/window/ > /desk/window/YX*/ > {ACTS} > {ACTS}*/"),
    Page("desk:act_preview", FRAGMENT),
    Page("desk:unmask", ACT),
    Page("desk:file", FILE),
    Page("desk:file_page", FILE),
    Page("desk:paper", FILE),
    Page("desk:contacts", LIST, ASKED, "/desk/contacts/", most=4),
    Page("desk:contact_new", FORM, ASKED, "/desk/contacts/new/?slug=hygiene-licence"),
    Page("desk:contact_report", PAGE, HALL, "/desk/contacts/report/"),
    Page("desk:contact", FORM, (*HALL, *ASKED), "/desk/contacts/ > /desk/contacts/FC*/", needs="somebody asked"),
    Page("desk:contact_slip", FILE),
    Page("desk:contact_unmask", ACT),
    Page("desk:search_words", LIST, STEWARD, "/desk/search/?try=开理发店", most=6),
    Page("desk:search_word", FORM, STEWARD, "/desk/search/ > /desk/search/words/*/"),
    Page("desk:search_misses", LIST, STEWARD, "/desk/search/misses/", most=10),
    Page("desk:search_demands", LIST, STEWARD, "/desk/search/demands/", most=4),
    Page("desk:search_demand_new", ACT),
    Page("desk:search_demand", FORM, STEWARD, "/desk/search/demands/ > /desk/search/demands/*/", needs="a demand"),
    Page("desk:articles", LIST, WRITER, "/desk/articles/", most=4),
    Page("desk:article_new", FORM, WRITER, "/desk/articles/new/"),
    Page("desk:article", FORM, WRITER, "/desk/articles/ > /desk/articles/2*/"),
    Page("desk:article_preview", PAGE, WRITER, "/desk/articles/ > /desk/articles/2*/ > /desk/articles/*/preview/"),
    Page("desk:article_file", FILE),
    Page("desk:credit", LIST, CREDIT, "/desk/credit/", most=8),
    Page("desk:credit_find", ACT),
    Page("desk:credit_objections", LIST, CREDIT, "/desk/credit/objections/", most=6),
    Page("desk:credit_pushes", LIST, CREDIT, "/desk/credit/pushes/", most=6),
    Page("desk:credit_record", FORM, CREDIT, "/desk/credit/ > /desk/credit/records/*/", needs="a record"),
    Page("desk:credit_party", PAGE, CREDIT,
         "/desk/credit/ > /desk/credit/records/*/ > /desk/credit/parties/*/*/", needs="a record"),
    Page("desk:credit_new", FORM, CREDIT,
         "/desk/credit/ > /desk/credit/records/*/ > /desk/credit/parties/*/*/ > +new/", needs="a record"),
    Page("desk:steward", LIST, PUBLISHER, "/desk/steward/", most=4),
    Page("desk:steward_version", PAGE, PUBLISHER, "/desk/steward/ > /desk/steward/*/"),
    Page("desk:item_new", PAGE, EDITOR, "/desk/steward/new/?q=卫生许可"),
    Page("desk:item_from_entry", FORM, EDITOR, "/desk/steward/new/?q=卫生许可 > /desk/steward/new/entry/*/"),
    Page("desk:item_from_entry", FORM, EDITOR, "/desk/steward/new/entry/", label="new"),
    Page("desk:item_from_copy", FORM, EDITOR, "/desk/steward/new/?q=卫生许可 > /desk/steward/new/copy/*/"),
    Page("desk:item_from_list", FORM, EDITOR, "/desk/steward/new/?q=许可 > /desk/steward/new/listed/*/",
         needs="a listed item"),
    Page("desk:item_discard", FORM, EDITOR, "/desk/steward/ > /desk/steward/*/ > /desk/steward/*/discard/",
         needs="an item that was begun"),
    Page("desk:imports", LIST, STEWARD, "/desk/imports/", most=4),
    Page("desk:import_new", FORM, STEWARD, "/desk/imports/new/"),
    Page("desk:import_one", PAGE, STEWARD, BATCH, needs="an import"),
    Page("desk:import_progress", FRAGMENT),
    Page("desk:import_columns", FORM, STEWARD, f"{BATCH} > /desk/imports/*/columns/", needs="an import"),
    Page("desk:import_departments", ACT),
    Page("desk:import_apply", ACT),
    Page("desk:import_resume", ACT),
    Page("desk:import_undo", FORM, STEWARD, f"{BATCH} > /desk/imports/*/undo/", needs="an import"),
    Page("desk:import_faults", FILE),
    Page("desk:quality_report", PAGE, STEWARD, "/desk/quality/"),
    Page("desk:quality_rows", LIST, STEWARD, "/desk/quality/ > /desk/quality/rows/*", most=3),
    Page("desk:publication_log", LIST, STEWARD, "/desk/publications/", most=3),
    Page("desk:edit_part", FORM, EDITOR, "/desk/steward/ > /desk/steward/*/ > /desk/steward/*/edit/*/"),
    Page("desk:preview_draft", PAGE, EDITOR, "/desk/steward/ > /desk/steward/*/ > /desk/steward/*/preview/"),
    Page("desk:submit_draft", ACT),
    Page("desk:review_draft", ACT),
    Page("desk:board", LIST, SUPERVISOR, "/desk/board/", most=20, beside="supervision-dashboard"),
    Page("desk:board_cases", LIST, SUPERVISOR, "/desk/board/ > /desk/board/cases/*", most=5),
    Page("desk:board_channels", REDIRECT),
    Page("desk:halls", LIST, HALL, "/desk/halls/", most=6),
    Page("desk:hall_new", FORM, HALL, "/desk/halls/new/"),
    Page("desk:hall_edit", FORM, HALL, "/desk/halls/ > /desk/halls/*/ > /desk/halls/*/edit/"),
    Page("desk:hall_zones", FORM, HALL, "/desk/halls/ > /desk/halls/*/ > /desk/halls/*/zones/"),
    Page("desk:zone_edit", FORM, HALL,
         "/desk/halls/ > /desk/halls/*/ > /desk/halls/*/zones/ > /desk/halls/*/zones/*-*/"),
    Page("desk:hall_queues", FORM, HALL, "/desk/halls/ > /desk/halls/*/ > /desk/halls/*/queues/"),
    Page("desk:hall_end", FORM, HALL, "/desk/halls/ > /desk/halls/*/ > /desk/halls/*/end/"),
    Page("desk:hall_history", PAGE, HALL, "/desk/halls/ > /desk/halls/*/ > /desk/halls/*/history/"),
    Page("desk:hall", PAGE, HALL, "/desk/halls/ > /desk/halls/*/"),
    Page("desk:hall_guide", PAGE, HALL, "/desk/halls/ > /desk/halls/*/ > /desk/halls/*/guide/"),
    Page("desk:hall_items", FORM, HALL, "/desk/halls/ > /desk/halls/*/ > /desk/halls/*/items/"),
    Page("desk:hall_name", FORM, HALL, "/desk/halls/ > /desk/halls/*/ > /desk/halls/*/name/"),
    Page("desk:window_add", FORM, HALL, "/desk/halls/ > /desk/halls/*/ > /desk/halls/*/windows/new/"),
    Page("desk:window_edit", FORM, HALL, "/desk/halls/ > /desk/halls/*/ > /desk/halls/*/windows/*-*/"),
    Page("desk:window_duty", FORM, HALL, "/desk/halls/ > /desk/halls/*/ > /desk/halls/*/windows/*/duty/"),
    Page("desk:reports", LIST, SUPERVISOR, "/desk/reports/", most=3),
    Page("desk:report", PAGE, SUPERVISOR, "/desk/reports/ > /desk/reports/*/"),
    Page("desk:report_cases", LIST, SUPERVISOR, "/desk/reports/ > /desk/reports/*/ > /desk/reports/*/cases/*", most=3),
    Page("desk:trial_run", LIST, SUPERVISOR, "/desk/trial-run/", most=12),
    Page("desk:trial_run_file", FILE),
    Page("desk:substitutions", LIST, HEAD, "/desk/substitutions/", most=5),
    Page("desk:substitution_end", ACT),
    Page("desk:delegations", LIST, HEAD, "/desk/delegations/", most=6),
    Page("desk:delegation_revoke", ACT),
    Page("desk:operations", LIST, ADMINISTRATOR, "/desk/operations/", most=25),
    Page("desk:connections", LIST, ADMINISTRATOR, "/desk/connections/", most=8, beside="connections"),
    Page("desk:connections_check", ACT),
    Page("desk:wechat_account", PAGE, ADMINISTRATOR, "/desk/connections/wechat/"),
    Page("desk:channel_new", FORM, ADMINISTRATOR, "/desk/connections/channels/new/"),
    Page("desk:channel", PAGE, ADMINISTRATOR, "/desk/connections/ > /desk/connections/channels/*-*/"),
    Page("desk:webhook_new", FORM, ADMINISTRATOR,
         "/desk/connections/ > /desk/connections/channels/*-*/ > /desk/connections/channels/*/webhooks/new/"),
    Page("desk:webhook", FORM, ADMINISTRATOR,
         "/desk/connections/ > /desk/connections/channels/*-*/ > /desk/connections/channels/*/webhooks/*-*/",
         needs="a webhook"),
    Page("desk:audit", LIST, AUDITOR, "/desk/audit/", most=2),
    Page("desk:people", LIST, ADMINISTRATOR, "/desk/people/", most=4),
    Page("desk:person_new", FORM, ADMINISTRATOR, "/desk/people/new/"),
    Page("desk:post_list", LIST, ADMINISTRATOR, "/desk/people/posts/", most=4),
    Page("desk:post_new", FORM, ADMINISTRATOR, "/desk/people/posts/new/"),
    Page("desk:post_edit", FORM, ADMINISTRATOR, "/desk/people/posts/ > /desk/people/posts/*/"),
    Page("desk:person", FORM, ADMINISTRATOR, "/desk/people/ > /desk/people/*/"),
    Page("desk:parameters", LIST, ADMINISTRATOR, "/desk/parameters/", most=5),
)  # fmt: skip
DEMO = (
    Page("demo:home", LIST, NOBODY, "/demo/", most=58),
    Page("demo:sign_in", ACT),
    Page("demo:sms", LIST, NOBODY, "/demo/sms/", most=2),
    Page("demo:pushes", LIST, NOBODY, "/demo/pushes/", most=2),
    Page("demo:receiver", ACT),
)
SITE = (
    Page("set_elder", ACT),
    Page("set_language", ACT),
    Page("healthz", FILE),
    Page("readyz", FILE),
)
PAGES = (*PORTAL, *ACCOUNTS, *DESK, *DEMO, *SITE)


def shown() -> Iterable[Page]:
    """The lines that are whole pages."""
    return (page for page in PAGES if page.kind in SHOWN)


def walk(page: Page, links_of: Callable[[str], list[str]]) -> str | None:
    """The address of a page; ``links_of`` opens an address and gives the links on it. ``None``: no way leads there."""
    first, *rest = page.steps
    return _walk(first, rest, links_of)


def _walk(address: str, steps: list[str], links_of: Callable[[str], list[str]]) -> str | None:
    if not steps:
        return address
    if steps[0].startswith("+"):
        return _walk(urljoin(address, steps[0][1:]), steps[1:], links_of)
    fitting = [link for link in dict.fromkeys(links_of(address)) if _fits(steps[0], link)]
    for link in fitting[:MOST_TRIED]:
        if found := _walk(link, steps[1:], links_of):
            return found
    return None


FIXED = frozenset(page.way for page in PAGES if len(page.steps) == 1)


def _fits(pattern: str, link: str) -> bool:
    """Whether the link is of this kind; one that is the address of another line is not, whatever a star may cover."""
    whole = "[^/]+".join(re.escape(part) for part in pattern.split("*"))
    address = link.partition("#")[0]
    return (address == pattern or address not in FIXED) and bool(re.fullmatch(whole, address))
