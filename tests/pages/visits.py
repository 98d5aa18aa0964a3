"""Who opens which page: found from the URLconf, so that an address nobody visits is noticed.

An address that authorisation.csv calls a `page` for somebody is visited by the first of them, with the arguments that
the attacks use (tests/security/addresses.py). MORE adds what needs arguments of its own, and states that a page can be
in; NO_PAGE names what answers GET without being a page, each with its reason.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import reverse
from playwright.sync_api import Page

from tests.pages import states
from tests.pages.world import World
from tests.security.addresses import every_address, expected, table
from tests.security.cast import RELATIONS

PUBLIC, REPORTER = "public", "reporter"
# Where several may open a page, who sees most of it comes first.
ROLES = ("AGENCY_ADMIN", "NATIONAL_ADMIN", "LIAISON_OFFICER", "SUPERVISOR", "CUSTODIAN", "UNIT_HEAD", "FIELD_OFFICER")
PLACES = ("own", "nation", "superior", "parent")

NO_PAGE = {
    "portal:card": "a picture",
    "portal:log-anchor": "a file",
    "portal:log-anchors": "a list for machines",
    "portal:log-checkpoint": "a file",
    "portal:log-key": "a file",
    "portal:log-tile": "a file",
    "portal:own-copy": "a file",
    "portal:places": "a list for scripts",
    "portal:proof": "a file",
    "portal:flow": "leads on",
    "portal:icon": "a picture",
    "portal:manifest": "for machines",
    "portal:worker": "a script",
    "portal:verifier": "a program",
    "web:face-emblem": "a picture",
    "web:face-sheet": "a style sheet",
    "web:favicon": "leads on",
    "web:file": "a file",
    "web:language": "leads back",
    "web:robots": "for machines",
    "web:theme": "leads back",
    "workspace:add-factor": "leads on",
    "workspace:agenda": "a calendar for machines",
    "workspace:enrol-qr": "a picture",
    "workspace:face-emblem": "a picture",
    "workspace:government": "leads on",
    "workspace:government-back": "leads on",
    "workspace:kept": "leads on when nothing is kept",
    "workspace:jobs-state": "for machines",
    "workspace:jobs-worker": "a script",
    "workspace:offices": "a fragment of the page around it",
    "workspace:pulse": "a fragment of the page around it, or nothing new",
    "workspace:start": "leads on",
}


@dataclass(frozen=True)
class Visit:
    """One page in one state. name: address, then the state; who: public, reporter, or an officer (World.actor)."""

    name: str
    who: str
    path: str
    steps: Callable[[Page, World], None] | None = None
    demo: bool = False
    code: str = "answered"  # whose secret code a reporter types
    status: int = 200
    host: str = ""  # of an agency's portal, else the site's own

    @property
    def address(self) -> str:
        return self.name.partition(" ")[0]

    def at(self, site: str) -> str:
        """The whole address. site: http://localhost:PORT"""
        return f"{site.replace('localhost', self.host, 1) if self.host else site}{self.path}"


def every_visit(world: World) -> list[Visit]:
    """All of them, the most general first. Fails for an address that is neither visited nor known to be no page."""
    rows, more = table(), more_visits(world)
    found, unknown = [], []
    for address in every_address():
        cells = rows.get((address.name, "GET"), {})
        who = who_sees(cells)
        if who and address.name not in NO_PAGE:
            found.append(Visit(address.name, who, address.path(world.stage)))
        elif not (is_never(cells) or address.name in NO_PAGE or any(visit.address == address.name for visit in more)):
            unknown.append(address.name)
    assert unknown == [], f"say in tests/pages/visits.py how each is visited, or why it is no page: {unknown}"
    known = {address.name for address in every_address()}
    assert {visit.address for visit in more} | set(NO_PAGE) <= known, "these addresses are gone"
    replaced = {visit.name for visit in more}
    return sorted([*(visit for visit in found if visit.name not in replaced), *more], key=lambda visit: visit.who)


def is_never(cells: dict[str, str]) -> bool:
    return cells.get("anyone") == "never"


def who_sees(cells: dict[str, str]) -> str:
    """The first for whom the table says `page`; empty when nobody does."""
    if cells.get("anyone") == "page":
        return PUBLIC
    for stranger in (PUBLIC, REPORTER):
        if cells.get(stranger) == "page":
            return stranger
    for place in (*PLACES, *RELATIONS):
        for role in ROLES:
            if expected(cells.get(place) or "", role) == "page":
                return f"{role}@{place}"
    return ""


def more_visits(world: World) -> list[Visit]:
    """What needs arguments of its own, and the states of pages."""
    return [*public_visits(world), *reporters_visits(world), *officers_visits(world)]


def public_visits(world: World) -> Iterator[Visit]:
    yield Visit("portal:report", PUBLIC, reverse("portal:report", args=[world.numbers["finished"]]))
    yield Visit("portal:report in work", PUBLIC, reverse("portal:report", args=[world.numbers["in progress"]]))
    yield Visit("portal:reports nothing found", PUBLIC, "/laporan?kata=tidakadasamasekali")
    yield Visit("portal:agency not connected", PUBLIC, reverse("portal:agency", args=["regency"]))
    yield Visit("portal:office-letter", PUBLIC, reverse("portal:office-letter", args=[world.letter]))
    yield Visit("portal:followed", PUBLIC, reverse("portal:followed", args=[world.follow]))
    yield Visit("portal:outbox", PUBLIC, reverse("portal:outbox"), demo=True)
    yield Visit("portal:letter", PUBLIC, reverse("portal:letter", args=["surat"]), demo=True)
    yield Visit("portal:home demonstration", PUBLIC, "/", demo=True)
    yield Visit("portal:home portal of an agency", PUBLIC, "/", host="kota.localhost")
    yield Visit("portal:reports portal of an agency", PUBLIC, "/laporan", host="kota.localhost")
    yield Visit("workspace:sign-in demonstration", PUBLIC, "/workspace/masuk", demo=True)
    yield Visit("portal:story refused", PUBLIC, "/lapor", states.refused_story)
    yield Visit("portal:story second step", PUBLIC, "/lapor", states.second_step)
    yield Visit("portal:sent receipt", PUBLIC, "/lapor", states.receipt)
    yield Visit("portal:track unknown code", PUBLIC, "/lacak", states.unknown_code)
    yield Visit("portal:home not found", PUBLIC, "/tidak-ada", status=404)
    yield Visit("workspace:second-step", PUBLIC, "/workspace/masuk", states.first_factor)


def reporters_visits(world: World) -> Iterator[Visit]:
    yield Visit("portal:own answered", REPORTER, reverse("portal:own"), code="answered")
    yield Visit("portal:own name asked for", REPORTER, reverse("portal:own"), code="asked for")
    yield Visit("portal:own", REPORTER, reverse("portal:own"), code="protected")


def officers_visits(world: World) -> Iterator[Visit]:
    def of(example: str) -> str:
        return reverse("workspace:report", args=[world.numbers[example]])

    # Whoever has something on the page, not the first who may see it.
    for name, who in (
        ("supervision", "supervisor"), ("head", "admin"), ("team", "liaison"), ("jobs", "liaison"), ("people", "admin"),
        ("approvals", "admin"), ("templates", "liaison"), ("deputies", "liaison"), ("thanks", "liaison"),
        ("notices", "liaison"),
    ):  # fmt: skip
        yield Visit(f"workspace:{name}", who, reverse(f"workspace:{name}"))
    yield Visit("workspace:template", "liaison", reverse("workspace:template", args=[world.template]))
    yield Visit("workspace:report new, with a twin", "admin", of("new"))
    yield Visit("workspace:report disputed", "admin", of("disputed"))
    yield Visit("workspace:queue to check", "admin", reverse("workspace:queue", args=["verify"]))
    yield Visit(
        "workspace:queue a report beside it",
        "admin",
        f"{reverse('workspace:queue', args=['verify'])}?open={world.numbers['new']}",
    )
    yield Visit("workspace:faces", "admin", reverse("workspace:faces"))
    yield Visit("workspace:queue empty", "admin", reverse("workspace:queue", args=["supporting"]))
    yield Visit("workspace:report objected to", "liaison", of("objected"))
    yield Visit("workspace:report checked", "liaison", of("in progress"), states.checked_answer)
    yield Visit("workspace:enrol-app", "transport-liaison", reverse("workspace:enrol"), states.app_to_enrol)
    yield Visit("workspace:search found", "liaison", "/workspace/search?q=lampu")
    yield Visit("workspace:practice-case judged", "liaison", "/workspace/practice/jawaban/", states.practised_answer)
    yield Visit("workspace:queue on a tour", "head", "/workspace/queues/drafts/", states.touring)
    yield Visit("workspace:report finished", "supervisor", of("finished"))
    yield Visit("workspace:supervised-agency", "supervisor", reverse("workspace:supervised-agency", args=["city"]))
    yield Visit("workspace:report appealed", "national", of("archived"))
    yield Visit("workspace:letter", "province-admin", reverse("workspace:letter", args=[world.numbers["by letter"]]))
    yield Visit("workspace:custody-request", "custodian", reverse("workspace:custody-request", args=[world.custody]))
    yield Visit("workspace:custody with a request", "custodian", reverse("workspace:custody"))
    yield Visit("workspace:breach", "national", reverse("workspace:breach", args=[world.breach]))
    yield Visit(
        "workspace:breach-letter", "national", reverse("workspace:breach-letter", args=[world.breach, "authority"])
    )
    yield Visit("workspace:link", PUBLIC, reverse("workspace:link", args=["x" * 43]), status=404)
