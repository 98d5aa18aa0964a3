"""The words of help, tours and what is new, from packs/introduction, in the language of the page.

A text is data beside its translation, so that whoever mends one sees both. Each is read once per process.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from typing import Any, TypeVar

from django.utils.translation import get_language

from tuntas.kernel import packs

FOLDER = "introduction"
Told = TypeVar("Told")
CITIZEN, OFFICER = "citizen", "officer"


@dataclass(frozen=True, slots=True)
class Said:
    """A title and sentences in each language; another language than ours reads Indonesian."""

    titles: Mapping[str, str]
    texts: Mapping[str, Sequence[str]]

    @property
    def title(self) -> str:
        return _in_language(self.titles)

    @property
    def lines(self) -> Sequence[str]:
        return _in_language(self.texts)


@dataclass(frozen=True, slots=True)
class Topic:
    """One place where people hesitate. acts: the acts of an officer's page that it belongs to."""

    key: str
    where: frozenset[str]
    acts: frozenset[str]
    said: Said


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a tour: on which page (workspace.touring.PLACES), and which part of it, as a CSS selector."""

    page: str
    mark: str
    said: Said


@dataclass(frozen=True, slots=True)
class Version:
    """What one version of the package brought to officers."""

    number: str
    day: date
    said: Said


@cache
def topics() -> Mapping[str, Topic]:
    """Every topic of help by its key, in the order of the file."""
    return {
        row["key"]: Topic(row["key"], frozenset(row["where"]), frozenset(row.get("acts", ())), said_in(row))
        for row in read("help")["topic"]
    }


def topics_for(where: str) -> list[Topic]:
    """What the help page of citizens or officers lists."""
    return [topic for topic in topics().values() if where in topic.where]


@cache
def topic_of_act(act: str) -> Topic | None:
    """The help that stands above an act of an officer's page, if it has one."""
    return next((topic for topic in topics().values() if act in topic.acts), None)


@cache
def tours() -> Mapping[str, Sequence[Step]]:
    """The steps of each role's tour."""
    return {
        row["role"]: tuple(Step(step["page"], step["mark"], said_in(step)) for step in row["step"])
        for row in read("tours")["tour"]
    }


@cache
def versions() -> Sequence[Version]:
    """What is new, the newest version first."""
    found = [Version(row["number"], row["day"], said_in(row)) for row in read("news")["version"]]
    return sorted(found, key=lambda each: each.day, reverse=True)


def newest() -> Version | None:
    """What the version that runs here brought, if it brought officers anything."""
    return next((each for each in versions() if each.number == version("tuntas")), None)


def read(name: str) -> dict[str, Any]:
    """A file of the pack as it stands."""
    return tomllib.loads(packs.pack(f"{FOLDER}/{name}.toml").read_text("utf-8"))


def said_in(row: Mapping[str, Any]) -> Said:
    """Of a table that holds `id` and `en`, each with a title and either lines or one text."""
    told = {code: row[code] for code in ("id", "en")}
    texts = {code: tuple(words.get("lines") or (words["text"],)) for code, words in told.items()}
    return Said({code: words["title"] for code, words in told.items()}, texts)


def _in_language(told: Mapping[str, Told]) -> Told:
    return told.get((get_language() or "id")[:2], told["id"])
