"""The reads that people wait for, through the product's own pages and with row-level security on.

Each page is asked for in this process, as web's role, on one connection. What its statements took and the buffers that
they touched are PostgreSQL's own figures (pg_stat_statements), so that a busy machine's waits between the two processes
do not count. The whole page is then asked for through the real server. Growth is the exponent of the median between two sizes: 0 is "the same at any size", 1 is "in
proportion".
"""

import itertools
import math
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import psycopg
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from bench import loading, public_reads, words
from bench.people import Reader
from bench.public_reads import column
from tuntas.accounts import ethics
from tuntas.intake import queries as intake
from tuntas.kernel import numbers
from tuntas.portal import agencies
from tuntas.workspace import whole

LIMIT = 50.0  # milliseconds in the database, 95th percentile (design 6)
PAGE = 100.0  # milliseconds of the whole page, 95th percentile: public search, list and map
ONCE_A_MINUTE = 500.0  # what a count may take that each web process makes once a minute, and not for each visitor
OVERVIEW = 100.0  # for the counts of up to half the register (docs/performance.md)
FLAT, RARE = 0.3, 1.0  # growth exponents that are allowed (design 6)
RUNS = 60
WHOLE = 25  # of them through the real server
SECONDS = 25.0  # after which a read is not repeated any more
HOST = "localhost"
TOKEN = "0" * 32  # of the form and of its cookie: they have to be the same, and nothing else

Connection = psycopg.Connection[tuple[Any, ...]]
Visit = tuple[Client, str]


@dataclass(frozen=True)
class Read:
    """What is read, by whom, what it may take and how much it may grow (None: in proportion, and we say so).

    visits: client and address, endlessly, varied. before: called ahead of each. page: what the whole page may take.
    forms: what is sent there, endlessly; None: the page is asked for and nothing is sent.
    """

    name: str
    visits: Iterator[Visit]
    growth: float | None = FLAT
    limit: float = LIMIT
    page: float | None = None
    before: Callable[[], None] = lambda: None
    forms: Iterator[Mapping[str, str]] | None = None


@dataclass
class Taken:
    """What one read took. database: milliseconds a page, planning included, as PostgreSQL counted them for itself;
    buffers: 8 kB pages touched, on average."""

    database: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    statements: int = 0
    buffers: float = 0.0
    slowest: str = ""

    def facts(self, read: Read) -> dict[str, Any]:
        return {
            "runs": len(self.database), "statements": self.statements, "buffers": round(self.buffers),
            "database_p50_ms": _percentile(self.database, 50), "database_p95_ms": _percentile(self.database, 95),
            "page_p50_ms": _percentile(self.whole, 50), "page_p95_ms": _percentile(self.whole, 95),
            "slowest_statement": self.slowest, "limit_ms": read.limit, "growth_limit": read.growth,
            "page_limit_ms": read.page,
        }  # fmt: skip


def measure(admin: Connection, reads: Sequence[Read], port: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Facts by the name of the read."""
    admin.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    found: dict[str, Any] = {}
    with _tracked(admin):
        for read in reads:
            taken = _repeat(admin, read, port)
            found[read.name] = taken.facts(read)
            say(f"{read.name}: {found[read.name]['database_p50_ms']} / {found[read.name]['database_p95_ms']} ms"
                f" in {taken.statements} statements, {taken.buffers:.0f} buffers")  # fmt: skip
    return found


def growth(small: Mapping[str, Any], large: Mapping[str, Any], sizes: tuple[int, int]) -> float:
    """The exponent of the median between two sizes; medians under half a millisecond count as that much."""
    times = [max(0.5, facts["database_p50_ms"]) for facts in (small, large)]
    return round(math.log(times[1] / times[0]) / math.log(sizes[1] / sizes[0]), 2)


def all_reads(admin: Connection, people: Mapping[str, Sequence[Reader]], *, size: int, code_key: bytes) -> list[Read]:
    """Every read of the bench, on the register of `size` reports that is loaded now."""
    liaison, admins = _signed_in(people["liaison"]), _signed_in(people["admin"])
    nation, supervisors = _signed_in(people["national"]), _signed_in(people["supervisor"])
    public = public_reads.visitors()
    held = column(admin, "SELECT number FROM reports_report WHERE holder_id = %s AND due_at IS NOT NULL"
                         " AND NOT is_anonymous AND NOT is_confidential ORDER BY id DESC LIMIT 40", people["liaison"][0].unit)  # fmt: skip
    shown = column(admin, "SELECT number FROM reports_publiccopy TABLESAMPLE SYSTEM (%s) LIMIT 60", _share(admin))
    slugs = column(admin, "SELECT u.slug FROM reports_report r JOIN organizations_unit u ON u.id = r.agency_id"
                           " GROUP BY 1 ORDER BY count(*) DESC LIMIT 20")  # fmt: skip
    search = "/workspace/search?q="
    return [
        Read("inbox of an office", _rounds(liaison, ["/workspace/queues/follow-up/"])),
        Read("inbox of an agency", _rounds(admins, ["/workspace/queues/verify/"])),
        Read("inbox of the nation", _rounds(nation, ["/workspace/queues/verify/"])),
        Read("all reports of an agency", _rounds(admins, ["/workspace/queues/all/"])),
        Read("one report, for its officer, with what lies near", _rounds(liaison[:1], _reports(held))),
        Read("reporter's own page", _rounds(_trackers(admin, size, code_key), ["/bantuan/catatan"])),
        *_public(admin, public, slugs, shown),
        Read("officers' search, common word", _rounds(admins, [search + words.COMMON])),
        Read("officers' search, middling word", _rounds(admins, [search + words.middling()])),
        Read("officers' search, rare word", _rounds(admins, [search + words.RARE]), growth=RARE),
        Read("agency's public account, counted anew", _rounds(public, [f"/instansi/{slug}" for slug in slugs]),
             before=_forget),
        Read("first page", _rounds(public, ["/"])),
        Read("first page, the whole register counted anew", _rounds(public, ["/"]), growth=None, limit=ONCE_A_MINUTE,
             before=_forget),
        Read("supervisor's overview", _rounds(supervisors, ["/workspace/supervision/"]), growth=None, limit=OVERVIEW),
    ]  # fmt: skip


def _public(admin: Connection, public: Sequence[Client], slugs: Sequence[str], shown: Sequence[str]) -> list[Read]:
    """What visitors wait for: each whole page within PAGE."""
    rows = [*public_reads.searches(admin, slugs), *public_reads.maps(admin), *public_reads.others(admin, shown)]
    offered = _rounds(public, ["/lapor"])
    return [
        *(
            Read(name, _rounds(public, asked), growth=RARE if "rare" in name else FLAT, page=PAGE)
            for name, asked in rows
        ),
        Read("similar open reports, offered before sending", offered, page=PAGE, forms=public_reads.stories(admin)),
    ]


def _reports(held: Sequence[str]) -> list[str]:
    return [f"/workspace/reports/{number}/" for number in held]


def _forget() -> None:
    """Totals are remembered for a minute in each web process; here every visitor is the first of the minute."""
    agencies.counted_in.cache_clear()


def _rounds(clients: Sequence[Client], addresses: Sequence[str]) -> Iterator[Visit]:
    return zip(itertools.cycle(clients), itertools.cycle(addresses), strict=False)


def _signed_in(readers: Sequence[Reader]) -> list[Client]:
    made = []
    for reader in readers:
        client = Client(SERVER_NAME=HOST)
        client.force_login(get_user_model()._default_manager.get(username=reader.username))
        session = client.session
        session[whole.SECOND] = {"at": int(time.time()), "how": "app"}
        session[whole.ETHICS] = {"version": ethics.current().version, "until": int(time.time()) + 86_400}
        session.save()
        made.append(client)
    return made


def _trackers(admin: Connection, size: int, code_key: bytes) -> list[Client]:
    """Reporters who have typed their code, each into a browser of their own."""
    known = column(admin, "SELECT id FROM reports_report WHERE id %% %s = 0 AND id <= %s ORDER BY uuid LIMIT 30",
                    loading.KNOWN_EVERY, size)  # fmt: skip
    made = []
    for pk in known:
        client = Client(SERVER_NAME=HOST)
        code = numbers.secret_code(code_key, loading.known_key(pk))
        assert intake.report_by_code(numbers.lookup_digest(code_key, code)) == pk
        answer = client.post("/lacak", {"code": code})
        assert answer.status_code == 302, answer.status_code
        made.append(client)
    return made


def _share(admin: Connection) -> float:
    """Per cent of the public copies' pages that hold some hundreds of them."""
    row = admin.execute("SELECT count(*) FROM reports_publiccopy").fetchone()
    assert row is not None
    return min(100.0, 100 * 2_000 / max(1, row[0]))


def _repeat(admin: Connection, read: Read, port: int) -> Taken:
    taken, warm = Taken(), 3
    for _n in range(warm):
        _in_process(read)
    admin.execute("SELECT pg_stat_statements_reset()")
    until, so_far = time.monotonic() + SECONDS, 0.0
    while len(taken.database) < RUNS and (time.monotonic() < until or len(taken.database) < warm):
        taken.statements = max(taken.statements, _in_process(read))
        spent = _spent(admin)
        taken.database.append(spent - so_far)
        so_far = spent
    taken.buffers, taken.slowest = _counted(admin, len(taken.database))
    while len(taken.whole) < WHOLE and (time.monotonic() < until + SECONDS or len(taken.whole) < warm):
        taken.whole.append(_through_the_server(read, port))
    return taken


def _in_process(read: Read) -> int:
    """Ask for one page; the number of statements behind it."""
    statements: list[str] = []

    def noted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's
        statements.append(sql)
        return execute(sql, params, many, context)

    client, address = next(read.visits)
    read.before()
    with connection.execute_wrapper(noted):
        answer = client.post(address, dict(next(read.forms))) if read.forms else client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return len(statements)


def _through_the_server(read: Read, port: int) -> float:
    """Milliseconds of the whole page over HTTP, on a connection of its own, with the visitor's own cookies."""
    import http.client

    client, address = next(read.visits)
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    headers, body = {"Host": f"{HOST}:{port}", "Cookie": cookies}, None
    if read.forms:
        headers |= {
            "Cookie": f"{settings.CSRF_COOKIE_NAME}={TOKEN}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = urlencode({**next(read.forms), "csrfmiddlewaretoken": TOKEN})
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        asked.connect()
        began = time.perf_counter()
        asked.request("POST" if body else "GET", address, body, headers)
        answer = asked.getresponse()
        answer.read()
        assert answer.status == 200, f"{address}: {answer.status}"
        return 1000 * (time.perf_counter() - began)
    finally:
        asked.close()


WEB = "pg_stat_statements JOIN pg_roles r ON r.oid = userid WHERE r.rolname = 'tuntas_web'"


def _spent(admin: Connection) -> float:
    """Milliseconds that PostgreSQL has spent on statements of web's role since the count was set to nothing."""
    row = admin.execute(f"SELECT coalesce(sum(total_exec_time + total_plan_time), 0) FROM {WEB}").fetchone()
    assert row is not None
    return float(row[0])


def _counted(admin: Connection, runs: int) -> tuple[float, str]:
    """Buffers a page, and the statement that took the most of PostgreSQL's own time, with its milliseconds a page."""
    rows = admin.execute(
        f"SELECT shared_blks_hit + shared_blks_read, total_exec_time + total_plan_time AS spent, query FROM {WEB}"
        " ORDER BY spent DESC"
    ).fetchall()
    if not rows:
        return 0.0, ""
    _blocks, spent, query = rows[0]
    return sum(row[0] for row in rows) / runs, f"{spent / runs:.2f} ms: {' '.join(query.split())[:160]}"


@contextmanager
def _tracked(admin: Connection) -> Iterator[None]:
    _track(admin, "top")
    try:
        yield
    finally:
        _track(admin, "none")


def _track(admin: Connection, what: str) -> None:
    admin.execute(f"ALTER SYSTEM SET pg_stat_statements.track = {what}")
    admin.execute(f"ALTER SYSTEM SET pg_stat_statements.track_planning = {'off' if what == 'none' else 'on'}")
    admin.execute("SELECT pg_reload_conf()")
    time.sleep(0.3)  # until every backend has read it
    connection.close()


def _percentile(values: Sequence[float], hundredth: int) -> float:
    if len(values) < 2:
        return round(values[0], 2) if values else 0.0
    return round(statistics.quantiles(values, n=100, method="inclusive")[hundredth - 1], 2)
