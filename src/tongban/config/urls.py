"""All addresses. Every view carries an access policy (``faces.access``); one without is denied and fails a test."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from tongban.faces import health, preferences

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tongban.faces.portal.urls")),
    path("accounts/", include("tongban.faces.accounts.urls")),
    path("desk/", include("tongban.faces.desk.urls")),
    path("api/", include("tongban.faces.openapi.urls")),
    path("preferences/elder/", preferences.set_elder, name="set_elder"),
    path("preferences/language/", preferences.set_language, name="set_language"),
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
if settings.OPEN_DOOR:
    urlpatterns.append(path("demo/", include("tongban.faces.demo.urls")))

handler400 = "tongban.faces.errors.bad_request"
handler403 = "tongban.faces.errors.permission_denied"
handler404 = "tongban.faces.errors.page_not_found"
handler500 = "tongban.faces.errors.server_error"
