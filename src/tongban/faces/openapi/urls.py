"""Addresses of the open API; names live in the namespace ``openapi-v1``."""

from django.urls import path

from tongban.faces.openapi.api import api

urlpatterns = [path("v1/", api.urls)]
