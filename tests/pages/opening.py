"""The whole site outside of a test, for `make screens` and `make weigh`: the world of the gates, served."""

import json
import os
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import django
from playwright.sync_api import Browser, Page, sync_playwright

import tests.conftest  # noqa: F401 - the environment, before Django reads it
from tests import databases
from tests.browser import FLAGS

django.setup()

from django.conf import settings  # noqa: E402
from nacl import bindings  # noqa: E402

from tests.pages.visits import PUBLIC, REPORTER, Visit  # noqa: E402
from tests.pages.world import World, make_the_world, session_of  # noqa: E402
from tests.serving import serving  # noqa: E402


@contextmanager
def opened() -> Iterator[tuple[str, World]]:
    """The address of the site, and who and what is in it."""
    with tempfile.TemporaryDirectory() as place, databases.of_this_worker(), databases.role("web"):
        folder = Path(place)
        public, _private = bindings.crypto_box_keypair()
        (folder / "keys").write_text(json.dumps({"current": 1, "keys": {"1": b64encode(public).decode()}}))
        settings.VAULT_PUBLIC_KEYS, settings.MEDIA_ROOT = folder / "keys", folder / "media"
        settings.MEDIA_ROOT.mkdir()
        world = make_the_world(settings, folder)
        with serving(settings) as site:
            yield site, world


@contextmanager
def a_browser() -> Iterator[Browser]:
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=os.environ["TUNTAS_BROWSER"], args=FLAGS, chromium_sandbox=not root
        )


def arrive(browser: Browser, site: str, world: World, visit: Visit, **how: object) -> Page:
    """A page of whoever makes this visit: a stranger, a reporter who typed the code, an officer who signed in."""
    context = browser.new_context(locale="id-ID", reduced_motion="reduce", **how)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    page = context.new_page()
    if visit.who == REPORTER:
        page.goto(f"{site}/lacak")
        page.fill("#code", world.codes[visit.code])
        page.locator("main button[type=submit]").click()
        page.wait_for_url("**/bantuan/catatan")
    elif visit.who != PUBLIC:
        context.add_cookies(
            [{"name": "session", "value": session_of(world, visit.who), "domain": urlsplit(site).hostname, "path": "/"}]
        )
    return page


def go(page: Page, site: str, visit: Visit) -> None:
    """To the page itself: who opens a protected report says why first."""
    settings.DEMO = visit.demo
    page.goto(visit.at(site))
    if page.url.endswith("/purpose") and not visit.path.endswith("/purpose"):
        page.locator("input[type=radio]").first.check()
        page.locator("form:has([name=purpose]) button[type=submit]").click()
        page.wait_for_url(lambda url: not url.endswith("/purpose"))
