"""What every test stands on: one embedded cluster in a reused folder, one database per worker, one role per query.

The environment is set before Django reads it; the server starts only when a test asks for a database. A test runs its
queries as `tuntas_web`, so that row-level security is truly on: `@pytest.mark.role("worker")` chooses another, and
`with databases.role("owner"):` steps out of it for preparing what the test needs.
"""

import json
import os
import re
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import settings as searching
from nacl import bindings

from tools.ground import data_of_tests

searching.register_profile("untimed", deadline=None)  # a loaded machine is slow, and no test is timed
searching.load_profile("untimed")

ROOT = Path(__file__).resolve().parent.parent
os.environ["TUNTAS_DATA"] = str(data_of_tests())
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", os.environ["TUNTAS_DATA"])  # installations of tests too
os.environ["TUNTAS_ROLE"] = "owner"
os.environ["DJANGO_SETTINGS_MODULE"] = "tuntas.config.settings"
for given in ("DATABASE_URL", "VAULT_DATABASE_URL", "TUNTAS_DEMO", "TUNTAS_DEBUG"):
    os.environ.pop(given, None)

from tests import databases  # noqa: E402 - after the environment
from tests.browser import browser, page, visitor  # noqa: E402, F401 - fixtures for everybody
from tests.push_service import point  # noqa: E402

databases.make_secrets()

from django.conf import settings  # noqa: E402 - reads the environment and the secrets

from tuntas.access import queries  # noqa: E402 - with settings

assert settings.ROLE == "owner"  # reading it configures Django, which pytest-django then sets up


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """This worker's own database, copied from a template that is migrated once per state of the migrations."""
    with django_db_blocker.unblock(), databases.of_this_worker():
        yield


@pytest.fixture(autouse=True)
def _role(request):
    """Every query of a test that uses the database runs with the rights of one role."""
    marker = request.node.get_closest_marker("role")
    if not {"db", "transactional_db", "live_server"} & set(
        request.fixturenames
    ) and not request.node.get_closest_marker("django_db"):
        yield
        return
    request.getfixturevalue("_django_db_helper")
    with databases.role(marker.args[0] if marker else "web"):
        yield


def pytest_collection_modifyitems(items):
    """Mark what needs the database, which `make check` leaves to `make test`; and what each test proves.

    Each report carries the requirements, also from a worker to the process that listens.
    """
    for item in items:
        if item.get_closest_marker("django_db") or {"db", "transactional_db", "live_server"} & set(item.fixturenames):
            item.add_marker("database")
        for marker in item.iter_markers("requirement"):
            item.user_properties += [("requirement", name) for name in marker.args]


def pytest_collection_finish(session):
    """Groups that are not kept together would start installations twice, side by side, and nothing would say so."""
    grouped = [item for item in session.items if item.get_closest_marker("xdist_group")]
    if getattr(session.config.option, "loadgroup", False) and not all("@" in item.nodeid for item in grouped):
        raise pytest.UsageError("pytest-xdist does not keep the groups of tests together: see pytest in pyproject.toml")


@pytest.fixture
def site(transactional_db, settings):
    """The address of the whole site as it is served, with the offices of the invented state."""
    from tests.factories import the_state  # models are loaded once Django is
    from tests.serving import serving

    the_state()
    with serving(settings) as address:
        yield address


@pytest.fixture(autouse=True)
def _nothing_apart(request, monkeypatch):
    """What is written on a connection of its own would outlive a test whose transaction is rolled back in the end."""
    marker = request.node.get_closest_marker("django_db")
    commits = (marker and marker.kwargs.get("transaction")) or {"transactional_db", "live_server"} & set(
        request.fixturenames
    )
    if not commits:
        monkeypatch.setattr("tuntas.access.queries.append_entry_apart", queries.append_entry)


GROUP = re.compile(r"@[\w-]+$")  # what pytest-xdist writes behind the name of a test that has a group
_results: dict[str, dict] = {}


def pytest_runtest_logreport(report):
    proved = [value for name, value in report.user_properties if name == "requirement"]
    if proved and (report.when == "call" or report.failed):
        _results[GROUP.sub("", report.nodeid)] = {"requirements": proved, "outcome": report.outcome}


def pytest_sessionfinish(session):
    """Keep what the run proved for tools/requirements.py; runs of parts add up."""
    if _results and not hasattr(session.config, "workerinput"):
        file = ROOT / ".tuntas" / "proved.json"
        file.parent.mkdir(exist_ok=True)
        before = json.loads(file.read_text()) if file.is_file() else {}
        file.write_text(json.dumps(before | _results, indent=1, sort_keys=True))


@pytest.fixture(scope="session")
def _vault_key(tmp_path_factory):
    """What a vault publishes: real public keys, whose private halves are thrown away."""
    path = tmp_path_factory.mktemp("vault") / "keys"
    public, _private = bindings.crypto_box_keypair()
    knocks = urlsafe_b64encode(point(ec.generate_private_key(ec.SECP256R1()))).decode().rstrip("=")
    path.write_text(json.dumps({"current": 1, "keys": {"1": b64encode(public).decode()}, "knocks": knocks}))
    return path


@pytest.fixture(autouse=True)
def _places(settings, _vault_key, tmp_path_factory):
    """Files of a test lie in a folder of its own, and envelopes are sealed to the key above."""
    settings.VAULT_PUBLIC_KEYS = _vault_key
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
