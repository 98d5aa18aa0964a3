"""A portal with offices, on a port of this machine where a test needs one."""

import copy
import re

import pytest


@pytest.fixture
def state(db):
    from tests.factories import the_state  # models are loaded once Django is

    return the_state()


@pytest.fixture
def site(live_server, settings):
    """The address of the portal, with the files' origin on the same port."""
    from tests.factories import the_state

    the_state()
    port = live_server.url.rpartition(":")[2]
    settings.FILES_ORIGIN = f"http://files.localhost:{port}"
    settings.ALLOWED_HOSTS = ["localhost", "files.localhost", "testserver"]
    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["img-src"] = ["'self'", "data:", settings.FILES_ORIGIN]
    settings.CONTENT_SECURITY_POLICY = policy
    return live_server.url


def code_on(page: str) -> str:
    """The secret code that a receipt shows."""
    return re.search(r'id="secret">([0-9A-Z-]{29})<', page)[1]


def number_on(page: str) -> str:
    """The public number that a receipt shows, as plain digits."""
    spelled = re.search(r'class="number code--large">([0-9 -]+)<', page)[1]
    return re.sub(r"\D", "", spelled)
