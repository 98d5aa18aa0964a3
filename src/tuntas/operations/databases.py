"""Both databases made ready: roles, grants, and whether migrations are due. Embedded or outside, the same steps."""

import importlib.util
from collections.abc import Iterable
from pathlib import Path

import psycopg
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tuntas.kernel import env
from tuntas.kernel.refusals import Refusal
from tuntas.operations import keys, queries
from tuntas.operations.folder import DataFolder
from tuntas.operations.postgres import ADMIN, Cluster

CASE, VAULT = "tuntas", "tuntas_vault"
LOGINS = ("tuntas_web", "tuntas_worker", "tuntas_vault", "tuntas_backup", "tuntas_verify")


class Unusable(Refusal):
    """A database server that is given cannot be used."""

    code = "database_unusable"
    status = 503


def outside() -> bool:
    """Whether the operator gave a PostgreSQL instead of the embedded one. Raises Unusable for half an answer."""
    case, vault = env.text("DATABASE_URL", ""), env.text("VAULT_DATABASE_URL", "")
    if bool(case) != bool(vault):
        raise Unusable(
            _("Only one of the two databases is given."),
            why=_("DATABASE_URL and VAULT_DATABASE_URL belong together."),
            instead=_("Set both, or neither for the embedded PostgreSQL."),
        )
    return bool(case)


def prepare_embedded(cluster: Cluster) -> None:
    """Roles, both databases and their grants in our own running cluster."""
    password = {role: _password(cluster.data, role) for role in (*LOGINS, "tuntas_owner")}
    with psycopg.connect(cluster.address(ADMIN, "postgres"), autocommit=True) as connection:
        queries.one_preparation_at_a_time(connection)
        for role, word in password.items():
            queries.make_role(connection, role, word)
        queries.let_read_everything(connection, "tuntas_backup")
        queries.make_database(connection, CASE, "tuntas_owner")
        queries.make_database(connection, VAULT, "tuntas_vault")
    prepare_case_grants(cluster.address("tuntas_owner", CASE))
    with psycopg.connect(cluster.address("tuntas_vault", VAULT), autocommit=True) as connection:
        queries.grant_vault_database(connection)


def prepare_case_grants(owner_address: str) -> None:
    with psycopg.connect(owner_address, autocommit=True) as connection:
        queries.grant_case_database(connection)


def prepare_outside(data: DataFolder) -> list[str]:
    """The same on the servers that DATABASE_URL and VAULT_DATABASE_URL name. Returns warnings for the operator.

    The user of each address owns the database's tables and needs CREATEROLE. Raises Unusable.
    """
    warnings = []
    for name, roles, grant in (
        ("DATABASE_URL", LOGINS, queries.grant_case_database),
        (
            "VAULT_DATABASE_URL",
            ("tuntas_vault", "tuntas_backup"),
            queries.grant_vault_database,
        ),
    ):
        with _reach(name) as connection:
            queries.one_preparation_at_a_time(connection)
            for role in roles:
                queries.make_role(connection, role, _password(data, role))
            if not queries.let_read_everything(connection, "tuntas_backup"):
                warnings.append(str(_("%(name)s: this server does not let us give the backup role sight of every row; "
                                      "dump as the owner.") % {"name": name}))  # fmt: skip
            grant(connection)
    return warnings


def address_for(data: DataFolder, role: str, database: str) -> str:
    """A connection string for tuntas_ROLE (or the owner) to the case or the vault database, wherever it is."""
    name = "DATABASE_URL" if database == CASE else "VAULT_DATABASE_URL"
    given = env.text(name, "")
    if given and role == "owner":
        return given
    user = f"tuntas_{role}"
    place = conninfo_to_dict(given) if given else {"host": str(data.sockets), "dbname": database}
    return make_conninfo(**{**place, "user": user, "password": _password(data, user)})  # type: ignore[arg-type]


def addresses_for(data: DataFolder, role: str, *databases: str) -> dict[str, str]:
    """The environment of a process that may speak to an outside PostgreSQL as this role, and as nobody else.

    Empty with the embedded one, whose address and passwords lie in the data folder. The case database by default.
    """
    if not outside():
        return {}
    variable = {CASE: "DATABASE_URL", VAULT: "VAULT_DATABASE_URL"}
    return {variable[name]: address_for(data, role, name) for name in databases or (CASE,)}


def is_empty(address: str) -> bool:
    """Whether a database has no table yet."""
    with psycopg.connect(address, autocommit=True) as connection:
        return not queries.has_tables(connection)


def migrations_due(address: str, packages: Iterable[str]) -> bool:
    """Whether a migration on disk is missing in the database: one query, so that a restart need not load Django."""
    on_disk = {(package.rpartition(".")[2], name) for package in packages for name in _migration_names(package)}
    with psycopg.connect(address, autocommit=True) as connection:
        return not on_disk <= queries.applied_migrations(connection)


def _migration_names(package: str) -> list[str]:
    spec = importlib.util.find_spec(package)
    folders = (spec.submodule_search_locations if spec else None) or []
    return [file.stem for folder in folders for file in (Path(folder) / "migrations").glob("[0-9]*.py")]


def _reach(name: str) -> "psycopg.Connection[queries.Row]":
    try:
        connection = psycopg.connect(env.text(name), autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise Unusable(
            _("The database of %(name)s does not answer.") % {"name": name},
            why=str(error).strip(),
            instead=_("Check the address, the password and that the database exists, then start again."),
        ) from error
    version = queries.major_version(connection)
    if not queries.OLDEST <= version <= queries.NEWEST:
        connection.close()
        raise Unusable(
            _("PostgreSQL %(version)s cannot be used.") % {"version": version},
            why=_("Tuntas is tested with PostgreSQL %(oldest)s to %(newest)s.")
            % {"oldest": queries.OLDEST, "newest": queries.NEWEST},
            instead=_("Give %(name)s a server of one of these versions.") % {"name": name},
        )
    return connection


def _password(data: DataFolder, role: str) -> str:
    return keys.read(data.secret(f"database-{role.removeprefix('tuntas_')}"))
