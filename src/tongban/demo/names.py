"""Names that the people and the catalogue of 云溪市 share: departments by short name, posts by name.

``people.py`` makes the departments and posts, ``catalogue.py`` points its flows at them.
"""

from __future__ import annotations

CITY = "云溪市"

GOVERNMENT_SERVICES = "政务局"
HEALTH = "卫健委"
ROADS = "城管局"
TRAFFIC_POLICE = "交警支队"

DEPARTMENT_NAMES: dict[str, str] = {
    GOVERNMENT_SERVICES: "云溪市政务服务管理局",
    HEALTH: "云溪市卫生健康委员会",
    ROADS: "云溪市城市管理局",
    TRAFFIC_POLICE: "云溪市公安局交通警察支队",
}
DOCUMENT_WORDS: dict[str, str] = {
    GOVERNMENT_SERVICES: "云政务",
    HEALTH: "云卫许",
    ROADS: "云城管许",
    TRAFFIC_POLICE: "云公交",
}

WINDOW_POST = "综合窗口受理岗"
ISSUING_POST = "综合窗口出件岗"
HALL_POST = "大厅管理岗"
SUPERVISION_POST = "政务督查岗"
ITEM_EDITOR_POST = "事项编辑岗"
ITEM_PUBLISHER_POST = "事项发布岗"
STEWARD_POST = "数据管理岗"
SYSTEM_ADMIN_POST = "系统管理岗"
SECURITY_ADMIN_POST = "安全管理岗"
AUDIT_ADMIN_POST = "审计管理岗"

HYGIENE_HANDLE_POST = "卫生许可承办岗"
HYGIENE_EXAMINE_POST = "卫生许可审核岗"
HYGIENE_APPROVE_POST = "卫生许可审批岗"

ROAD_HANDLE_POST = "道路许可承办岗"
ROAD_EXAMINE_POST = "道路许可审核岗"
ROAD_APPROVE_POST = "道路许可审批岗"

TRAFFIC_EXAMINE_POST = "占道施工审查岗"

POST_ROLES: dict[tuple[str, str], tuple[str, ...]] = {
    (GOVERNMENT_SERVICES, WINDOW_POST): ("window_clerk",),
    (GOVERNMENT_SERVICES, ISSUING_POST): ("issuing_clerk",),
    (GOVERNMENT_SERVICES, HALL_POST): ("hall_manager",),
    (GOVERNMENT_SERVICES, SUPERVISION_POST): ("supervisor",),
    (GOVERNMENT_SERVICES, ITEM_EDITOR_POST): ("item_editor",),
    (GOVERNMENT_SERVICES, ITEM_PUBLISHER_POST): ("item_publisher",),
    (GOVERNMENT_SERVICES, STEWARD_POST): ("data_steward",),
    (GOVERNMENT_SERVICES, SYSTEM_ADMIN_POST): ("system_admin",),
    (GOVERNMENT_SERVICES, SECURITY_ADMIN_POST): ("security_admin",),
    (GOVERNMENT_SERVICES, AUDIT_ADMIN_POST): ("audit_admin",),
    (HEALTH, HYGIENE_HANDLE_POST): ("handler",),
    (HEALTH, HYGIENE_EXAMINE_POST): ("examiner",),
    (HEALTH, HYGIENE_APPROVE_POST): ("approver",),
    (ROADS, ROAD_HANDLE_POST): ("handler",),
    (ROADS, ROAD_EXAMINE_POST): ("examiner",),
    (ROADS, ROAD_APPROVE_POST): ("approver",),
    (TRAFFIC_POLICE, TRAFFIC_EXAMINE_POST): ("examiner",),
}

HYGIENE_SLUG = "hygiene-licence"
ROAD_SLUG = "road-permit"
