"""Addresses of the desk face. The name of every address equals the name of its view."""

from __future__ import annotations

from django.urls import URLPattern, path

from tongban.faces.desk.acts import views as acts
from tongban.faces.desk.views import (
    administration,
    board,
    contacts,
    editor,
    files,
    home,
    intake,
    parameters,
    people,
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
    path("steward/<slug:slug>/edit/<slug:part>/", editor.edit_part, name="edit_part"),
    path("steward/<slug:slug>/preview/", editor.preview_draft, name="preview_draft"),
    path("steward/<slug:slug>/submit/", editor.submit_draft, name="submit_draft"),
    path("steward/<slug:slug>/review/", editor.review_draft, name="review_draft"),
    path("board/", board.board, name="board"),
    path("board/channels/", board.board_channels, name="board_channels"),
    path("substitutions/", roster.substitutions, name="substitutions"),
    path("substitutions/<uuid:substitution>/end/", roster.substitution_end, name="substitution_end"),
    path("delegations/", roster.delegations, name="delegations"),
    path("delegations/<uuid:delegation>/revoke/", roster.delegation_revoke, name="delegation_revoke"),
    path("operations/", administration.operations, name="operations"),
    path("audit/", administration.audit, name="audit"),
    path("people/", people.people, name="people"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/posts/", people.post_list, name="post_list"),
    path("people/posts/new/", people.post_edit, name="post_new"),
    path("people/posts/<int:post>/", people.post_edit, name="post_edit"),
    path("people/<str:number>/", people.person, name="person"),
    path("parameters/", parameters.parameters, name="parameters"),
]
