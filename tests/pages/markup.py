"""The Nu HTML checker over many pages in one process of Java."""

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import ROOT

JAR = ROOT / "node_modules/vnu-jar/build/dist/vnu.jar"
# What the checker says and is no fault, each with its reason.
ALLOWED = {"^Attribute .hx-": "htmx reads these; browsers and readers of screens pass over them."}


def java() -> str:
    """The path of Java. Fails with the one line that tools/java says when there is none."""
    found = subprocess.run([ROOT / "tools/java"], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


def markup_faults(pages: Mapping[str, str], folder: Path) -> dict[str, list[str]]:
    """Errors and warnings by page. pages: name -> HTML; folder: an empty one to work in."""
    if not pages:
        return {}
    files = {str(at): name for at, name in enumerate(pages)}
    for at, name in files.items():
        (folder / f"{at}.html").write_text(pages[name], encoding="utf-8")
    command = [java(), "-Xss4m", "-jar", str(JAR), "--format", "json", *map(str, sorted(folder.glob("*.html")))]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.stderr.startswith("{"), said.stderr[:400]
    found: dict[str, list[str]] = {}
    for message in json.loads(said.stderr)["messages"]:
        if any(re.search(pattern, message["message"]) for pattern in ALLOWED):
            continue
        near = " ".join(message.get("extract", "").split())[:160]
        name = files[Path(message["url"]).stem]
        found.setdefault(name, []).append(f"{message.get('lastLine')}: {message['message']} ({near})")
    return found
