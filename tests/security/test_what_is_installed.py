"""T-LOCK: everything that is installed, for running, for testing and for attacking, is named with its hash in a file of ours."""

import json
import re

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.threat("T-LOCK")
LOCKS = sorted([*ROOT.glob("requirements*.lock"), *ROOT.glob("tools/*/*.lock")])
NODE = sorted(ROOT.glob("**/package-lock.json"))
NODE = [path for path in NODE if "node_modules" not in path.parts]


def unhashed(text: str) -> list[str]:
    """Packages without a version or without a hash."""
    packages = re.split(r"\n(?=[a-zA-Z0-9])", re.sub(r"(?m)^\s*#.*\n", "", text).strip())
    return [each.split()[0] for each in packages if "==" not in each or "--hash=sha256:" not in each]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_has_a_version_and_a_hash(lock):
    text = lock.read_text(encoding="utf-8")
    assert unhashed(text) == []
    assert not re.search(
        r"--(?:extra-)?index-url|--find-links|--trusted-host|git\+|https?://", re.sub(r"#.*", "", text)
    )


@pytest.mark.parametrize("lock", NODE, ids=lambda path: path.parent.name)
def test_every_package_of_node_has_a_hash(lock):
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    assert [
        name for name, facts in packages.items() if name and not facts.get("integrity") and not facts.get("link")
    ] == []


def test_they_are_installed_with_their_hashes():
    assert "--require-hashes" in (ROOT / "tools" / "setup").read_text()
    assert "--require-hashes" in (ROOT / "tools" / "gates" / "place.py").read_text()
    assert len(LOCKS) >= 4


def test_a_package_without_a_hash_is_seen():
    assert unhashed("good==1 \\\n    --hash=sha256:aa\nbad==2\nworse>=3 \\\n    --hash=sha256:bb\n") == [
        "bad==2",
        "worse>=3",
    ]
