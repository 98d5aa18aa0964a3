"""wapiti over the whole site: markup that is shown, commands, files, redirects, line breaks, headers, policy, cookies.

As a stranger on the site's own host, on the portal of an agency, and as an officer who signed in.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tools.trust.places import REPORTS, demonstration, planted_site, real_site, scan, scanners
from tools.trust.visiting import Site

MODULES = "sql,xss,permanentxss,exec,file,ssrf,redirect,crlf,http_headers,csp,cookieflags"
CRAWL, ATTACK = 240, 60  # seconds: for finding pages, and for each of the modules
# What wapiti says of a site without encryption on this machine, and does not hold for one in public.
EXPECTED = {
    "Secure Flag cookie",
    "HTTP Strict Transport Security (HSTS)",
    "Unencrypted Channels",
    "TLS/SSL misconfigurations",
}


@dataclass(frozen=True)
class Tour:
    """One scan. begins: addresses beside the first page. more: words for wapiti. crawl, attack: seconds, as above."""

    name: str
    begins: Sequence[str] = ()
    more: Sequence[str] = ()
    crawl: int = CRAWL
    attack: int = ATTACK


def run() -> list[str]:
    with planted_site() as address:
        planted = _scan(address, Tour("planted"))
    missed = {"Cross Site Scripting", "Content Security Policy Configuration"} - {
        kind.replace("Reflected ", "") for kind, _line in planted
    }
    found = []
    with real_site() as address:
        found += _scan(address, Tour("site"))
    with demonstration() as here:
        for tour in _tours(Site(here.port)):
            found += _scan(f"http://localhost:{here.port}", tour)
    told = [line for kind, line in found if kind not in EXPECTED]
    print(f"  planted site: {len(planted)} findings; real site: {len(told)}")
    return [*told, *(f"wapiti did not find the planted fault: {kind}" for kind in sorted(missed))]


def _tours(site: Site) -> list[Tour]:
    """Where offices are at work: shorter, since the pages are those of the empty site and more of them are full."""
    public = ("/standar", "/peta?di=35&kategori=HUB", "/laporan?kata=lampu&tempat=Jember", f"/laporan/{site.number}",
              f"/laporan/{site.number}/ikuti", "/ke-mana")  # fmt: skip
    desk = ("/workspace/queues/all/?words=lampu", "/workspace/search?q=lampu", "/workspace/people/", "/workspace/team/",
            "/workspace/visitor", f"/workspace/handover/{site.appointment}/")  # fmt: skip
    signed_in = ("-H", f"Cookie: {site.officer()}", "-x", f"{site.address}/workspace/keluar")
    return [
        Tour("portal", public, ("-H", f"Host: {site.portal}"), crawl=60, attack=15),
        Tour("officer", desk, signed_in, crawl=90, attack=15),
    ]


def _scan(address: str, tour: Tour) -> list[tuple[str, str]]:
    """Kind and line of each finding."""
    report = REPORTS / f"wapiti-{tour.name}.json"
    report.unlink(missing_ok=True)
    told = [str(scanners() / "wapiti"), "-u", f"{address}/", "--scope", "domain", "-m", MODULES, "--max-scan-time", str(tour.crawl),
            "--max-attack-time", str(tour.attack), "--max-links-per-page", "50", "--flush-session", "-f", "json", "-o", str(report), "--no-bugreport"]  # fmt: skip
    told += [word for path in tour.begins for word in ("-s", address + path)] + list(tour.more)
    # In all, on a machine that does other work too.
    said = scan(told, tour.crawl + tour.attack * (MODULES.count(",") + 1) + 180)
    if not report.is_file():
        raise RuntimeError(f"wapiti wrote no report: {said[-1500:]}")
    answer = json.loads(report.read_text())
    pages = answer["infos"]["crawled_pages_nbr"]
    print(f"  {tour.name}: {pages} pages", flush=True)
    if pages < len(tour.begins):
        raise RuntimeError(f"wapiti came to {pages} pages of {tour.name}: {said[-1500:]}")
    kinds = {**answer.get("vulnerabilities", {}), **answer.get("anomalies", {})}
    return [
        (kind, f"{kind}: {tour.name}: {each['method']} {each['path']}: {each['info'][:160]}")
        for kind, all_ in kinds.items()
        for each in all_
    ]
