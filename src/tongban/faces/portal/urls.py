"""Addresses of the portal. The name of every address equals the name of its view."""

from __future__ import annotations

from django.urls import URLPattern, path

from tongban.faces.portal.acts import views as acts
from tongban.faces.portal.views import apply, guide, home, items, lists, my, progress, search, verify

app_name = "portal"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
    path("items/", items.items, name="items"),
    path("items/items.csv", items.items_csv, name="items_csv"),
    path("items/items.json", items.items_json, name="items_json"),
    path("guide/<slug:slug>/", guide.guide, name="guide"),
    path("themes/<slug:key>/", items.theme, name="theme"),
    path("about/accessibility/", home.about_accessibility, name="about_accessibility"),
    path("about/privacy/", home.privacy, name="privacy"),
    path("apply/<slug:slug>/", apply.apply_start, name="apply_start"),
    path("apply/d/<uuid:draft>/questions/", apply.apply_questions, name="apply_questions"),
    path("apply/d/<uuid:draft>/form/<slug:section>/", apply.apply_form, name="apply_form"),
    path("apply/d/<uuid:draft>/materials/", apply.apply_materials, name="apply_materials"),
    path("apply/d/<uuid:draft>/check/", apply.apply_check, name="apply_check"),
    path("apply/d/<uuid:draft>/discard/", apply.apply_discard, name="apply_discard"),
    path("my/", my.my, name="my"),
    path("my/access/", my.access_history, name="access_history"),
    path("my/cases/<slug:number>/", my.my_case, name="my_case"),
    path("my/cases/<slug:number>/receipt/", my.receipt, name="receipt"),
    path("my/cases/<slug:number>/correct/", my.correct, name="correct"),
    path("my/cases/<slug:number>/withdraw/", my.withdraw, name="withdraw"),
    path("my/cases/<slug:number>/acts/", acts.my_acts, name="my_acts"),
    path("my/cases/<slug:number>/acts/<slug:name>/", acts.my_act, name="my_act"),
    path("my/papers/<uuid:paper>/", my.paper, name="paper"),
    path("my/papers/<uuid:paper>/pages/", my.paper_pictures, name="paper_pictures"),
    path("lists/deferrable/", lists.list_deferrable, name="list_deferrable"),
    path("lists/commitment/", lists.list_commitment, name="list_commitment"),
    path("lists/delegations/", lists.list_delegations, name="list_delegations"),
    path("progress/", progress.progress, name="progress"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<slug:code>/", verify.verify_code, name="verify_code"),
]
