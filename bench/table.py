"""The table that a person reads: ours, the limit, and how they compare."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import intake, reads

Line = tuple[str, str, str, str]


def show(told: dict[str, Any]) -> None:
    """Print everything that was measured, with the facts that it means nothing without."""
    screen, facts = Console(width=150, highlight=False), told["machine"]
    screen.print(
        f"{facts['processor']}, {facts['cores']} cores, {facts['memory_gib']} GiB, Linux {facts['kernel']},"
        f" Python {facts['python']}; sync of one block {told['sync_ms']} ms; load {told['load_before']} before,"
        f" {told['load_after']} after; {told['seconds']} s"
    )
    for size in told["sizes"]:
        _print(screen, f"Intake, {size:,} reports loaded", _intake(told.get("intake", {}).get(str(size), {})))
    for size in told["sizes"]:
        _print(screen, f"Trust, {size:,} reports loaded", _trust(told.get("trust", {}).get(str(size), {})))
    _print(screen, "Peer", _peer(told))
    for size in told["sizes"]:
        _print(screen, f"Reads, {size:,} reports loaded, row-level security on: milliseconds in the database, p50 / p95",
               _reads(told, str(size)))  # fmt: skip


def _print(screen: Console, title: str, lines: Iterator[Line]) -> None:
    table = Table(title=title, title_justify="left", show_lines=False)
    for name in ("", "ours", "limit", ""):
        table.add_column(name, justify="left" if not name else "right")
    rows = list(lines)
    for row in rows:
        table.add_row(*row)
    if rows:
        screen.print(table)


def _intake(found: dict[str, Any]) -> Iterator[Line]:
    if not found:
        return
    best = max(found["rounds"], key=lambda each: each["rate"])
    yield _line("web, processor ms a report", found["app_ms"], intake.APP_LIMIT)
    yield "  the same as multipart, a photo field left empty", f"{found['multipart_ms']:.2f}", "", ""
    yield _line("database, times pgbench's at our rate", found["database_ratio"], intake.DATABASE_LIMIT)
    yield _line("database, times pgbench's at full speed", found["database_ratio_to_full_speed"], intake.DATABASE_LIMIT)
    yield ("  database, processor ms a report", f"{found['database_ms']:.2f}", "",
           f"pgbench {found['pgbench_at_our_rate_ms']:.2f} at our rate, {found['pgbench_ms']:.2f} at full speed")  # fmt: skip
    yield "statements a report", f"{found['statements']}", "", ""
    yield ("reports/s, 4 connections, best round", f"{best['rate']:.0f}", f"{best['pgbench_rate']:.0f}",
           f"{best['rate'] / best['pgbench_rate']:.2f} of pgbench")  # fmt: skip
    yield "answer to a visitor, p50 / p95 ms", f"{best['p50_ms']:.1f} / {best['p95_ms']:.1f}", "", ""


def _trust(found: dict[str, Any]) -> Iterator[Line]:
    if not found:
        return
    a_report = found["leaves_a_report"]
    yield (
        "public log: added to an intake, ms a report",
        f"{found['receipt_us'] / 1000:.4f}",
        "",
        "the mark on its receipt",
    )
    each = (found["worker_us"] + found["database_us"]) / 1000
    yield ("public log: worker and database, ms an entry / a report, later", f"{each:.3f} / {each * a_report:.3f}", "",
           f"{found['leaves'] / found['seconds']:,.0f} entries/s")  # fmt: skip
    size = found["bytes_a_leaf"]
    yield (
        "public log: bytes an entry / a report",
        f"{size:.0f} / {size * a_report:.0f}",
        "",
        f"{a_report:.1f} entries a report",
    )
    for cost in found["protection"]:
        yield (
            f"{cost['name']}: ms",
            f"{cost['microseconds'] / 1000:.3f}",
            "",
            f"{cost['bytes']} bytes more; {cost['paid']}",
        )


def _peer(told: dict[str, Any]) -> Iterator[Line]:
    peer = told.get("peer")
    if not peer:
        return
    if "reason" in peer:
        yield "django-helpdesk", "not measured", "", peer["reason"]
        return
    theirs = peer["app_ms"] + peer["database_ms"]
    yield f"{peer['version']}, web + database ms a ticket", f"{theirs:.1f}", "", f"{peer['rate']:.0f}/s"
    for size, found in told.get("intake", {}).items():
        ours = found["app_ms"] + found["database_ms"]
        yield f"ours at {int(size):,}, web + database ms a report", f"{ours:.2f}", "", f"{theirs / ours:.0f} times less"


def _reads(told: dict[str, Any], size: str) -> Iterator[Line]:
    both = told.get("reads", {})
    small, large = str(told["sizes"][0]), str(told["sizes"][-1])
    for name, facts in both.get(size, {}).items():
        note = f"{facts['buffers']} buffers, page {facts['page_p50_ms']:.0f} / {facts['page_p95_ms']:.0f} ms"
        if facts["page_limit_ms"] is not None:
            ratio = facts["page_p95_ms"] / facts["page_limit_ms"]
            note += f" of {facts['page_limit_ms']:.0f}: {ratio:.2f}{' OVER' if ratio > 1 else ''}"
        if size == large != small:
            grown = reads.growth(both[small][name], both[large][name], (int(small), int(large)))
            note += f", growth {grown:+.2f} {_judged(grown, facts['growth_limit'])}"
        ratio = facts["database_p95_ms"] / facts["limit_ms"]
        yield (
            name,
            f"{facts['database_p50_ms']:.1f} / {facts['database_p95_ms']:.1f}",
            f"{facts['limit_ms']:.0f}: {ratio:.2f}{' OVER' if ratio > 1 else ''}",
            note,
        )


def _judged(grown: float, limit: float | None) -> str:
    if limit is None:
        return "(grows with what it counts)"
    return f"({'limit' if grown <= limit else 'OVER the limit'} {limit})"


def _line(name: str, value: float, limit: float) -> Line:
    return name, f"{value:.2f}", f"{limit:.2f}", "met" if value <= limit else "OVER"
