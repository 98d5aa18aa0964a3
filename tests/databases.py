"""The databases of a test run, and playing a role on them."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import django
import psycopg
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.signals import connection_created
from django.test import TransactionTestCase

from tuntas.operations import databases, keeper, keys, queries
from tuntas.operations.accounts import accounts
from tuntas.operations.folder import DataFolder, default_root
from tuntas.operations.postgres import ADMIN, Cluster

SOURCE = Path(databases.__file__).parent.parent
ROLES = ("web", "worker", "vault", "owner")
KEPT_TEMPLATES = 4

_played = ["owner"]  # the role that queries run as now, innermost last


def make_secrets() -> None:
    """The keys that settings read; before Django is set up."""
    keys.prepare(DataFolder(default_root()), accounts())


@contextmanager
def of_this_worker() -> Iterator[None]:
    """Make this worker's database, point Django at it, and drop it in the end."""
    name = f"test_{os.getpid()}"
    with keeper.serving(DataFolder(default_root()), volatile=True, linger=20) as cluster:
        template = _template(cluster)
        _copy(cluster, template, name)
        _point_django_at(name)
        TransactionTestCase._fixture_teardown = lambda _case: _copy(cluster, template, name)
        connection_created.connect(_take_role, dispatch_uid="tests.role")
        yield
        connections.close_all()
        with _admin(cluster) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def role(name: str) -> Iterator[None]:
    """Run the queries of the block as tuntas_NAME: web, worker or vault; or as the owner, who sees every row."""
    assert name in ROLES, f"no such role: {name}"
    _played.append(name)
    _take_role(connection=connection)
    try:
        yield
    finally:
        _played.pop()
        _take_role(connection=connection)


def make_ready() -> None:
    """The server and the template, made beside other work so that the tests find them: `python -m tests.databases`."""
    with keeper.serving(DataFolder(default_root()), volatile=True, linger=60) as cluster:
        _template(cluster)


def _take_role(connection, **_kwargs) -> None:
    """Also told of each connection that Django opens later, in whichever thread."""
    if connection.connection is None or connection.connection.closed or connection.needs_rollback:
        return  # opened later: told then; broken: the rollback takes the role back
    if connection.connection.info.transaction_status is psycopg.pq.TransactionStatus.INERROR:
        return
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE" if _played[-1] == "owner" else f"SET ROLE tuntas_{_played[-1]}")


def _template(cluster: Cluster) -> str:
    """The name of a migrated database for this state of the migrations; made once, under a lock."""
    name = f"template_{_state_of_migrations()}"
    with (cluster.data.root / "template.lock").open("a") as lock, _admin(cluster) as admin:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            _forget_old_templates(admin)
            databases.prepare_embedded(cluster)
            for played in ("web", "worker", "vault"):
                queries.may_become(admin, "tuntas_owner", f"tuntas_{played}")
            admin.execute(f'DROP DATABASE IF EXISTS "{name}_draft" WITH (FORCE)')
            queries.make_database(admin, f"{name}_draft", "tuntas_owner")
            databases.prepare_case_grants(cluster.address("tuntas_owner", f"{name}_draft"))
            _point_django_at(f"{name}_draft")
            call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
            connections.close_all()
            admin.execute(f'ALTER DATABASE "{name}_draft" RENAME TO "{name}"')
    return name


def _state_of_migrations() -> str:
    digest = hashlib.sha256(version("django").encode())
    for file in sorted([*SOURCE.glob("*/migrations/*.py"), *SOURCE.glob("*/models.py"), *SOURCE.glob("*/models/*.py")]):
        digest.update(str(file.relative_to(SOURCE)).encode() + file.read_bytes())
    for file in sorted([SOURCE / "operations" / "queries.py", *SOURCE.glob("*/migrations/*.sql")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _forget_old_templates(admin) -> None:
    rows = admin.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%' ORDER BY oid DESC"
    ).fetchall()
    for (name,) in rows[KEPT_TEMPLATES:]:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _copy(cluster: Cluster, template: str, name: str) -> None:
    """The database as the migrations left it, whatever a test committed. The vault's and all others' sessions end."""
    connections.close_all()
    with _admin(cluster) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}" OWNER tuntas_owner TEMPLATE "{template}" STRATEGY file_copy')
    databases.prepare_case_grants(cluster.address("tuntas_owner", name))


def _point_django_at(name: str) -> None:
    connections.close_all()
    connections["default"].settings_dict["NAME"] = name
    connections.settings["default"]["NAME"] = name


def _admin(cluster: Cluster) -> "psycopg.Connection":
    return psycopg.connect(cluster.address(ADMIN, "postgres"), autocommit=True)


if __name__ == "__main__":
    import tests.conftest  # noqa: F401 - the environment, before Django reads it
    from tests import databases

    django.setup()
    databases.make_ready()
