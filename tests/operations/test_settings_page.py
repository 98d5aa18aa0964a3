"""docs/operations/settings.md names every setting that the code reads, and none that it does not."""

import re
from pathlib import Path

import pytest

from tuntas.kernel import env

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""(?:env\.(?:text|flag|number|words|one_of|path)\(|secret_(?:text|bytes)\(\w+,)\s*"([A-Z_]+)\"""")
NAMED = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)


def names_read() -> set[str]:
    return {name for file in (ROOT / "src").rglob("*.py") for name in READ.findall(file.read_text())}


def test_the_page_is_complete_and_true():
    assert set(NAMED.findall((ROOT / "docs/operations/settings.md").read_text())) == names_read()


def test_no_process_reads_the_environment_behind_the_reader():
    behind = re.compile(r"""environ(?:\.get\(|\[)\s*f?["'](?:TUNTAS_|DATABASE_URL|VAULT_)[A-Z_]*["']\]?(?!\s*=[^=])""")
    found = [str(file) for file in (ROOT / "src").rglob("*.py") if behind.search(file.read_text())]
    assert [file for file in found if not file.endswith("operations/cli.py")] == []


def test_a_secret_may_lie_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("from the file\n")
    monkeypatch.setenv("TUNTAS_PLANTED_FILE", str(tmp_path / "key"))

    assert env.text("TUNTAS_PLANTED") == "from the file"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("yes please", lambda: env.flag("TUNTAS_PLANTED")),
        ("many", lambda: env.number("TUNTAS_PLANTED", 1)),
        ("0", lambda: env.number("TUNTAS_PLANTED", 1, least=1)),
        ("king", lambda: env.one_of("TUNTAS_PLANTED", ("web", "worker"), "web")),
        (None, lambda: env.text("TUNTAS_PLANTED")),
    ],
)
def test_an_unusable_value_names_itself_and_the_page(monkeypatch, value, read):
    if value is None:
        monkeypatch.delenv("TUNTAS_PLANTED", raising=False)
    else:
        monkeypatch.setenv("TUNTAS_PLANTED", value)

    with pytest.raises(env.Misconfigured, match=r"TUNTAS_PLANTED.*docs/operations/settings.md"):
        read()
