"""Settings of the tests: the product's own, on the test server and in the folder that belongs to the template."""

from __future__ import annotations

import os

from tests.support import databases

os.environ["TONGBAN_TEST_SERVER"] = databases.server_url()
os.environ["DATABASE_URL"] = databases.server_url()
os.environ["TONGBAN_DIR"] = str(databases.state_dir())
os.environ["TONGBAN_DEMO"] = "1"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the same thread; our views are synchronous

from tongban.config.settings import *  # noqa: F403 - after the environment is set
from tongban.config.settings import PASSWORD_HASHERS, STATIC_ROOT

PASSWORD_HASHERS = [databases.HASHER, *PASSWORD_HASHERS[1:]]
STATIC_ROOT.mkdir(exist_ok=True)  # empty: files are served by the finders, as before the first collectstatic
WHITENOISE_AUTOREFRESH = True  # else every Client lists all static files before its first request
