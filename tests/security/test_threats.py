"""Every threat has a test, or says why it has none."""

import importlib.util

import pytest

from tests.conftest import ROOT

spec = importlib.util.spec_from_file_location("threats", ROOT / "tools" / "threats.py")
assert spec is not None
assert spec.loader is not None
threats = importlib.util.module_from_spec(spec)
spec.loader.exec_module(threats)


def test_every_threat_has_a_test_or_a_reason():
    assert threats.faults(threats.known(), threats.proofs()) == []


def test_the_ids_are_whole():
    """Sixty holes of other systems, numbered without a gap."""
    ids = threats.known()
    assert [name for name in ids if name.startswith("SR-")] == [f"SR-{n:02}" for n in range(1, 61)]
    assert all(facts["title"] for facts in ids.values())


@pytest.mark.parametrize(
    ("ids", "proved", "wrong"),
    [
        ({"T-A": {"title": "a"}}, {}, "T-A has neither a test nor a reason"),
        ({}, {"T-B": ["x.py"]}, "x.py: T-B is not in docs/threats.toml"),
    ],
)
def test_a_gap_is_seen(ids, proved, wrong):
    assert threats.faults(ids, proved) == [wrong]


def test_marks_are_found_wherever_they_stand():
    source = (
        'pytestmark = [pytest.mark.slow, pytest.mark.threat("T-A")]\n@pytest.mark.threat("T-B", "T-C")\ndef f(): ...'
    )
    assert set(threats.named_in(source)) == {"T-A", "T-B", "T-C"}
