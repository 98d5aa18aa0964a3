"""make weigh: python -m tools.pages.weigh [PART OF A NAME]   How heavy each page is, and how soon it is to be seen.

Each page is opened with an empty cache on a line of 400 kbit/s with 400 ms there and back (slow 3G) and on a processor
four times slower. Printed beside the budgets of tests/pages/budgets.toml, kept in docs/weights.md. Exit 1: one is over.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.pages import budgets
from tests.pages.looking import Weigher
from tests.pages.opening import a_browser, arrive, go, opened
from tests.pages.visits import Visit, every_visit

KEPT = Path(__file__).resolve().parents[2] / "docs/weights.md"
LINE = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
SLOWER = 4
WATCH = """window.lcp = 0;
new PerformanceObserver((list) => { window.lcp = list.getEntries().at(-1).startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });"""
HEAD = """# What the pages weigh

Made by `make weigh` on {day}: each page opened with an empty cache over slow 3G (400 kbit/s, 400 ms there and back) on
a processor four times slower. Bytes over the wire, headers included, photos of reports aside; LCP: when the largest
thing of the page stands there, in seconds. Budgets: tests/pages/budgets.toml; the bytes are a gate of `make test`.

| page | bytes | budget | LCP | limit |
|---|---:|---:|---:|---:|
"""


def main() -> int:
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    rows: list[tuple[str, int, float]] = []
    with opened() as (site, world), a_browser() as browser:
        for visit in every_visit(world):
            if visit.steps or wanted not in visit.name:
                continue
            rows.append((visit.name, *weigh(browser, site, world, visit)))
            print(line(*rows[-1]), flush=True)
    if not wanted:
        table = "".join(f"{line(*row)}\n" for row in sorted(rows))
        KEPT.write_text(HEAD.format(day=f"{datetime.now(UTC):%Y-%m-%d}") + table, encoding="utf-8")
    over = [name for name, size, lcp in rows if size > budgets.budget_of(name) or lcp > budgets.lcp_of(name)]
    print(f"over: {', '.join(over) or 'none'}")
    return 1 if over else 0


def weigh(browser, site: str, world, visit: Visit) -> tuple[int, float]:
    """Bytes, and seconds until the largest thing stands there."""
    page = arrive(browser, site, world, visit, viewport={"width": 360, "height": 740})
    go(page, site, visit)  # who must say a purpose says it now, at full speed
    weigher = Weigher(page)
    weigher.session.send("Network.emulateNetworkConditions", LINE)
    weigher.session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(WATCH)
    weigher.begin()
    page.goto(visit.at(site), timeout=60_000)
    page.wait_for_timeout(300)
    lcp = float(page.evaluate("() => window.lcp")) / 1000
    page.context.close()
    return weigher.total(), lcp


def line(name: str, size: int, lcp: float) -> str:
    return f"| {name} | {size:,} | {budgets.budget_of(name):,} | {lcp:.2f} | {budgets.lcp_of(name):.1f} |"


if __name__ == "__main__":
    sys.exit(main())
