"""Every address of the site, taken from the URLconf, and how each is filled in for an attack."""

import csv
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpResponse
from django.urls import URLPattern, get_resolver, reverse
from django.urls.resolvers import URLResolver

from tests.faces.making import an_emblem
from tests.security.cast import Stage
from tuntas.faces import colours, emblems

METHODS = ("GET", "POST")
UNUSUAL = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
TABLE = Path(__file__).with_name("authorisation.csv")
SIGN_IN, TRACK = "/workspace/masuk", "/lacak"


@dataclass(frozen=True)
class Address:
    """One pattern. name: as for reverse(). arguments: what its path takes."""

    name: str
    arguments: tuple[str, ...]

    @property
    def is_of_a_report(self) -> bool:
        return "number" in self.arguments

    def path(self, stage: Stage, relation: str = "") -> str:
        return reverse(self.name, kwargs={name: _sample(self.name, name, stage, relation) for name in self.arguments})


def every_address() -> list[Address]:
    """All patterns of the URLconf. Raises when one has no name: it could not be told apart in the table."""
    return sorted(_walk(get_resolver(), ""), key=lambda address: address.name)


def _walk(resolver: URLResolver, space: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"the address {pattern.pattern} needs a name"
            yield Address(f"{space}{pattern.name}", tuple(pattern.pattern.converters))


def table() -> dict[tuple[str, str], dict[str, str]]:
    """(address, method) -> the row of authorisation.csv."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {(row["address"], row["method"]): row for row in csv.DictReader(file)}


def expected(cell: str, role: str) -> str:
    """`page; SUPERVISOR=missing` read for one role."""
    usual, *others = [part.strip() for part in cell.split(";")]
    return dict(other.split("=") for other in others).get(role, usual)


def _sample(address: str, argument: str, stage: Stage, relation: str) -> str:
    """Something true for each argument, so that what refuses is the right and not the spelling."""
    if argument == "name":
        heaps = dict.fromkeys(
            ("workspace:queue", "workspace:keep-view", "workspace:forget-view", "workspace:like"), "all"
        )
        others = {"workspace:together-new": "verify", "web:file": str(stage.file.uuid), "workspace:person-act": "end"}
        others |= {"web:face-sheet": colours.name_of_sheet("#0b5d8a"), "web:face-emblem": emblems.hash_of(an_emblem())}
        return (heaps | others).get(address, "progress")
    if address == "workspace:practice-case":
        return "lampu"
    if argument == "pk" and address in {"workspace:face", "workspace:publish-face", "workspace:face-emblem"}:
        return str(stage.face.pk)
    if argument == "pk" and ("person" in address or address == "workspace:handover"):
        whose = stage.state.as_health_liaison
        return str(whose.officer if "person" in address else whose.appointment)
    known = {
        "number": stage.at_stake(relation).number,
        "slug": stage.state.city.slug,
        "code": "en",
        "side": "192",
        "theme": "gelap",
        "token": "x" * 43,
        "uuid": str(stage.file.uuid),
        "pk": str(stage.at_stake(relation).pk),
    }
    return known.get(argument) or str(uuid.UUID(int=7))


def outcome(answer: HttpResponse) -> str:
    """The answer in one word of the table."""
    if answer.status_code in (301, 302, 303):
        place = answer["Location"].split("?")[0]
        return {SIGN_IN: "sign-in", TRACK: "code"}.get(place, "onward")
    words = {
        200: "page",
        204: "page",
        400: "unreadable",
        401: "sign-in",
        403: "refused",
        404: "missing",
        405: "never",
        409: "refused",
        422: "faulty",
    }
    return words.get(answer.status_code, str(answer.status_code))
