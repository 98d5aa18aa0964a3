"""A vault of its own for each test: its database, its keys, and its process, started as an operator starts it."""

import os
import subprocess
import sys
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


@pytest.fixture
def vault(transactional_db, settings, tmp_path):
    """A vault whose database is empty and whose process does not run yet."""
    cluster = Cluster(DataFolder(default_root()), accounts(), volatile=True)
    name = f"vault_{os.getpid()}"
    with psycopg.connect(cluster.address(ADMIN, "postgres"), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        queries.make_database(admin, name, "tuntas_vault")
    vault = Vault(cluster, name, tmp_path)
    settings.VAULT_PUBLIC_KEYS = vault.public_keys
    vault.ends("migrate")
    yield vault
    vault.end()
    with psycopg.connect(cluster.address(ADMIN, "postgres"), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


class Vault:
    """The process, from outside."""

    def __init__(self, cluster, database, folder):
        self.keys, self.public_keys = folder / "keys", folder / "public" / "keys"
        self.address = cluster.address("tuntas_vault", database)
        self.owner_address = cluster.address("tuntas_owner", connection.settings_dict["NAME"])
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(SOURCE),
            "TUNTAS_DATA": str(folder),
            "TUNTAS_VAULT_KEYS": str(self.keys),
            "TUNTAS_VAULT_PUBLIC_KEYS": str(self.public_keys),
            "TUNTAS_ORIGIN": "https://lapor.example.go.id",
            "TUNTAS_MAIL_FROM": "tuntas@example.go.id",
            "DATABASE_URL": cluster.address("tuntas_vault", connection.settings_dict["NAME"]),
            "VAULT_DATABASE_URL": self.address,
        }
        self.running = []

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

    def once(self, office=None, status=0):
        """Put away and send until nothing is left to do."""
        return self.ends("--once", status=status, **({"TUNTAS_SMTP_URL": office.url} if office else {}))

    def end(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def rows(self, sql, *values):
        with psycopg.connect(self.address, autocommit=True) as own:
            return own.execute(sql, values).fetchall()

    def identities(self):
        return self.rows("SELECT reporter_uuid FROM tuntas_vault_identity ORDER BY sealed_id")

    def keeps(self, count):
        return lambda: len(self.identities()) == count
