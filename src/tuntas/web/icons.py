"""The drawings of the `icon` tag, read once from what `make assets` built."""

import json
from functools import cache
from pathlib import Path

BUILT = Path(__file__).resolve().parent / "static/web/icons.json"


class NotBuilt(RuntimeError):
    """The style sheets, scripts and icons are missing."""


def drawing(name: str) -> str:
    """The inside of one svg element. Raises NotBuilt for a name that is not in assets/icons.txt, or not built yet."""
    try:
        return drawings()[name]
    except KeyError:
        raise NotBuilt(f"There is no drawing {name!r}. Add it to assets/icons.txt, then run: make assets") from None


@cache
def drawings() -> dict[str, str]:
    """Name -> the inside of the svg element. Raises NotBuilt when the assets were not built."""
    try:
        read: dict[str, str] = json.loads(BUILT.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise NotBuilt(f"{BUILT} is missing. Run: make assets") from missing
    return read
