"""A register of any size in minutes: reports and texts by COPY, what hangs on them by one statement a table.

Skewed as registers are: a few agencies have most of the reports, towns are dense, most reports are long closed. The
same seed and size give the same rows. Foreign keys are not checked row by row (the loader makes both sides); `check`
counts what must hold afterwards.
"""

import hashlib
import itertools
import math
import time
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from bench import lives, words
from tuntas.intake.receiving import CELL
from tuntas.kernel import numbers
from tuntas.reports.states import FINAL, State

YEARS = 5  # that every register spans, whatever its size
SEED = 20_260_101
SCATTER = 0.05  # degrees around a town's middle
SPREAD_NUMBERS = 6_364_136_223  # odd and coprime with the count of numbers: each comes once
HEAVY = ("reports_report", "reports_reporttext", "reports_event", "reports_reportunit", "clocks_clock",
         "reports_publiccopy", "notices_notice", "identity_reporter")  # fmt: skip
EMPTIED = (*HEAVY, "identity_sealedidentity", "reports_conflict", "reports_attachment")
BATCH = 1_000_000  # bytes written at once
KNOWN_EVERY = 50  # a report of so many whose secret code the bench can derive

Connection = psycopg.Connection[tuple[Any, ...]]
Say = Callable[[str], None]

COLUMNS = (
    "id uuid number code_lookup idempotency_hash content_hash channel report_type lodged_at received_at event_on"
    " is_anonymous is_confidential state back_state class problem_nature holder_since finish outcome hops objections"
    " questions escalation is_reopened is_light has_left predates_connection weight has_conflict import_bucket due_at"
    " last_event_id decided_at place latitude longitude cell_y cell_x agency_id area_id category_id holder_id lead_id"
    " parent_id reporter_id target_agency_id"
).split()


@dataclass(frozen=True)
class Place:
    """An agency with what hangs on it: units with their summed weights, village codes, the middle of its town."""

    agency: int
    units: Sequence[int]
    unit_weights: Sequence[float]
    areas: Sequence[str]
    latitude: float
    longitude: float


@dataclass(frozen=True)
class World:
    """What the loaded reports point to."""

    nation: int
    places: Sequence[Place]
    weights: Sequence[float]
    categories: Sequence[int]


def known_key(number: int) -> str:
    """The idempotency key of a loaded report whose code the bench knows (every KNOWN_EVERYth)."""
    return f"bench-{number}"


def load(admin: Connection, size: int, *, code_key: bytes, say: Say) -> dict[str, float]:
    """Empty the register and fill it with `size` reports. Returns seconds by step."""
    taken: dict[str, float] = {}
    admin.execute("SET session_replication_role = replica")  # no trigger: no foreign key, no append-only
    admin.execute("SET synchronous_commit = off; SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'")
    admin.execute(SQL("TRUNCATE {} CASCADE").format(SQL(", ").join(map(Identifier, EMPTIED))))
    world = look_around(admin)

    def timed(step: str, work: Callable[[], object]) -> None:
        began = time.monotonic()
        work()
        taken[step] = round(time.monotonic() - began, 1)
        say(f"{size:,} reports: {step} took {taken[step]:.1f} s")

    undone = _without_indexes(admin)
    timed("copy", lambda: _copy(admin, world, size, code_key))
    for step, statement in DERIVED.items():
        timed(step, lambda statement=statement: admin.execute(statement))
    timed("indexes", lambda: [admin.execute(definition) for definition in undone])
    timed("sequences", lambda: _raise_sequences(admin))
    timed("vacuum", lambda: [admin.execute(SQL("VACUUM (ANALYZE) {}").format(Identifier(t))) for t in HEAVY])
    admin.execute("CHECKPOINT")
    admin.execute("RESET ALL")
    check(admin, size)
    return taken


def is_loaded(admin: Connection, size: int) -> bool:
    """Whether a folder that was kept holds this register, as no intake has touched it, and its night's counting."""
    reports = _one(admin, "SELECT count(*) FROM reports_report")
    return bool(reports == size and _one(admin, "SELECT count(*) FROM insight_mappicture"))


def connect_everybody(admin: Connection) -> None:
    """All agencies work in the register, so that each holds its own reports."""
    admin.execute("UPDATE organizations_unit SET connected_on = '2019-01-01' WHERE connected_on IS NULL")


def look_around(admin: Connection) -> World:
    """Agencies in a seeded order of size (Zipf), each with its offices and the villages of its area."""
    random = Random(SEED)
    nation = _one(admin, "SELECT id FROM organizations_unit WHERE kind = 'NATION'")
    agencies = admin.execute(
        "SELECT a.id, coalesce(a.area_id, ''),"
        " ARRAY(SELECT u.id FROM organizations_unit u WHERE u.agency_id = a.id AND u.id <> a.id ORDER BY u.id)"
        " FROM organizations_unit a WHERE a.kind IN ('MINISTRY', 'PROVINCE', 'REGENCY', 'CITY') ORDER BY a.code"
    ).fetchall()
    villages = _villages(admin)
    # Agencies with offices come first: the busiest have the deepest trees, as in life.
    random.shuffle(agencies)
    agencies.sort(key=lambda row: not row[2])
    places = [_place(random, pk, area, units, villages) for pk, area, units in agencies]
    return World(
        nation,
        places,
        list(itertools.accumulate(1 / (rank + 2) for rank in range(len(places)))),
        [pk for (pk,) in admin.execute("SELECT id FROM organizations_category ORDER BY code")],
    )


def _place(random: Random, pk: int, area: str, units: list[int], villages: dict[str, list[str]]) -> Place:
    random.shuffle(units)
    units = units or [pk]
    return Place(
        agency=pk,
        units=units,
        unit_weights=list(itertools.accumulate(1 / (rank + 1) for rank in range(len(units)))),
        areas=villages.get(area, []) or villages[""],
        latitude=random.uniform(-8.5, 3.5),
        longitude=random.uniform(96.0, 138.0),
    )


def _villages(admin: Connection) -> dict[str, list[str]]:
    """Village codes by the regency or city that they lie in; under '' some of everywhere."""
    found: dict[str, list[str]] = {"": []}
    rows = admin.execute(
        "SELECT code FROM organizations_area WHERE level IN ('VILLAGE', 'URBAN_VILLAGE') ORDER BY code"
    )
    for number, (code,) in enumerate(rows):
        found.setdefault(code[:5], []).append(code)
        if number % 50 == 0:
            found[""].append(code)
    return found


def _copy(admin: Connection, world: World, size: int, code_key: bytes) -> None:
    """Reports on one connection, their texts on another, in one pass over one stream of chance."""
    writer, texts = words.Writer(SEED), _Buffer()
    with psycopg.connect(admin.info.dsn, password=admin.info.password, autocommit=True) as other:
        other.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        report_copy = f"COPY reports_report ({', '.join(COLUMNS)}) FROM STDIN"
        text_copy = "COPY reports_reporttext (report_id, title, body, key_epoch, requested_remedy) FROM STDIN"
        with admin.cursor().copy(report_copy) as reports, other.cursor().copy(text_copy) as told:
            rows = _Buffer()
            for line, pk, hides in _reports(world, size, code_key):
                title, body = ("", "") if hides else writer.text()
                rows.add(line, reports)
                texts.add(f"{pk}\t{title}\t{body}\t0\t\n", told)
            rows.flush(reports)
            texts.flush(told)


class _Buffer:
    """Collects lines, so that COPY gets them in large pieces."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.size = 0

    def add(self, line: str, copy: psycopg.Copy) -> None:
        self.lines.append(line)
        self.size += len(line)
        if self.size > BATCH:
            self.flush(copy)

    def flush(self, copy: psycopg.Copy) -> None:
        copy.write("".join(self.lines))
        self.lines, self.size = [], 0


def _reports(world: World, size: int, code_key: bytes) -> Iterator[tuple[str, int, bool]]:
    """Each report as a line for COPY, with its id and whether its text is hidden; oldest first."""
    random, events = Random(SEED), 0
    now = datetime.now(UTC).replace(microsecond=0)
    begin, span = now - timedelta(days=365 * YEARS), 365.0 * YEARS
    steps = {state: len(moves) for state, moves in lives.MOVES.items()}
    for pk in range(1, size + 1):
        received = begin + timedelta(days=span * (pk - 1 + random.random()) / size)
        days = (now - received).total_seconds() / 86_400
        state = _state(random, days)
        events += steps[state]
        place = world.places[bisect(world.weights, random.random() * world.weights[-1])]
        facts = _facts(random, world, place, pk, state, received, days, now)
        facts |= {"last_event_id": events, **_keys(random, pk, code_key)}
        line = "\t".join([r"\N" if facts[name] is None else str(facts[name]) for name in COLUMNS]) + "\n"
        yield line, pk, facts["is_confidential"] == "t"


def _state(random: Random, days: float) -> str:
    if random.random() < lives.chance_open(days, math.exp(-days / 15)):
        return lives.choose(random, lives.FRESH if days < lives.FRESH_DAYS else lives.UNDER_WAY)
    return lives.choose(random, lives.OVER)


def _facts(
    random: Random, world: World, place: Place, pk: int, state: str, received: datetime, days: float, now: datetime
) -> dict[str, Any]:
    unit = place.units[bisect(place.unit_weights, random.random() * place.unit_weights[-1])]
    holder = _holder(random, world, place, unit, state)
    final = state in FINAL
    decided = received + timedelta(days=min(days, random.expovariate(1 / 20) + 1)) if final else None
    due = None if final else received + timedelta(days=random.choice((3, 5, 14, 20)) * (2.5 if days > 40 else 1))
    latitude = place.latitude + random.gauss(0, SCATTER)
    longitude = place.longitude + random.gauss(0, SCATTER)
    has_point = random.random() < 0.7
    return _BLANK | {
        "id": pk,
        "lodged_at": received,
        "received_at": received,
        "event_on": received.date(),
        "is_anonymous": "t" if random.random() < 0.2 else "f",
        "is_confidential": "t" if random.random() < 0.04 else "f",
        "state": state,
        "class": "" if state in lives.UNCHECKED else "NON_SUPERVISORY",
        "holder_since": received,
        "finish": lives.choose(random, lives.FINISHES) if state == State.RESOLVED else "",
        "due_at": due,
        "decided_at": decided,
        "place": f"Titik {random.randrange(1000)} di depan pasar",
        "latitude": latitude if has_point else None,
        "longitude": longitude if has_point else None,
        "cell_y": math.floor(latitude / CELL) if has_point else None,
        "cell_x": math.floor(longitude / CELL) if has_point else None,
        "agency_id": world.nation if holder == world.nation else place.agency,
        "area_id": random.choice(place.areas),
        "category_id": None if state in lives.UNCHECKED else random.choice(world.categories),
        "holder_id": holder,
        "lead_id": unit if state not in lives.UNCHECKED else None,
        "parent_id": max(1, pk - 7) if state == State.MERGED else None,
        "reporter_id": pk,
        "target_agency_id": place.agency if random.random() < 0.5 else None,
    }


def _holder(random: Random, world: World, place: Place, unit: int, state: str) -> int:
    """Four in ten of those that nobody has handed on wait at the nation, the others at their agency."""
    if state in lives.UNCHECKED or state in (State.AWAITING_DISPOSITION, State.MERGED):
        return world.nation if random.random() < 0.4 else place.agency
    return unit


_BLANK: dict[str, Any] = dict.fromkeys(COLUMNS) | {
    "channel": "WEB", "report_type": "COMPLAINT", "back_state": "", "problem_nature": "", "finish": "", "outcome": "",
    "hops": 0, "objections": 0, "questions": 0, "escalation": 0, "is_reopened": "f", "is_light": "f", "has_left": "f",
    "predates_connection": "f", "weight": 1, "has_conflict": "f", "import_bucket": "",
}  # fmt: skip


def _keys(random: Random, pk: int, code_key: bytes) -> dict[str, str]:
    digits = str(10**9 + pk * SPREAD_NUMBERS % (9 * 10**9))
    told = {
        "uuid": f"{random.getrandbits(128):032x}",
        "number": digits + str(numbers.damm(digits)),
        "code_lookup": rf"\\x{random.getrandbits(256):064x}",
        "idempotency_hash": rf"\\x{random.getrandbits(256):064x}",
        "content_hash": rf"\\x{random.getrandbits(256):064x}",
    }
    if pk % KNOWN_EVERY == 0:
        code = numbers.secret_code(code_key, known_key(pk))
        told["code_lookup"] = rf"\\x{numbers.lookup_digest(code_key, code).hex()}"
        told["idempotency_hash"] = rf"\\x{hashlib.sha256(known_key(pk).encode()).hexdigest()}"
    return told


def _table(rows: Sequence[Sequence[object]]) -> str:
    """Rows as a VALUES list; the words are our own."""
    return ", ".join("(" + ", ".join("NULL" if v is None else repr(v) for v in row) + ")" for row in rows)


_MOVES = _table([
    (str(state), number, len(moves), step.verb, step.source, step.to, step.audience, step.at)
    for state, moves in lives.MOVES.items() for number, step in enumerate(moves, start=1)
])  # fmt: skip
_CLOCKS = _table([
    (str(state), clock.kind, clock.length, clock.began, clock.ended)
    for state, clocks in lives.CLOCKS.items() for clock in clocks
])  # fmt: skip
_NOTE = ("Petugas memeriksa tempat itu bersama warga, mencatat keadaannya, lalu mengganti bagian yang rusak;"
         " foto sebelum dan sesudahnya ada pada berkas laporan nomor ")  # fmt: skip
_LIFE = "(coalesce(r.decided_at, now()) - r.received_at)"
_UNCHECKED = ", ".join(repr(str(state)) for state in sorted(lives.UNCHECKED))

_NATION = "(SELECT id FROM organizations_unit WHERE kind = 'NATION')"

DERIVED: dict[str, str] = {
    "first look": "ANALYZE reports_report, reports_reporttext",  # else what follows is planned for the register before
    "reporters": """
        INSERT INTO identity_reporter (id, uuid, created_at, channel, has_contact, language)
        SELECT id, gen_random_uuid(), received_at, 'WEB', id % 10 < 4, 'id' FROM reports_report ORDER BY id""",
    "events": f"""
        INSERT INTO reports_event (id, report_id, at, recorded_at, verb, from_state, to_state, from_agency_id,
          to_agency_id, holder_id, actor_kind, actor_role, audience, note, facts)
        SELECT r.last_event_id - m.steps + m.step, r.id, r.received_at + {_LIFE} * m.at::float8, r.received_at, m.verb,
          m.source, m.target, CASE WHEN m.step > 1 THEN r.agency_id END, r.agency_id, r.holder_id,
          CASE WHEN m.step = 1 THEN 'system' ELSE 'officer' END, '', m.audience,
          CASE WHEN m.verb IN ('progress', 'resolve') THEN '{_NOTE}' || r.number ELSE '' END, '{{}}'
        FROM reports_report r JOIN (VALUES {_MOVES}) m (state, step, steps, verb, source, target, audience, at)
          ON m.state = r.state ORDER BY r.id, m.step""",
    "clocks": f"""
        INSERT INTO clocks_clock (report_id, kind, owner_id, started_at, due_at, length, calendar_version, stopped_by,
          stopped_at, fire_at, fired, is_fair)
        SELECT r.id, c.kind, r.holder_id, r.received_at + {_LIFE} * c.began::float8,
          CASE WHEN c.ended IS NULL THEN coalesce(r.due_at, r.received_at + interval '1 day' * c.length)
               ELSE r.received_at + interval '1.4 days' * c.length END,
          c.length, 'wib-5/1', CASE WHEN c.ended IS NULL THEN '' ELSE 'resolve' END,
          r.received_at + {_LIFE} * c.ended::float8,
          CASE WHEN c.ended IS NULL AND r.due_at > now() THEN r.due_at END, 0, false
        FROM reports_report r JOIN (VALUES {_CLOCKS}) c (state, kind, length, began, ended)
          ON c.state = r.state ORDER BY r.id""",
    "parts": f"""
        INSERT INTO reports_reportunit (report_id, unit_id, part, since, until)
        SELECT r.id, r.holder_id, 'HOLDER', r.received_at, NULL::timestamptz FROM reports_report r
        UNION ALL
        SELECT r.id, r.lead_id, 'LEAD', r.received_at, NULL FROM reports_report r WHERE r.lead_id IS NOT NULL
        UNION ALL
        SELECT r.id, CASE WHEN r.id % 10 < 4 THEN {_NATION} ELSE r.agency_id END, 'HOLDER', r.received_at,
          r.received_at + interval '2 days'
        FROM reports_report r
        WHERE r.state NOT IN ({_UNCHECKED}) AND r.holder_id <> CASE WHEN r.id % 10 < 4 THEN {_NATION} ELSE r.agency_id END
        ORDER BY 1""",
    "public copies": f"""
        INSERT INTO reports_publiccopy (report_id, number, title, body, place, published_at)
        SELECT r.id, r.number, t.title, t.body, r.place, r.received_at + interval '1 day'
        FROM reports_report r JOIN reports_reporttext t ON t.report_id = r.id
        WHERE NOT r.is_confidential AND r.state NOT IN ({_UNCHECKED}) ORDER BY r.id""",
    "notices": """
        INSERT INTO notices_notice ("to", role, template, params, language, created_at, not_before, attempts, sent_at,
          error, event_id, report_id, unit_id, read_at)
        SELECT 'UNIT', '', 'receive', jsonb_build_object('number', number), 'id', received_at, received_at, 1,
          received_at, '', last_event_id, id, holder_id,
          CASE WHEN received_at < now() - interval '14 days' THEN received_at + interval '1 day' END
        FROM reports_report ORDER BY id""",
}


def _without_indexes(admin: Connection) -> list[str]:
    """Drop every index that is not a primary key; returns the statements that bring them back."""
    undone: list[str] = []
    unique = (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'u' AND conrelid = %s::regclass"
    )
    plain = (
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = %s AND indexname NOT IN"
        " (SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)"
    )
    for table in HEAVY:
        for name, definition in admin.execute(unique, [table]).fetchall():
            admin.execute(SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(Identifier(table), Identifier(name)))
            undone.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        for name, definition in admin.execute(plain, [table, table]).fetchall():
            admin.execute(SQL("DROP INDEX {}").format(Identifier(name)))
            undone.append(definition)
    return undone


def _raise_sequences(admin: Connection) -> None:
    for table in HEAVY:
        sequence = _one(admin, "SELECT pg_get_serial_sequence(%s, CASE WHEN %s IN ('reports_reporttext',"
                               " 'reports_publiccopy') THEN 'report_id' ELSE 'id' END)", table, table)  # fmt: skip
        if sequence:
            key = SQL("SELECT setval({}, (SELECT max(id) FROM {}))").format(sequence, Identifier(table))
            admin.execute(key)


def check(admin: Connection, size: int) -> None:
    """Raise unless the rows fit together as the register's own rules have them."""
    faults = {
        "reports": f"SELECT count(*) - {size} FROM reports_report",
        "without a text": "SELECT count(*) FROM reports_report r LEFT JOIN reports_reporttext t ON t.report_id = r.id"
        " WHERE t.report_id IS NULL",
        "whose last event is not theirs": "SELECT count(*) FROM reports_report r LEFT JOIN reports_event e"
        " ON e.id = r.last_event_id AND e.report_id = r.id AND e.to_state = r.state WHERE e.id IS NULL",
        "open without a running clock": "SELECT count(*) FROM reports_report r WHERE due_at IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM clocks_clock c WHERE c.report_id = r.id AND c.stopped_at IS NULL)",
        "whose holder takes no part": "SELECT count(*) FROM reports_report r LEFT JOIN reports_reportunit p"
        " ON p.report_id = r.id AND p.unit_id = r.holder_id AND p.part = 'HOLDER' AND p.until IS NULL"
        " WHERE p.id IS NULL",
        "held by nobody we know": "SELECT count(*) FROM reports_report r LEFT JOIN organizations_unit u"
        " ON u.id = r.holder_id WHERE u.id IS NULL",
        "in a place we do not know": "SELECT count(*) FROM reports_report r LEFT JOIN organizations_area a"
        " ON a.code = r.area_id WHERE a.code IS NULL",
    }
    found = {name: _one(admin, question) for name, question in faults.items()}
    if wrong := {name: count for name, count in found.items() if count}:
        raise RuntimeError(f"the loaded register does not hold together: {wrong}")


def size_of(admin: Connection) -> int:
    """Bytes of the database on disk."""
    return int(_one(admin, "SELECT pg_database_size(current_database())"))


def _one(admin: Connection, question: str, *values: object) -> Any:
    row = admin.execute(question, list(values) or None).fetchone()
    assert row is not None
    return row[0]


def code_key(root: Path) -> bytes:
    return bytes.fromhex((root / "secrets" / "code-key").read_text(encoding="ascii").strip())
