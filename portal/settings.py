"""The one settings file. Everything that differs between installations is read from the environment.

Without any variable the portal runs embedded: SQLite, one process, http on this computer only.
docs/operations.md lists every variable; tests/test_settings.py holds the list to what is read here.
"""

from __future__ import annotations

import os
from email.utils import parseaddr
from operator import attrgetter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext

from portal.environment import LEVELS, Environment

django_stubs_ext.monkeypatch()

VERSION = "0.1.0"
BASE_DIR = Path(__file__).resolve().parent.parent


# --- this installation --------------------------------------------------------------------------------------

_env = Environment(os.environ)
DEBUG = _env.switch("PORTAL_DEBUG", default=False)
DATA_DIR = _env.directory("PORTAL_DATA_DIR", BASE_DIR / "var")
SECRET_KEY = _env.secret_key("PORTAL_SECRET_KEY", DATA_DIR)
SECRET_KEY_FALLBACKS = _env.words("PORTAL_SECRET_KEY_FALLBACKS")

PORT = _env.number("PORT", 8000, least=1, most=65_535)
ORIGINS = _env.origins("PORTAL_ORIGINS", f"http://127.0.0.1:{PORT} http://localhost:{PORT}")
ALLOWED_HOSTS = _env.hosts("PORTAL_ALLOWED_HOSTS") or [urlsplit(origin).hostname or "" for origin in ORIGINS]
HTTPS = all(origin.startswith("https://") for origin in ORIGINS)
# How many processes serve people; more than one needs a shared cache and channel layer (portal/checks.py).
PROCESSES = _env.number("PORTAL_PROCESSES", 1, least=1, most=1_000)
# Threads that draw pages beside the sockets (portal.handler); more than the cores only helps while some wait.
PAGE_THREADS = 4
# How many proxies stand in front and append to X-Forwarded-For; 0: the peer's address is the visitor's.
ALLAUTH_TRUSTED_PROXY_COUNT = _env.number("PORTAL_PROXIES", 0, most=10)

ROOT_URLCONF = "portal.urls"
ASGI_APPLICATION = "portal.asgi.application"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- apps ---------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "daphne",
    "portal",
    "portal.demo",
    "portal.administration",
    "portal.boards",
    "portal.conventions",
    "portal.funds",
    "portal.reports",
    "portal.surveys",
    "portal.pages",
    "portal.volunteers",
    "portal.deliberation",
    "portal.meetings",
    "portal.voting",
    "portal.threads",
    "portal.register",
    "portal.ledger",
    "portal.duties",
    "portal.actions",
    "portal.notifications",
    "portal.search",
    "portal.community",
    "portal.record",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "treebeard",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "channels",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "polymorphic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "portal.csp.policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.register.middleware.second_factor",
    "portal.middleware.portal",
    "portal.pages.middleware.cms_door",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.cache",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django.contrib.humanize.templatetags.humanize",
                "portal.templatetags.form_tags",
                "portal.templatetags.portal_tags",
                "portal.templatetags.reading_tags",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.portal",
            ],
        },
    },
]

FORM_RENDERER = "portal.kit.rendering.FormRenderer"

# --- where things are kept ----------------------------------------------------------------------------------

# Size of the PostgreSQL pool, which an ASGI server needs; 0 keeps one connection a thread, for WSGI.
DATABASE_POOL = _env.number("PORTAL_DATABASE_POOL", 10, most=1_000)
_SQLITE = f"sqlite:///{DATA_DIR / 'portal.sqlite3'}"
DATABASES = {"default": _env.database("PORTAL_DATABASE_URL", _SQLITE, DATABASE_POOL)}

REDIS_URL = _env.redis("PORTAL_REDIS_URL")
_CACHE: dict[str, Any]
CHANNEL_LAYERS: dict[str, dict[str, Any]]
if REDIS_URL:
    _CACHE = {"BACKEND": "portal.kit.steady.RedisOrMemory", "LOCATION": REDIS_URL}
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL]},
        }
    }
else:
    # Counters of sign-ins must not push each other out.
    _CACHE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


def _memory(name: str, megabytes: int) -> dict[str, Any]:
    """A store of what was drawn; each process's own, so that a new version draws anew. None while developing."""
    if DEBUG:
        return {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    options = {"MEGABYTES": megabytes}
    return {"BACKEND": "portal.kit.memory.Memory", "LOCATION": name, "OPTIONS": options}


# Pieces of pages, posts, and whole pages for readers who are not signed in (portal.record.fragments).
CACHES = {
    "default": _CACHE,
    "drawn": _memory("drawn", 24),
    "posts": _memory("posts", 24),
    "pages": _memory("pages", 16),
}

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Files people bring are private: there is no public address for MEDIA_ROOT, views decide who may read one.
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
_HASHED_AND_COMPRESSED = "portal.kit.static.HashedStaticFiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _PLAIN if DEBUG else _HASHED_AND_COMPRESSED},
}
# The keys of sealed ballots: outside the database and its dumps, and never among the files people bring.
KEYS_DIR = _env.whole_directory("PORTAL_KEYS_DIR", DATA_DIR / "keys")
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
WHITENOISE_ALLOW_ALL_ORIGINS = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# A whole request (portal/limits.py); nginx has the same number (deploy/nginx.conf).
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
# One file in a form (portal.community.uploads); a picture is drawn anew within the edges, in pixels.
PICTURE_MAX_BYTES = 16 * 1024 * 1024
# A common JPEG is made smaller while it is read; what has to be unpacked whole takes 4 bytes a pixel.
PICTURE_MAX_PIXELS = 120_000_000
PICTURE_WHOLE_MAX_PIXELS = 50_000_000
PICTURE_EDGE, PICTURE_SMALL_EDGE = 1600, 480
PDF_MAX_BYTES = 10 * 1024 * 1024

# --- language and time --------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FIRST_DAY_OF_WEEK = 1

# --- people and sessions ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "community.User"
AUTHENTICATION_BACKENDS = [
    "portal.register.backends.NameBackend",
    "portal.register.backends.PhoneBackend",
]
_VALIDATION = "portal.register.validators"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATION}.NotAlike"},
    {"NAME": f"{_VALIDATION}.LongEnough", "OPTIONS": {"min_length": 8}},
    {"NAME": f"{_VALIDATION}.NotCommon"},
    {"NAME": f"{_VALIDATION}.NotDigits"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "portal.register.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email", "phone"}
# One of the two: the portal's own form asks for a number or an address (account.W001 wants a fixed one).
ACCOUNT_SIGNUP_FIELDS = ["phone", "email", "password1*"]
# And nobody is told to ask for HSTS of all subdomains (PORTAL_HSTS), nor to set what follows from https in
# PORTAL_ORIGINS: a year of HSTS, the redirect, secure cookies; a public portal without it is portal.E007.
SILENCED_SYSTEM_CHECKS = ["account.W001", "security.W005", "security.W021"]
SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]
ACCOUNT_FORMS = {
    "signup": "portal.register.forms.SignupForm",
    "reset_password": "portal.register.forms.ResetForm",
    "request_login_code": "portal.register.forms.RequestCodeForm",
    "confirm_login_code": "portal.register.forms.ConfirmCodeForm",
    "verify_phone": "portal.register.forms.VerifyNumberForm",
    "login": "portal.register.forms.LoginForm",
    "reset_password_from_key": "portal.register.forms.ResetKeyForm",
    "change_password": "portal.register.forms.ChangeForm",
    "set_password": "portal.register.forms.SetForm",
    "reauthenticate": "portal.register.forms.ReauthenticateForm",
    "add_email": "portal.register.forms.AddressForm",
    "change_phone": "portal.register.forms.NumberForm",
}
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS = 5
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 10 * 60
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
# Whoever forgot the password signs in with a code sent to the phone.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Who has signed in reads the name neighbours read, not the user name that was made for the account.
ACCOUNT_USER_DISPLAY = attrgetter("public_name")
# Whole blocks of flats and mobile networks share one address: limits by address only stop machines,
# the limit that protects an account counts by account (portal.register.adapter).
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "100/m/ip,5/5m/key,50/d/key",
    "signup": "60/m/ip",
    "reset_password": "60/m/ip,5/m/key",
    # By number the text messages themselves are counted (portal.kit.sms).
    "verify_phone": "20/h/ip",
    "request_login_code": "60/m/ip,1/m/key,10/d/key",
}
# Text messages (portal.kit.sms): who sends them, and how many; besides, one a minute for a number.
SMS_HTTP: dict[str, Any] = {
    "url": _env.text("PORTAL_SMS_URL"),
    "key": _env.text("PORTAL_SMS_KEY"),
    "secret": _env.text("PORTAL_SMS_SECRET"),
    "sign": _env.text("PORTAL_SMS_SIGN"),
    "templates": {
        "code": _env.text("PORTAL_SMS_TEMPLATE_CODE"),
        "account_exists": _env.text("PORTAL_SMS_TEMPLATE_ACCOUNT_EXISTS"),
        "unknown_account": _env.text("PORTAL_SMS_TEMPLATE_UNKNOWN_ACCOUNT"),
        "news": _env.text("PORTAL_SMS_TEMPLATE_NEWS"),
    },
}
_SMS_DEFAULT = "portal.kit.sms_http.send" if SMS_HTTP["url"] else "portal.kit.sms.console"
SMS_BACKEND = _env.text("PORTAL_SMS_BACKEND", _SMS_DEFAULT)
SMS_PER_NUMBER_AND_DAY, SMS_PER_ADDRESS_AND_HOUR = 5, 20
SMS_PER_DAY = _env.number("PORTAL_SMS_PER_DAY", 500, most=1_000_000)
# Messages of the portal's WeChat account (portal.kit.wechat): through a gateway, or a function of one's own.
WECHAT_HTTP: dict[str, str] = {
    "url": _env.text("PORTAL_WECHAT_URL"),
    "key": _env.text("PORTAL_WECHAT_KEY"),
    "secret": _env.text("PORTAL_WECHAT_SECRET"),
    "name": _env.text("PORTAL_WECHAT_NAME"),
    "template": _env.text("PORTAL_WECHAT_TEMPLATE"),
}
_WECHAT_DEFAULT = "portal.kit.wechat.over_http" if WECHAT_HTTP["url"] else ""
WECHAT_BACKEND = _env.text("PORTAL_WECHAT_BACKEND", _WECHAT_DEFAULT)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "邻里共治"
MFA_ADAPTER = "portal.register.second_step.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "portal.register.forms.second_step.StepForm",
    "reauthenticate": "portal.register.forms.second_step.StepAgainForm",
    "activate_totp": "portal.register.forms.second_step.CodeAppForm",
    "add_webauthn": "portal.register.forms.second_step.PasskeyForm",
    "edit_webauthn": "portal.register.forms.second_step.RenameForm",
}
# Whoever holds an office (community.models.OFFICES) acts in it only behind a second factor; the demo asks for none.
STAFF_SECOND_FACTOR = _env.switch("PORTAL_STAFF_SECOND_FACTOR", default=True)

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.community.web.csrf_failure"
CSRF_TRUSTED_ORIGINS = ORIGINS
LANGUAGE_COOKIE_NAME = "__Host-language" if HTTPS else "language"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
# What the next page says; the cookie takes its flags from the session's.
MESSAGE_STORAGE = "portal.kit.messages.MessageStorage"
MESSAGE_COOKIE_NAME = "__Host-messages" if HTTPS else "messages"

# --- headers ------------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
# Other addresses under the name may not speak https, and a browser's list forgets in years: only who asks gets it.
_HSTS = _env.one_of("PORTAL_HSTS", ("", "subdomains", "preload"), "", "E018")
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and _HSTS != ""
SECURE_HSTS_PRELOAD = HTTPS and _HSTS == "preload"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Older phones do not count a socket of the same origin as 'self'.
_SOCKETS = [origin.replace("http", "ws", 1) for origin in ORIGINS]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'", *_SOCKETS],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}
# The editors' admin writes scripts and styles into its pages and previews pages in a frame.
CMS_PATH = "/cms/"
CMS_POLICY = CONTENT_SECURITY_POLICY["DIRECTIVES"] | {
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "frame-ancestors": ["'self'"],
}

# --- pages (Wagtail) ----------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "邻里共治"
WAGTAILADMIN_BASE_URL = ORIGINS[0]
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "txt", "xlsx"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000

# --- API ----------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "邻里共治 public API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "PREPROCESSING_HOOKS": ["portal.schema.public_only"],
}

# --- mail and log -------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = _env.text("PORTAL_EMAIL_FROM", "邻里共治 <portal@localhost>")
# What links in mails begin with.
PORTAL_BASE_URL = ORIGINS[0]
SERVER_EMAIL = parseaddr(DEFAULT_FROM_EMAIL)[1]
globals().update(_env.email("PORTAL_EMAIL_URL"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.logs.JsonLines"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["lines"], "level": _env.one_of("PORTAL_LOG_LEVEL", LEVELS, "INFO", "E018")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # Says once a second with a traceback what portal.kit.steady says once.
        "channels_redis": {"level": "CRITICAL"},
        "daphne": {"level": "WARNING"},
        # What it says of each try, the pages' own lines say of each page.
        "psycopg.pool": {"level": "ERROR"},
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
    },
}

# What of all this could not be read, and what nobody reads (portal/checks.py).
_env.look_for_placeholders()
ENVIRONMENT_PROBLEMS = _env.problems
ENVIRONMENT_UNKNOWN = _env.unknown()
