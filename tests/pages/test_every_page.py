"""Every page of the site, found from the URLconf, before every gate.

axe in both themes and at two widths, the Nu HTML checker, reflow at 400 %, the keyboard, headings, and the budget of
bytes (budgets.toml). A page is visited once, by somebody who may see it (visits.py), and everything is looked at there
(looking.py). The pages are dealt out to as many tests as a small machine has cores. One page alone: TUNTAS_PAGE=agency.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, Page

from tests.browser import axe_violations
from tests.pages import budgets
from tests.pages.looking import NARROW, OVERFLOW, REFLOW, Look, Weigher, look
from tests.pages.markup import markup_faults
from tests.pages.visits import PUBLIC, REPORTER, Visit, every_visit
from tests.pages.world import World, make_the_world, session_of
from tuntas.web import languages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PARTS = 2
ONE_LINE = 60  # pixels of the public's bar on a phone, however many languages a page speaks


@pytest.mark.requirement("R000-14", "R000-25")
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_passes_every_gate(visitor, site, settings, tmp_path, part):
    world = make_the_world(settings, tmp_path)
    wanted = os.environ.get("TUNTAS_PAGE", "").split(",")
    visits = [visit for visit in every_visit(world) if any(word in visit.name for word in wanted)]
    seen = list(looks(visitor, site, settings, world, dealt(visits)[part]))
    folder = tmp_path / "html"
    folder.mkdir()
    markup = markup_faults({one.name: one.html for one in seen if one.html}, folder)
    for one in seen:
        one.add("markup", markup.get(one.name, []))
        one.add("weight", budgets.over(one.name, one.bytes))
    faults = [f"{one.name} | {gate} | {fault}" for one in seen for gate, found in one.faults.items() for fault in found]
    print("\n".join(faults))  # whole, where the comparison below is cut short
    assert faults == []


def dealt(visits: list[Visit]) -> list[list[Visit]]:
    """Parts of about one size; what one person opens stays together, so that they arrive once."""
    parts: list[list[Visit]] = [[] for _part in range(PARTS)]
    for who, _times in Counter(visit.who for visit in visits).most_common():
        min(parts, key=len).extend(visit for visit in visits if visit.who == who)
    return parts


def looks(visitor: Callable[..., Page], site: str, settings: Any, world: World, visits: list[Visit]) -> Iterator[Look]:
    """One look after the other; who visits several pages keeps their browser."""
    who, page, weigher = "", None, None
    for visit in visits:
        key = f"{visit.who} {visit.code if visit.who == REPORTER else ''} {'own' if visit.steps else ''}"
        if page is None or who != key:
            who, page = key, arrive(visitor, site, world, visit)
            weigher = Weigher(page)
        settings.DEMO = visit.demo
        try:
            yield look_at(page, weigher, site, visit, world)
        except (Error, AssertionError) as fault:  # the other pages are looked at all the same
            yield Look(visit.name, faults={"visit": [str(fault)[:300]]})


def arrive(visitor: Callable[..., Page], site: str, world: World, visit: Visit) -> Page:
    """A browser of this person: a stranger, a reporter who typed the code, or an officer who signed in."""
    page = visitor(width=NARROW)
    if visit.who == REPORTER:
        page.goto(f"{site}/lacak")
        page.fill("#code", world.codes[visit.code])
        page.locator("main button[type=submit]").click()
        page.wait_for_url("**/bantuan/catatan")
    elif visit.who != PUBLIC:
        host = urlsplit(site).hostname
        page.context.add_cookies(
            [{"name": "session", "value": session_of(world, visit.who), "domain": host, "path": "/"}]
        )
    return page


def look_at(page: Page, weigher: Weigher, site: str, visit: Visit, world: World) -> Look:
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.emulate_media(color_scheme="light")
    weigher.begin()
    address = visit.at(site)
    answer = page.goto(address)
    if page.url.endswith("/purpose") and not visit.path.endswith("/purpose"):
        page.locator("input[type=radio]").first.check()
        page.locator("form:has([name=purpose]) button[type=submit]").click()
        page.wait_for_url(lambda url: not url.endswith("/purpose"))
        weigher.begin()
        answer = page.goto(address)
    assert answer is not None
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return Look(visit.name)  # a file or an answer for machines: no page
    assert answer.status == visit.status, f"{visit.name}: {answer.status}"
    assert urlsplit(page.url).path == urlsplit(visit.path).path, f"{visit.name} led on to {page.url}"
    html = answer.text()
    if visit.steps:
        visit.steps(page, world)
        html = page.content()
    seen = look(page, visit.name, html, weigher.total(), dark=" " not in visit.name)
    if not visit.steps:
        weigher.keep_assets(True)
        in_other_languages(page, visit, address, seen)
    return seen


def in_other_languages(page: Page, visit: Visit, address: str, seen: Look) -> None:
    """Other languages have other lengths of words; steps are written in the first. English speaks everywhere.

    One that speaks on a few pages is looked at there by axe too, once: at a phone's width, in the light.
    """
    partial = [code for code, pages in languages.PARTIAL.items() if visit.address in pages]
    for code in ("en", *partial):
        speak(page, code, address)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": REFLOW, "height": 800})
        page.goto(address)
        if wider := page.evaluate(OVERFLOW):
            seen.add("reflow", [f"in {code}: {wider} pixels wider than {REFLOW}"])
        if partial:
            page.set_viewport_size({"width": NARROW, "height": 800})
            tall = page.locator(".bar__in").bounding_box()["height"]
            seen.add("bar", [f"in {code}: {tall} pixels high, more than one line"] if tall > ONE_LINE else [])
        if code in partial:
            seen.add("axe", [f"in {code}: {fault}" for fault in axe_violations(page)])
            seen.add("language", [] if page.locator(f"html[lang={code}]").count() else [f"does not speak {code}"])
    speak(page, "id", address)


def speak(page: Page, code: str, address: str) -> None:
    """From here on this language, on every path: a cookie made from an address would hold below its folder alone."""
    cookie = {"name": "language", "value": code, "domain": urlsplit(address).hostname, "path": "/"}
    page.context.add_cookies([cookie])
