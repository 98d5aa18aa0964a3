"""The real product in a folder of its own, with officers and reports whose every secret is a canary; and a tour of it.

One installation serves all tests of this folder that need one: it takes most of a minute to start.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from PIL import Image

from tests.security.visiting import Answer, File, Visitor
from tools.drill import place
from tools.drill.place import Place
from tuntas.operations.databases import CASE, VAULT
from tuntas.operations.postgres import ADMIN, programs

WORD = "kenari7qx4"  # every canary begins with it
PERSON = {"name": f"{WORD} Siti", "email": f"{WORD}.siti@example.test"}
STORY = f"Sekolah menarik iuran Rp150.000 per bulan. {WORD}isi: anak saya ditegur di depan kelas karena belum membayar."
PLACE = "SD Negeri Contoh 7"
MAKE_OFFICERS = "from tuntas.operations.demo import places; places.build()"
OPEN_TOUR = {"nasional": "demo-nasional", "pengawas": "demo-pengawas", "admin": "demo-admin-kota",
             "sekolah": "demo-penghubung-pendidikan", "kepala": "demo-kepala-pendidikan", "lain": "demo-penghubung-kesehatan"}  # fmt: skip


@dataclass
class Installation:
    """A running product. people: browsers by name; receipts: number and secret code by name of the report."""

    here: Place
    root: Path
    outbox: Path
    people: dict[str, Visitor] = field(default_factory=dict)
    receipts: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return self.here.port

    def visitor(self, name: str) -> Visitor:
        return self.people.setdefault(name, Visitor(self.port))

    def dump(self, database: str, *options: str) -> bytes:
        """What pg_dump makes of a database, as its superuser."""
        cluster = self.here.cluster
        told = [str(programs(cluster.accounts.db) / "pg_dump"), "--dbname", cluster.address(ADMIN, database), *options]
        return subprocess.run(told, capture_output=True, check=True).stdout

    def manage(self, words: str) -> str:
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TUNTAS_", "DJANGO_", "DATABASE_"))
        }
        told = [
            sys.executable,
            "-m",
            "tuntas.operations",
            "--data",
            str(self.here.data.root),
            "manage",
            "shell",
            "-c",
            words,
        ]
        done = subprocess.run(told, capture_output=True, text=True, check=False, env=clean)
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def installed() -> Iterator[Installation]:
    """`tuntas run` with the demonstration's officers, but none of its reports, and every log at its most talkative."""
    with ExitStack() as ends:
        root = Path(
            ends.enter_context(tempfile.TemporaryDirectory(prefix="tuntas-attack-", ignore_cleanup_errors=True))
        )
        root.chmod(0o755)
        mail, outbox = ends.enter_context(place.post_office(root))
        here = ends.enter_context(place.running(root, mail, TUNTAS_DEMO="1", TUNTAS_LOG="DEBUG"))
        product = Installation(here, root, outbox)
        product.manage(MAKE_OFFICERS)
        yield product


# People ----------------------------------------------------------------------------------------------------------


class _Forms(HTMLParser):
    """Every form of a page: where it goes, and what it would send as it stands, with every box ticked."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.forms.append((given.get("action", ""), {}))
        elif self.forms and tag in {"input", "textarea"} and given.get("name") and given.get("type") != "file":
            ticked = given.get("type") in {"checkbox", "radio"}
            self.forms[-1][1].setdefault(given["name"], given.get("value") or ("on" if ticked else ""))


def forms_of(answer: Answer) -> list[tuple[str, dict[str, str]]]:
    parser = _Forms()
    parser.feed(answer.body.decode(errors="replace"))
    return parser.forms


def sign_in(product: Installation, name: str) -> Visitor:
    """An officer of the demonstration, through the door and whatever stands behind it (the code of ethics)."""
    visitor = product.visitor(name)
    page = visitor.get("/workspace/masuk")
    wanted = f"({OPEN_TOUR[name].removeprefix('demo-')})"
    doors = re.findall(r'name="door" value="([^"]+)".*?<button[^>]*>(.*?)</button>', page.text, re.DOTALL)
    door = next(door for door, words in doors if wanted in words)
    answer = visitor.post("/workspace/masuk/demo", {"door": door})
    for _turn in range(3):
        if not answer.address.startswith("/workspace/ethics"):
            break
        action, fields = forms_of(answer)[-1]
        answer = visitor.post(action or answer.address, fields)
    assert answer.status == 200, (name, answer.status, answer.address)
    return visitor


def a_photo_that_tells() -> bytes:
    """A photograph with a name, a place and a comment in its metadata."""
    out, data = BytesIO(), Image.Exif()
    data[0x013B], data[0x8298], data[0x010E] = f"{WORD} artist", f"{WORD} copyright", f"{WORD} description"
    data.get_ifd(0x8825)[1] = "S"
    data.get_ifd(0x8825)[2] = (7.0, 58.0, 12.0)
    Image.new("RGB", (800, 600), "navy").save(out, "JPEG", exif=data, comment=f"{WORD} comment".encode())
    return out.getvalue()


def file_a_report(product: Installation, called: str, files: list[File] | None = None, **fields: str) -> None:
    """The two steps of the form, and the receipt kept in the test's memory alone."""
    visitor = product.visitor(called)
    visitor.get("/lapor")
    key = str(uuid4())
    told = {"key": key, "report_type": "COMPLAINT", "text": STORY, "place": PLACE, "target": "-", **fields}
    visitor.post("/lapor", told | {"agency_words": "", "area_words": ""})
    answer = visitor.post("/lapor/terkirim", told, {"photos": files or []})
    assert answer.status == 200, answer.text[-2000:]
    code = re.search(r'id="secret">([0-9A-Z-]{29})<', answer.text)
    number = re.search(r"(\d{3}) (\d{3}) (\d{4})-(\d)", answer.text)
    assert code, answer.text[-2000:]
    assert number, answer.text[-2000:]
    product.receipts[called] = ("".join(number.groups()), code[1])


def open_own(product: Installation, name: str) -> Answer:
    visitor = product.visitor(name)
    visitor.get("/lacak")
    return visitor.post("/lacak", {"code": product.receipts[name][1]})


def read_report(visitor: Visitor, number: str) -> Answer:
    """The officer's page of a report, with whatever it asks first (a purpose)."""
    answer = visitor.get(f"/workspace/reports/{number}/")
    if answer.address.split("?")[0].endswith("/purpose"):
        action, fields = next(
            (action, fields) for action, fields in forms_of(answer) if "purpose" in (action or answer.address)
        )
        answer = visitor.post(
            action or answer.address, fields | {"reason": "Memeriksa laporan", "note": "Memeriksa laporan"}
        )
    return answer


def act(visitor: Visitor, number: str, name: str, **fields: str) -> Answer:
    """One of the officer's acts, with what the page's own form holds."""
    page = read_report(visitor, number)
    action, given = next((a, f) for a, f in forms_of(page) if a.endswith(f"/{name}/"))
    return visitor.post(action, given | {f"{name}-{field}": value for field, value in fields.items()})


DATABASES = (CASE, VAULT)
