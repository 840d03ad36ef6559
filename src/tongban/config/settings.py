"""Settings: typed, read once from the environment, loud at start.

Every variable is listed in :data:`VARIABLES`; ``./tongban doctor`` prints the table and the docs are generated from it.
"""

from __future__ import annotations

import gc
import ipaddress
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

VARIABLES: dict[str, str] = {
    "TONGBAN_DIR": "folder of keys, files, anchors and people.json (default: var/ beside the project)",
    "DATABASE_URL": "postgresql://user:password@host:port/name or postgresql:///name?host=/socket/dir",
    "TONGBAN_DEMO": "1 = demo city with one-button sign-in; refused beside a database that is not a demo",
    "TONGBAN_CITY_LIVES_ON": "1 = the demo city goes on by itself (./tongban demo sets it, --quiet leaves it out)",
    "TONGBAN_SECRET_KEY": "Django's signing key; default: a file made at the first start, readable by the owner only",
    "TONGBAN_HOSTS": "host names that the site answers to, separated by commas",
    "TONGBAN_URL": "public address of the site, printed on papers and in messages (default http://127.0.0.1:8000)",
    "TONGBAN_DEBUG": "1 = Django's debug pages; refused in production",
    "TONGBAN_HTTPS": "1 = cookies only over HTTPS, HSTS (set behind a TLS proxy)",
    "TONGBAN_SMS": "sandbox (default) or the URL of the city's SMS gateway",
    "TONGBAN_RECEIVER_NETWORKS": "private networks to which webhooks may go, e.g. 10.20.0.0/16 (commas; default none)",
    "TONGBAN_CREDIT_PLATFORM": "sandbox (default), file (batches in <dir>/outbox/credit) or the platform's URL",
    "TONGBAN_EMAIL": "smtp://host:port or empty: e-mail is kept in the in-site inbox only",
    "TONGBAN_SCANNER": "command of a virus scanner; gets a file name, exit status 0 = clean",
    "TONGBAN_FONT_DIRS": "folders with a city's licensed fonts, separated by colons",
}

BASE_DIR = Path(__file__).resolve().parents[3]

# A start makes 160,000 objects that stay: to look for garbage among them at every 700 new ones takes a tenth of it.
gc.set_threshold(10_000, 10, 10)


class SettingsError(RuntimeError):
    """A setting is missing or wrong; the sentence says which and what to do."""


def _networks(text: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    try:
        return [ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip()]
    except ValueError as error:
        raise SettingsError(f"TONGBAN_RECEIVER_NETWORKS: {error}; write networks like 10.20.0.0/16") from error


def _flag(name: str) -> bool:
    value = os.environ.get(name, "0")
    if value not in {"0", "1", ""}:
        raise SettingsError(f"{name}={value!r}: must be 0 or 1")
    return value == "1"


def _secret_key(folder: Path) -> str:
    if key := os.environ.get("TONGBAN_SECRET_KEY"):
        return key
    path = folder / "keys" / "django.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _planning(query: dict[str, str]) -> dict[str, str]:
    """Acts are few prepared shapes of statement: planned once, never again for each value, and never compiled."""
    return {**query, "options": f"{query.get('options', '')} -c plan_cache_mode=force_generic_plan -c jit=off".strip()}


def _database(url: str) -> dict[str, Any]:
    """Django's database entry of a postgresql:// URL; the socket folder may stand in ``?host=``."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise SettingsError("DATABASE_URL: must begin with postgresql://")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "tongban",
        "USER": unquote(parts.username or query.pop("user", "") or "postgres"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or query.pop("port", "") or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # a pooled connection that died with the server is replaced, not handed out
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}, "prepare_threshold": 5, **_planning(query)},
        "TEST": {"TEMPLATE": "template0"},
    }


DIR = Path(os.environ.get("TONGBAN_DIR") or BASE_DIR / "var").resolve()
DEMO = _flag("TONGBAN_DEMO")
REHEARSAL = (DIR / "rehearsal.json").exists()  # the mark of a rehearsal site (launch.rehearsal): nothing there counts
OPEN_DOOR = DEMO or REHEARSAL  # the one-button sign-in at /demo/
CITY_LIVES_ON = DEMO and _flag("TONGBAN_CITY_LIVES_ON")
DEBUG = _flag("TONGBAN_DEBUG")
HTTPS = _flag("TONGBAN_HTTPS")
SECRET_KEY = _secret_key(DIR)
PUBLIC_URL = os.environ.get("TONGBAN_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = [h for h in os.environ.get("TONGBAN_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",") if h]
DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "postgresql:///tongban?host=/tmp"))}

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "tongban.ground.ledger",
    "tongban.ground.numbers",
    "tongban.ground.jobs",
    "tongban.ground.ports",
    "tongban.ground.storage",
    "tongban.ground.notifications",
    "tongban.ground.documents",
    "tongban.ground.parameters",
    "tongban.ground.calendars",
    "tongban.ground.idempotency",
    "tongban.registry.parties",
    "tongban.registry.catalog",
    "tongban.registry.licences",
    "tongban.registry.places",
    "tongban.registry.credit",
    "tongban.registry.articles",
    "tongban.procedures.work",
    "tongban.procedures.cases",
    "tongban.procedures.contacts",
    "tongban.insight.search",
    "tongban.insight.indicators",
    "tongban.insight.trials",
    "tongban.faces.accounts",
    "tongban.faces.portal",
    "tongban.faces.desk",
    "tongban.faces.openapi",
    *(["tongban.faces.demo"] if OPEN_DOOR else []),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tongban.faces.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tongban.faces.middleware.RequestIdMiddleware",
    "tongban.faces.maintenance.MaintenanceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tongban.faces.middleware.PrincipalMiddleware",
    "tongban.faces.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "tongban.faces.middleware.OriginMiddleware",
    "tongban.faces.middleware.BodySizeMiddleware",
    "tongban.faces.middleware.PlainTextMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tongban.faces.errors.ErrorMiddleware",
]
ROOT_URLCONF = "tongban.config.urls"
WSGI_APPLICATION = "tongban.config.wsgi.application"
_TEMPLATE_FOLDERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "src" / "tongban" / "faces" / "templates"],
        "OPTIONS": {
            "loaders": [("tongban.faces.fixed.Loader", _TEMPLATE_FOLDERS)],
            "context_processors": ["tongban.faces.context.site"],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "tongban.faces.templatetags.tongban",
            ],
        },
    }
]
AUTH_USER_MODEL = "parties.UserAccount"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "tongban.registry.parties.hashers.SmallArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "tongban.faces.accounts.sessions"
SESSION_COOKIE_NAME = "tongban_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600
LOGIN_URL = "/accounts/sign-in/"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "tongban.faces.stylesheet.JoinedStylesheetFinder",
]
STATICFILES_DIRS = [BASE_DIR / "src" / "tongban" / "faces" / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DIR / "files"}},
    "files": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DIR / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").exists()
if WHITENOISE_USE_FINDERS:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

EMAIL_URL = os.environ.get("TONGBAN_EMAIL", "")
if EMAIL_URL:
    _mail = urlsplit(EMAIL_URL)
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 25
SMS_GATEWAY = os.environ.get("TONGBAN_SMS", "sandbox")
RECEIVER_NETWORKS = _networks(os.environ.get("TONGBAN_RECEIVER_NETWORKS", "127.0.0.0/8" if DEMO else ""))
CREDIT_PLATFORM = os.environ.get("TONGBAN_CREDIT_PLATFORM", "sandbox")
SCANNER = os.environ.get("TONGBAN_SCANNER", "")
if REHEARSAL:  # whatever the city's own environment says, nothing leaves a rehearsal
    SMS_GATEWAY, CREDIT_PLATFORM, EMAIL_URL, RECEIVER_NETWORKS = "sandbox", "sandbox", "", _networks("127.0.0.0/8")
FONT_DIRS = [Path(p) for p in os.environ.get("TONGBAN_FONT_DIRS", "").split(":") if p]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("TONGBAN_LOG", "WARNING")},
}

if DEBUG and HTTPS:
    raise SettingsError("TONGBAN_DEBUG=1 together with TONGBAN_HTTPS=1: debug pages are never served in production")
if DEMO and REHEARSAL:
    raise SettingsError(f"TONGBAN_DEMO=1, but {DIR} is a rehearsal site: start it with ./tongban rehearsal --dir {DIR}")
if OPEN_DOOR and HTTPS:
    raise SettingsError("TONGBAN_HTTPS=1 in a demo or a rehearsal: their open sign-in is never served in production")
