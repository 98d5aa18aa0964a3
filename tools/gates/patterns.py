"""Every regular expression of our Python code, and which of them somebody can make slow (ReDoS).

Patterns are found in the syntax tree: the first argument of re.compile, match, search, fullmatch, sub, subn, split,
findall, finditer and of Django's RegexValidator, as far as it is made of literals; f-strings and names are put together
from the constants of the same file, and a name that is only ever asked for a whole match is judged as such. recheck
says for which of them there is a text that makes them slow; that text, as long as our limits let any text be, is then
given to Python's own engine; what takes too long is reported. Where recheck has no answer, and for patterns that are
put together at run time (the modules beside are loaded and asked for them), texts that commonly make patterns walk
back are tried instead.
"""

import ast
import importlib
import json
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.gates.place import node

CALLS = {"compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
LONGEST = 20_000  # characters of the longest text that a person may send (design 3b)
BEARABLE = 3.0  # seconds of processor time for one text of that length, on any machine
# For what the checker cannot judge: texts that make a pattern walk back, each repeated to the full length.
PUMPS = (
    *"a A 1 1. a. a, a- a@ a@a. a/ ( () ((a < a= : ; 1/1/ 1-1- AAAA- /Author( é _ !".split(),  # noqa: SIM905
    *(" ", "\t", "\n", "a ", "A ", "Aa ", "a1 ", "1 ", "<a ", "\\", "\\(", "''", '"', "aA1 ", "0 0", "A1B2 ", ". "),
    *("/Author <0", "Senin, ", "pukul 1", "ibu ", "Jalan A ", "bin ", "No. 1 ", "\u200b"),
)
GENERIC = 5_000  # characters of these texts; four times the length is taken to cost sixteen times as much
ASKED_WHOLE = ("tuntas/operations/importing/moments.py",)  # its patterns are asked in a loop, always for a whole match
# Run in a process of its own, which can be ended: a slow match cannot.
MEASURE = """
import json, re, resource, sys, time
resource.setrlimit(resource.RLIMIT_CPU, (6, 6))
source, flags, texts, way = json.loads(sys.stdin.read())
ask = getattr(re.compile(source, flags), way)
worst = 0.0
for text in texts:
    began = time.process_time()
    ask(text)
    worst = max(worst, time.process_time() - began)
print(worst)
"""


@dataclass(frozen=True)
class Pattern:
    """One expression. flags: of Python's re module."""

    file: str
    line: int
    source: str
    flags: int
    way: str = "search"  # search, match or fullmatch

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.source[:90]!r}"


def found_in(tree: Path) -> Iterator[Pattern | str]:
    """Patterns, and a sentence for each that could not be read."""
    for file in sorted(tree.rglob("*.py")):
        module = ast.parse(file.read_text(encoding="utf-8"))
        names, ways = _constants(module), _ways(module)
        for node_ in ast.walk(module):
            if isinstance(node_, ast.Call) and _is_expression(node_) and node_.args:
                source = _text(node_.args[0], names)
                where = (file.relative_to(tree).as_posix(), node_.lineno)
                if source is None:
                    if not _is_compiled(node_):
                        yield f"{where[0]}:{where[1]}: a pattern that is put together at run time"
                else:
                    way = "fullmatch" if where[0] in ASKED_WHOLE else ways.get(node_, _own_way(node_))
                    yield Pattern(*where, source, _flags(node_), way)


def _is_expression(call: ast.Call) -> bool:
    name = call.func
    if isinstance(name, ast.Attribute):
        return name.attr in CALLS and isinstance(name.value, ast.Name) and name.value.id == "re"
    return isinstance(name, ast.Name) and name.id == "RegexValidator"


def _own_way(call: ast.Call) -> str:
    name = getattr(call.func, "attr", "")
    return name if name in {"match", "fullmatch"} else "search"


def _ways(module: ast.Module) -> dict[ast.expr, str]:
    """How the compiled patterns of a module are asked: the loosest way of all that the file shows."""
    asked: dict[str, set[str]] = {}
    for node_ in ast.walk(module):
        if isinstance(node_, ast.Attribute) and isinstance(node_.value, ast.Name):
            asked.setdefault(node_.value.id, set()).add(node_.attr)
    ways: dict[ast.expr, str] = {}
    for node_ in module.body:
        if (
            isinstance(node_, ast.Assign)
            and isinstance(node_.value, ast.Call)
            and isinstance(node_.targets[0], ast.Name)
        ):
            uses = asked.get(node_.targets[0].id, set())
            ways[node_.value] = (
                "fullmatch"
                if uses == {"fullmatch"}
                else "match"
                if uses <= {"match", "fullmatch"} and uses
                else "search"
            )
    return ways


def _is_compiled(call: ast.Call) -> bool:
    """re.compile of a name that the file does not define is a finding; re.sub(PATTERN, …) of a compiled one is not."""
    return not (isinstance(call.func, ast.Attribute) and call.func.attr == "compile") and isinstance(
        call.args[0], ast.Name
    )


def _constants(module: ast.Module) -> dict[str, str]:
    """Module-level names whose value is text, in the order of the file."""
    names: dict[str, str] = {}
    for node_ in module.body:
        targets = (
            node_.targets
            if isinstance(node_, ast.Assign)
            else [node_.target]
            if isinstance(node_, ast.AnnAssign)
            else []
        )
        value = getattr(node_, "value", None)
        text = _text(value, names) if value is not None else None
        if text is not None:
            names |= {target.id: text for target in targets if isinstance(target, ast.Name)}
    return names


def _text(value: ast.expr | None, names: dict[str, str]) -> str | None:
    if isinstance(value, ast.Constant):
        known = value.value
        return known.decode("latin-1") if isinstance(known, bytes) else known if isinstance(known, str) else None
    if isinstance(value, ast.Name):
        return names.get(value.id)
    if isinstance(value, ast.JoinedStr | ast.BinOp):
        parts = value.values if isinstance(value, ast.JoinedStr) else [value.left, value.right]
        if isinstance(value, ast.BinOp) and not isinstance(value.op, ast.Add):
            return None
        texts = [_text(part.value if isinstance(part, ast.FormattedValue) else part, names) for part in parts]
        return None if None in texts else "".join(text for text in texts if text is not None)
    return None


def _flags(call: ast.Call) -> int:
    named = {node_.attr for word in (*call.args[1:], *(keyword.value for keyword in call.keywords))
             for node_ in ast.walk(word) if isinstance(node_, ast.Attribute)}  # fmt: skip
    return sum(int(getattr(re, name)) for name in named if name.isupper() and hasattr(re, name) and len(name) > 1)


DIALECT = (
    (r"\(\?P<", "(?<"), (r"\(\?P=(\w+)\)", r"\\k<\1>"), (r"\\Z", "$"), (r"\\A", "^"), (r"([*+?}])\+", r"\1"),
)  # fmt: skip


def as_javascript(pattern: Pattern) -> tuple[str, str]:
    """The same expression in the dialect that the checker reads."""
    source, flags = pattern.source, pattern.flags
    if inline := re.match(r"\(\?([aiLmsux]+)\)", source):
        source = source[inline.end() :]
        flags |= sum({"i": re.I, "m": re.M, "s": re.S, "x": re.X}.get(letter, re.RegexFlag(0)) for letter in inline[1])
    if flags & re.X:
        source = re.sub(r"(?<!\\)#[^\n]*|(?<![\\\[])\s+", "", source)
    for ours, theirs in (
        (r"\(\?P<", "(?<"),
        (r"\(\?P=(\w+)\)", r"\\k<\1>"),
        (r"\\Z", "$"),
        (r"\\A", "^"),
        (r"([*+?}])\+", r"\1"),
    ):
        source = re.sub(ours, theirs, source)
    if pattern.way != "search":
        source = f"^(?:{source})" + "$" * (pattern.way == "fullmatch")
    return source, "".join(letter for letter, flag in (("i", re.I), ("m", re.M), ("s", re.S)) if flags & flag)


def slow(tree: Path) -> list[str]:
    """A line for each pattern below `tree` that somebody can make slow, or that nobody could judge."""
    found = list(found_in(tree))
    patterns = [each for each in found if isinstance(each, Pattern)]
    composed = dict.fromkeys(made for each in found if isinstance(each, str) for made in (_composed(each) or [each]))
    wrong = [each for each in composed if isinstance(each, str)]
    answers = node("slow.mjs", [as_javascript(each) for each in patterns])
    unjudged = {"status": "unknown", "why": "put together at run time", "pumps": [], "suffix": ""}
    pairs = [
        *zip(patterns, answers, strict=True),
        *((each, unjudged) for each in composed if isinstance(each, Pattern)),
    ]
    for pattern, answer in pairs:
        if answer["status"] != "safe" and (seconds := measured(pattern, answer)) > BEARABLE:
            wrong.append(f"{pattern}: {answer['status']}, {answer['why']}: {seconds:.1f} s on {LONGEST} characters")
    return sorted(set(wrong))


def _composed(finding: str) -> list[Pattern | str]:
    """The compiled patterns of the package of a finding; nothing when it cannot be loaded."""
    package = finding.partition(":")[0].rpartition("/")[0].replace("/", ".")
    try:
        folder = importlib.import_module(package)
        names = [each.name for each in pkgutil.iter_modules(folder.__path__)]
        modules = [importlib.import_module(f"{package}.{name}") for name in names]
    except Exception:  # whatever keeps it from loading: then the finding itself stands
        return []
    kept = [each for module in modules for value in vars(module).values() for each in _listed(value)]
    return [
        Pattern(package, 0, str(each.pattern), each.flags & ~re.UNICODE)
        for each in kept
        if isinstance(each, re.Pattern)
    ]


def _listed(value: object) -> list[object]:
    if isinstance(value, dict):
        value = list(value.values())
    return list(value) if isinstance(value, list | tuple) else [value]


def measured(pattern: Pattern, answer: dict[str, Any]) -> float:
    """Seconds of processor time that Python takes for the worst text of full length; infinite when it was ended."""
    pumps = answer["pumps"]
    texts = [each * (GENERIC // len(each)) + end for each in PUMPS for end in ("", "\x00")]
    if pumps:
        fixed = sum(len(each["prefix"]) for each in pumps) + len(answer["suffix"])
        times = max(1, (LONGEST - fixed) // max(1, sum(len(each["pump"]) for each in pumps)))
        texts = ["".join(each["prefix"] + each["pump"] * times for each in pumps) + answer["suffix"]]
    told = json.dumps([pattern.source, pattern.flags, texts, pattern.way])
    done = subprocess.run([sys.executable, "-c", MEASURE], input=told, capture_output=True, text=True, check=False)
    if done.returncode:  # the kernel ended it
        return float("inf")
    return float(done.stdout) * (1 if pumps else (LONGEST // GENERIC) ** 2)
