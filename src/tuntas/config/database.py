"""Where the databases are and with whose rights a process speaks to them; and where its secrets lie."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict

from tuntas.kernel import env
from tuntas.operations.folder import DataFolder

ROLES = ("web", "worker", "owner", "backup")

# A statement that takes longer than a person waits is a fault; migrations wait 4 s for a lock and then give way.
_CONNECT_SECONDS = 10


def secret_text(data: DataFolder, name: str, file: str) -> str:
    """A secret from the environment, else from the data folder, else empty (nothing that needs it will start)."""
    if given := env.text(name, ""):
        return given
    try:
        return data.secret(file).read_text(encoding="ascii").strip()
    except OSError:  # not made yet, or not for this user to read
        return ""


def secret_bytes(data: DataFolder, name: str, file: str) -> bytes:
    """The same for keys, which are written as hexadecimal digits."""
    try:
        return bytes.fromhex(secret_text(data, name, file))
    except ValueError as error:
        raise env.Misconfigured(f"{name} must be written in hexadecimal digits. {env.REMEDY}") from error


def connection(data: DataFolder, role: str) -> dict[str, Any]:
    """Django's description of the case database for `role`.

    DATABASE_URL is used as it stands when it already names the role, or when the owner is wanted; for the others
    the user becomes tuntas_ROLE with the password that `tuntas migrate` left in the data folder.
    """
    given = conninfo_to_dict(env.text("DATABASE_URL", ""))
    place = given or {"host": str(data.sockets), "dbname": "tuntas"}
    user = f"tuntas_{role}"
    if place.get("user") != user and (role != "owner" or not given):
        place |= {
            "user": user,
            "password": secret_text(data, "TUNTAS_DATABASE_PASSWORD", f"database-{role}"),
        }
    known = {
        "NAME": "dbname",
        "USER": "user",
        "PASSWORD": "password",
        "HOST": "host",
        "PORT": "port",
    }
    options = {name: value for name, value in place.items() if name not in known.values()}
    return {
        "ENGINE": "tuntas.config.postgresql",
        **{ours: str(place.get(theirs) or "") for ours, theirs in known.items()},
        "CONN_MAX_AGE": 0,  # the pool keeps them
        "CONN_HEALTH_CHECKS": False,  # the backend looks itself, without a round trip
        "OPTIONS": {"connect_timeout": _CONNECT_SECONDS, **options, **_pool(role)},
    }


def _pool(role: str) -> dict[str, Any]:
    """Connections that one process keeps; 0 opens one per thread, which management commands and tests want."""
    size = env.number("TUNTAS_POOL", 0 if role == "owner" else 4)
    if not size:
        return {}
    return {
        "pool": {
            "min_size": min(2, size),
            "max_size": size,
            "timeout": _CONNECT_SECONDS,
            "max_lifetime": 3600,
        }
    }
