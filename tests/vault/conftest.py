"""A vault of its own for each test: its database, its keys, and its process, started as an operator starts it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.post_office import PostOffice
from tuntas.operations import queries
from tuntas.operations.accounts import accounts
from tuntas.operations.folder import DataFolder, default_root
from tuntas.operations.postgres import ADMIN, Cluster

SOURCE = Path(__file__).parent.parent.parent / "src"


@pytest.fixture
def office():
    with PostOffice() as office:
        yield office


@pytest.fixture(scope="session")
def empty_vault(django_db_setup, tmp_path_factory):
    """The name of a vault's database as `migrate` leaves it, made once; each test gets a copy."""
    name = f"vault_{os.getpid()}_empty"
    with administrator() as admin:
        drop(admin, name)
        queries.make_database(admin, name, "tuntas_vault")
    Vault(name, tmp_path_factory.mktemp("empty_vault")).ends("migrate")
    yield name
    with administrator() as admin:
        drop(admin, name)


@pytest.fixture
def vault(transactional_db, empty_vault, settings, tmp_path):
    """A vault whose database is empty and whose process does not run yet."""
    name = f"vault_{os.getpid()}"
    with administrator() as admin:
        drop(admin, name)
        queries.make_database(admin, name, "tuntas_vault", template=empty_vault)
    vault = Vault(name, tmp_path)
    settings.VAULT_PUBLIC_KEYS, settings.VAULT_DOOR = vault.public_keys, vault.door
    yield vault
    vault.end()
    with administrator() as admin:
        drop(admin, name)


def the_cluster():
    return Cluster(DataFolder(default_root()), accounts(), volatile=True)


def administrator():
    return psycopg.connect(the_cluster().address(ADMIN, "postgres"), autocommit=True)


def drop(admin, name):
    admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


class Vault:
    """The process, from outside."""

    def __init__(self, database, folder):
        cluster = the_cluster()
        self.keys, self.public_keys = folder / "keys", folder / "public" / "keys"
        self.door = folder / "public" / "door"
        self.address = cluster.address("tuntas_vault", database)
        self.owner_address = cluster.address("tuntas_owner", connection.settings_dict["NAME"])
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(SOURCE),
            "TUNTAS_DATA": str(folder),
            "TUNTAS_VAULT_KEYS": str(self.keys),
            "TUNTAS_VAULT_PUBLIC_KEYS": str(self.public_keys),
            "TUNTAS_WARRANT_PUBLIC": str(DataFolder(default_root()).secret("warrant-public")),
            "TUNTAS_ORIGIN": "https://lapor.example.go.id",
            "TUNTAS_MAIL_FROM": "tuntas@example.go.id",
            "DATABASE_URL": cluster.address("tuntas_vault", connection.settings_dict["NAME"]),
            "VAULT_DATABASE_URL": self.address,
        }
        self.running, self.served = [], None

    def start(self, *words, **environment):
        process = subprocess.Popen(
            [sys.executable, "-m", "tuntas_vault", *words],
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.running.append(process)
        return process

    def ends(self, *words, status=0, **environment):
        """Run to the end and return what it printed."""
        process = self.start(*words, **environment)
        said, _nothing = process.communicate(timeout=60)
        assert process.returncode == status, said
        return said

    def opens(self):
        """Start it and wait until its door is open."""
        self.door.unlink(missing_ok=True)
        process, end = self.start(), time.monotonic() + 20
        while not (self.door.exists() and self.public_keys.exists()):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end, "the door did not open"
            time.sleep(0.02)
        self.served = process
        return process

    def once(self, office=None, status=0):
        """Put away and send until nothing is left to do."""
        return self.ends("--once", status=status, **({"TUNTAS_SMTP_URL": office.url} if office else {}))

    def end(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.communicate()
        self.running = []

    def rows(self, sql, *values):
        with psycopg.connect(self.address, autocommit=True) as own:
            return own.execute(sql, values).fetchall()

    def identities(self):
        return self.rows("SELECT reporter_uuid FROM tuntas_vault_identity ORDER BY sealed_id")

    def keeps(self, count):
        return lambda: len(self.identities()) == count
