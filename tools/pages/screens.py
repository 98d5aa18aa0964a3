"""make screens: python -m tools.pages.screens [PART OF A NAME]   A picture of every page and state, into docs/screens.

Narrow and wide, light and dark; public pages in English too. The pages are those that tests/pages puts before its
gates, so that a new page comes in by itself. README.md there is the index. Everything shown is invented.
"""

import re
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.pages.opening import a_browser, arrive, go, opened
from tests.pages.visits import Visit, every_visit

FOLDER = Path(__file__).resolve().parents[2] / "docs/screens"
SHAPES = {"phone": (360, 740), "desk": (1280, 800)}
DEEPEST = 1700  # pixels: further down a page repeats itself
SHOWN = {"phone": 360, "desk": 700}  # pixels of width in which a picture is kept
QUALITY = 20  # of WebP: words can be read, and all pictures together stay near 6 MB


def main() -> int:
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    FOLDER.mkdir(exist_ok=True)
    made: dict[str, list[str]] = {}
    with opened() as (site, world), a_browser() as browser:
        visits = [visit for visit in every_visit(world) if wanted in visit.name]
        for visit in visits:
            page = arrive(browser, site, world, visit)
            go(page, site, visit)
            if visit.steps:
                visit.steps(page, world)
            made[visit.name] = [keep(page, visit, shape, theme) for shape in SHAPES for theme in ("light", "dark")]
            if visit.address.startswith("portal:") and not visit.steps:
                page.context.add_cookies([{"name": "language", "value": "en", "url": visit.at(site)}])
                go(page, site, visit)
                made[visit.name].append(keep(page, visit, "phone", "light", "-en"))
            page.context.close()
            print(f"{visit.name}", flush=True)
    if not wanted:
        forget_others({name for names in made.values() for name in names})
        (FOLDER / "README.md").write_text(index(visits, made), encoding="utf-8")
    print(
        f"{sum(map(len, made.values()))} pictures, {sum(f.stat().st_size for f in FOLDER.glob('*.webp')) / 1e6:.1f} MB"
    )
    return 0


def keep(page, visit: Visit, shape: str, theme: str, language: str = "") -> str:
    """Take and keep one picture; its file's name."""
    width, height = SHAPES[shape]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=theme)
    page.evaluate(
        "() => Promise.all([...document.images].map((one) => (one.loading = 'eager', one.decode().catch(() => 0))))"
    )
    picture = Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, DEEPEST)))
    if picture.width > SHOWN[shape]:
        picture = picture.resize(
            (SHOWN[shape], picture.height * SHOWN[shape] // picture.width), Image.Resampling.LANCZOS
        )
    name = f"{re.sub(r'[^a-z0-9]+', '-', visit.name.lower())}-{shape}-{theme}{language}.webp"
    picture.save(FOLDER / name, "WEBP", quality=QUALITY, method=6)
    return name


def forget_others(names: set[str]) -> None:
    for file in FOLDER.glob("*.webp"):
        if file.name not in names:
            file.unlink()


def index(visits: list[Visit], made: dict[str, list[str]]) -> str:
    lines = [
        "# Every page, in pictures",
        "",
        "Made by `make screens`; everything shown is invented. Phone and desk, light and dark; public pages in English",
        "too.",
        "",
    ]
    for visit in sorted(visits, key=lambda each: each.name):
        lines += [f"## {visit.name}", "", f"Seen by: {visit.who}", ""]
        lines += [
            f'<a href="{name}"><img src="{name}" width="150" alt="{name.removesuffix(".webp")}"></a>'
            for name in made[visit.name]
        ]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
