"""Rules of the house that no linter knows. Each is a function over source text, and each is shown a planted fault."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted(SOURCE.rglob("*.html"))

# The three writers of a report's state (design 3b).
WRITERS_OF_STATE = {"tuntas/reports/history.py", "tuntas/intake/queries.py", "tuntas/operations/importing/copying.py"}
# Statements are written in files named queries.py. These write what migrations run, or send rows by COPY.
WRITERS_OF_SQL = {"tuntas/access/guarding.py", "tuntas/identity/grants.py", "tuntas/operations/importing/copying.py"}
# The drawing of an icon comes out of our own build, not from a person.
MARKS_AS_SAFE = {"tuntas/web/templatetags/tuntas.py"}
# Who moves reports: the stages, and the clockwork. Surfaces call a stage's verb, which brings what the move needs.
STAGES = (
    "tuntas/routing/",
    "tuntas/followup/",
    "tuntas/disclosure/",
    "tuntas/teamwork/",
    "tuntas/privacy/",
    "tuntas/intake/",
    "tuntas/timekeeping.py",
    "tuntas/lifecycle.py",
)
NAMES_THAT_SAY_NOTHING = {
    "utils",
    "helpers",
    "services",
    "selectors",
    "managers",
    "signals",
    "constants",
    "mixins",
    "common",
}

Rule = Callable[[str, str], Iterator[str]]  # (file, text) -> faults


def writes_state(file: str, text: str) -> Iterator[str]:
    """`x.state = …`, `setattr(x, "state", …)`, and `state=` in a call that stores, outside the writers."""
    if file in WRITERS_OF_STATE:
        return
    for node in ast.walk(ast.parse(text)):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            flat = [part for target in targets for part in getattr(target, "elts", [target])]
            if any(isinstance(target, ast.Attribute) and target.attr == "state" for target in flat):
                yield f"line {node.lineno}: assigns to .state"
        if isinstance(node, ast.Call) and _stores(node) and any(word.arg == "state" for word in node.keywords):
            yield f"line {node.lineno}: stores state="
        if isinstance(node, ast.Call) and _name(node.func) == "setattr" and _second(node) == "state":
            yield f"line {node.lineno}: setattr of state"


def speaks_sql(file: str, text: str) -> Iterator[str]:
    """A cursor, raw(), extra(), RawSQL or execute() outside queries.py."""
    if file in WRITERS_OF_SQL or file.endswith("/queries.py"):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = _name(node.func)
            asked = isinstance(node.func, ast.Attribute) and name in {
                "cursor",
                "raw",
                "extra",
                "execute",
                "executemany",
            }
            if asked or name in {"RawSQL", "RunSQL"}:
                yield f"line {node.lineno}: {name}()"


def trusts_text(file: str, text: str) -> Iterator[str]:
    """mark_safe and csrf_exempt."""
    if file in MARKS_AS_SAFE:
        return
    for node in ast.walk(ast.parse(text)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else [_name(node)]
        for name in {"mark_safe", "csrf_exempt"} & set(names):
            yield f"line {node.lineno}: {name}"


def moves_reports(file: str, text: str) -> Iterator[str]:
    """lifecycle.advance() called by anything but a stage."""
    if file.startswith(STAGES):
        return
    for node in ast.walk(ast.parse(text)):
        brings = isinstance(node, ast.ImportFrom) and node.module == "tuntas.lifecycle"
        if brings and any(alias.name == "advance" for alias in node.names):
            yield f"line {node.lineno}: imports advance"
        if isinstance(node, ast.Attribute) and node.attr == "advance" and _name(node.value) == "lifecycle":
            yield f"line {node.lineno}: lifecycle.advance"


def is_inline(_file: str, text: str) -> Iterator[str]:
    """What the content security policy would block, or would have to be opened for."""
    patterns = {
        r"<script(?![^>]*\bsrc=)": "a script without src",
        r"<style": "a style element",
        r"\sstyle\s*=": "a style attribute",
        r"""\son[a-z]+\s*=\s*["']""": "an event handler",
        r"javascript:": "a javascript: address",
        r"""(?:src|srcset|action)\s*=\s*["']https?://""": "an address elsewhere",
        r"""<link[^>]+href\s*=\s*["']https?://""": "a style sheet from elsewhere",
        r"\|\s*safe\b|{%\s*autoescape\s+off": "unescaped text",
    }
    text = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", "", text, flags=re.DOTALL)
    for pattern, what in patterns.items():
        for found in re.finditer(pattern, text, flags=re.IGNORECASE):
            yield f"line {text.count(chr(10), 0, found.start()) + 1}: {what}"


def says_nothing(file: str, _text: str) -> Iterator[str]:
    """File names under which everything fits."""
    if Path(file).stem in NAMES_THAT_SAY_NOTHING:
        yield "name it for what it does"


def names_a_place_of_making(_file: str, text: str) -> Iterator[str]:
    """Paths of one machine, and hosts of package registries: neither belongs to the product."""
    for found in re.finditer(r"/(?:work|root|home/\w+)/[\w.]|pypi\.org|pythonhosted|registry\.npmjs|npmjs\.org", text):
        yield f"line {text.count(chr(10), 0, found.start()) + 1}: {found.group()}"


def waits_for_a_promise(_file: str, text: str) -> Iterator[str]:
    """Playwright's wait_for_function takes any promise for a yes, and waits for nothing. browser.until asks on."""
    for found in re.finditer(r"\.wait_for_function\(", text):
        yield f"line {text.count(chr(10), 0, found.start()) + 1}: wait_for_function"


def _stores(node: ast.Call) -> bool:
    name = _name(node.func)
    if name in {"update", "create", "get_or_create", "update_or_create"}:
        return "objects" in ast.dump(node.func) or name == "update"
    return name == "Report"


def _name(node: ast.AST) -> str:
    return getattr(node, "attr", "") or getattr(node, "id", "")


def _second(node: ast.Call) -> object:
    return node.args[1].value if len(node.args) > 1 and isinstance(node.args[1], ast.Constant) else None


def faults(rule: Rule, files: list[Path]) -> list[str]:
    named = [
        (file.relative_to(ROOT).as_posix().removeprefix("src/"), file.read_text(encoding="utf-8")) for file in files
    ]
    return [f"{name}, {fault}" for name, text in named for fault in rule(name, text)]


@pytest.mark.parametrize("rule", [writes_state, speaks_sql, trusts_text, moves_reports, says_nothing])
def test_the_code_keeps_the_rule(rule):
    assert faults(rule, MODULES) == []


def test_templates_hold_nothing_inline_and_nothing_from_elsewhere():
    assert TEMPLATES
    assert faults(is_inline, TEMPLATES) == []


def test_nothing_in_the_tree_names_the_machine_it_was_made_on():
    written = [
        path for ending in ("*.py", "*.html", "*.mjs", "*.scss", "*.toml", "*.csv") for path in SOURCE.rglob(ending)
    ]
    assert faults(names_a_place_of_making, written) == []


def test_no_test_waits_for_a_promise():
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    assert faults(waits_for_a_promise, tests) == []


@pytest.mark.parametrize(
    ("rule", "planted"),
    [
        (writes_state, "report.state = 'RESOLVED'"),
        (writes_state, "report.state, report.note = 'RESOLVED', ''"),
        (writes_state, "Report.objects.filter(pk=1).update(state='RESOLVED')"),
        (writes_state, "Report.objects.create(state='RECEIVED')"),
        (writes_state, "Report(state='RECEIVED').save()"),
        (writes_state, "setattr(report, 'state', 'RESOLVED')"),
        (speaks_sql, "connection.cursor().execute('SELECT 1')"),
        (speaks_sql, "Report.objects.raw('SELECT 1')"),
        (speaks_sql, "Report.objects.extra(where=['1=1'])"),
        (speaks_sql, "RawSQL('now()', [])"),
        (trusts_text, "from django.utils.safestring import mark_safe"),
        (trusts_text, "safestring.mark_safe(text)"),
        (trusts_text, "@csrf_exempt\ndef view(request): ..."),
        (moves_reports, "from tuntas.lifecycle import advance"),
        (moves_reports, "lifecycle.advance(report, 'verify')"),
        (is_inline, "<script>alert(1)</script>"),
        (is_inline, '<p style="color: red">'),
        (is_inline, '<button onclick="go()">'),
        (is_inline, "<style>p {}</style>"),
        (is_inline, '<script src="https://elsewhere.example/x.js"></script>'),
        (is_inline, '<link rel="stylesheet" href="https://elsewhere.example/x.css">'),
        (is_inline, "{{ report.text|safe }}"),
        (waits_for_a_promise, "page.wait_for_function('async () => false')"),
        (names_a_place_of_making, "DATA = '/" + "root/project'"),
    ],
    ids=lambda given: given if isinstance(given, str) else given.__name__,
)
def test_the_rule_catches_its_fault(rule, planted):
    assert list(rule("tuntas/portal/planted.py", planted))


def test_reading_a_state_is_no_fault():
    reading = "Report.objects.filter(state='RESOLVED').exclude(state='X')\nif report.state == 'X': pass\nshow(state=1)"

    assert list(writes_state("tuntas/portal/reading.py", reading)) == []
