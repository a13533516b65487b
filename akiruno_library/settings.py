"""Everything an operator may set is in the table of environment.py; the rest is decided here."""

import tomllib
from datetime import timedelta

from akiruno_library import headers, logs, policy
from akiruno_library.environment import BASE_DIR, read_or_stop
from akiruno_library.value_forms import host_of

VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

# --- The site -------------------------------------------------------------------------------

_given = read_or_stop()

DEBUG: bool = _given["DEBUG"]
DEMO: bool = _given["DEMO"]
SECRET_KEY: str = _given["SECRET_KEY"]
SITE_URL: str = _given["SITE_URL"]
IS_HTTPS = SITE_URL.startswith("https:")

# Health checks of the machine itself use the last two.
ALLOWED_HOSTS = [*(_given["ALLOWED_HOSTS"] or [host_of(SITE_URL)]), "127.0.0.1", "localhost"]

# The number of our own proxies, each of which appends an entry to X-Forwarded-For.
TRUSTED_PROXIES: int = _given["TRUSTED_PROXIES"]

# The processes that answer pages. Each counts its own visitors, so each allows only its share.
WEB_WORKERS: int = _given["WEB_WORKERS"]
PAGES_A_SECOND: float = _given["PAGES_A_SECOND"]

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
    "akiruno_library.metrics.answer_prometheus",
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

DATABASES = {"default": _given["DATABASE_URL"]}
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

SEARCH_INDEX_DIR = _given["SEARCH_INDEX_DIR"]

# Backups: their folder, the public keys of those who can open them, and how long they are kept.
BACKUP_FOLDER = str(_given["BACKUP_FOLDER"])
BACKUP_RECIPIENTS = list(_given["BACKUP_RECIPIENTS"])
BACKUPS_KEPT = timedelta(days=_given["BACKUP_DAYS"])

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
_second_factor: bool | None = _given["STAFF_SECOND_FACTOR"]
STAFF_SECOND_FACTOR = not DEMO if _second_factor is None else _second_factor
# patrons/attempts.py limits the codes instead.
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0
OTP_TOTP_ISSUER = "あきる野市図書館"
ADMIN_ADDRESSES = list(_given["ADMIN_ADDRESSES"])
# The networks in which the library's terminals stand: their cookie opens nothing elsewhere.
TERMINAL_ADDRESSES = list(_given["TERMINAL_ADDRESSES"])

LOGIN_REDIRECT_URL = "circulation:mypage"

SESSION_ENGINE = "patrons.session_store"
SESSION_COOKIE_AGE = int(policy.SESSION_LONGEST.total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
# With the prefix __Host- no other host, no page without TLS and no path can set the cookie.
COOKIE_PREFIX = "__Host-" if IS_HTTPS else ""
COUNTER_COOKIE_NAME = f"{COOKIE_PREFIX}counter"
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
    SECURE_SSL_REDIRECT = _given["SECURE_SSL_REDIRECT"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = headers.CONTENT_SECURITY_POLICY

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = _given["STATIC_ROOT"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Mail -----------------------------------------------------------------------------------

vars().update(_given["EMAIL_URL"])
EMAIL_TIMEOUT = _given["MAIL_ANSWER_WITHIN_SECONDS"].total_seconds()
MAIL_LEASE: timedelta = _given["MAIL_LEASE_SECONDS"]
HOLD_READY_DELAY: timedelta = _given["HOLD_READY_GATHER_SECONDS"]
DEFAULT_FROM_EMAIL = policy.MAIL_FROM
SERVER_EMAIL = policy.MAIL_FROM
# The envelope sender, to which bounces return, and the maildir in which the mail server stores
# them.
BOUNCE_MAILDIR = _given["BOUNCE_MAILDIR"]
MAIL_RETURN_PATH: str = _given["MAIL_RETURN_PATH"]
MAILBOX_DIR = _given["MAILBOX_DIR"] if DEMO else None

# --- Work in the background -----------------------------------------------------------------

REDIS_URL: str = _given["REDIS_URL"]
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
CELERY_BEAT_SCHEDULER = "akiruno_library.celery:WatchedScheduler"
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

# Where alarms go (operation/watchman.py). Without either they stand in the log only.
ALARM_MAIL = list(_given["ALARM_MAIL"])
ALARM_WEBHOOK: str = _given["ALARM_WEBHOOK"]
METRICS_TOKEN: str = _given["METRICS_TOKEN"]
LOGGING = logs.configuration(_given["LOG_LEVEL"])
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
