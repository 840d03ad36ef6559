"""Addresses of the open API; names live in the namespace ``openapi-v1``."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import path

from tongban.faces.openapi.api import api
from tongban.faces.openapi.problems import of_methods

_addresses, _application, _namespace = api.urls
for _address in _addresses:
    _view: Callable[..., HttpResponse] = _address.callback  # type: ignore[assignment]  # an address has its view
    _address.callback = of_methods(_view)

urlpatterns = [path("v1/", (_addresses, _application, _namespace))]
