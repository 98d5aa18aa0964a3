"""What visitors of the public pages read: the list with each filter, the search with each kind of word, the map of each
width, places while somebody types, similar reports before one is sent, a follower's page.
"""

import hashlib
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus
from uuid import uuid4

import psycopg
from django.test import Client
from django.utils import timezone

from bench import words
from tuntas.access.actors import PUBLIC, acting
from tuntas.following.models import Follow

FOLLOWS = 100  # one follow for so many reports
SAID = 40  # texts that a person is about to send
Connection = psycopg.Connection[tuple[Any, ...]]
Rows = Sequence[tuple[str, Sequence[str]]]


def searches(admin: Connection, slugs: Sequence[str]) -> Rows:
    """(name, addresses) of the list with each filter and of the search with each kind of word."""
    found, middling = "/laporan?kata=", words.middling()
    regencies, provinces = busy_areas(admin, 5), busy_areas(admin, 2)
    old = column(admin, "SELECT max(report_id) / 2 + n FROM reports_publiccopy, generate_series(1, 20) n GROUP BY n")
    whole = quote_plus(" ".join(" ".join(words.Writer(9).text()) for _n in range(8)))[:6_000].rsplit("+", 1)[0]
    return [
        ("public list", ["/laporan"]),
        ("public list, half the register back", [f"/laporan?sebelum={pk}" for pk in old]),
        ("public list of an agency", [f"/laporan?instansi={slug}" for slug in slugs]),
        ("public list of an agency by its name", ["/laporan?instansi=dinas+pekerjaan", "/laporan?instansi=jawa+timur"]),
        ("public list of a regency", [f"/laporan?tempat={code}" for code in regencies]),
        ("public list of a province", [f"/laporan?tempat={code}" for code in provinces]),
        ("public list, finished ones of a regency within a year",
         [f"/laporan?tempat={code}&keadaan=finished&waktu=365" for code in regencies]),
        ("public list, one category of a province and quarter",
         [f"/laporan?tempat={code}&kategori=PHB&waktu=90" for code in provinces]),
        ("public search, common word", [found + words.COMMON]),
        ("public search, middling word", [found + middling]),
        ("public search, rare word", [found + words.RARE]),
        ("public search, two words", [f"{found}{words.COMMON}+{middling}", f"{found}lampu+banjir"]),
        ("public search, a phrase", [f"{found}%22{words.COMMON}+rusak%22"]),
        ("public search, one word without another", [f"{found}{words.COMMON}+-rusak", f"{found}{middling}+-jalan"]),
        ("public search, five hundred words", [found + whole]),
        ("public search, a slip", [found + words.SLIP]),
        ("public search, nothing like it", [found + "zqxwvkjq"]),
        ("public search, a slip in a regency", [f"{found}{words.SLIP}&tempat={code}" for code in regencies]),
        ("public search, common word in a regency", [f"{found}{words.COMMON}&tempat={code}" for code in regencies]),
        ("public search, middling word in a regency", [f"{found}{middling}&tempat={code}" for code in regencies]),
        ("public search, middling word of an agency", [f"{found}{middling}&instansi={slug}" for slug in slugs]),
        ("public search, middling word, finished, one category",
         [f"{found}{middling}&keadaan=finished&kategori=PHB"]),
        ("public search, rare word in a regency", [f"{found}{words.RARE}&tempat={code}" for code in regencies]),
    ]  # fmt: skip


def maps(admin: Connection) -> Rows:
    """(name, addresses) of the map of each width, with its filters; the list of its places stands on the same page."""
    regencies, provinces = busy_areas(admin, 5), busy_areas(admin, 2)
    cut = "kategori=PHB&waktu=90"
    return [
        ("map of the nation, with its list", ["/peta"]),
        ("map of the nation, one category of a quarter", [f"/peta?{cut}"]),
        ("map of a province, with its list", [f"/peta?di={code}" for code in provinces]),
        ("map of a province, one category of a quarter", [f"/peta?di={code}&{cut}" for code in provinces]),
        ("map of a regency, with its list", [f"/peta?di={code}" for code in regencies]),
        ("map of a regency, one category of a quarter", [f"/peta?di={code}&{cut}" for code in regencies]),
    ]


def others(admin: Connection, shown: Sequence[str]) -> Rows:
    """(name, addresses): places while somebody types, and the page behind a follower's link."""
    typed = ["su", "suka", "sukamaju", "tegal", "karang", "kota", "tegal besar, kaliwates", "mangga dua, jakarta"]
    return [
        ("public report", [f"/laporan/{number}" for number in shown]),
        ("places while somebody types", [f"/lapor/tempat?kata={quote_plus(words)}" for words in typed]),
        ("page of a follower", [f"/ikuti/{token}" for token in _followed(admin)]),
    ]


def stories(admin: Connection) -> Iterator[Mapping[str, str]]:
    """Step one of the form, endlessly: texts with a point in a busy town, every fourth with a place and no point."""
    writer, chance = words.Writer(11), random.Random(11)
    points = admin.execute(
        "SELECT latitude::text, longitude::text, place FROM reports_report WHERE latitude IS NOT NULL"
        " ORDER BY id DESC LIMIT 400"
    ).fetchall()
    told = []
    for turn in range(SAID):
        title, body = writer.text()
        latitude, longitude, place = chance.choice(points)
        point = {"latitude": latitude, "longitude": longitude} if turn % 4 else {"latitude": "", "longitude": ""}
        told.append({"key": str(uuid4()), "text": f"{title}. {body}", "place": place, **point})
    return itertools.cycle(told)


def busy_areas(admin: Connection, length: int) -> list[Any]:
    """The twenty areas with the most reports: of regencies (5 letters of the code) or provinces (2)."""
    return column(admin, "SELECT left(area_id, %s) FROM reports_report WHERE area_id IS NOT NULL GROUP BY 1"
                         " ORDER BY count(*) DESC LIMIT 20", length)  # fmt: skip


def column(admin: Connection, question: str, *values: object) -> list[Any]:
    """The first column of what the question gives."""
    return [row[0] for row in admin.execute(question, values or None)]


def visitors() -> Sequence[Client]:
    return [Client(SERVER_NAME="localhost")]


def _followed(admin: Connection) -> list[str]:
    """Tokens of some of the follows; one report of each FOLLOWS is made to have one."""
    admin.execute("DELETE FROM following_follow")
    copies = column(admin, "SELECT report_id FROM reports_publiccopy WHERE report_id %% %s = 0", FOLLOWS)
    now = timezone.now()
    with acting(PUBLIC):
        Follow.objects.bulk_create(
            [
                Follow(
                    copy_id=pk, who=_digest(f"who {pk}"), token=_digest(f"token-{pk}"), asked_at=now, confirmed_at=now
                )
                for pk in copies
            ],
            batch_size=2_000,
        )
    return [f"token-{pk}" for pk in copies[:: max(1, len(copies) // 20)]]


def _digest(told: str) -> bytes:
    return hashlib.sha256(told.encode()).digest()
