"""The embedded cluster believes no pid file, survives what kills it, and listens to nobody without a password."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from tuntas.operations import databases, keeper, keys, postgres, processes, queries
from tuntas.operations.accounts import accounts
from tuntas.operations.folder import DataFolder
from tuntas.operations.postgres import ADMIN, Cluster

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place():
    """A folder that the database's own user reaches; pytest closes its own to everybody else."""
    with tempfile.TemporaryDirectory(prefix="tuntas-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def made(place):
    """One cluster for the tests of this file, stopped."""
    cluster = Cluster(DataFolder(place / "data"), accounts(), volatile=True)
    cluster.prepare()
    return cluster


@pytest.fixture
def cluster(made):
    yield made
    made.stop()


def postmaster(cluster):
    return int((cluster.data.cluster / "postmaster.pid").read_text().splitlines()[0])


def test_a_server_answers_once_started_and_not_once_stopped(cluster):
    cluster.start()
    assert cluster.answers()

    cluster.stop()
    assert not cluster.answers()


def test_it_has_checksums_a_builtin_locale_and_no_network(cluster):
    cluster.start()

    with psycopg.connect(cluster.address(ADMIN, "postgres")) as connection:
        ask = lambda name: connection.execute("SELECT current_setting(%s)", [name]).fetchone()[0]  # noqa: E731
        found = {name: ask(name) for name in ("data_checksums", "listen_addresses", "password_encryption")}
        provider = connection.execute("SELECT datlocprovider, datlocale FROM pg_database LIMIT 1").fetchone()

    assert found == {"data_checksums": "on", "listen_addresses": "", "password_encryption": "scram-sha-256"}
    assert provider == ("b", "C.UTF-8")


def test_nobody_comes_in_without_a_password(cluster):
    cluster.start()

    for password in ("", "wrong"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host=str(cluster.data.sockets), dbname="postgres", user=ADMIN, password=password)


def test_statements_with_peoples_words_do_not_reach_the_log(cluster):
    cluster.start()
    log = cluster.data.logs / "postgres.log"
    with psycopg.connect(cluster.address(ADMIN, "postgres"), autocommit=True) as connection:
        connection.execute("CREATE TEMPORARY TABLE kept (word text PRIMARY KEY)")
        connection.execute("INSERT INTO kept VALUES ('Siti-Canary')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO kept VALUES (%s)", ["Siti-Canary"])

    cluster.stop()

    assert "duplicate key" in log.read_text()
    assert "Siti-Canary" not in log.read_text()


def test_a_killed_server_starts_again_although_its_pid_file_stays(cluster):
    cluster.start()
    os.kill(postmaster(cluster), 9)
    cluster.process.wait()

    cluster.start()

    assert cluster.answers()


def test_a_child_that_does_not_notice_the_death_of_its_server_keeps_no_other_from_starting(cluster, monkeypatch):
    monkeypatch.setattr(postgres, "LEAVING", 0.2)
    monkeypatch.setattr(postgres, "HARD_STOP", 1.0)
    cluster.start()
    server = postmaster(cluster)
    with psycopg.connect(cluster.address(ADMIN, "postgres")) as connection:
        child = connection.info.backend_pid
        os.kill(child, signal.SIGSTOP)  # as one that never looks up: SIGQUIT does not reach it either
        os.kill(server, signal.SIGKILL)
        cluster.process.wait()

        cluster.start()

    assert cluster.answers()
    assert not processes.alive(child)


def test_a_pid_that_now_belongs_to_a_stranger_is_not_believed(cluster):
    cluster.start()
    os.kill(postmaster(cluster), 9)
    cluster.process.wait()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        file = cluster.data.cluster / "postmaster.pid"
        lines = file.read_text().splitlines()
        file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")

        cluster.start()

        assert cluster.answers()
        assert stranger.poll() is None
        stranger.kill()


def test_a_zombie_is_not_believed(cluster):
    cluster.start()
    pid = postmaster(cluster)
    os.kill(pid, 9)  # and nobody waits for it: it stays a zombie, which kill(pid, 0) takes for alive
    while processes.alive(pid):
        time.sleep(0.01)

    again = Cluster(cluster.data, cluster.accounts, volatile=True)
    again.start()

    assert again.answers()
    again.stop()


def test_a_server_that_outlived_its_supervisor_is_stopped_first(cluster):
    cluster.start()
    outlived = postmaster(cluster)
    again = Cluster(cluster.data, cluster.accounts, volatile=True)

    again.start()

    assert postmaster(again) != outlived
    assert not processes.alive(outlived)
    again.stop()


def test_a_long_data_path_gets_a_short_socket_path(tmp_path):
    data = DataFolder(tmp_path / ("x" * 100) / "tuntas")
    keys.prepare(data, accounts())

    postgres._place_sockets(data, accounts().db)

    assert (data.root / "run").is_symlink()
    assert len(os.fsencode(data.sockets / ".s.PGSQL.5432.lock")) < 108
    data.sockets.rmdir()  # as a reboot would
    postgres._place_sockets(data, accounts().db)
    assert data.sockets.is_dir()
    data.sockets.rmdir()


def test_a_half_made_cluster_is_made_anew(place, made):
    data = DataFolder(place / "half")
    cluster = Cluster(data, made.accounts, volatile=True)
    keys.prepare(data, made.accounts)
    (data.root / "cluster.new").mkdir()
    (data.root / "cluster.new" / "PG_VERSION").write_text("18")

    cluster.prepare()
    cluster.start()

    assert cluster.answers()
    cluster.stop()


def test_every_role_may_do_its_own_and_no_more(cluster):
    cluster.start()
    databases.prepare_embedded(cluster)
    databases.prepare_embedded(cluster)  # safe to repeat

    for role in ("web", "worker", "owner"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(cluster.address(f"tuntas_{role}", "tuntas_vault"))
    with psycopg.connect(cluster.address("tuntas_web", "tuntas"), autocommit=True) as web:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("CREATE TABLE mine ()")
        assert queries.weaknesses(web)["exempt"] == (None,)
        assert queries.weaknesses(web)["backup"] == (True,)


def test_passwords_lie_in_files_that_one_user_reads(made):
    for file in made.data.secrets.iterdir():
        public = file.name == "warrant-public"  # half a key that everybody may read, and nobody else may change
        assert file.stat().st_mode & (0o022 if public else 0o077) == 0, file


def test_the_last_user_of_a_kept_server_switches_off_the_light(made):
    with keeper.serving(made.data, volatile=True, linger=0.3) as cluster:
        assert cluster.answers()
        pid = keeper.holder(made.data)
        with keeper.serving(made.data, volatile=True):
            assert keeper.holder(made.data) == pid

    gone_by = time.monotonic() + 20
    while keeper.holder(made.data) is not None and time.monotonic() < gone_by:
        time.sleep(0.05)
    assert not cluster.answers()


def test_a_user_that_is_killed_counts_no_more(made):
    script = (
        "import sys; from pathlib import Path; from tuntas.operations import keeper\n"
        "from tuntas.operations.folder import DataFolder\n"
        "data = DataFolder(Path(sys.argv[1]))\n"
        "with keeper.serving(data, volatile=True, linger=0.3): print('in', flush=True), input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(made.data.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as user:
        assert user.stdout.readline() == "in\n"
        user.kill()

    gone_by = time.monotonic() + 20
    while keeper.holder(made.data) is not None and time.monotonic() < gone_by:
        time.sleep(0.05)
    assert keeper.holder(made.data) is None
    assert not made.answers()


def test_one_data_folder_has_one_supervisor(made):
    with keeper.owning(made.data), pytest.raises(keeper.InUse, match=str(made.data.root)), keeper.owning(made.data):
        pass


@pytest.mark.skipif(os.getuid() == 0, reason="as root the users are separate or doctor says why")
def test_as_an_ordinary_user_everything_runs_as_that_user():
    assert not accounts().separate


def test_programs_are_found_where_the_database_may_read_them():
    found = postgres.programs(accounts().db)
    assert accounts().db.can_read(Path(found) / "postgres")


@pytest.fixture
def outside(cluster, monkeypatch):
    """A server of an operator's, who gives two databases and an owner that may make roles."""
    cluster.start()
    with psycopg.connect(cluster.address(ADMIN, "postgres"), autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS given_case WITH (FORCE)")
        admin.execute("DROP DATABASE IF EXISTS given_vault WITH (FORCE)")
        for role in databases.LOGINS:
            if admin.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount:
                admin.execute(f"ALTER ROLE {role} NOBYPASSRLS NOREPLICATION")
        admin.execute("DROP ROLE IF EXISTS given_owner")
        admin.execute("CREATE ROLE given_owner LOGIN CREATEROLE PASSWORD 'given'")
        for role in databases.LOGINS:
            if admin.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount:
                admin.execute(f"GRANT {role} TO given_owner WITH ADMIN OPTION")
        admin.execute("CREATE DATABASE given_case OWNER given_owner")
        admin.execute("CREATE DATABASE given_vault OWNER given_owner")
    for variable, name in (("DATABASE_URL", "given_case"), ("VAULT_DATABASE_URL", "given_vault")):
        monkeypatch.setenv(variable, f"postgresql://given_owner:given@/{name}?host={cluster.data.sockets}")
    return cluster


def test_an_outside_server_gets_the_same_roles_from_its_owner(outside):
    warnings = databases.prepare_outside(outside.data)

    assert len(warnings) == 2  # an owner below superuser cannot let the backup past row-level security
    with psycopg.connect(databases.address_for(outside.data, "web", databases.CASE)) as web:
        assert web.execute("SELECT current_user").fetchone() == ("tuntas_web",)
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(databases.address_for(outside.data, "web", databases.VAULT))
    with psycopg.connect(databases.address_for(outside.data, "vault", databases.VAULT)) as vault:
        vault.execute("CREATE TABLE kept ()")


def test_a_process_gets_addresses_of_its_own_role_alone(outside):
    databases.prepare_outside(outside.data)

    given = databases.addresses_for(outside.data, "web")

    assert list(given) == ["DATABASE_URL"]
    assert "tuntas_web" in given["DATABASE_URL"]
    assert "given_owner" not in given["DATABASE_URL"]


def test_half_an_answer_about_outside_servers_is_refused(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/tuntas")

    with pytest.raises(databases.Unusable, match="belong together"):
        databases.outside()


def test_a_server_that_does_not_answer_is_named(outside, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/tuntas")

    with pytest.raises(databases.Unusable, match="DATABASE_URL does not answer"):
        databases.prepare_outside(outside.data)


@pytest.mark.parametrize("proc", [True, False], ids=["by /proc", "by ps, as on macOS"])
def test_processes_are_seen_as_they_are(cluster, monkeypatch, proc):
    monkeypatch.setattr(processes, "_PROC", proc)
    cluster.start()
    server = postmaster(cluster)
    title = postgres.title_of(cluster.data)

    assert processes.is_server_of(server, cluster.data.cluster)
    assert not processes.is_server_of(os.getpid(), cluster.data.cluster)
    assert len(processes.working_in(cluster.data.cluster, title)) > 3  # the server and its own children
    os.kill(server, 9)
    while processes.alive(server):  # a zombie by now: we have not waited for it
        time.sleep(0.01)
    assert not processes.is_server_of(server, cluster.data.cluster)
    cluster.process.wait()
