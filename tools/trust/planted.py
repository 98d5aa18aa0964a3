"""A site of one page with planted faults, for scanners to find: a statement put together from text, text shown unescaped,
a weak content policy and a cookie without protection. Listens on this machine alone, and holds nothing.

usage: python -m tools.trust.planted PORT
"""

import sqlite3
import sys
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import make_server

ROWS = [(1, "Lampu jalan mati"), (2, "Jalan berlubang"), (3, "Antrean di loket")]


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """GET /laporan?kata=…: the planted search; everything else is a page that links to it."""
    asked = parse_qs(environ.get("QUERY_STRING", "")).get("kata", [""])[0]
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", "session=planted"),
               ("Content-Security-Policy", "default-src *; script-src * 'unsafe-inline'")]  # fmt: skip
    try:
        found = _database().execute(f"SELECT title FROM report WHERE title LIKE '%{asked}%'").fetchall()
    except sqlite3.Error as error:
        start("500 Internal Server Error", headers)
        return [f"<p>{error}</p>".encode()]
    start("200 OK", headers)
    rows = "".join(f"<li>{title}</li>" for (title,) in found)
    form = (
        '<form action="/laporan"><input name="kata"><button>Cari</button></form><a href="/laporan?kata=jalan">jalan</a>'
    )
    return [
        f"<html><head><title>x</title></head><body>{form}<p>Hasil untuk {asked}</p><ul>{rows}</ul></body></html>".encode()
    ]


def _database() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:")
    made.execute("CREATE TABLE report (id INTEGER, title TEXT)")
    made.executemany("INSERT INTO report VALUES (?, ?)", ROWS)
    return made


if __name__ == "__main__":
    make_server("127.0.0.1", int(sys.argv[1]), application).serve_forever()
