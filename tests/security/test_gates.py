"""The gates find nothing in our source, and each finds the fault that is planted for it."""

import tomllib

import pytest

from tests.conftest import ROOT
from tests.security.addresses import every_address
from tests.security.cast import officers, set_the_stage, strangers
from tools.gates import checks
from tools.gates.patterns import Pattern, found_in, slow

SOURCE = ROOT / "src"
PLANTED = tomllib.loads((ROOT / "tools" / "rules" / "planted.toml").read_text(encoding="utf-8"))
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("gates")]

INSECURE = """
import subprocess, tempfile
def find(cursor, name):
    cursor.execute("SELECT 1 FROM t WHERE name = '%s'" % name)
    subprocess.call(name, shell=True)
    return tempfile.mktemp()
"""
SLOW = 'import re\nNAME = re.compile(r"^(?:a+)+$")\n\nGOOD = re.compile(r"^[a-z]{1,9}$")\n'
WEAK = "default-src *; script-src 'self' 'unsafe-inline' https:; object-src *"


@pytest.mark.threat("SR-16", "SR-19", "SR-26")
@pytest.mark.parametrize("gate", [checks.bandit, checks.house_rules], ids=lambda gate: gate.__name__)
def test_the_source_passes(gate):
    assert gate(SOURCE) == []


@pytest.mark.threat("SR-36")
@pytest.mark.timeout(600)
def test_no_pattern_of_the_source_can_be_made_slow():
    assert slow(SOURCE) == []


@pytest.mark.threat("SR-16", "SR-19")
def test_bandit_finds_planted_faults(tmp_path):
    (tmp_path / "planted.py").write_text(INSECURE)
    found = " ".join(checks.bandit(tmp_path))
    for fault in ("B608", "B602", "B306"):
        assert fault in found


@pytest.mark.threat("SR-08", "SR-16", "SR-17", "SR-19", "SR-26", "SR-29", "SR-30", "SR-31", "SR-41", "SR-43")
def test_every_house_rule_finds_the_fault_that_is_planted_for_it(tmp_path):
    for fault in PLANTED.values():
        (tmp_path / fault["file"]).write_text(fault["text"])
    found = checks.house_rules(tmp_path)
    missed = [
        name
        for name, fault in PLANTED.items()
        if not [line for line in found if f"{fault['file']}:" in line and f" {name}:" in line]
    ]
    assert missed == []


def test_every_house_rule_has_a_planted_fault():
    rules = [
        line.removeprefix("  - id: ") for line in checks.RULES.read_text().splitlines() if line.startswith("  - id: ")
    ]
    assert sorted(rules) == sorted(PLANTED)
    assert len(rules) >= 25


@pytest.mark.threat("SR-36")
def test_a_slow_pattern_is_found(tmp_path):
    (tmp_path / "planted.py").write_text(SLOW)
    found = "\n".join(slow(tmp_path))
    assert "planted.py:2" in found
    assert "planted.py:4" not in found


@pytest.mark.threat("SR-36")
def test_a_pattern_put_together_at_run_time_is_not_passed_over(tmp_path):
    (tmp_path / "planted.py").write_text(
        "import re\ndef find(words, text):\n    return re.search('|'.join(words), text)\n"
    )
    assert "put together at run time" in "\n".join(slow(tmp_path))


@pytest.mark.threat("SR-36")
def test_every_pattern_of_the_source_is_seen():
    seen = [each for each in found_in(SOURCE) if isinstance(each, Pattern)]
    assert len(seen) > 50
    assert any("kernel/numbers.py" in each.file for each in seen)


@pytest.mark.django_db
@pytest.mark.threat("SR-08", "SR-51")
def test_the_content_policy_of_every_page_is_strong(settings):
    """csp_evaluator over every policy that any page sends, with a files' origin as a public site must have it."""
    settings.FILES_ORIGIN = "https://berkas.example.go.id"
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {
        "img-src": ["'self'", "data:", settings.FILES_ORIGIN],
        "media-src": ["blob:", settings.FILES_ORIGIN],
    }
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives}
    stage = set_the_stage()
    policies = {
        attacker.ask("GET", address.path(stage, attacker.relation))["Content-Security-Policy"]
        for attacker in (next(iter(strangers(stage))), next(officers(stage, "LIAISON_OFFICER")))
        for address in every_address()
    }
    assert policies
    assert checks.weak_policies(policies) == []


@pytest.mark.threat("SR-08")
def test_a_weak_content_policy_is_found():
    found = "\n".join(checks.weak_policies([WEAK]))
    assert "unsafe-inline" in found
    assert "object-src" in found
