"""What browsers fetch: complete, small, from nobody else."""

import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.templatetags.static import static

from tuntas.web.icons import NotBuilt, drawing, drawings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built() -> dict[str, Path]:
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        pytest.fail("The assets are not built. Run: make assets", pytrace=False)
    paths = json.loads(manifest.read_text(encoding="utf-8"))["paths"]
    return {name: Path(settings.STATIC_ROOT) / hashed for name, hashed in paths.items()}


@pytest.fixture(scope="module")
def assets():
    spec = importlib.util.spec_from_file_location("assets", ROOT / "tools/assets.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["assets"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["assets"]


def test_every_asset_is_there_and_compressed(built):
    wanted = ("app.css", "workspace.css", "citizen.js", "report.js", "workspace.js", "htmx.js")
    assert {f"web/{name}" for name in wanted} <= set(built)
    for name, path in built.items():
        assert path.is_file(), name
        if path.suffix != ".woff2":
            assert path.with_name(path.name + ".br").is_file(), name
            assert path.with_name(path.name + ".gz").is_file(), name


def test_addresses_carry_the_hash_of_the_content(built):
    assert re.fullmatch(r"/static/web/app\.[0-9a-f]{12}\.css", static("web/app.css"))


def test_an_asset_that_was_not_built_names_the_remedy(built):
    with pytest.raises(ValueError, match="make assets"):
        static("web/nothing.css")


def test_what_every_page_of_the_public_loads_leaves_it_eight_kilobytes_of_its_own(built):
    """Compressed bytes; HTML and headers come on top, within the 30 kB of the first page."""

    def compressed(name: str) -> int:
        return built[name].with_name(built[name].name + ".br").stat().st_size

    every = [
        *(compressed(name) for name in ("web/app.css", "web/citizen.js", "web/favicon.svg")),
        built["web/jakarta.woff2"].stat().st_size,
    ]
    assert sum(every) < 24_500, every
    assert sum(every) + compressed("web/report.js") < 30_000  # sending without a signal is 2 kB of it


def test_no_page_has_a_part_of_the_kit_that_the_sheet_leaves_out(built):
    sheet = built["web/app.css"].read_text(encoding="utf-8")
    sources = [
        path
        for kind in ("*.html", "*.py", "*.js")
        for path in (ROOT / "src/tuntas").rglob(kind)
        if "/static/" not in str(path)
    ]
    used = {found for path in sources for found in re.findall(r"\bgovuk-[a-z][\w-]*", path.read_text(encoding="utf-8"))}
    assert {name for name in used - {"govuk-frontend"} if f".{name}" not in sheet} == set()


def test_nothing_is_fetched_from_anybody_else(built):
    for name in ("web/app.css", "web/workspace.css"):
        css = built[name].read_text(encoding="utf-8")
        assert not re.search(r"https?://|@import|GDS Transport|crown", css), name
        fonts = re.findall(r"url\(\"?([^)\"]+)", css)
        assert [font for font in fonts if not font.startswith("data:")] == (
            [built["web/jakarta.woff2"].name] if name == "web/app.css" else []
        )
    for name in ("web/citizen.js", "web/report.js", "web/workspace.js"):
        assert "http" not in built[name].read_text(encoding="utf-8").replace("http://www.w3.org", ""), name


def test_the_lock_names_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    assert len(packages) > 10
    assert [name for name, facts in packages.items() if "resolved" in facts] == []
    assert [name for name, facts in packages.items() if not facts.get("integrity", "").startswith("sha512-")] == []


def test_whose_work_travels_with_us_is_named(built):
    texts = built["web/licences.txt"].read_text(encoding="utf-8")
    for name in ("govuk-frontend", "htmx.org", "lucide-static", "Plus Jakarta Sans"):
        assert name in texts
    assert "SIL OPEN FONT LICENSE" in texts.upper()


def test_unchanged_inputs_are_not_built_again_and_a_changed_one_is(assets, monkeypatch, tmp_path, built):
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    assert not assets.is_fresh()
    (tmp_path / ".stamp").write_text(assets.fingerprint(), encoding="utf-8")
    assert assets.is_fresh()

    copy = tmp_path / "sources"
    copy.mkdir()
    (copy / "new.css").write_text("a{}", encoding="utf-8")
    monkeypatch.setattr(assets, "SOURCES", copy)
    assert not assets.is_fresh()


def test_without_node_or_with_an_old_one_the_wheel_s_is_used(assets, monkeypatch):
    monkeypatch.setattr(assets.shutil, "which", lambda _name: None)
    node, npm = assets.find_node()
    assert Path(node[0]).is_file()
    assert Path(npm[1]).is_file()

    monkeypatch.setattr(assets.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(assets, "node_version", lambda _node: (18, 20))
    assert assets.find_node()[0] == node

    monkeypatch.setattr(assets, "find_spec", lambda _name: None)
    with pytest.raises(assets.CannotBuild, match="pip install"):
        assets.find_node()


def test_an_icon_that_was_not_built_names_the_remedy(built):
    with pytest.raises(NotBuilt, match=r"icons\.txt"):
        drawing("no-such-thing")


def test_every_icon_that_is_named_was_built(built):

    used = set()
    for path in [*(ROOT / "src/tuntas").rglob("*.html"), *(ROOT / "src/tuntas").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'{% icon "([\w-]+)"', text)) | set(re.findall(r'\bicon="([\w-]+)"', text))
    assert used - set(drawings()) == set()
    assert used
