"""A process that would be unsafe to serve with does not start, and says every reason."""

import pytest

from tuntas.config.safety import refuse_unsafe
from tuntas.kernel.env import Misconfigured
from tuntas.operations import addresses

PUBLIC = {"ORIGIN": "https://lapor.example.go.id", "ALLOWED_HOSTS": ["lapor.example.go.id"], "ENCRYPTED": True,
          "FILES_ORIGIN": "https://berkas.example.go.id", "DEMO": False, "DEBUG": False,
          "SESSION_COOKIE_NAME": "__Host-session", "CSRF_COOKIE_NAME": "__Host-csrf",
          "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True}  # fmt: skip


@pytest.fixture
def given(settings):
    def give(**changes):
        for name, value in {**PUBLIC, **changes}.items():
            setattr(settings, name, value)

    return give


def test_a_public_site_with_encryption_and_keys_starts(given):
    given()
    refuse_unsafe()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"SECRET_KEY": ""}, "secret key"),
        ({"CODE_KEY": b""}, "secret codes"),
        ({"CONTENT_KEY": b"short"}, "confidential content"),
        ({"ALLOWED_HOSTS": ["*"]}, "Any host name"),
        ({"DEMO": True}, "demo opens every door"),
        ({"DEBUG": True}, "inside to visitors"),
        ({"ORIGIN": "http://lapor.example.go.id", "ENCRYPTED": False}, "https://"),
        ({"FILES_ORIGIN": PUBLIC["ORIGIN"]}, "origin of their own"),
        ({"SESSION_COOKIE_SECURE": False}, "cookies for this host alone"),
        ({"SESSION_COOKIE_NAME": "session"}, "cookies for this host alone"),
        ({"SESSION_COOKIE_HTTPONLY": False}, "cookies for this host alone"),
        ({"SESSION_COOKIE_SAMESITE": "None"}, "cookies for this host alone"),
        ({"CSRF_COOKIE_SECURE": False}, "cookies for this host alone"),
        ({"OIDC_ISSUER": "http://sso.example.go.id"}, "identity provider is spoken to"),
    ],
    ids=lambda given: ",".join(given) if isinstance(given, dict) else "",
)
def test_what_is_unsafe_is_refused_with_its_reason(given, changes, words):
    given(**changes)

    with pytest.raises(Misconfigured, match=words):
        refuse_unsafe()


def test_the_demo_starts_on_this_machine(given):
    given(DEMO=True, DEBUG=True, ORIGIN="http://localhost:8000", ENCRYPTED=False, ALLOWED_HOSTS=["localhost", "[::1]"])
    refuse_unsafe()


@pytest.mark.parametrize(
    ("host", "stays"),
    [
        ("localhost:8000", True), ("files.localhost", True), ("127.0.0.1", True), ("[::1]:80", True),
        ("10.0.0.1", False), ("localhost.example.org", False), ("192.168.1.1", False), ("", False),
    ],
)  # fmt: skip
def test_what_stays_on_this_machine(host, stays):
    assert addresses.is_loopback(host) is stays
