"""Addresses of the portal. The name of every address equals the name of its view."""

from __future__ import annotations

from django.urls import URLPattern, path

from tongban.faces.portal.acts import views as acts
from tongban.faces.portal.views import (
    apply,
    guide,
    home,
    items,
    links,
    lists,
    my,
    my_lists,
    my_mandates,
    my_profile,
    my_words,
    progress,
    search,
    verify,
)

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
    path("my/cases/", my_lists.my_cases, name="my_cases"),
    path("my/papers/", my_lists.my_papers, name="my_papers"),
    path("my/licences/", my_lists.my_licences, name="my_licences"),
    path("my/messages/", my_lists.my_messages, name="my_messages"),
    path("my/mandates/", my_mandates.my_mandates, name="my_mandates"),
    path("my/profile/", my_profile.my_profile, name="my_profile"),
    path("my/cases/<slug:number>/words/", my_words.my_message, name="my_message"),
    path("my/cases/<slug:number>/parcels/", my_words.my_consignment, name="my_consignment"),
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
    path("progress/phone/", progress.progress_phone, name="progress_phone"),
    path("s/<str:code>/", links.short_link, name="short_link"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<slug:code>/", verify.verify_code, name="verify_code"),
]
