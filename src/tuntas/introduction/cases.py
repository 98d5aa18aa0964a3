"""The practice cases, as data: invented reports, what is asked about each, and which answer is right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import get_language

from tuntas.introduction import texts


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that could be done: a verb of the timetable, and its words."""

    move: str
    words: Mapping[str, str]

    @property
    def said(self) -> str:
        return self.words.get((get_language() or "id")[:2], self.words["id"])


@dataclass(frozen=True, slots=True)
class Case:
    """One practice case. kind: verify, duplicate, move or answer; what stands in `asked` hangs on it."""

    key: str
    roles: frozenset[str]
    kind: str
    report: str
    said: texts.Said
    reasons: texts.Said
    asked: Mapping[str, Any]
    choices: Sequence[Choice]

    @property
    def why(self) -> str:
        return self.reasons.lines[0]


@cache
def cases() -> Mapping[str, Case]:
    """Every case by its key, in the order of the file."""
    return {row["key"]: _case(row) for row in texts.read("practice")["case"]}


def cases_for(role: str) -> list[Case]:
    return [case for case in cases().values() if role in case.roles]


def _case(row: Mapping[str, Any]) -> Case:
    reasons = {code: {"title": row[code]["title"], "text": row[code]["why"]} for code in ("id", "en")}
    choices = tuple(Choice(each["move"], {"id": each["id"], "en": each["en"]}) for each in row.get("choice", ()))
    asked = {name: row[name] for name in ("expected", "other", "days", "metres") if name in row}
    return Case(
        row["key"], frozenset(row["roles"]), row["kind"], row["report"], texts.said_in(row), texts.said_in(reasons),
        asked, choices,
    )  # fmt: skip
