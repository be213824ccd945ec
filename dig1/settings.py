"""Settings of the service, all from the environment; README.md holds the table of variables."""

import secrets
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError, validate

from dig1 import devdb

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()


def kept_secret(name: str) -> str:
    """A secret of the local mode: made once, kept in the data folder."""
    file = DATA_DIR / f"{name}.txt"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text()


def database(url: str, name: str) -> dict[str, Any]:
    """One role's connection. Raises EnvError when the address is not PostgreSQL's."""
    try:
        config = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    except ValueError as error:
        raise EnvError(f'Environment variable "{name}" is no database address.') from error
    if config["ENGINE"] != "django.db.backends.postgresql":
        raise EnvError(f'Environment variable "{name}" must begin with postgres://.')
    config["ENGINE"] = "dig1.postgresql"
    # Row-level security makes planning dearer than running: what is asked twice is prepared.
    prepared = {"server_side_binding": True, "prepare_threshold": 2}
    config["OPTIONS"] = config.get("OPTIONS", {}) | prepared
    return config


def blob_store(name: str) -> dict[str, Any]:
    """A container of the Azure storage account, or without one a folder."""
    if AZURE_ACCOUNT or AZURE_CONNECTION:
        account = {"account_name": AZURE_ACCOUNT, "connection_string": AZURE_CONNECTION}
        options = account | {"azure_container": name}
        return {"BACKEND": "dig1.azure.BlobStorage", "OPTIONS": options}
    return {"BACKEND": "dig1.folder.FolderStorage", "OPTIONS": {"location": BLOB_DIR / name}}


# What the addresses of the service begin with (dig1/urls.py).
TAKEN_PATHS = {
    "evasteet/",
    "kieli/",
    "kutsu/",
    "omat-tiedot/",
    "poisto/",
    "itsearviointi/",
    "pikatesti/",
    "saavutettavuus/",
    "static/",
    "terveys/",
    "tietosuoja/",
    "tili/",
    "yhteys/",
    "yritykset/",
}
LONG_SECRET = validate.Length(min=32)

try:
    DATA_DIR = env.path("DIG1_DATA_DIR", BASE_DIR / ".data").absolute()
    DIG1_ENV = env.str(
        "DIG1_ENV",
        "production" if env.str("DATABASE_URL", "") else "local",
        validate=validate.OneOf(["local", "production"]),
    )
    LOCAL = DIG1_ENV == "local"
    DEBUG = env.bool("DEBUG", False)
    STAFF_PATH = env.str(
        "STAFF_PATH",
        "hallinta/",
        validate=[validate.Regexp(r"^[a-z0-9-]+/$"), validate.NoneOf(TAKEN_PATHS)],
    )
    TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0, validate=validate.Range(min=0))
    FISCAL_YEAR_END = env.str(
        "FISCAL_YEAR_END", "12-31", validate=validate.Regexp(r"^(0[1-9]|1[0-2])-(2[89]|30|31)$")
    )
    PORT = env.int("PORT", 8000, validate=validate.Range(1, 65535))
    # How long a company's erasure waits and can be called off; the company is locked at once.
    ERASURE_HOLD_MINUTES = env.int(
        "ERASURE_HOLD_MINUTES", 1 if LOCAL else 1440, validate=validate.Range(0, 7 * 1440)
    )
    # How long the oldest backup is kept: certificates say when it has expired.
    BACKUP_DAYS = env.int("BACKUP_DAYS", 35, validate=validate.Range(0, 365))
    AZURE_ACCOUNT = env.str(
        "AZURE_STORAGE_ACCOUNT", "", validate=validate.Regexp(r"^([a-z0-9]{3,24})?$")
    )
    AZURE_CONNECTION = env.str("AZURE_STORAGE_CONNECTION_STRING", "")
    BLOB_DIR = env.path("BLOB_DIR", DATA_DIR / "blobs" if LOCAL else None)
    if LOCAL:
        # Tests can do with a server that forgets all if the machine stops.
        addresses = devdb.ensure(
            DATA_DIR,
            env.str("DATABASE_URL", "") or None,
            durable=env.bool("DIG1_DURABLE", True),
        )
        web_url, staff_url = addresses["web"], addresses["staff"]
        worker_url, owner_url = addresses["worker"], addresses["owner"]
        SECRET_KEY = kept_secret("secret_key")
        CONTEXT_KEY = kept_secret("context_key")
        CERTIFICATE_KEY = kept_secret("certificate_key")
        ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1"])
        SITE_URL = env.str("SITE_URL", f"http://localhost:{PORT}")
        mail = env.dj_email_url("EMAIL_URL", "file:" + str(DATA_DIR / "mail"))
        DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Dig1 <dig1@localhost>")
    else:
        web_url = env.str("DATABASE_URL")
        staff_url = env.str("STAFF_DATABASE_URL", "")
        worker_url = env.str("WORKER_DATABASE_URL", "")
        owner_url = env.str("OWNER_DATABASE_URL", "")
        SECRET_KEY = env.str("SECRET_KEY", validate=LONG_SECRET)
        CONTEXT_KEY = env.str("CONTEXT_KEY", validate=LONG_SECRET)
        CERTIFICATE_KEY = env.str("CERTIFICATE_KEY", validate=LONG_SECRET)
        if AZURE_CONNECTION:  # it holds a key that opens the whole account
            raise EnvError('Environment variable "AZURE_STORAGE_CONNECTION_STRING" is for tests.')
        if not AZURE_ACCOUNT and not BLOB_DIR:
            raise EnvError('Environment variable "AZURE_STORAGE_ACCOUNT" or "BLOB_DIR" not set.')
        ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", validate=validate.Length(min=1))
        SITE_URL = env.str("SITE_URL", validate=validate.URL(schemes={"https"}))
        mail = env.dj_email_url("EMAIL_URL")
        DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL")
    if "EMAIL_BACKEND" not in mail:
        raise EnvError('Environment variable "EMAIL_URL" begins with no way to send mail.')
    SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", [])
    CONTEXT_KEY_FALLBACKS = env.list("CONTEXT_KEY_FALLBACKS", [])

    # "staff" serves the admin site only, "worker" runs jobs only, "owner" migrates only; the
    # customers' process needs none of them and in production is given none.
    DATABASES = {"default": database(web_url, "DATABASE_URL")}
    if staff_url:
        DATABASES["staff"] = database(staff_url, "STAFF_DATABASE_URL")
    if worker_url:
        DATABASES["worker"] = database(worker_url, "WORKER_DATABASE_URL")
    if owner_url:
        DATABASES["owner"] = database(owner_url, "OWNER_DATABASE_URL")
except EnvError as error:
    sys.exit(f"Dig1 cannot start: {error} The variables are in a table in README.md.")
except devdb.DatabaseUnavailable as error:
    sys.exit(f"Dig1 cannot start: {error}")

DATABASE_ROUTERS = ["registry.company.tenant.Router"]

EMAIL_BACKEND = mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH = "/" + mail["EMAIL_FILE_PATH"].lstrip("/")
EMAIL_HOST = mail["EMAIL_HOST"]
EMAIL_PORT = mail["EMAIL_PORT"]
EMAIL_HOST_USER = mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = mail["EMAIL_USE_TLS"]
EMAIL_USE_SSL = mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = mail["EMAIL_TIMEOUT"] or 10

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "dig1.apps.StaffSiteConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "guardian",
    "phonenumber_field",
    "procrastinate.contrib.django",
    "accounts",
    "registry.company",
    "registry.persons",
    "registry.relationship",
    "registry.payments",
    "registry.notice",
    "registry.rights",
    "consent",
    "assessment",
    "dig1.apps.Dig1Config",
    "registry.declarations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dig1.middleware.headers",
    "registry.company.middleware.transaction",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "registry.notice.middleware.remember",
    "registry.company.middleware.widen",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.kept",
    "registry.company.middleware.narrow",
    "dig1.middleware.not_allowed",
]

ROOT_URLCONF = "dig1.urls"
WSGI_APPLICATION = "dig1.wsgi.application"

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
                "csp.context_processors.nonce",
                "registry.company.access.shell",
                "registry.notice.telling.news",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "dig1.formats"
TIME_ZONE = "Europe/Helsinki"
USE_TZ = True
PHONENUMBER_DEFAULT_REGION = "FI"
PHONENUMBER_DEFAULT_FORMAT = "INTERNATIONAL"

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    # Exports, below a prefix for each company (registry/company/blobs.py).
    "default": blob_store("blobs"),
    # The journal of erasures (registry/rights/journal.py), which must survive the database.
    "journal": blob_store("journal"),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = LOCAL

# --- sign-in ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# The first is Django's ModelBackend too: named again, it would check a wrong password again.
AUTHENTICATION_BACKENDS = [
    "accounts.sessions.AccountBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
PASSWORD_RESET_TIMEOUT = 3600

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "accounts.forms.SignupForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Dig1: "
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
# After a password, allauth sets the session's end once more: by a timedelta, to a set time as well.
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SESSION_COOKIE_AGE = timedelta(hours=12)
# Beside allauth's own limits: invitations of one company, and those of it to one address; links to
# one's data, by who asks and by whose mailbox gets them; one person's requests for correction.
ACCOUNT_RATE_LIMITS = {
    "invite": "50/h/key",
    "invite_address": "5/h/key",
    "access_link": "20/h/ip,3/h/key",
    "correction": "30/h/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
MFA_TOTP_ISSUER = "Dig1"
MFA_TOTP_TOLERANCE = 1  # a code typed as the next one comes is still good (RFC 6238, 5.2)
MFA_TRUST_ENABLED = False
USERSESSIONS_TRACK_ACTIVITY = False

ANONYMOUS_USER_NAME = None  # guardian: no row for people who are not signed in
GUARDIAN_USER_OBJ_PERMS_MODEL = "guardian.UserObjectPermission"

# --- browser ---------------------------------------------------------------------------------

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = int(ACCOUNT_SESSION_COOKIE_AGE.total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "dig1.errors.csrf_failure"
if not LOCAL:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Host-language"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^terveys/$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
    SECURE_HSTS_SECONDS = 63072000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# --- limits, mail, logs ------------------------------------------------------------------------

# allauth's rate limits live here: shared by all processes, so in the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "dig1_cache",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

INVITATION_DAYS = 14

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "filters": {"personless": {"()": "dig1.logs.Personless"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["personless"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # Django's own handler mails tracebacks with request data; ours never do.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.db.backends": {"level": "WARNING"},
        # At INFO they tell each job's arguments and each file's address.
        "azure": {"level": "WARNING"},
        "azure.identity": {"level": "ERROR"},  # twenty lines for what an exception tells as well
        "procrastinate": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
    },
}

# Jobs are handed over within the transaction that makes them necessary; modules named ``jobs``.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS: list[str] = []
