"""Every setting of the site, in one file, driven by the environment.

With no environment at all this is the embedded default: one machine, SQLite, a secret of its own under var/, no debug
pages. UNFRAGILE_ENV=production asks for the rest; unfragile_site.checks names what is missing, and the server then
refuses to start. docs/reference/settings.md explains each variable.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF

from unfragile_site.accounts.configuration import APPS, accounts
from unfragile_site.decomposer import decomposer
from unfragile_site.logs import logging_config
from unfragile_site.openapi import SPECTACULAR_SETTINGS  # noqa: F401 - Django reads it here

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.ENVIRON = {name: value for name, value in os.environ.items() if value}  # `NAME=` counts as not set

# --- which environment ------------------------------------------------------------------------------------------------
ENVIRONMENT = env("UNFRAGILE_ENV", default="test" if "pytest" in sys.modules else "local")  # no conftest ran yet
PRODUCTION, TESTING = ENVIRONMENT == "production", ENVIRONMENT == "test"
DEBUG = env.bool("DEBUG", default=False)
# A default is not a decision: production has to say these itself. unfragile_site.checks reports what is missing.
REQUIRED = ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "DEFAULT_FROM_EMAIL", "EMAIL_URL", "SITE_URL"]
MISSING = [name for name in REQUIRED if not env(name, default="")] if PRODUCTION else []

# Everything the site writes to disk lies here; a backup of this folder is a backup of an embedded site.
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)


def kept_secret(path: Path) -> str:
    """The embedded site's own secret: made at the first start, readable by its user only, the same ever after."""
    if not path.exists():
        # Written aside and linked into place, so that two processes starting at once agree on one complete value.
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64), encoding="ascii")
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii")


SECRET_KEY = env("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # the previous key, while it is being rotated out
if not SECRET_KEY:
    # In production the check says what is missing; until then nothing is ever signed with a key anybody could know.
    SECRET_KEY = secrets.token_urlsafe(64) if PRODUCTION or TESTING else kept_secret(VAR_DIR / "secret_key")

# --- where the site is ------------------------------------------------------------------------------------------------
PORT = env.int("PORT", default=8000)
SITE_NAME = env("SITE_NAME", default="Unfragile")
SITE_URL = env("SITE_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []
# How many of our own proxies stand in front. Only their entries of X-Forwarded-For are believed, so a reader cannot
# choose the address that limits are counted by.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)

INSTALLED_APPS = [
    "unfragile_site",
    "claims",
    "ranking",
    "catalog",
    "unfragile_site.apps.DeskConfig",
    *APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "rest_framework",
    "simple_history",
]

# Sessions and users are looked up when something asks for them: a reader without a session cookie costs no query.
MIDDLEWARE = [
    "unfragile_site.middleware.RequestIdMiddleware",  # outermost: every line logged below carries the id
    "unfragile_site.middleware.AccessLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",  # before anything that may answer by itself: errors and redirects carry it too
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "unfragile_site.middleware.AddressLengthMiddleware",
    "unfragile_site.middleware.KeptAnswerMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # touches no session by itself
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",  # notes who changed what
]

ROOT_URLCONF, WSGI_APPLICATION = "unfragile_site.urls", "unfragile_site.wsgi.application"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # forty offerings with their evidence make a form of two thousand
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True  # a reason may be a long sentence

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,  # which also caches compiled templates
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "unfragile_site.context_processors.site",
            ],
        },
    },
]

# --- database, cache, tasks -------------------------------------------------------------------------------------------
REDIS_URL = env("REDIS_URL", default="")
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"].setdefault("CONN_MAX_AGE", None)  # opening one takes longer than the queries of most pages
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {
            # A transaction takes the write lock when it begins and waits for it: one that starts by reading and then
            # writes would otherwise fail at once with "database is locked" when another has written in between.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,  # seconds to wait for another writer
            "init_command": (
                "PRAGMA journal_mode=WAL;"  # readers and the one writer do not block each other
                "PRAGMA synchronous=NORMAL;"  # safe with WAL; a power cut may cost the last commits, never the file
                "PRAGMA mmap_size=268435456;"  # 256 MB read without copying
                "PRAGMA cache_size=-32000;"  # 32 MB of pages per connection
                "PRAGMA temp_store=MEMORY;"
            ),
        }
    )
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # One per thread stays open: a pool takes longer than a kept page. It is tried once a request, by reading the state.
    DATABASES["default"].setdefault("CONN_MAX_AGE", None)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

BROKER_DIR = VAR_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost//"
VISIBILITY_TIMEOUT = 3600  # seconds until Redis hands an unconfirmed task to another worker
cache: dict[str, object]
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object]
if REDIS_URL:
    cache = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        # The broker must never lose an entry, a cache may; a large site gives each its own Redis.
        "LOCATION": env("CACHE_REDIS_URL", default=REDIS_URL),
        "KEY_PREFIX": "unfragile",
        # A silent Redis must not hold up a page. A machine that tests keep busy now and then stands still as long.
        "OPTIONS": {"socket_connect_timeout": 0.25, "socket_timeout": 5 if TESTING else 0.5},
    }
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": VISIBILITY_TIMEOUT, "socket_connect_timeout": 1}
else:
    cache = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}}
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "processed_folder": str(BROKER_DIR / "done"),
        "store_processed": False,
        "polling_interval": 0.25,  # seconds until a task is noticed
    }
limits = {} if REDIS_URL else {"LOCATION": "limits", "OPTIONS": {"MAX_ENTRIES": 20_000}}  # kept pages push none out
CACHES = {"default": cache, "limits": {**cache, **limits}}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": VISIBILITY_TIMEOUT}
CELERY_VISIBILITY_TIMEOUT = VISIBILITY_TIMEOUT  # Celery reads this one too: all three must agree
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True  # what a task found out is in the database
CELERY_TASK_SOFT_TIME_LIMIT = 15 * 60  # seconds; the task may tidy up
CELERY_TASK_TIME_LIMIT = 20 * 60  # seconds; at most half the visibility timeout, else a task could run twice at once
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1, "interval_max": 0.2}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # a long task does not hold short ones back
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20  # seconds a running task has when the worker is told to stop hard
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_TASK_ALWAYS_EAGER = CELERY_TASK_EAGER_PROPAGATES = TESTING

# --- pages, files, language -------------------------------------------------------------------------------------------
LANGUAGE_CODE, TIME_ZONE = "en-gb", "UTC"
STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR_DIR / "static"))).resolve()
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
# The manifest exists after collectstatic only, so development and tests go without.
PLAIN, HASHED = "django.contrib.staticfiles.storage.StaticFiles", "whitenoise.storage.CompressedManifestStaticFiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": f"{PLAIN if DEBUG or TESTING else HASHED}Storage"},
}

DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("DEFAULT_FROM_EMAIL", default="Unfragile <unfragile@localhost>")
globals().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 10  # seconds

ACCOUNTS, allauth = accounts(env, SITE_NAME, TESTING)  # how people sign up and in
globals().update(allauth)
ADMIN_SECOND_FACTOR = env.bool("ADMIN_SECOND_FACTOR", default=PRODUCTION)  # whether the editors' desk asks for one
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one is slow on purpose

# --- security ---------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    # __Host- makes browsers refuse the cookie unless it came over HTTPS from this very host.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, without TLS
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- API --------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["catalog.api.parsers.SmallJsonParser"],
    # No sessions: a cookie is no statement of will, and would make every answer depend on it.
    "DEFAULT_AUTHENTICATION_CLASSES": ["claims.api.authentication.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "catalog.api.schema.ApiSchema",
    "DEFAULT_THROTTLE_CLASSES": ["catalog.api.throttling.RateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"anon": "60/min", "key": "300/min"},
    "EXCEPTION_HANDLER": "unfragile_site.errors.problem_handler",
    "NUM_PROXIES": PROXY_COUNT,
    "URL_FORMAT_OVERRIDE": None,  # there is one format; ?format= is an unknown parameter like any other
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

# --- logs -------------------------------------------------------------------------------------------------------------
LOGGING = logging_config(level=env("LOG_LEVEL", default="INFO"), is_plain=DEBUG)

# --- our own knobs ----------------------------------------------------------------------------------------------------
DECOMPOSER = decomposer(env)  # how texts are taken apart into capabilities
FOUR_EYES = env.bool("FOUR_EYES", default=False)  # whether publishing takes a second editor
NETWORK_ENDPOINTS = env.list("NETWORK_ENDPOINTS", default=[])  # origins of the operator's own that may be asked
IMPORT_FOLDERS = env.list("IMPORT_FOLDERS", default=[])  # below which editors may name files to be imported
DNS_RESOLVERS = env.list("DNS_RESOLVERS", default=["1.1.1.1", "9.9.9.9"])  # of different houses; both must agree
GITHUB_TOKEN = env("GITHUB_TOKEN", default="")  # for asking GitHub more than 60 times an hour
OWN_ADDRESSES = env.list("OWN_ADDRESSES", default=[])  # this site's public addresses, which must not be
UNFRAGILE = {
    "PAGE_SIZE": 24,  # artifacts on a list page
    "API_PAGE_SIZE": 50,
    "API_MAX_PAGE_SIZE": 200,
    "JOB_DAYS": 30,  # for how long the rows of an editors' job can be read after it has ended
    "PAGE_CACHE_SECONDS": 600,  # an anonymous page lives at most this long, and dies at once when its facts change
    "LEAST_PEOPLE": 10,  # so many have to have had a need before an owner is told of it; fewer than 10 are 10
    "HEARTBEAT_STALE_SECONDS": 180,  # three missed beats: the worker is taken for dead
}
