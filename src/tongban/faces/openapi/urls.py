"""Addresses of the open API; names live in the namespace ``openapi-v1``."""

from django.urls import path

from tongban.faces.openapi.api import api
from tongban.faces.openapi.problems import of_methods

_addresses, _application, _namespace = api.urls
for _address in _addresses:
    _address.callback = of_methods(_address.callback)

urlpatterns = [path("v1/", (_addresses, _application, _namespace))]
