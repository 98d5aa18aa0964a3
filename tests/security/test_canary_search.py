"""The search for canaries finds a planted one in every form that it claims to know, and nothing where nothing is."""

import base64
import gzip
import zlib

import pytest

from tests.security.canary import Searcher

WORD = "kenari7qx4"
LEAK = f"pelapor: {WORD}-siti, Jalan Contoh 7"
pytestmark = pytest.mark.threat("T-DUMP-CANARY", "T-LOG-CANARY")

FORMS = {
    "plain": LEAK.encode(),
    "upper case": LEAK.upper().encode(),
    "utf-16": LEAK.encode("utf-16"),
    "hexadecimal": LEAK.encode().hex().encode(),
    "base64 0": base64.b64encode(LEAK.encode()),
    "base64 1": base64.b64encode(b"x" + LEAK.encode()),
    "base64 2": base64.urlsafe_b64encode(b"xy" + LEAK.encode()),
    "gzip": b"before" + gzip.compress(LEAK.encode() * 9) + b"after",
    "zlib": b"before" + zlib.compress(LEAK.encode() * 9) + b"after",
    "gzip in base64": base64.b64encode(b"junk" + gzip.compress(LEAK.encode())),
    "zlib as bytes of a dump": b"\\\\x" + zlib.compress(LEAK.encode()).hex().encode(),
    "base64 in gzip": gzip.compress(base64.b64encode(b"z" + LEAK.encode())),
    "a stream that was cut": gzip.compress(LEAK.encode() + bytes(range(256)) * 40)[:-30],
}


@pytest.mark.parametrize("form", FORMS)
def test_a_leak_is_found_in_this_form(form):
    assert list(Searcher([WORD]).in_bytes(b"\n some log line \x00" + FORMS[form] + b"\n"))


def test_nothing_is_found_where_nothing_is():
    innocent = b"kenari lain " * 50 + gzip.compress(b"kenari7qx5") + base64.b64encode(b"kenari 7qx4") * 3
    assert list(Searcher([WORD]).in_bytes(innocent)) == []


def test_a_leak_in_a_name_of_a_file_is_found_too(tmp_path):
    (tmp_path / f"{WORD}.jpg").write_bytes(b"nothing")
    assert [hit.how for hit in Searcher([WORD]).in_folder(tmp_path)] == ["plain"]
