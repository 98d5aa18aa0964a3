"""The statements that make roles, databases and grants, and those that look at them. Safe to repeat.

Row-level security and grants on single tables belong to the migrations; here is what must be there before the first.
"""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection, errors
from psycopg.sql import SQL, Identifier, Literal

OLDEST, NEWEST = 15, 18  # major versions of PostgreSQL that the tests have run on

Row = tuple[Any, ...]

# What a process may wait for before it is a fault. Milliseconds; 0 is no limit.
LIMITS: dict[str, dict[str, str]] = {
    "tuntas_web": {
        "statement_timeout": "15s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "30s",
    },
    "tuntas_worker": {
        "statement_timeout": "10min",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "10min",
    },
    "tuntas_vault": {
        "statement_timeout": "1min",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "1min",
    },
    "tuntas_backup": {"default_transaction_read_only": "on"},
    "tuntas_verify": {"default_transaction_read_only": "on"},
}


def one_preparation_at_a_time(connection: Connection[Row]) -> None:
    """Until the connection closes, whoever else prepares this server waits."""
    connection.execute("SELECT pg_advisory_lock(hashtext('tuntas prepare'))")


def data_directory(connection: Connection[Row]) -> str:
    """Where the server that answers keeps its data: proof that it is the one we mean. For its administrator alone."""
    row = connection.execute("SELECT current_setting('data_directory')").fetchone()
    return str(row[0]) if row else ""


def major_version(connection: Connection[Row]) -> int:
    return connection.info.server_version // 10_000


def make_role(connection: Connection[Row], role: str, password: str) -> None:
    """Make or correct a role that may log in and nothing more; its password travels only as a SCRAM verifier."""
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = SQL("ALTER ROLE") if known else SQL("CREATE ROLE")
    connection.execute(SQL("{} {} LOGIN PASSWORD {}").format(verb, Identifier(role), Literal(verifier)))
    for name, value in LIMITS.get(role, {}).items():
        connection.execute(SQL("ALTER ROLE {} SET {} = {}").format(Identifier(role), Identifier(name), Literal(value)))


def let_read_everything(connection: Connection[Row], role: str) -> bool:
    """Give a backup role sight past row-level security. False when this server does not let us (below superuser)."""
    try:
        connection.execute(SQL("ALTER ROLE {} BYPASSRLS REPLICATION").format(Identifier(role)))
    except errors.InsufficientPrivilege:
        return False
    return True


def make_database(connection: Connection[Row], name: str, owner: str, template: str = "template0") -> None:
    """Make the database unless it is there, and let nobody in but those granted."""
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        connection.execute(
            SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                Identifier(name), Identifier(owner), Identifier(template)
            )
        )


def grant_case_database(connection: Connection[Row]) -> None:
    """As the owner, in the case database: who may come in. What they may do there is given by the first migration of
    `access`, and narrowed table by table: an event is never updated, nothing but sessions and public copies deleted.
    """
    _close_to_the_public(connection)
    for role in ("tuntas_web", "tuntas_worker", "tuntas_vault", "tuntas_backup", "tuntas_verify"):
        _let_in(connection, role)
    _let_backup_read(connection)


def grant_vault_database(connection: Connection[Row]) -> None:
    """As its owner, in the vault's database: only the vault and the backup come in, the vault to make tables."""
    _close_to_the_public(connection)
    for role in ("tuntas_vault", "tuntas_backup"):
        _let_in(connection, role)
    connection.execute("GRANT CREATE ON SCHEMA public TO tuntas_vault")
    _let_backup_read(connection)


def may_become(connection: Connection[Row], member: str, role: str) -> None:
    """Let `member` SET ROLE to `role` without inheriting its rights: for tests, which play every role."""
    connection.execute(SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(Identifier(role), Identifier(member)))


def applied_migrations(connection: Connection[Row]) -> set[tuple[str, str]]:
    """(app, name) of each migration that this database has had; empty when it is new."""
    if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
        return set()
    return {(str(app), str(name)) for app, name in connection.execute("SELECT app, name FROM django_migrations")}


def has_tables(connection: Connection[Row]) -> bool:
    """Whether anything has been made in the schema yet."""
    row = connection.execute("SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')").fetchone()
    return bool(row and row[0])


def identity_of_database(connection: Connection[Row]) -> str:
    """Words that differ for every database, also for one that was dropped and made again."""
    row = connection.execute(
        "SELECT format('%s/%s', system_identifier, oid) FROM pg_control_system(), pg_database"
        " WHERE datname = current_database()"
    ).fetchone()
    return str(row[0]) if row else ""


def weaknesses(connection: Connection[Row]) -> Mapping[str, Row | None]:
    """What `tuntas doctor` asks a server, by name."""
    questions = {
        "version": "SELECT version()",
        "checksums": "SELECT current_setting('data_checksums')",
        "durable": "SELECT current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off'",
        "now": "SELECT now()",
        "backup": "SELECT rolbypassrls FROM pg_roles WHERE rolname = 'tuntas_backup'",
        "exempt": "SELECT string_agg(rolname, ', ') FROM pg_roles"
        " WHERE rolname IN ('tuntas_web', 'tuntas_worker', 'tuntas_vault')"
        " AND (rolsuper OR rolbypassrls OR rolcreaterole)",
        "size": "SELECT pg_database_size(current_database())",
    }
    return {name: connection.execute(question).fetchone() for name, question in questions.items()}


def public_log(connection: Connection[Row]) -> Row | None:
    """(leaves, when the newest head was signed, seconds that the oldest entry waits for its leaf); None without a log.

    Looks where new entries stand, not at all of them: `tuntas verify` does that.
    """
    if connection.execute("SELECT to_regclass('ledger_leaf')").fetchone() == (None,):
        return None
    return connection.execute(
        "SELECT (SELECT max(size) FROM ledger_checkpoint), (SELECT max(at) FROM ledger_checkpoint),"
        " (SELECT extract(epoch FROM clock_timestamp() - min(e.recorded_at))::float8 FROM reports_event e"
        "   WHERE e.id > coalesce((SELECT settled FROM ledger_position WHERE source = 1), 0)"
        "     AND NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.source = 1 AND l.row_id = e.id))"
    ).fetchone()


def people_missing(connection: Connection[Row]) -> Mapping[str, Row | None] | None:
    """What `tuntas doctor` asks about those who must be there; None before the tables are.

    custodians: in how many agencies one is appointed today. of each closed queue: how many connected agencies
    have no office of their own in which somebody keeps it, and three names. demo: officers of the demonstration.
    """
    if connection.execute("SELECT to_regclass('organizations_appointment')").fetchone() == (None,):
        return None
    in_office = SQL(
        "SELECT u.id, u.kind, u.agency_id, a.role FROM organizations_appointment a"
        " JOIN organizations_unit u ON u.id = a.unit_id JOIN organizations_officer o ON o.id = a.officer_id"
        " WHERE o.is_active AND a.valid_from <= current_date AND (a.valid_to IS NULL OR a.valid_to >= current_date)"
    )
    lacking = SQL(
        "WITH held AS ({}) SELECT count(*), array_to_string((array_agg(g.name ORDER BY g.id))[1:3], ', ')"
        " FROM organizations_unit g WHERE g.agency_id = g.id AND g.connected_on <= current_date AND NOT EXISTS"
        " (SELECT FROM held h WHERE h.kind = %s AND h.role = 'AGENCY_ADMIN' AND h.agency_id = g.id)"
    ).format(in_office)
    counted = SQL("SELECT count(DISTINCT agency_id) FROM ({}) held WHERE role = 'CUSTODIAN'").format(in_office)
    return {
        "custodians": connection.execute(counted).fetchone(),
        "demo": connection.execute(
            "SELECT count(*) FROM organizations_officer WHERE is_active AND starts_with(username, 'demo-')"
        ).fetchone(),
        **{kind: connection.execute(lacking, [kind]).fetchone() for kind in ("INSPECTORATE", "WOMEN_AND_CHILDREN")},
    }


def _close_to_the_public(connection: Connection[Row]) -> None:
    name = Identifier(connection.info.dbname)
    connection.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")


def _let_in(connection: Connection[Row], role: str) -> None:
    name, who = Identifier(connection.info.dbname), Identifier(role)
    connection.execute(SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, who))
    connection.execute(SQL("GRANT USAGE ON SCHEMA public TO {}").format(who))


def _let_backup_read(connection: Connection[Row]) -> None:
    for kind in ("TABLES", "SEQUENCES"):
        connection.execute(
            SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON {} TO tuntas_backup").format(SQL(kind))
        )
