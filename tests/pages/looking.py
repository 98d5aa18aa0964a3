"""One look at one page: axe in both themes and at two widths, reflow, the keyboard, its bytes, and its words for Nu.

A page is opened once. Width and theme change under it without loading it again, so that a look costs about a second.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

NARROW, WIDE, REFLOW = 360, 1280, 320  # CSS pixels; 320 is 1280 at 400 % (WCAG 2.2, 1.4.10)
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
EVERYTHING: dict[str, Any] = {"rules": {"target-size": {"enabled": True}}}
# What colours alone decide; a theme changes nothing else.
COLOURS: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# What a width decides, besides what it shows and hides.
PLACES: dict[str, Any] = {
    "runOnly": {
        "type": "rule",
        "values": [*COLOURS["runOnly"]["values"], "target-size", "scrollable-region-focusable"],
    }
}
# ask(options, where): faults, a line each. remember(): what is to be seen now; fresh(): what came to be seen since.
TOOLS = """() => {
  const shown = (one) => one.checkVisibility({ visibilityProperty: true });
  const all = () => [...document.body.querySelectorAll("*")].filter(shown);
  let known = new Set();
  window.looking = {
    async ask(options, where) {
      const found = await axe.run(where, { ...options, resultTypes: ["violations"], preload: false });
      return found.violations.flatMap((rule) => rule.nodes.map((node) =>
        `${rule.id}: ${node.target.join(" ")}: ${(node.failureSummary ?? "").replaceAll("\\n", " ")}`));
    },
    remember() { known = new Set(all()); },
    fresh() {
      const found = new Set(all().filter((one) => !known.has(one)));
      return [...found].filter((one) => !found.has(one.parentElement));
    },
  };
}"""
FIRST = "async (everything) => { looking.remember(); return looking.ask(everything, document); }"
AGAIN = "(options) => looking.ask(options, document)"
# All rules over what only this width shows, and over the whole what a width decides: the rest was asked before.
WIDER = """async ([everything, places]) => {
  const faults = await looking.ask(places, document), fresh = looking.fresh();
  if (fresh.length) faults.push(...await looking.ask(everything, { include: fresh }));
  return [...new Set(faults)];
}"""
OVERFLOW = "() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"
# What Tab should reach, in the order of the document; of a group of radio buttons the browser offers one.
REACHED = """() => {
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, iframe, [tabindex]")];
  const groups = new Set();
  const wanted = all.filter((one) => {
    if (one.tabIndex < 0 || one.disabled || one.type === "hidden") return false;
    if (!one.checkVisibility({ visibilityProperty: true }) || one.closest("[inert]")) return false;
    if (one.type !== "radio") return true;
    const group = `${one.form?.action} ${one.name}`;
    if (groups.has(group)) return false;
    groups.add(group);
    return true;
  });
  // What a person sees change: the thing itself, or the label that stands for it.
  const look = (one) => [one, ...(one.labels ?? [])].flatMap((each) => [null, "::before"].map((part) => {
    const s = getComputedStyle(each, part);
    return [s.outlineStyle, s.outlineColor, s.outlineWidth, s.boxShadow, s.backgroundColor, s.borderColor].join();
  })).join(";");
  const rest = new Map(all.map((one) => [one, look(one)]));
  const seen = [];
  document.addEventListener("focusin", ({ target }) => {
    const box = target.getBoundingClientRect();
    const covering = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const away = box.bottom <= 0 || box.top >= innerHeight;
    const own = !covering || target.contains(covering) || covering.contains(target)
      || [...(target.labels ?? [])].some((label) => label.contains(covering))
      || covering.closest("label, svg, summary")?.contains(target) || getComputedStyle(target).opacity === "0";
    seen.push({ target, plain: look(target) === rest.get(target), hidden: !away && !own, away });
  });
  window.tabbed = { wanted, seen, groups };
  const start = document.body.insertAdjacentElement("afterbegin", document.createElement("span"));
  start.tabIndex = -1; // Tab goes on from where it stood
  start.focus();
  start.remove();
  seen.length = 0;
  return wanted.length;
}"""
TABBED = """() => {
  const { wanted, seen } = window.tabbed;
  const name = (one) => `${one.tagName.toLowerCase()}${one.id ? "#" + one.id : ""} ` +
    `"${(one.innerText || one.getAttribute("aria-label") || one.name || "").trim().slice(0, 40)}"`;
  const group = (one) => one.type === "radio" ? `${one.form?.action} ${one.name}` : one;
  const reached = new Set(seen.map(({ target }) => group(target)));
  const faults = wanted.filter((one) => !reached.has(group(one))).map((one) => `not reached by Tab: ${name(one)}`);
  const once = seen.filter(({ target }, at) => seen.findIndex((other) => other.target === target) === at);
  for (const { target, plain, hidden, away } of once) {
    if (plain) faults.push(`focus is not to be seen: ${name(target)}`);
    if (hidden) faults.push(`focus is covered: ${name(target)}`);
    if (away) faults.push(`focus is outside the window: ${name(target)}`);
  }
  for (let at = 1; at < once.length; at += 1) {
    const [before, after] = [once[at - 1].target, once[at].target];
    if (before.compareDocumentPosition(after) & Node.DOCUMENT_POSITION_PRECEDING && wanted.includes(after)
        && before.type !== "radio") faults.push(`out of order: ${name(after)} comes after ${name(before)}`);
  }
  return faults;
}"""
HEADINGS = """() => {
  const first = [...document.querySelectorAll("h1")].filter((one) => one.checkVisibility()).length;
  return first === 1 ? [] : [`${first} headings of the first level`];
}"""


@dataclass
class Look:
    """What was found on one page. html: as the server sent it, or as it stands after steps; bytes: of a first visit."""

    name: str
    html: str = ""
    bytes: int = 0
    title: str = ""
    faults: dict[str, list[str]] = field(default_factory=dict)

    def add(self, gate: str, found: list[str]) -> None:
        if found:
            self.faults.setdefault(gate, []).extend(found)


class Weigher:
    """Counts what comes over the wire for one page after the other, as if each were the first visit."""

    def __init__(self, page: Page) -> None:
        self._names: dict[str, str] = {}
        self.by_address: dict[str, int] = {}
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        # What a service worker answers from its own keeping is no first visit, and no byte of it is told here.
        self.session.send("Network.setBypassServiceWorker", {"bypass": True})
        self.session.on("Network.requestWillBeSent", self._asked)
        self.session.on("Network.loadingFinished", self._came)

    def begin(self) -> None:
        self.keep_assets(False)
        self._names, self.by_address = {}, {}

    def keep_assets(self, wanted: bool) -> None:
        """Whether what is asked for next may come from the browser's own cache."""
        self.session.send("Network.setCacheDisabled", {"cacheDisabled": not wanted})

    def total(self) -> int:
        """Bytes since `begin`, headers included; photos of reports aside, which load when they are scrolled to."""
        return sum(size for address, size in self.by_address.items() if "/berkas/" not in address)

    def _asked(self, event: dict[str, Any]) -> None:
        self._names[event["requestId"]] = event["request"]["url"]

    def _came(self, event: dict[str, Any]) -> None:
        if name := self._names.get(event["requestId"]):
            self.by_address[name] = int(event["encodedDataLength"])


def look(page: Page, name: str, html: str, weight: int, *, dark: bool = True) -> Look:
    """Everything about the page that is open now. html: as the server sent it.

    dark: not for a state of a page that is looked at by itself; what a state adds stands in /gaya, in the dark too.
    """
    seen = Look(name, html=html, bytes=weight, title=page.title())
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.evaluate(AXE)
    page.evaluate(TOOLS)
    for width, theme, question, options in (
        (REFLOW, "light", "", None),
        (NARROW, "light", FIRST, EVERYTHING),
        (NARROW, "dark", AGAIN, COLOURS),
        (WIDE, "dark", AGAIN, COLOURS),
        (WIDE, "light", WIDER, [EVERYTHING, PLACES]),
    ):
        if theme == "dark" and not dark:
            continue
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        if wider := page.evaluate(OVERFLOW):
            seen.add("reflow", [f"{width}: {wider} pixels wider than the window"])
        if question:
            seen.add("axe", [f"{width} {theme}: {fault}" for fault in page.evaluate(question, options)])
    seen.add("headings", page.evaluate(HEADINGS))
    seen.add("keyboard", tab_through(page))
    return seen


def tab_through(page: Page) -> list[str]:
    """Walk the whole page with Tab: everything is reached, in order, seen while it has focus, and nothing holds it."""
    stops = page.evaluate(REACHED)
    for _stop in range(stops + 1):
        page.keyboard.down("Tab")  # held down it goes on from stop to stop
    page.keyboard.up("Tab")
    found: list[str] = page.evaluate(TABBED)
    return found
