"""Names that the people and the catalogue of 云溪市 share: departments by short name, posts by name.

``people.py`` makes the departments and posts, ``catalogue.py`` points its flows at them.
"""

from __future__ import annotations

CITY = "云溪市"

GOVERNMENT_SERVICES = "政务局"
HEALTH = "卫健委"
ROADS = "城管局"
TRAFFIC_POLICE = "交警支队"
CITY_GOVERNMENT = "市政府"
MARKET = "市监局"
LABOUR = "人社局"
CIVIL_AFFAIRS = "民政局"
HOUSING_FUND = "公积金中心"
FIRE = "消防支队"

DEPARTMENT_NAMES: dict[str, str] = {
    GOVERNMENT_SERVICES: "云溪市政务服务管理局",
    HEALTH: "云溪市卫生健康委员会",
    ROADS: "云溪市城市管理局",
    TRAFFIC_POLICE: "云溪市公安局交通警察支队",
    CITY_GOVERNMENT: "云溪市人民政府",
    MARKET: "云溪市市场监督管理局",
    LABOUR: "云溪市人力资源和社会保障局",
    CIVIL_AFFAIRS: "云溪市民政局",
    HOUSING_FUND: "云溪市住房公积金管理中心",
    FIRE: "云溪市消防救援支队",
}
DOCUMENT_WORDS: dict[str, str] = {
    GOVERNMENT_SERVICES: "云政务",
    HEALTH: "云卫许",
    ROADS: "云城管许",
    TRAFFIC_POLICE: "云公交",
    CITY_GOVERNMENT: "云政",
    MARKET: "云市监",
    LABOUR: "云人社",
    CIVIL_AFFAIRS: "云民",
    HOUSING_FUND: "云公积",
    FIRE: "云消许",
}

WINDOW_POST = "综合窗口受理岗"
ISSUING_POST = "综合窗口出件岗"
HALL_POST = "大厅管理岗"
SUPERVISION_POST = "政务督查岗"
ITEM_EDITOR_POST = "事项编辑岗"
ITEM_PUBLISHER_POST = "事项发布岗"
STEWARD_POST = "数据管理岗"
CONTENT_EDITOR_POST = "内容编辑岗"
CONTENT_APPROVER_POST = "内容审核岗"
FIRST_CONTACT_POST = "首问咨询岗"
SYSTEM_ADMIN_POST = "系统管理岗"
SECURITY_ADMIN_POST = "安全管理岗"
AUDIT_ADMIN_POST = "审计管理岗"
ARCHIVE_POST = "档案管理岗"
GOVERNMENT_HEAD_POST = "市政府分管负责人岗"

HYGIENE_HANDLE_POST = "卫生许可承办岗"
HYGIENE_EXAMINE_POST = "卫生许可审核岗"
HYGIENE_APPROVE_POST = "卫生许可审批岗"
HEARING_POST = "听证主持岗"
HEALTH_HEAD_POST = "卫健委负责人岗"

ROAD_HANDLE_POST = "道路许可承办岗"
ROAD_EXAMINE_POST = "道路许可审核岗"
ROAD_APPROVE_POST = "道路许可审批岗"
ROADS_HEAD_POST = "城管局负责人岗"

TRAFFIC_EXAMINE_POST = "占道施工审查岗"

REGISTER_WINDOW_POST = "登记受理岗"
REGISTER_HANDLE_POST = "登记审查岗"
REGISTER_APPROVE_POST = "登记核准岗"
MARKET_HEAD_POST = "市监局负责人岗"

LABOUR_REPRESENTATIVE_POST = "人社首席事务代表岗"
LABOUR_HANDLE_POST = "社保承办岗"
INJURY_EXAMINE_POST = "工伤认定审核岗"
LABOUR_APPROVE_POST = "人社审批岗"
LABOUR_HEAD_POST = "人社局负责人岗"

RELIEF_HANDLE_POST = "救助承办岗"
RELIEF_EXAMINE_POST = "救助审核岗"
RELIEF_APPROVE_POST = "救助审批岗"
RELIEF_HEAD_POST = "民政局负责人岗"

FUND_HANDLE_POST = "提取审核岗"
FUND_APPROVE_POST = "提取审批岗"
FUND_HEAD_POST = "公积金中心负责人岗"

FIRE_HANDLE_POST = "消防检查承办岗"
FIRE_EXAMINE_POST = "消防检查审核岗"
FIRE_APPROVE_POST = "消防许可审批岗"
FIRE_HEAD_POST = "消防支队负责人岗"

POST_ROLES: dict[tuple[str, str], tuple[str, ...]] = {
    (GOVERNMENT_SERVICES, WINDOW_POST): ("window_clerk",),
    (GOVERNMENT_SERVICES, ISSUING_POST): ("issuing_clerk",),
    (GOVERNMENT_SERVICES, HALL_POST): ("hall_manager",),
    (GOVERNMENT_SERVICES, SUPERVISION_POST): ("supervisor",),
    (GOVERNMENT_SERVICES, ITEM_EDITOR_POST): ("item_editor",),
    (GOVERNMENT_SERVICES, ITEM_PUBLISHER_POST): ("item_publisher",),
    (GOVERNMENT_SERVICES, STEWARD_POST): ("data_steward",),
    (GOVERNMENT_SERVICES, CONTENT_EDITOR_POST): ("content_editor",),
    (GOVERNMENT_SERVICES, CONTENT_APPROVER_POST): ("content_approver",),
    (GOVERNMENT_SERVICES, FIRST_CONTACT_POST): ("first_contact",),
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
    (GOVERNMENT_SERVICES, ARCHIVE_POST): ("archivist",),
    (CITY_GOVERNMENT, GOVERNMENT_HEAD_POST): ("government_head",),
    (HEALTH, HEARING_POST): ("hearing_officer",),
    (HEALTH, HEALTH_HEAD_POST): ("authority_head",),
    (ROADS, ROADS_HEAD_POST): ("authority_head",),
    (MARKET, REGISTER_WINDOW_POST): ("window_clerk",),
    (MARKET, REGISTER_HANDLE_POST): ("handler",),
    (MARKET, REGISTER_APPROVE_POST): ("approver",),
    (MARKET, MARKET_HEAD_POST): ("authority_head",),
    (LABOUR, LABOUR_REPRESENTATIVE_POST): ("chief_representative", "window_clerk"),
    (LABOUR, LABOUR_HANDLE_POST): ("handler",),
    (LABOUR, INJURY_EXAMINE_POST): ("examiner",),
    (LABOUR, LABOUR_APPROVE_POST): ("approver",),
    (LABOUR, LABOUR_HEAD_POST): ("authority_head",),
    (CIVIL_AFFAIRS, RELIEF_HANDLE_POST): ("handler",),
    (CIVIL_AFFAIRS, RELIEF_EXAMINE_POST): ("examiner",),
    (CIVIL_AFFAIRS, RELIEF_APPROVE_POST): ("approver",),
    (CIVIL_AFFAIRS, RELIEF_HEAD_POST): ("authority_head",),
    (HOUSING_FUND, FUND_HANDLE_POST): ("handler",),
    (HOUSING_FUND, FUND_APPROVE_POST): ("approver",),
    (HOUSING_FUND, FUND_HEAD_POST): ("authority_head",),
    (FIRE, FIRE_HANDLE_POST): ("handler",),
    (FIRE, FIRE_EXAMINE_POST): ("examiner",),
    (FIRE, FIRE_APPROVE_POST): ("approver",),
    (FIRE, FIRE_HEAD_POST): ("authority_head",),
}

HYGIENE_SLUG = "hygiene-licence"
ROAD_SLUG = "road-permit"
FIRE_SLUG = "fire-check"
RENEWAL_SLUG = "hygiene-renewal"
REGISTRATION_SLUG = "self-employed-registration"
PAUSE_SLUG = "business-pause"
ALLOWANCE_SLUG = "old-age-allowance"
FUND_SLUG = "housing-fund"
INJURY_SLUG = "work-injury"
CERTIFICATE_SLUG = "insurance-certificate"
