"""Everything an operator may set comes from the environment; `.env.example` explains each value.

A missing or impossible value stops the start and says which one it is.
"""

import tomllib
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from akiruno_library import headers, logs, policy
from akiruno_library.env_values import BASE_DIR, env, seconds

VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

# --- The site -------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)

SECRET_KEY = env.str("SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is too short: it needs at least 50 random characters.")

SITE_URL = env.str("SITE_URL").rstrip("/")
_site = urlsplit(SITE_URL)
if _site.scheme not in ("http", "https") or not _site.hostname:
    raise ImproperlyConfigured(
        f"SITE_URL is not an address like https://library.example.jp: {SITE_URL}"
    )
IS_HTTPS = _site.scheme == "https"

# Health checks of the machine itself use this address.
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS", default=[_site.hostname]), "127.0.0.1", "localhost"]

# The number of our own proxies, each of which appends an entry to X-Forwarded-For.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# The processes that answer pages. Each counts its own visitors, so each allows only its share.
WEB_WORKERS = env.int("WEB_WORKERS", default=2)
PAGES_A_SECOND = env.float("PAGES_A_SECOND", default=policy.PAGES_A_SECOND)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",  # its templates, which ours override
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "catalog",
    "notifications",
    "patrons",
    "loans",
    "reservations",
    "circulation",
    "operation",
]
if DEMO:
    INSTALLED_APPS.append("demo")

MIDDLEWARE = [
    "akiruno_library.request_log.write_down_each_request",
    "django.middleware.security.SecurityMiddleware",
    "akiruno_library.headers.ask_for_nothing",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "patrons.terminal.middleware.TerminalMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "patrons.session_expiry.sessions_that_end",
    "patrons.staff.middleware.StaffDoor",
    "patrons.display.middleware.apply_display_preferences",
    "akiruno_library.middleware.ClosedByDefault",
    "patrons.middleware.patron_of_the_request",
    "akiruno_library.crowding.bound_each_address",
    "django.contrib.messages.middleware.MessageMiddleware",
    "patrons.unfinished.middleware.presses_that_came_too_late",
    "patrons.unfinished.middleware.page_for_405",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "akiruno_library.urls"
WSGI_APPLICATION = "akiruno_library.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "akiruno_library.template_layout.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "akiruno_library.templatetags.addresses",
                "akiruno_library.templatetags.days",
                "akiruno_library.templatetags.icons",
                "akiruno_library.templatetags.message_actions",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "catalog.context_processors.library",
                "patrons.context_processors.patron",
                "patrons.display.middleware.display",
                "patrons.session_expiry.session_end",
                "reservations.context_processors.basket",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data -----------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL")}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database (postgres://…).")
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
# A prepared statement is planned once for each connection. Planning was half of the database's time
# for a personal page.
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 5}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Holds no personal data: neighbours on the shelf, counts of classes. Each process has its own cache
# and may lose it at any time.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    }
}

SEARCH_INDEX_DIR = env.path("SEARCH_INDEX_DIR")

# Backups: their folder, the public keys of those who can open them, and how long they are kept.
BACKUP_FOLDER = env.str("BACKUP_FOLDER", default="/var/lib/akiruno/backups")
BACKUP_RECIPIENTS = env.list("BACKUP_RECIPIENTS", default=[])
BACKUPS_KEPT = timedelta(days=env.int("BACKUP_DAYS", default=policy.BACKUPS_KEPT_USUALLY.days))
if not timedelta(days=1) <= BACKUPS_KEPT <= policy.BACKUPS_KEPT:
    raise ImproperlyConfigured(
        f"BACKUP_DAYS must be between 1 and {policy.BACKUPS_KEPT.days}: so long is it remembered"
        " what was deleted and may not come back."
    )

# --- Time and language ----------------------------------------------------------------------

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

# --- People ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "patrons.User"
AUTHENTICATION_BACKENDS = ["patrons.backends.PatronBackend", "patrons.backends.StaffBackend"]
PASSWORD_HASHERS = ["patrons.hashers.LibraryArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": policy.PASSWORD_MIN_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "patrons.library_words.NoWordOfTheLibrary"},
]
LOGIN_URL = "patrons:login"

# Staff: a second factor (not in the demo), and the networks that may open their pages.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=not DEMO)
# patrons/attempts.py limits the codes instead.
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0
OTP_TOTP_ISSUER = "あきる野市図書館"
try:
    ADMIN_ADDRESSES = [ip_network(each) for each in env.list("ADMIN_ADDRESSES", default=[])]
    # The networks in which the library's terminals stand: their cookie opens nothing elsewhere.
    TERMINAL_ADDRESSES = [ip_network(each) for each in env.list("TERMINAL_ADDRESSES", default=[])]
except ValueError as error:
    message = f"ADMIN_ADDRESSES or TERMINAL_ADDRESSES holds what is no network: {error}"
    raise ImproperlyConfigured(message) from error

LOGIN_REDIRECT_URL = "circulation:mypage"

SESSION_ENGINE = "patrons.session_store"
SESSION_COOKIE_AGE = int(policy.SESSION_LONGEST.total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
# With the prefix __Host- no other host, no page without TLS and no path can set the cookie.
COOKIE_PREFIX = "__Host-" if IS_HTTPS else ""
TERMINAL_COOKIE_NAME = f"{COOKIE_PREFIX}terminal"
MESSAGE_STORAGE = "akiruno_library.message_cookie.Storage"
MESSAGE_TAGS = {21: "quiet"}  # akiruno_library.messages.Kind.QUIET; settings import nothing of ours
CSRF_FAILURE_VIEW = "patrons.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- What a browser is told -----------------------------------------------------------------

if IS_HTTPS:
    SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
    CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = headers.CONTENT_SECURITY_POLICY

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Mail -----------------------------------------------------------------------------------

vars().update(env.email("EMAIL_URL"))
EMAIL_TIMEOUT = seconds("MAIL_ANSWER_WITHIN_SECONDS", policy.MAIL_ANSWER_WITHIN).seconds
MAIL_LEASE = seconds("MAIL_LEASE_SECONDS", policy.MAIL_LEASE)
HOLD_READY_DELAY = seconds("HOLD_READY_GATHER_SECONDS", policy.HOLD_READY_DELAY)
DEFAULT_FROM_EMAIL = policy.MAIL_FROM
SERVER_EMAIL = policy.MAIL_FROM
# The envelope sender, to which bounces return, and the maildir in which the mail server stores
# them.
BOUNCE_MAILDIR = Path(env.str("BOUNCE_MAILDIR")) if env.str("BOUNCE_MAILDIR", default="") else None
MAIL_RETURN_PATH = env.str("MAIL_RETURN_PATH", default=f"info@{policy.MAIL_DOMAIN}")
MAILBOX_DIR = Path(env.str("MAILBOX_DIR")) if DEMO else None

# --- Work in the background -----------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL")
if urlsplit(REDIS_URL).scheme not in ("redis", "rediss", "unix"):
    raise ImproperlyConfigured(f"REDIS_URL is not a Redis address: {REDIS_URL}")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Short timeouts: a Redis that hangs must not block a page. A failed wake-up is made up for by the
# sweep.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "max_retries": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # workers reconnect for ever
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600  # shorter than the lease of a job, so that no job runs twice at once
CELERY_TIMEZONE = TIME_ZONE
# Beat has one task: to start the jobs that are due. Each job knows its own times (jobs.py).
CELERY_BEAT_SCHEDULE = {
    "hand-out-what-is-due": {
        "task": "notifications.tasks.run_due_jobs",
        "schedule": policy.JOBS_SWEEP.total_seconds(),
        # A task that waits longer is replaced by the next.
        "options": {"expires": policy.JOBS_SWEEP.total_seconds()},
    },
}

# --- Logs: ids only, never a person or a title (rule 10.5) -----------------------------------

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
LOGGING = logs.configuration(env.str("LOG_LEVEL", default="INFO"))
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
