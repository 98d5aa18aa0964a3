"""Lighthouse over home, form, a report, tracking and the desk: accessibility and best practices, 95 of 100 or more.

axe and our own gates look at every page in `make test`; this is another pair of eyes, of people who look at the web as a
whole. A page that was made badly must fall through, or it counts as blind. Lighthouse has a folder and a lock file of
its own (lighthouse_node/): nothing of it is part of the product or of its tests.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tools.drill import place
from tools.trust.places import REPORTS, planted_site

NODE = Path(__file__).resolve().parent / "lighthouse_node"
PAGES = ("/", "/lapor", "newest", "/lacak", "desk")
LEAST = 95  # of 100, in each of both
SECONDS = 600


def run() -> list[str]:
    install()
    with planted_site() as address:
        planted = look(address, ["/"])
    if not any(below(page) for page in planted):
        return ["lighthouse finds nothing on a page that was made badly"]
    print(f"  planted page: {_told(planted[0])}", flush=True)
    with tempfile.TemporaryDirectory(prefix="tuntas-trust-", ignore_cleanup_errors=True) as name:
        root = Path(name)
        root.chmod(0o755)
        with place.running(root, "", act="demo") as here:
            pages = look(f"http://localhost:{here.port}", PAGES)
    for page in pages:
        print(f"  {page['path']:<8} {_told(page)}")
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "lighthouse.json").write_text(json.dumps(pages, indent=1))
    missing = set(PAGES) - {page["path"] for page in pages}
    return [
        *(f"{page['path']}: {_told(page)}" for page in pages if below(page)),
        *(f"{path}: not seen" for path in missing),
    ]


def install() -> None:
    """What the lock file names, once; the lock file is the only list."""
    if not (NODE / "node_modules" / ".package-lock.json").is_file():
        subprocess.run([_program("npm"), "ci", "--no-audit", "--no-fund"], cwd=NODE, check=True, capture_output=True)


def look(site: str, paths: "tuple[str, ...] | list[str]") -> list[dict[str, Any]]:
    """What Lighthouse says of each page. Raises RuntimeError when it breaks."""
    chromium = subprocess.run([NODE.parents[1] / "browser"], capture_output=True, text=True, check=True).stdout.strip()
    words = [_program("node"), "look.mjs", chromium, site, *paths]
    done = subprocess.run(words, cwd=NODE, capture_output=True, text=True, check=False, timeout=SECONDS)
    if done.returncode:
        raise RuntimeError(f"lighthouse broke: {done.stderr[-1500:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def below(page: dict[str, Any]) -> bool:
    """Whether a page is worse than it may be, in either; a page that Lighthouse could not open is."""
    return bool(page.get("error")) or min(page["scores"].values(), default=0) < LEAST


def _told(page: dict[str, Any]) -> str:
    scores = ", ".join(f"{name} {score}" for name, score in page["scores"].items())
    return f"{scores}; failed: {', '.join(page['failed']) or 'nothing'}{page.get('error') or ''}"


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is needed to run lighthouse: install Node 20 or newer")
    return found
