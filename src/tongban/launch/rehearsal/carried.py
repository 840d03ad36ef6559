"""Table by table: what goes over from a city to its rehearsal, and what does not (WIN-23). Standard library only.

Default deny: only what stands in :data:`CARRIED` is ever read from the city; a table that stands in neither list fails
a test. Ledger columns (``seq``, ``head``) always begin anew. No carried column may be an encrypted one: the
rehearsal has keys of its own and could not read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

ANEW: Mapping[str, str] = MappingProxyType({"seq": "0", "head": "''::bytea"})
"""Every chain of the ledger begins anew."""
OF_STAFF = "id in (select account_id from parties_staff)"
IN_FORCE = "id in (select in_force_id from articles_article)"
ATTACHED = (
    "id in (select (one ->> 'id')::uuid from articles_article,"
    " jsonb_array_elements(coalesce(draft -> 'attachments', '[]')) one where in_force_id is not null"
    " union select (one ->> 'id')::uuid from articles_articleversion, jsonb_array_elements(attachments) one"
    " where id in (select in_force_id from articles_article))"
)


@dataclass(frozen=True)
class Carried:
    """A table that goes over: which rows (``where``, SQL on the city's own table), which columns with another value.

    ``instead`` is column -> SQL; it stands for what is personal, secret, or tied to what stays behind.
    """

    where: str = "true"
    instead: Mapping[str, str] = field(default_factory=dict)


CARRIED: Mapping[str, Carried] = MappingProxyType(
    {
        # ground: law and policy as dated data
        "parameters_parameter": Carried("code not like 'demo.%' and code not like 'rehearsal.%'"),
        "calendars_calendarversion": Carried(),
        "calendars_localclosure": Carried(),
        "calendars_officehours": Carried(),
        "storage_storedfile": Carried(ATTACHED, {"owner_account": "null"}),
        # registry: departments and who works there; of staff only name, number, posts
        "parties_region": Carried(),
        "parties_department": Carried(),
        "parties_post": Carried(),
        "parties_useraccount": Carried(
            OF_STAFF,
            {
                "person_id": "null",
                "password": "'!'",
                "second_factor": "''",
                "last_login": "null",
                "failures": "0",
                "locked_until": "null",
                "assurance_source": "''",
            },
        ),
        "parties_staff": Carried(instead={"person_id": "null"}),
        "parties_staffpost": Carried(),
        "parties_delegation": Carried(),
        # registry: the catalogue
        "catalog_codelist": Carried(),
        "catalog_element": Carried(),
        "catalog_materialtype": Carried(),
        "catalog_catalogueentry": Carried(),
        "catalog_item": Carried(),
        "catalog_handlingoption": Carried(instead={"listing": "listing - 'other'", "last_import_id": "null"}),
        "catalog_itemversion": Carried(),
        "catalog_draftround": Carried(),
        "catalog_draftreview": Carried(),
        "catalog_beginning": Carried(),
        "licences_licencetype": Carried(),
        # registry: halls as they are built, every window closed
        "places_hall": Carried(),
        "places_hallname": Carried(),
        "places_zone": Carried(),
        "places_queue": Carried(),
        "places_window": Carried(instead={"state": "'closed'"}),
        "places_stationing": Carried(),
        # what is published today: whatever was withdrawn may have been so for somebody's sake
        "articles_article": Carried("in_force_id is not null"),
        "articles_articleversion": Carried(IN_FORCE),
        # insight: the words that stewards keep
        "search_vocabulary": Carried(),
        "search_searchword": Carried(),
    }
)

EMPTIED: frozenset[str] = frozenset(
    {
        # ground
        "ledger_event",
        "ledger_root",
        "ledger_seal",
        "ledger_position",
        "ledger_failure",
        "numbers_counter",
        "ports_check",
        "notifications_notification",
        "notifications_sandbox_message",
        "notifications_short_link",
        "documents_document",
        "idempotency",
        # registry: residents, sessions, machines; absences of staff; lists that were imported
        "parties_person",
        "parties_organisation",
        "parties_mandate",
        "parties_substitution",
        "parties_accountsession",
        "parties_apiclient",
        "catalog_catalogueimport",
        "catalog_importedrow",
        "licences_licence",
        "licences_seal",  # made anew with keys of the rehearsal (demo.rehearsal)
        "licences_standingapproval",
        "licences_sealuse",
        "places_windowduty",
        "places_queueticket",
        "articles_articleviews",
        "credit_creditrecord",
        "credit_creditobjection",
        "credit_creditbatch",
        "credit_creditpush",
        # procedures: everything that anybody ever applied for or asked
        "cases_draft",
        "cases_case",
        "cases_application",
        "cases_casematerial",
        "cases_casebranch",
        "cases_correctionnotice",
        "cases_opinion",
        "cases_decision",
        "cases_proceeding",
        "cases_serviceproof",
        "cases_casemessage",
        "cases_consignment",
        "cases_archivepackage",
        "cases_archivesupplement",
        "cases_checkdraw",
        "cases_drawncase",
        "contacts_firstcontact",
        "contacts_contactanswer",
        "contacts_negativeanswer",
        "work_task",
        "work_clockrow",
        "work_duemove",
        "work_taskdraft",
        "work_phrase",
        # insight: figures, copies for finding (rebuilt), what was searched
        "indicators_casefigure",
        "indicators_dayfigure",
        "indicators_splitfigure",
        "trials_triallist",
        "trials_trialcase",
        "search_searchentry",
        "search_searchterm",
        "search_searchcount",
        "search_searchclick",
        "search_searchdemand",
        # faces: machines, sign-in
        "openapi_accesstoken",
        "openapi_channel",
        "openapi_webhook",
        "openapi_webhookmessage",
        "openapi_sandboxpush",
        "accounts_attempt",
        "accounts_onetimecode",
        # Django and the job queue
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "django_content_type",
        "django_session",
        "procrastinate_jobs",
        "procrastinate_events",
        "procrastinate_periodic_defers",
        "procrastinate_workers",
    }
)
