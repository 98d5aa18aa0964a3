"""Every setting of the vault process. Each name is explained in docs/operations/settings.md."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from tuntas.channels import push_services
from tuntas.kernel import env

# Where it runs -------------------------------------------------------------------------------
DATA: Path = env.path("TUNTAS_DATA", Path(".tuntas"))
KEYS: Path = env.path("TUNTAS_VAULT_KEYS", DATA / "vault")  # private keys; nobody else enters
PUBLIC_KEYS: Path = env.path("TUNTAS_VAULT_PUBLIC_KEYS", DATA / "vault-public" / "keys")
DOOR: Path = env.path("TUNTAS_VAULT_DOOR", PUBLIC_KEYS.with_name("door"))  # our unix socket, for web alone
WEB_UID: int = env.number("TUNTAS_WEB_UID", os.getuid())  # who may speak through it
DOOR_GROUP: int = env.number("TUNTAS_DOOR_GROUP", 0)  # of the socket; 0: our own
WARRANT_PUBLIC: Path = env.path("TUNTAS_WARRANT_PUBLIC", DATA / "secrets" / "warrant-public")  # checks web's signatures
PORT: int = env.number("TUNTAS_PORT", 8000, least=1)
ORIGIN: str = env.text("TUNTAS_ORIGIN", f"http://localhost:{PORT}").rstrip("/")  # for the links in letters
PUSH_SERVICES = push_services.of_settings()  # who may carry a knock to a phone
CONTACT: str = env.text("TUNTAS_MAIL_FROM", "tuntas@localhost")  # for the people of those services

# Database ------------------------------------------------------------------------------------
ROLE = "tuntas_vault"


def password() -> str:
    """Of our role: given, or as `tuntas migrate` left it in the data folder; empty when the server asks for none."""
    if given := env.text("TUNTAS_DATABASE_PASSWORD", ""):
        return given
    with suppress(OSError):
        return (DATA / "secrets" / "database-vault").read_text("ascii").strip()
    return ""


def connection(url: str, database: str) -> dict[str, Any]:
    """Django's description of a database, for our own role unless the address says that it already speaks for one."""
    place: dict[str, Any] = conninfo_to_dict(url) or {"host": str((DATA / "run").resolve()), "dbname": database}
    if place.get("user") != ROLE and (database == "tuntas" or not url):
        place |= {"user": ROLE, "password": password()}
    known = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    others = {name: value for name, value in place.items() if name not in known.values()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{ours: str(place.get(theirs) or "") for ours, theirs in known.items()},
        "CONN_MAX_AGE": None,
        "OPTIONS": {"connect_timeout": 10, "application_name": "tuntas vault", **others},
    }


DATABASES = {
    "default": connection(env.text("VAULT_DATABASE_URL", ""), "tuntas_vault"),
    "case": connection(env.text("DATABASE_URL", ""), "tuntas"),  # queries.py alone speaks to it
}
DATABASE_ROUTERS: list[str] = []
INSTALLED_APPS = ["tuntas_vault"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"
SECRET_KEY = "unused: the vault signs nothing"  # noqa: S105 - Django wants one
LANGUAGE_CODE = "id"

# Log: counts, numbers of rows and codes; never a name, an address or a text ---------------------
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["stderr"],
        "level": env.one_of("TUNTAS_LOG", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
    },
}
