"""The WSGI application that the web server runs."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tongban.launch.marks import refuse_mixed
from tongban.launch.turns import InTurn

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.config.settings")

application = InTurn(get_wsgi_application())
if _url := os.environ.get("DATABASE_URL"):
    refuse_mixed(settings.DIR, _url)  # a rehearsal's directory beside a city's database, or the other way round
