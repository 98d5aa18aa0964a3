"""Small faults that could stand in the code, for tools/mutate.py: of Python, of the timetable, of SQL in migrations.

Each is one change that means something else and still runs: a sign, a number, a condition, a call left out, a word of a
row. Words for people, annotations and imports are left alone: no test of a law should depend on them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A piece of a file, from an offset to an offset, and what stands there instead."""

    file: str
    start: int
    end: int
    instead: str
    what: str

    def planted(self, text: str) -> str:
        return text[: self.start] + self.instead + text[self.end :]


# Faults of Python ----------------------------------------------------------------------------------------------------

SIGNS: dict[type, str] = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "+",
    ast.Div: "*",
    ast.BitOr: "&",
    ast.BitAnd: "|",
}
TURNED = {
    "max": "min",
    "min": "max",
    "any": "all",
    "all": "any",
    "first": "last",
    "exclude": "filter",
    "filter": "exclude",
}
LEFT_ALONE = {"_", "log", "cast"}  # words for people, lines for a log, and what only the type checker reads


class Faults(ast.NodeVisitor):
    """Every small change of a module that means something else, words for people and annotations left alone."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text, self.found = file, text, []
        self.lines = [0]
        for line in text.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line.encode()))
        self.bytes = text.encode()

    def at(self, line: int, column: int) -> int:
        return len(self.bytes[: self.lines[line - 1] + column].decode())

    def span(self, node: ast.AST) -> tuple[int, int]:
        return self.at(node.lineno, node.col_offset), self.at(node.end_lineno, node.end_col_offset)

    def plant(self, start: int, end: int, instead: str, what: str) -> None:
        if self.text[start:end] != instead:
            self.found.append(Fault(self.file, start, end, instead, what))

    def between(self, left: ast.AST, right: ast.AST, sign: str, what: str) -> None:
        """Put another sign between two operands, where the old one stands alone there."""
        start, end = self.span(left)[1], self.span(right)[0]
        inner = self.text[start:end]
        old = re.fullmatch(r"([\s)]*)(is not|not in|is|in|and|or|[-+*/|&]|[=!<>]=?|//)([\s(]*)", inner)
        if old:
            self.plant(start, end, f"{old[1]}{sign}{old[3]}", what)

    def visit_Compare(self, node: ast.Compare) -> None:
        operands = [node.left, *node.comparators]
        for n, op in enumerate(node.ops):
            if sign := SIGNS.get(type(op)):
                self.between(operands[n], operands[n + 1], sign, "another comparison")
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for left, right in zip(node.values, node.values[1:], strict=False):
            self.between(left, right, "or" if isinstance(node.op, ast.And) else "and", "and for or")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if sign := SIGNS.get(type(node.op)):
            self.between(node.left, node.right, sign, "another sign")
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self.plant(*self.span(node), self.text[slice(*self.span(node.operand))], "not left out")
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        body, test, other = (self.text[slice(*self.span(part))] for part in (node.body, node.test, node.orelse))
        self.plant(*self.span(node), f"{other} if {test} else {body}", "the other branch")
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        for value in ("True", "False"):
            self.plant(*self.span(node.test), value, f"if {value}")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self.plant(*self.span(node), str(not node.value), "yes for no")
        elif isinstance(node.value, int):
            self.plant(*self.span(node), str(node.value + 1), "one more")
        elif isinstance(node.value, float):
            self.plant(*self.span(node), str(node.value / 2), "half of it")
        elif isinstance(node.value, str) and "\n" not in node.value:
            self.plant(*self.span(node), '"xx"' if node.value else '"x"', "another word")

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        return  # its parts have no places of their own

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
            self.plant(*self.span(node.value), "None", "returns nothing")
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):
            return  # a docstring
        if isinstance(node.value, ast.Call) and _name(node.value.func).partition(".")[0] not in LEFT_ALONE:
            self.plant(*self.span(node), "pass", "a call left out")
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.plant(*self.span(node), "pass", "a sum left out")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = _name(node.func)
        if name.partition(".")[0] in LEFT_ALONE:
            return
        last = name.rpartition(".")[2]
        if last in TURNED:
            start, end = self.span(node.func)
            self.plant(start, end, self.text[start : end - len(last)] + TURNED[last], "the opposite")
        for word in node.keywords:
            if word.arg and len(node.keywords) + len(node.args) > 1:
                start, end = self.span(word)
                tail = re.match(r"\s*,\s*", self.text[end:])
                self.plant(start, end + (tail.end() if tail else 0), "", f"{word.arg}= left out")
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for part in [*node.args.defaults, *[default for default in node.args.kw_defaults if default], *node.body]:
            self.visit(part)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in node.body:
            self.visit(part)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Import(self, node: ast.Import) -> None:
        return

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        return

    def visit_Raise(self, node: ast.Raise) -> None:
        self.plant(*self.span(node), "pass", "a refusal left out")  # the words of a refusal are for people


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def of_python(file: str, text: str) -> list[Fault]:
    visitor = Faults(file, text)
    visitor.visit(ast.parse(text))
    return [fault for fault in visitor.found if _compiles(fault.planted(text))]


def _compiles(text: str) -> bool:
    try:
        compile(text, "mutant", "exec")
    except SyntaxError:
        return False
    return True


# Faults of the timetable and of SQL ----------------------------------------------------------------------------------


def of_the_timetable(file: str, text: str) -> Iterator[Fault]:
    """A word of a cell left out: a state it may start from, a role, a need, a clock, somebody who is told."""
    begin = text.index('TIMETABLE = """') + len('TIMETABLE = """\n')
    table = text[begin : text.index('"""', begin)]
    columns = [cell.strip() for cell in table.splitlines()[0].split("|")]
    offset = begin
    for n, line in enumerate(table.splitlines(keepends=True)):
        column, place = 0, offset
        for cell in line.split("|") if n else ():
            if columns[column] in {
                "from",
                "by",
                "needs",
                "stops",
                "starts",
                "pauses",
                "resumes",
                "tells",
                "place",
                "to",
            }:
                yield from _words_of(file, columns[column], place, cell, line)
            column, place = column + 1, place + len(cell) + 1
        offset += len(line)


def _words_of(file: str, column: str, place: int, cell: str, line: str) -> Iterator[Fault]:
    row = line.split("|")[1].strip()
    for word in re.finditer(r"\S+", cell):
        instead = {"place": "any", "to": "same"}.get(column, "")
        if column in {"from", "by"} and len(cell.split()) == 1:
            continue  # an empty cell there is no row at all
        if word[0] != instead:
            yield Fault(file, place + word.start(), place + word.end(), instead, f"{row}: {column} without {word[0]}")


SQL = (
    (r"\bAND NOT\b", "AND"),
    (r"\bAND\b", "OR"),
    (r"\bOR\b(?! REPLACE| DELETE)", "AND"),
    (r"\bNOT IN\b", "IN"),
    (r"<=", "<"),
    (r">=", ">"),
    (r"<>", "="),
    (r"\bIS NULL\b", "IS NOT NULL"),
    (r"@>", "<@"),
    (r"&&", "@>"),
    (r"\bfalse\b", "true"),
    (r"RETURN false", "RETURN true"),
    (r"'all'", "'none'"),
    (r"'HANDLERS'", "'NOBODY'"),
    (r"'PUBLIC'", "'NOBODY'"),
    (r"\bFORCE ROW LEVEL SECURITY\b", "ENABLE ROW LEVEL SECURITY"),
    (r"\bBEFORE UPDATE OR DELETE\b", "BEFORE DELETE"),
    (r"\bAS RESTRICTIVE\b", "AS PERMISSIVE"),
    (r"\bREVOKE UPDATE ON reports_event\b", "REVOKE TRUNCATE ON reports_event"),
    (r"\bREVOKE INSERT ON reports_report\b", "REVOKE TRUNCATE ON reports_report"),
    (r"\bo\.is_active\b", "true"),
    (r"\[1\]", "[2]"),
    (r"= 'system'", "<> ''"),
)


STATEMENT = re.compile(
    r"(?:CREATE|ALTER) POLICY (?P<name>\w+ ON \w+).*?;\n|CREATE (?:OR REPLACE )?FUNCTION (?P<function>\w+)\(.*?\$\$;",
    re.DOTALL,
)
BLOCK = re.compile(r'^(?P<name>\w+) = """(.*?)"""|f"""(.*?)"""', re.DOTALL | re.MULTILINE)
OF_NO_INTEREST = {"TREE", "GRANTS", "ORDER", "SESSIONS"}  # no condition on who sees what


def of_sql(files: Mapping[str, str]) -> Iterator[Fault]:
    """A condition of a policy or of the context turned round. files: migrations in their order, by name.

    What undoes a migration is left alone, and so is what a later one replaced.
    """
    replaced = {span for spans in _by_name(files).values() for span in spans[:-1]}
    for file, text in files.items():
        for block in _blocks(text):
            for pattern, instead in SQL:
                for hit in re.finditer(pattern, block[0]):
                    start = block.start() + hit.start()
                    if not any(file == name and begin <= start < end for name, begin, end in replaced):
                        yield Fault(file, start, start + len(hit[0]), instead, f"{hit[0]} became {instead}")


def _blocks(text: str) -> list[re.Match[str]]:
    names = OF_NO_INTEREST
    blocks = [block for block in BLOCK.finditer(text) if block["name"] not in names and "DROP POLICY" not in block[0]]
    return [block for block in blocks if not (block["name"] or "").startswith("UNDO")]


def _by_name(files: Mapping[str, str]) -> dict[str, list[tuple[str, int, int]]]:
    """Where each policy's condition and each function stands, oldest first."""
    found: dict[str, list[tuple[str, int, int]]] = {}
    for file, text in files.items():
        for block in _blocks(text):
            for hit in STATEMENT.finditer(block[0]):
                condition = hit[0].find("USING") if hit["name"] else 0
                span = (file, block.start() + hit.start() + condition, block.start() + hit.end())
                found.setdefault(hit["name"] or hit["function"], []).append(span)
    return found


def in_files(files: Mapping[str, str], *, is_sql: bool) -> list[Fault]:
    """Every fault that could be planted into these files, which are given as name and text."""
    if is_sql:
        return list(of_sql(files))
    found = [fault for file, text in files.items() for fault in of_python(file, text)]
    return found + [
        fault for file, text in files.items() if file.endswith("lifecycle.py") for fault in of_the_timetable(file, text)
    ]
