"""The public log in tests: sequencing as the worker does it, and looking at it as the verifier's own role does."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import connection

from tests import databases
from tuntas.ledger import sequencing
from tuntas.operations.databases import address_for
from tuntas.operations.folder import DataFolder, default_root
from tuntas.operations.postgres import ADMIN
from tuntas_verify.findings import Findings
from tuntas_verify.notes import Key
from tuntas_verify.register import RegisterCheck


def sequence(**more) -> int:
    """Put what happened into the log; how many leaves it has then."""
    with databases.role("worker"):
        return sequencing.sequence(**more).size


@contextmanager
def superuser() -> Iterator[psycopg.Connection]:
    """PostgreSQL's own administrator in the database of this test, with every trigger and key check off."""
    place = address_for(DataFolder(default_root()), "web", settings.DATABASES["default"]["NAME"])
    given = psycopg.conninfo.conninfo_to_dict(place)
    password = (DataFolder(default_root()).secret("database-admin")).read_text().strip()
    wanted = given | {"user": ADMIN, "password": password, "dbname": connection.settings_dict["NAME"]}
    with psycopg.connect(psycopg.conninfo.make_conninfo(**wanted), autocommit=True) as root:
        root.execute("SET session_replication_role = replica")
        yield root


def verifier_address() -> str:
    return address_for(DataFolder(default_root()), "verify", connection.settings_dict["NAME"])


def verify(*, keys: Sequence[Key] = (), anchors: Sequence[tuple[str, str]] = (), patience: float = 60) -> Findings:
    """What `tuntas verify` finds, as the role that it uses."""
    with psycopg.connect(verifier_address()) as opened, opened.cursor() as cursor:
        return RegisterCheck(cursor, keys, anchors, patience).run()


def told(found: Findings) -> list[str]:
    """The findings in their order, as `kind leaf`."""
    return [re.sub(" None$", "", f"{finding.kind} {finding.leaf}") for finding in found.in_order]
