"""Settings of every installation, from the environment, each variable read once.

Unless ``DEBUG=0``, what is unset takes a development default: SQLite, file mail, keys made once in ``var/``.
``DEBUG=0`` is production: it refuses to start without its keys and hosts, and names them.
"""

import base64
import os
import secrets
import sys
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from kol_crm.core import origin

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=True)
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
if DEBUG:
    for folder in ("", "keys", "mail", "broker", "broker/processed"):
        (VAR_DIR / folder).mkdir(parents=True, exist_ok=True)


def _once(name: str, make) -> str:
    """A development key: made at the first start, kept under var/keys for the later ones."""
    path = VAR_DIR / "keys" / name
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(make())
        try:
            os.link(draft, path)  # atomic: of several processes starting at once, one key wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


def _key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


_missing: list[str] = []


def _required(name: str, development):
    """The variable's value; unset, its development default, or one more name in the refusal to start."""
    value = env(name, default="")
    if value:
        return value
    if DEBUG:
        return development()
    _missing.append(name)
    return ""


SECRET_KEY = _required("SECRET_KEY", lambda: _once("secret_key", lambda: secrets.token_urlsafe(50)))
PII_KEYS = _required("PII_KEYS", lambda: _once("pii_keys", lambda: f"k1:{_key()}"))
PII_INDEX_KEY = _required("PII_INDEX_KEY", lambda: _once("pii_index_key", _key))
ALLOWED_HOSTS = [
    host
    for host in _required("ALLOWED_HOSTS", lambda: "localhost,127.0.0.1,[::1],testserver").split(",")
    if host
]
BASE_URL = _required("BASE_URL", lambda: f"http://127.0.0.1:{env('PORT', default='8000')}").rstrip("/")
DATABASE_URL = _required("DATABASE_URL", lambda: f"sqlite:///{VAR_DIR / 'kol_crm.sqlite3'}")
BROKER_URL = _required("BROKER_URL", lambda: "filesystem://localhost//")
EMAIL_URL = _required("EMAIL_URL", lambda: f"file://{VAR_DIR / 'mail'}")
if _missing:
    raise ImproperlyConfigured(f"DEBUG=0 needs these environment variables: {', '.join(_missing)}")

INSTANCE_NAME = env("INSTANCE_NAME", default="default")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
MAIL_FROM = env("MAIL_FROM", default="KOL CRM <kol@localhost>")
DEFAULT_FROM_EMAIL = MAIL_FROM

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "lucide",
    "csp",
    "kol_crm.core",
    "profiles",
    "lifecycle",
    "incentives",
    "kol_crm",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "kol_crm.core.middleware.preferences",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kol_crm.core.middleware.personal_pages",
    "kol_crm.core.middleware.MovedRows",
    "kol_crm.core.middleware.NotFoundPages",
]
ROOT_URLCONF = "kol_crm.urls"
WSGI_APPLICATION = "kol_crm.wsgi.application"
ASGI_APPLICATION = "kol_crm.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "kol_crm.context.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "kol_crm.core.templatetags.ui",
                "kol_crm.core.templatetags.keeping",
                "incentives.templatetags.incentive_section",
            ],
        },
    }
]

DATABASES = {"default": env.db_url_config(DATABASE_URL)}
_engine = DATABASES["default"]["ENGINE"]
if "sqlite" in _engine:
    # Without these four writers at once lose one transaction in five ("database is locked"; HOUSE).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "factory": origin.Connection,  # its triggers ask which REST client acts
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    if env.bool("TEST_ON_DISK", False):
        DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    # Pages ask for a few rows: to compile a query or start workers for it costs more than to answer it, and
    # what is read often lies in memory, where random reads are cheap (docs/performance.md). What is prepared
    # (core/prepared.py) is prepared so as not to be planned again.
    # A transaction that nobody goes on with would hold back what REST clients are told (docs/sync.md); how
    # long a statement may take is said by who serves pages (gunicorn.conf.py), not by imports and migrations.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
        "options",
        "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1 "
        "-c plan_cache_mode=force_generic_plan -c idle_in_transaction_session_timeout=60s "
        f"-c statement_timeout={env.int('STATEMENT_TIMEOUT_SECONDS', 0)}s",
    )
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sessions, counters and throttles live in the database: a Redis that is away breaks no page (RELIABILITY).
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}}
SESSION_ENGINE = "kol_crm.core.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "kol_crm.core.backends.ByName",
    "kol_crm.core.backends.ByMail",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "kol_crm.core.accounts.ClosedSignup"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_ADAPTER = "kol_crm.core.second_factor.SealedFactors"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are given by admins
MFA_TOTP_TOLERANCE = 1  # a clock half a minute off
ACCOUNT_SESSION_REMEMBER = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"

LANGUAGE_CODE = env("LANGUAGE_CODE", default="en")
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env("TIME_ZONE", default="Asia/Shanghai")  # until Settings say another
CURRENCY = env("CURRENCY", default="CNY")  # so too

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "kol_crm.core.icons.Sheet",
]
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_USE_FINDERS = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = VAR_DIR / "media"
# Which life of each database was here last: shared by all processes, as the media are.
STATE_DIR = Path(env("STATE_DIR", default=str(VAR_DIR / "state")))

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "style-src-attr": ["'unsafe-inline'"],  # ECharts and Tom Select place things by style attribute
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
if not DEBUG:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["kol_crm.core.api.auth.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["kol_crm.core.api.auth.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["kol_crm.core.api.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["kol_crm.core.api.parsers.BodyParser"],
    "DEFAULT_SCHEMA_CLASS": "kol_crm.core.api.schema.Schema",
    "URL_FORMAT_OVERRIDE": None,  # Accept says the form; a list refuses parameters that it does not know
    "EXCEPTION_HANDLER": "kol_crm.core.api.errors.problem",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "DATETIME_FORMAT": "iso-8601",
    "COERCE_DECIMAL_TO_STRING": True,
}
# Of one token (core/throttling.py): so many calls after a pause, and in no minute more than this. Of one
# network: tokens that are nobody's.
API_AT_ONCE = env.int("API_AT_ONCE", 300)
API_PER_MINUTE = env.int("API_PER_MINUTE", 1200)
API_WRONG_TOKENS_AT_ONCE = env.int("API_WRONG_TOKENS_AT_ONCE", 20)
API_WRONG_TOKENS_PER_MINUTE = env.int("API_WRONG_TOKENS_PER_MINUTE", 30)
for _limit in ("API", "API_WRONG_TOKENS"):
    if not 0 < globals()[f"{_limit}_AT_ONCE"] < globals()[f"{_limit}_PER_MINUTE"]:
        raise ImproperlyConfigured(f"{_limit}_AT_ONCE must be less than {_limit}_PER_MINUTE, and at least 1.")
KNOX_TOKEN_MODEL = "core.ApiToken"  # noqa: S105 - the name of a model
MIGRATION_MODULES = {"knox": None}  # its table is swapped for ours, its migrations would make it all the same
REST_KNOX = {"AUTH_HEADER_PREFIX": "Token", "TOKEN_TTL": timedelta(days=365)}
SPECTACULAR_SETTINGS = {
    "TITLE": "KOL CRM",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    # Of five hundred operations one looks for one: closed, searchable, each with an address.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "none", "filter": True},
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "StageEnum": "profiles.models.words.Stage",
        "CalendarEnum": "profiles.models.words.Calendar",
        "NeedKindEnum": "profiles.models.need.Need.Kind",
        "TieKindEnum": "profiles.models.tie.Tie.Kind",
        "AttributeKindEnum": "profiles.models.attribute.AttributeKind",
        "AttachmentKindEnum": "profiles.models.attachment.AttachmentKind",
        "GreetingStateEnum": "incentives.models.greeting.Greeting.State",
        "SendStateEnum": "kol_crm.core.models.Send.State",
        "PlanItemKindEnum": "incentives.models.words.Kind",
        "FigureMetricEnum": "profiles.rules.metric.NAMES",
        "UnitMetricEnum": "incentives.models.campaign.Metric",
        "ContentKindEnum": "lifecycle.models.ContentKind",
        "ContactChannelEnum": "profiles.models.words.Channel",
        "TouchChannelEnum": "profiles.models.touch.TouchChannel",
        "LadderChannelEnum": "lifecycle.models.outreach.LADDER_CHOICES",
        "PromiseByEnum": "profiles.models.promise.Promise.By",
        "NoGoKindEnum": "profiles.models.no_go.NoGo.Kind",
        "CooperationStateEnum": "lifecycle.models.cooperation.CooperationPlan.State",
        "MediumEnum": "lifecycle.models.community.Medium",
        "ResourceKindEnum": "lifecycle.models.resource.ResourceKind",
        "BookingStateEnum": "lifecycle.models.resource.Booking.State",
        "SeverityEnum": "lifecycle.models.rule.Severity",
        "ExclusivityChannelEnum": "lifecycle.models.exclusivity.CHANNELS",
        "StopCauseEnum": "profiles.models.words.StopMark",
        "DepartureCauseEnum": "lifecycle.models.stage.Cause",
        "LevelEnum": "profiles.models.words.Level",
        "RoleEnum": "kol_crm.core.models.User.Role",
        "PrivilegeCauseEnum": "lifecycle.models.privilege.Privilege.Cause",
        "PlatformRoleEnum": "lifecycle.models.platform_role.PlatformRole.Role",
        "HandoverStateEnum": "lifecycle.models.handover.HandedFile.State",
        "RobotKindEnum": "kol_crm.core.models.robot.RobotKind",
        "AccessKindEnum": "lifecycle.models.access_grant.AccessGrant.Kind",
        "CandidateOutcomeEnum": "lifecycle.models.programme.Candidate.Outcome",
    },
}

CELERY_BROKER_URL = BROKER_URL
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "data_folder_in": str(VAR_DIR / "broker"),
        "data_folder_out": str(VAR_DIR / "broker"),
        "processed_folder": str(VAR_DIR / "broker" / "processed"),
        "control_folder": str(VAR_DIR / "broker" / "control"),
        "store_processed": False,
    }
    if BROKER_URL.startswith("filesystem")
    else {"socket_timeout": 5, "socket_connect_timeout": 5}
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"  # no schedule has an hour: which day it is, the jobs ask the installation
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

SMTP_TIMEOUT_SECONDS = env.float("SMTP_TIMEOUT_SECONDS", default=20.0)
# Webhooks and robots: no internal address is called but in these networks (127.0.0.1/32,10.0.0.0/8).
OUTGOING_ALLOW = env.list("OUTGOING_ALLOW", default=[])
OUTGOING_TIMEOUT_SECONDS = env.float("OUTGOING_TIMEOUT_SECONDS", default=10.0)
# The outbox (core/dispatcher.py): how long a worker has what it claimed; how long it goes on trying to write
# down a result that it knows; what is added for good measure; what a mail waits after each refusal.
OUTBOX_CLAIM_SECONDS = env.float("OUTBOX_CLAIM_SECONDS", default=120.0)
OUTBOX_WRITE_RETRY_SECONDS = env.float("OUTBOX_WRITE_RETRY_SECONDS", default=20.0)
OUTBOX_MARGIN_SECONDS = env.float("OUTBOX_MARGIN_SECONDS", default=20.0)
OUTBOX_BACKOFF_SECONDS = env.list("OUTBOX_BACKOFF_SECONDS", cast=float, default=[60, 300, 900, 3600, 10800])
_mail = env.email_url_config(EMAIL_URL) if not EMAIL_URL.startswith("file://") else None
if _mail is None:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = EMAIL_URL.removeprefix("file://")
else:
    globals().update(_mail)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "stream": sys.stderr}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING" if DEBUG else "INFO")},
}
