"""Durable intake through HTTP, beside pgbench running the very same statement on the same cluster, turn by turn.

Both commit with fsync and synchronous_commit on. What is compared is processor time for each report, because rates on a
shared disk are a reading of its mood; the least of the rounds counts, since neighbours only ever add.

pgbench runs twice: at full speed, and held to the rate that the web reached. At full speed its commits share their
syncs and its processes never sleep, which alone makes a report a third cheaper for the database; held to our rate it
shows what the statement costs at that pace whoever sends it.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bench.ground import Ground
from bench.meters import Meter, load_average, sync_milliseconds
from bench.visitors import FIELDS
from tuntas.intake.queries import STATEMENT
from tuntas.operations.postgres import programs

CONNECTIONS = 4
APP_LIMIT = 1.5  # milliseconds of processor time a report (design 6)
DATABASE_LIMIT = 1.2  # times pgbench's
LEAST = ("app_ms", "database_ms", "pgbench_ms", "pgbench_at_our_rate_ms", "multipart_ms")
SEALED = 580  # bytes of a sealed identity
ROOT = Path(__file__).resolve().parent.parent

Connection = psycopg.Connection[tuple[Any, ...]]

# What the statement is given by pgbench: the words of the visitors' form, and keys that are new each time.
_KEY = "uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())"
GIVEN = {
    "uuid": "gen_random_uuid()", "numbers": "ARRAY[:n1::text, :n2::text, :n3::text]", "lookup": _KEY,
    "idempotency": _KEY, "content": _KEY, "reporter": "gen_random_uuid()", "has_contact": "true", "language": "'id'",
    "epoch": "1", "sealed": "decode(repeat('5a', {sealed}), 'hex')", "verb": "'receive'", "channel": "'WEB'",
    "type": "'COMPLAINT'", "lodged": "now()", "received": "now()", "event_on": "'2026-01-02'", "target": "NULL",
    "anonymous": "false", "confidential": "false", "accused": "'{{}}'", "holder": "{holder}", "agency": "{holder}",
    "title": "''", "body": "'{text}'", "body_sealed": "NULL", "key_epoch": "0", "remedy": "'{remedy}'", "party": "''",
    "queue": "''", "area": "NULL",
    "place": "'{place}'", "latitude": "{latitude}", "longitude": "{longitude}", "cell_y": "-1634", "cell_x": "22740",
    "due": "now() + interval '3 days'", "fire": "now() + interval '1 day'", "length": "3", "policy": "{policy}",
    "calendar": "'wib-5/1'", "params": "'{params}'",
}  # fmt: skip


def measure(ground: Ground, port: int, pid: int, *, rounds: int, seconds: float, say: Any) -> dict[str, Any]:
    """The least processor milliseconds of web, database and pgbench's database, and all rounds behind them."""
    with ground.admin() as admin, tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_script(admin))
        script.flush()
        visit(port, 2.0, "plain")  # warm
        found = [_round(ground, admin, port, pid, script.name, seconds) for _n in range(rounds)]
        statements = _statements(ground, admin, port)
    for each in found:
        say(f"web {each['app_ms']:.2f} + database {each['database_ms']:.2f} ms a report, {each['rate']:.0f}/s;"
            f" pgbench {each['pgbench_ms']:.2f} ms, {each['pgbench_rate']:.0f}/s, held to our rate"
            f" {each['pgbench_at_our_rate_ms']:.2f} ms; sync {each['sync_ms']:.2f} ms, load {each['load']:.1f}")  # fmt: skip
    least = {name: min(each[name] for each in found) for name in LEAST}
    # A ratio is taken within a round, where both met the same neighbours, and the middle one counts: the least of one
    # side over the least of the other compares two different moments.
    ratios = {
        "database_ratio": _middle_ratio(found, "pgbench_at_our_rate_ms"),
        "database_ratio_to_full_speed": _middle_ratio(found, "pgbench_ms"),
    }
    return least | ratios | {"statements": statements, "rounds": found}


def _middle_ratio(rounds: list[dict[str, Any]], beside: str) -> float:
    return round(median(each["database_ms"] / each[beside] for each in rounds), 2)


def visit(port: int, seconds: float, kind: str) -> dict[str, Any]:
    """What the visitors, in a process of their own, brought home."""
    words = [sys.executable, "-m", "bench.visitors", str(port), str(seconds), str(CONNECTIONS), kind]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True, timeout=seconds + 60)
    told: dict[str, Any] = json.loads(done.stdout)
    if told["failed"] or not told["receipts"] or told["receipts"] != told["distinct"]:
        raise RuntimeError(f"the form did not give every visitor a receipt: {told['failed']}, {done.stderr[-500:]}")
    return told


def _round(ground: Ground, admin: Connection, port: int, pid: int, script: str, seconds: float) -> dict[str, Any]:
    sync, before = sync_milliseconds(ground.data.cluster), _reports(admin)
    with Meter(pid) as app, Meter(ground.postmaster) as database:
        told = visit(port, seconds, "plain")
    sent = told["receipts"]
    if _reports(admin) - before != sent:
        raise RuntimeError(f"{sent} receipts, but {_reports(admin) - before} new reports in the register")
    with Meter(ground.postmaster) as bare:
        done, rate = _pgbench(ground, script, seconds)
    with Meter(ground.postmaster) as paced:
        at_our_pace, _rate = _pgbench(ground, script, seconds, "--rate", str(sent / seconds))
    with Meter(pid) as with_files:
        multipart = visit(port, seconds / 2, "multipart")["receipts"]
    taken = told["seconds"]
    return {
        "app_ms": round(1000 * app.seconds / sent, 3), "database_ms": round(1000 * database.seconds / sent, 3),
        "pgbench_ms": round(1000 * bare.seconds / done, 3),
        "pgbench_at_our_rate_ms": round(1000 * paced.seconds / at_our_pace, 3), "rate": round(sent / seconds, 1),
        "pgbench_rate": round(rate, 1), "p50_ms": round(1000 * taken[sent // 2], 2),
        "p95_ms": round(1000 * taken[sent * 95 // 100], 2), "reports": sent, "pgbench_reports": done,
        "multipart_ms": round(1000 * with_files.seconds / multipart, 3), "sync_ms": round(sync, 2),
        "load": round(load_average(), 1),
    }  # fmt: skip


def _pgbench(ground: Ground, script: str, seconds: float, *more: str) -> tuple[int, float]:
    """Reports that pgbench filed as the web role, and its rate."""
    place = conninfo_to_dict(ground.address("web"))
    program = programs(ground.users.db) / "pgbench"
    words = [str(program), "-n", "-M", "prepared", "-f", script, "-c", str(CONNECTIONS), "-j", "2",
             "-T", str(round(seconds)), "-h", str(place["host"]), "-U", str(place["user"]), *more,
             str(place["dbname"])]  # fmt: skip
    told = {**os.environ, "PGPASSWORD": str(place["password"])}
    done = subprocess.run(words, env=told, capture_output=True, text=True, check=False, timeout=seconds + 60)
    count = re.search(r"actually processed: (\d+)", done.stdout)
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or not count or not rate or not int(count[1]):
        raise RuntimeError(f"pgbench failed: {done.stderr[-600:]}")
    return int(count[1]), float(rate[1])


def _script(admin: Connection) -> str:
    """The statement of the product with pgbench's values in place of psycopg's."""
    holder = _one(admin, "SELECT id FROM organizations_unit WHERE kind = 'NATION'")
    policy = _one(admin, "SELECT id FROM clocks_policy WHERE stage = 'verify' ORDER BY id LIMIT 1")
    params = json.dumps({"due": "2026-01-05T17:00:00+00:00", "state": "AWAITING_VERIFICATION", "holder": "Indonesia"})
    values = {"sealed": SEALED, "holder": holder, "policy": policy, "params": params, **FIELDS}
    named = {name: given.format(**values) for name, given in GIVEN.items()}
    statement = STATEMENT % {name: f"({value})" if "||" in value else value for name, value in named.items()}
    sets = "".join(f"\\set n{number} random(10000000000, 99999999999)\n" for number in (1, 2, 3))
    return f"{sets}{statement};\n"


def _statements(ground: Ground, admin: Connection, port: int) -> float:
    """Statements of the web role for each report, as PostgreSQL counts them."""
    admin.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    admin.execute("ALTER SYSTEM SET pg_stat_statements.track = top")
    admin.execute("SELECT pg_reload_conf()")
    visit(port, 1.0, "plain")  # until every backend has read it
    admin.execute("SELECT pg_stat_statements_reset()")
    sent = visit(port, 1.5, "plain")["receipts"]
    calls = _one(admin, "SELECT sum(calls) FROM pg_stat_statements JOIN pg_roles r ON r.oid = userid"
                        " WHERE r.rolname = 'tuntas_web'")  # fmt: skip
    admin.execute("ALTER SYSTEM SET pg_stat_statements.track = none")
    admin.execute("SELECT pg_reload_conf()")
    return round(float(calls) / sent, 2)


def _reports(admin: Connection) -> int:
    return int(_one(admin, "SELECT count(*) FROM reports_report WHERE state = 'AWAITING_VERIFICATION'"))


def _one(admin: Connection, question: str) -> Any:
    row = admin.execute(question).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0]
