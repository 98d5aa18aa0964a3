"""Every setting of the web and worker processes, by purpose. Values come from the environment only.

Importing this file touches no database and starts nothing; what would be unsafe to serve with is refused by
`tuntas.config.safety` when a process starts. Each name is explained in docs/operations/settings.md.
"""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from tuntas.channels import push_services
from tuntas.config import database
from tuntas.kernel import env
from tuntas.operations.folder import DataFolder, default_root

PACKAGE = Path(__file__).resolve().parent.parent

# Where it runs -------------------------------------------------------------------------------
DATA = DataFolder(default_root())
ROLE: str = env.one_of("TUNTAS_ROLE", database.ROLES, "web")  # whose rights this process has in the database
DEMO: bool = env.flag("TUNTAS_DEMO")
DEBUG: bool = env.flag("TUNTAS_DEBUG")
PORT: int = env.number("TUNTAS_PORT", 8000, least=1)
ORIGIN: str = env.text("TUNTAS_ORIGIN", f"http://localhost:{PORT}").rstrip("/")
# Uploaded files come from another origin, so that nothing in them ever runs beside a session.
FILES_ORIGIN: str = env.text("TUNTAS_FILES_ORIGIN", f"http://files.localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS: list[str] = env.words("TUNTAS_HOSTS", ["localhost", "127.0.0.1", "[::1]", "files.localhost"])
USE_X_FORWARDED_HOST = False
BEHIND_PROXY: bool = env.flag("TUNTAS_BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None

# Secrets -------------------------------------------------------------------------------------
SECRET_KEY: str = database.secret_text(DATA, "TUNTAS_SECRET_KEY", "secret-key")
CODE_KEY: bytes = database.secret_bytes(DATA, "TUNTAS_CODE_KEY", "code-key")  # derives and looks up secret codes
CONTENT_KEY: bytes = database.secret_bytes(DATA, "TUNTAS_CONTENT_KEY", "content-key")  # confidential bodies, files
WARRANT_KEY: bytes = database.secret_bytes(DATA, "TUNTAS_WARRANT_KEY", "warrant-key")  # signs what the vault may open
LOG_KEY: bytes = database.secret_bytes(DATA, "TUNTAS_LOG_KEY", "log-key")  # signs the public log: the worker's alone
PUSH_SERVICES = push_services.of_settings()  # who may carry to a phone that there is news
VAULT_PUBLIC_KEYS: Path = env.path("TUNTAS_VAULT_PUBLIC_KEYS", DATA.vault_public_keys)
VAULT_DOOR: Path = env.path("TUNTAS_VAULT_DOOR", VAULT_PUBLIC_KEYS.with_name("door"))  # the vault's unix socket

# Applications, in the order of the journey --------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "tuntas.organizations",
    "tuntas.access",
    "tuntas.identity",
    "tuntas.accounts",
    "tuntas.reports",
    "tuntas.clocks",
    "tuntas.notices",
    "tuntas.following",
    "tuntas.intake",
    "tuntas.routing",
    "tuntas.followup",
    "tuntas.disclosure",
    "tuntas.teamwork",
    "tuntas.privacy",
    "tuntas.insight",
    "tuntas.faces",
    "tuntas.ledger",
    "tuntas.web",
    "tuntas.introduction",
    "tuntas.portal",
    "tuntas.workspace",
    "tuntas.operations",
]
ROOT_URLCONF = "tuntas.config.urls"
WSGI_APPLICATION = "tuntas.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tuntas.web.hosts.Hosts",
    "tuntas.web.files.OnlyFiles",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tuntas.web.middleware.Compression",
    "tuntas.web.middleware.ContentPolicy",
    "tuntas.web.middleware.BrowserLimits",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tuntas.web.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tuntas.web.middleware.Refusals",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tuntas.web.context.frame",
            ],
        },
    }
]

FORM_RENDERER = "tuntas.web.forms.Renderer"
CSRF_FAILURE_VIEW = "tuntas.web.views.csrf_failure"

# Database ------------------------------------------------------------------------------------
# Connections are pooled and never reopened per request (a reconnect costs 17 times a request). Client-side binding
# stays on for the ORM; the one-statement intake prepares its own cursor.
DATABASES = {"default": database.connection(DATA, ROLE)}

# People --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "organizations.Officer"
PASSWORD_HASHERS = ["tuntas.accounts.hashing.Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "tuntas.accounts.passwords.LongEnough"},
    {"NAME": "tuntas.accounts.passwords.NotCommon"},
]
LOGIN_URL = "workspace:sign-in"
LOGIN_REDIRECT_URL = "workspace:start"
SESSION_ENGINE = "tuntas.accounts.sessions"
SESSION_COOKIE_AGE: int = env.number("TUNTAS_SESSION_IDLE", 30, least=5) * 60  # seconds without a page
SESSION_LONGEST: int = env.number("TUNTAS_SESSION_LONGEST", 12, least=1) * 60 * 60  # seconds in all
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SENSITIVE_READS_AN_HOUR: int = env.number("TUNTAS_SENSITIVE_READS", 20, least=1)  # beyond it others are told

# A government identity provider, by OpenID Connect: all of it or nothing --------------------------
OIDC_ISSUER: str = env.text("TUNTAS_OIDC_ISSUER", "").rstrip("/")
OIDC_CLIENT: str = env.text("TUNTAS_OIDC_CLIENT", "")
OIDC_SECRET: str = env.text("TUNTAS_OIDC_SECRET", "")
OIDC_NAME: str = env.text("TUNTAS_OIDC_NAME", "SSO")  # as the sign-in page calls it

# What a browser may do -----------------------------------------------------------------------
ENCRYPTED: bool = ORIGIN.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENCRYPTED
SESSION_COOKIE_NAME = "__Host-session" if ENCRYPTED else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if ENCRYPTED else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [ORIGIN]
SECURE_HSTS_SECONDS = 31_536_000 if ENCRYPTED else 0
SECURE_SSL_REDIRECT = False  # the proxy's work; here it would hide a wrong TUNTAS_BEHIND_PROXY
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "img-src": [SELF, "data:", FILES_ORIGIN],
        "media-src": ["blob:", FILES_ORIGIN],  # what somebody has just recorded, and what officers listen to
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Words and time ------------------------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English")), ("jv", _("Javanese"))]  # what of it: web.languages
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
FORMAT_MODULE_PATH = ["tuntas.web.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"  # what a page shows when it knows no better; every agency has its own zone

# Files ---------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = PACKAGE / "web" / "static"  # built by `make assets`, carried in the wheel
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tuntas.web.storage.BuiltFiles"},
}
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_USE_FINDERS = False
MEDIA: str = env.text("TUNTAS_MEDIA", str(DATA.media))  # a folder, or s3://bucket/folder?endpoint=https://host
# Files on their way, and the store itself when it is a folder: always on this machine.
MEDIA_ROOT: Path = DATA.media if MEDIA.startswith("s3://") else env.path("TUNTAS_MEDIA", DATA.media)
CLAMD: str = env.text("TUNTAS_CLAMD", "")  # unix:/run/clamav/clamd.ctl or tcp://host:3310; empty: no virus scanner
FILE_UPLOAD_HANDLERS = [
    "tuntas.reports.uploading.CappedUploads",  # stops a file that is too large and keeps the rest of the form
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000  # bytes of form text; files are streamed and limited by intake
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20  # intake refuses the sixth in words; beyond this Django does
OUTBOX: Path = DATA.outbox
# Reports a minute, in one web process, beyond which a form that was sent faster than anybody writes waits; 0: never.
INTAKE_A_MINUTE: int = env.number("TUNTAS_INTAKE_A_MINUTE", 600, least=0)

# The public log --------------------------------------------------------------------------------
LOG_ORIGIN: str = env.text("TUNTAS_LOG_ORIGIN", f"{ORIGIN.partition('://')[2]}/transparansi/log")  # fixed at its begin
ANCHORS: Path = DATA.anchors
ANCHOR_FOLDER: Path = env.path("TUNTAS_ANCHOR_FOLDER", DATA.anchors)
ANCHOR_COMMAND: str = env.text("TUNTAS_ANCHOR_COMMAND", "")

# Mail: the vault sends it, this process only knows that ---------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

# Log -----------------------------------------------------------------------------------------
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["stderr"],
        "level": env.one_of("TUNTAS_LOG", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
    },
    # What was answered with 503 on purpose was told once where it happened: a flood must not fill the disk.
    "filters": {"unanswered": {"()": "tuntas.web.away.Unanswered"}},
    # Pillow tells at DEBUG what stands in a photograph: who took it, and where.
    "loggers": {name: {"level": "WARNING"} for name in ("django", "fido2", "PIL")}
    | {"django.request": {"filters": ["unanswered"]}},
}
