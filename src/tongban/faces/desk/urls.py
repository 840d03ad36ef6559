"""Addresses of the desk face. The name of every address equals the name of its view."""

from __future__ import annotations

from django.urls import URLPattern, path

from tongban.faces.desk.views import administration, files, home, intake, review, steward, window

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
    path("cases/<str:number>/unmask/", files.unmask, name="unmask"),
    path("files/<str:number>/<uuid:file>/", files.file, name="file"),
    path("papers/<uuid:paper>/", files.paper, name="paper"),
    path("steward/", steward.steward, name="steward"),
    path("steward/<slug:slug>/", steward.steward_version, name="steward_version"),
    path("operations/", administration.operations, name="operations"),
    path("audit/", administration.audit, name="audit"),
    path("people/", administration.people, name="people"),
]
