"""A real browser for tests of pages: any Chromium or Chrome on the machine, watched for every complaint it makes.

    def test_a_page(visitor, live_server):
        page = visitor(width=360)
        page.goto(f"{live_server.url}/lapor")
        assert axe_violations(page) == []

When the test ends, it fails if a page broke the content security policy, wrote an error to the console, threw in a
script, or asked any host but our own for anything.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:  # loaded for real only by tests that use it
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "brave-browser")
ON_MACS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
INSTALL = (
    "No Chromium or Chrome found. Install one (Debian, Ubuntu: apt-get install chromium; macOS: brew install --cask "
    "google-chrome), or set TUNTAS_BROWSER to its path."
)
# The browser keeps to itself: nothing but the pages under test goes over the network.
FLAGS = [
    "--disable-gpu",  # drawn by the processor either way, and this way costs it less
    "--disable-gpu-rasterization",
    "--disable-software-rasterizer",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-quic",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # beeps; asked like any microphone, so only where a test grants it
    "--no-first-run",
    "--no-pings",
    "--metrics-recording-only",
]
OUR_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def find_browser() -> str:
    """The path of a browser. Fails the test with one line about how to get one when there is none."""
    named = os.environ.get("TUNTAS_BROWSER")
    found = [named] if named else [*filter(None, map(shutil.which, NAMES)), *ON_MACS]
    for path in found:
        if path and Path(path).exists():
            return path
    pytest.fail(INSTALL, pytrace=False)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the whole run. Its sandbox is on, except for root, where Chromium refuses to start with it."""
    from playwright.sync_api import sync_playwright

    path = find_browser()
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    # Playwright keeps an event loop in this thread; Django's guard would take our own queries for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS, chromium_sandbox=not root)
        yield started
        started.close()


@dataclass
class Complaints:
    """What the browser said against the pages that were opened."""

    said: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.said.append(f"script failed: {error.error}"))
        context.on("request", lambda request: self._request(request.url))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        # A refusal is a page with a status of its own, and the browser remarks on each: that is no fault.
        refused = message.text.startswith("Failed to load resource") and " of 4" in message.text
        url = message.location.get("url", "")
        if refused and "/static/" not in url:
            return
        if "ERR_INTERNET_DISCONNECTED" in message.text:  # only a test that cuts the line sees this
            return
        if message.text.startswith(("htmx:afterRequest", "htmx:sendAbort")):  # taken back by ourselves; others say more
            return
        self.said.append(f"{message.type}: {message.text}")

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"}:
            host = parts.hostname or ""
            if host not in OUR_HOSTS and not host.endswith(".localhost"):
                self.said.append(f"asked another host: {url}")


@pytest.fixture
def visitor(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Makes visitors, each with cookies and storage of their own.

    visitor(width=360, height=740, dark=False, scripts=True, language="id-ID") returns a page of a fresh visitor.
    The site stands before the first of them comes and until the last has left, in whichever order a test names the two:
    what a page still asks when its test ends would else be cut off by a server that stops.
    """
    if "site" in request.fixturenames:
        request.getfixturevalue("site")
    complaints, contexts = Complaints(), []

    def arrive(
        *, width: int = 360, height: int = 740, dark: bool = False, scripts: bool = True, language: str = "id-ID"
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            locale=language,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        complaints.watch(context)
        contexts.append(context)
        return context.new_page()

    yield arrive
    for context in contexts:
        context.close()
    assert complaints.said == [], complaints.said


@pytest.fixture
def page(visitor: Callable[..., Page]) -> Page:
    """One visitor with a small phone."""
    return visitor()


def until(page: Page, question: str, arg: Any = None, *, patience: float = 10.0) -> None:
    """Ask the page until it says yes. question: a function, also one that answers with a promise.

    Playwright's own `wait_for_function` takes a promise for a yes, whatever it brings.
    """
    last = time.monotonic() + patience
    while not page.evaluate(question, arg):
        assert time.monotonic() < last, f"not within {patience} s: {question}"
        page.wait_for_timeout(50)


def axe_violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA and its own good practice, one line for each place. Empty is good."""
    from axe_playwright_python.sync_playwright import Axe

    page.wait_for_load_state()  # a press that opens a page returns when the page begins to arrive
    answer = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}})
    return [
        f"{rule['id']}: {' '.join(map(str, place['target']))}: {place.get('failureSummary', '')}"
        for rule in answer.response["violations"]
        for place in rule["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window. 0 is good."""
    page.wait_for_load_state()
    return max(0, int(page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")))


def weight_of(page: Page, url: str) -> dict[str, int]:
    """Open `url` with an empty cache; bytes that came over the wire, headers included, by address."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    names: dict[str, str] = {}
    bytes_of: dict[str, int] = {}
    session.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))

    def finished(event: dict[str, Any]) -> None:
        if event["requestId"] in names:  # not the end of something that the page before had asked for
            bytes_of[names[event["requestId"]]] = int(event["encodedDataLength"])

    session.on("Network.loadingFinished", finished)
    page.goto(url, wait_until="networkidle")
    return bytes_of


def keep_screenshot(page: Page, name: str) -> None:
    """Save the whole page as artifacts/screens/NAME.png for people to look at, when they ask: TUNTAS_PICTURES=1."""
    if not os.environ.get("TUNTAS_PICTURES"):
        return
    target = Path(__file__).resolve().parent.parent / "artifacts/screens" / f"{name}.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=target, full_page=True)
