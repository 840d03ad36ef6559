"""Addresses of the desk face. The name of every address equals the name of its view."""

from __future__ import annotations

from django.urls import URLPattern, path

from tongban.faces.desk.acts import views as acts
from tongban.faces.desk.views import (
    administration,
    board,
    connections,
    contacts,
    files,
    home,
    intake,
    review,
    roster,
    steward,
    window,
)

app_name = "desk"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("done/", home.done, name="done"),
    path("window/", window.window, name="window"),
    path("window/new/", intake.window_choose, name="window_choose"),
    path("window/new/<slug:slug>/", intake.window_new, name="window_new"),
    path("window/<str:number>/", window.window_case, name="window_case"),
    path("window/<str:number>/receipt/", window.receipt, name="receipt"),
    path("review/", review.review, name="review"),
    path("review/<str:number>/", review.review_case, name="review_case"),
    path("review/<str:number>/preview/", review.preview, name="preview"),
    path("cases/", acts.case_find, name="case_find"),
    path("cases/<str:number>/acts/", acts.acts, name="acts"),
    path("cases/<str:number>/acts/<slug:name>/", acts.act, name="act"),
    path("cases/<str:number>/acts/<slug:name>/preview/", acts.act_preview, name="act_preview"),
    path("cases/<str:number>/unmask/", files.unmask, name="unmask"),
    path("files/<str:number>/<uuid:file>/", files.file, name="file"),
    path("papers/<uuid:paper>/", files.paper, name="paper"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/new/", contacts.contact_new, name="contact_new"),
    path("contacts/report/", contacts.contact_report, name="contact_report"),
    path("contacts/<str:number>/", contacts.contact, name="contact"),
    path("contacts/<str:number>/slips/<int:round>/", contacts.contact_slip, name="contact_slip"),
    path("contacts/<str:number>/unmask/", contacts.contact_unmask, name="contact_unmask"),
    path("steward/", steward.steward, name="steward"),
    path("steward/<slug:slug>/", steward.steward_version, name="steward_version"),
    path("board/", board.board, name="board"),
    path("board/channels/", board.board_channels, name="board_channels"),
    path("substitutions/", roster.substitutions, name="substitutions"),
    path("substitutions/<uuid:substitution>/end/", roster.substitution_end, name="substitution_end"),
    path("delegations/", roster.delegations, name="delegations"),
    path("delegations/<uuid:delegation>/revoke/", roster.delegation_revoke, name="delegation_revoke"),
    path("operations/", administration.operations, name="operations"),
    path("connections/", connections.connections, name="connections"),
    path("connections/check/", connections.connections_check, name="connections_check"),
    path("connections/wechat/", connections.wechat_account, name="wechat_account"),
    path("connections/channels/new/", connections.channel_new, name="channel_new"),
    path("connections/channels/<uuid:channel>/", connections.channel, name="channel"),
    path("connections/channels/<uuid:channel>/webhooks/new/", connections.webhook_new, name="webhook_new"),
    path("connections/channels/<uuid:channel>/webhooks/<uuid:webhook>/", connections.webhook, name="webhook"),
    path("audit/", administration.audit, name="audit"),
    path("people/", administration.people, name="people"),
]
