"""wapiti over the whole site: markup that is shown, commands, files, redirects, line breaks, headers, policy, cookies."""

import json

from tools.trust.places import REPORTS, planted_site, real_site, scan, scanners

MODULES = "sql,xss,permanentxss,exec,file,ssrf,redirect,crlf,http_headers,csp,cookieflags"
CRAWL, ATTACK = 240, 60  # seconds: for finding pages, and for each of the modules
SECONDS = CRAWL + ATTACK * (MODULES.count(",") + 1) + 180  # in all, on a machine that does other work too
# What wapiti says of a site without encryption on this machine, and does not hold for one in public.
EXPECTED = {
    "Secure Flag cookie",
    "HTTP Strict Transport Security (HSTS)",
    "Unencrypted Channels",
    "TLS/SSL misconfigurations",
}


def run() -> list[str]:
    with planted_site() as address:
        planted = _scan("planted", address)
    missed = {"Cross Site Scripting", "Content Security Policy Configuration"} - {
        kind.replace("Reflected ", "") for kind, _line in planted
    }
    with real_site() as address:
        found = [line for kind, line in _scan("site", address) if kind not in EXPECTED]
    print(f"  planted site: {len(planted)} findings; real site: {len(found)}")
    return [*found, *(f"wapiti did not find the planted fault: {kind}" for kind in sorted(missed))]


def _scan(name: str, address: str) -> list[tuple[str, str]]:
    """Kind and line of each finding."""
    report = REPORTS / f"wapiti-{name}.json"
    report.unlink(missing_ok=True)
    told = [str(scanners() / "wapiti"), "-u", f"{address}/", "--scope", "domain", "-m", MODULES, "--max-scan-time", str(CRAWL),
            "--max-attack-time", str(ATTACK), "--max-links-per-page", "50", "--flush-session", "-f", "json", "-o", str(report), "--no-bugreport"]  # fmt: skip
    said = scan(told, SECONDS)
    if not report.is_file():
        raise RuntimeError(f"wapiti wrote no report: {said[-1500:]}")
    answer = json.loads(report.read_text())
    kinds = {**answer.get("vulnerabilities", {}), **answer.get("anomalies", {})}
    return [
        (kind, f"{kind}: {each['method']} {each['path']}: {each['info'][:160]}")
        for kind, all_ in kinds.items()
        for each in all_
    ]
