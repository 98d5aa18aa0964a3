"""Which test proves what, threat by threat: writes docs/threats.md. `make threats`

Ids and titles come from docs/threats.toml; the tests name them with `@pytest.mark.threat("T-RLS", "SR-06")`, which is
read from their source, so that nothing need run. Ids without a test say why there.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "docs" / "threats.toml"
PAGE = ROOT / "docs" / "threats.md"
HEAD = """# Threats and what proves the protection

Written by `make threats` from [threats.toml](threats.toml) and the marks of the tests; change those, not this page.
`T-` are what somebody might try against this system, `SR-` what happened to other systems and must not happen here.
`pytest -m threat` runs every test named here.

| id | what must hold | happened to | proved by, or why not |
|---|---|---|---|
"""


@cache
def known() -> dict[str, dict[str, str]]:
    """Id -> title, happened, without."""
    return tomllib.loads(LIST.read_text(encoding="utf-8"))


def proofs(tests: Path = ROOT / "tests") -> dict[str, list[str]]:
    """Id -> the test files that name it."""
    found: dict[str, list[str]] = {}
    for file in sorted(tests.rglob("test_*.py")):
        for name in sorted({whole(name) for name in named_in(file.read_text(encoding="utf-8"))}):
            found.setdefault(name, []).append(file.relative_to(tests).as_posix())
    return found


def whole(name: str) -> str:
    """T-SESS for T-SESS-fixation: a test may name a part of a threat."""
    return next((known_id for known_id in known() if name.startswith(f"{known_id}-")), name)


def named_in(source: str) -> Iterator[str]:
    """Every id in a `pytest.mark.threat(...)` of this source."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "threat":
            yield from (str(word.value) for word in node.args if isinstance(word, ast.Constant))


def faults(ids: dict[str, dict[str, str]], proved: dict[str, list[str]]) -> list[str]:
    """Ids that nothing proves and nobody explains, and marks that name no id."""
    bare = [f"{name} has neither a test nor a reason" for name in ids if name not in proved and not _reason(ids[name])]
    strange = [
        f"{', '.join(files)}: {name} is not in docs/threats.toml" for name, files in proved.items() if name not in ids
    ]
    return bare + strange


def _reason(facts: dict[str, str]) -> str:
    return facts.get("without", "")


def line(name: str, facts: dict[str, str], files: list[str]) -> str:
    shown = "<br>".join(f"`{file}`" for file in files) or _reason(facts) or "**nothing**"
    return f"| {name} | {facts['title']} | {facts.get('happened', '')} | {shown} |\n"


def main() -> int:
    ids, proved = known(), proofs()
    PAGE.write_text(HEAD + "".join(line(name, ids[name], proved.get(name, [])) for name in ids), encoding="utf-8")
    wrong = faults(ids, proved)
    print("\n".join(wrong))
    late = [name for name in ids if name in proved and _reason(ids[name])]
    if late:
        print(f"a test names {', '.join(late)} by now: take `without` out of docs/threats.toml")
    tested = sum(name in proved for name in ids)
    print(f"{tested} of {len(ids)} have tests; {PAGE.relative_to(ROOT)} written")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
