"""Writes what is made from the code: the life of a report, the buckets, the record of processing. `make docs`.

`tools/docs.py check` writes nothing and fails when a page is older than the code it is made from.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuntas.config.settings")
MADE = "<!-- made by `make docs` from {source}; change the code, not this page -->\n"
STALE = 1


def life_of_a_report() -> str:
    """Every row of the timetable, as a state diagram and as the table that a clerk reads."""
    from tuntas.lifecycle import LIFE
    from tuntas.reports.states import State

    lines = [
        MADE.format(source="`src/tuntas/lifecycle.py`"),
        "# The life of a report\n",
        "Rows T1-T24 are the transitions of the handbook; rows marked + are added by our design. `*` means every clock",
        "of the report. Deadlines are dated data: see [policy/clocks.md](policy/clocks.md).\n",
        "```mermaid",
        "stateDiagram-v2",
    ]
    for move in LIFE:
        for source in sorted(move.sources):
            target = {"same": source, "back": "[*]"}.get(move.to, move.to)
            if move.to not in {"same", "back"} and len(move.sources) < len(State) - 1:
                lines.append(f"    {source or '[*]'} --> {target}: {move.name}")
    lines += ["```\n", "## The SOP table\n", _row("No", *COLUMNS), _row(*["---"] * (len(COLUMNS) + 1))]
    lines += [
        _row(
            move.no,
            f"`{move.name}`",
            _states(move.sources),
            move.to,
            ", ".join(sorted(move.by)),
            move.place,
            ", ".join(move.needs),
            move.holder,
            ", ".join(move.stops),
            ", ".join(move.starts),
            ", ".join(f"pauses {kind}" for kind in move.pauses) + ", ".join(f"resumes {kind}" for kind in move.resumes),
            ", ".join(move.tells),
            move.audience.value,
        )
        for move in LIFE
    ]
    return "\n".join(lines) + "\n"


COLUMNS = (
    "What", "From", "To", "Who", "Place", "Must come with it", "Next holder", "Stops", "Starts", "Pauses", "Tells",
    "Read by",
)  # fmt: skip


def buckets() -> str:
    """Which statistical bucket each state is counted in."""
    from tuntas.insight.buckets import BUCKETS, OF_STATE

    lines = [
        MADE.format(source="`src/tuntas/insight/buckets.py`"),
        "# States and statistical buckets\n",
        "Every report stands in exactly one bucket, so that the buckets always add up to what came in. A finished",
        "report is split by how it finished; what an old register does not explain keeps `unexplained_at_import`.\n",
        _row("State", "Bucket"),
        _row("---", "---"),
        *(_row(f"`{state}`", f"`{bucket}`") for state, bucket in OF_STATE.items()),
        "",
        _row("Bucket", "Meaning"),
        _row("---", "---"),
        *(_row(f"`{name}`", str(words)) for name, words in BUCKETS.items()),
    ]
    return "\n".join(lines) + "\n"


def record_of_processing() -> str:
    """Every group of processing, and the class of every field of both databases (UU 27/2022 art. 31)."""
    from datetime import date

    from tuntas.privacy.register import BASES, GROUPS, MEANINGS, entries, keeping

    kept = keeping(date(*TERMS_OF))
    lines = [
        MADE.format(source="`src/tuntas/privacy/register.py`, `src/tuntas/packs/privacy/`"),
        "# Record of processing\n",
        "What is kept of whom, why, on which ground, how long, and who reads it. The agency that runs a register is",
        "the controller and adds its name, its data protection officer and its processors. A test demands an entry for",
        "every field of every model. Terms marked `unverified` are our defaults: no source known to us fixes them.\n",
        f"Terms as in force on {date(*TERMS_OF).isoformat()}.\n",
        _row("Group", "What", "Why", "Ground", "Kept", "Read by", "Where"),
        _row(*["---"] * 7),
    ]
    for name, group in GROUPS.items():
        term = kept[group.keeping]
        length = "as long as the register" if term.months is None else f"{term.months} months, {term.since}"
        lines.append(
            _row(
                f"{group.name} (`{name}`)",
                *map(str, (group.what, group.why, BASES[group.basis])),
                f"{length} ({term.mark}: {term.legal_source})",
                *map(str, (group.readers, group.where)),
            )
        )
    lines += ["", "## Classes of fields\n", _row("Class", "Meaning"), _row("---", "---")]
    lines += [_row(f"`{name}`", str(words)) for name, words in MEANINGS.items()]
    lines += ["", "## Every field\n", _row("Model", "Field", "Class", "Group"), _row(*["---"] * 4)]
    lines += [_row(f"`{e.model}`", f"`{e.field}`", e.data_class, f"`{e.group}`") for e in entries().values()]
    return "\n".join(lines) + "\n"


TERMS_OF = (2026, 11, 21)  # the day whose terms the page shows; a made page must not change by itself

PAGES: dict[str, Callable[[], str]] = {
    "docs/life-of-a-report.md": life_of_a_report,
    "docs/buckets.md": buckets,
    "docs/record-of-processing.md": record_of_processing,
}


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _states(states: frozenset[str]) -> str:
    from tuntas.reports.states import OPEN, State

    if states == OPEN:
        return "every open state"
    if states == set(State.values):
        return "every state"
    return ", ".join(sorted(states)) or "(new)"


def main() -> int:
    import django
    from django.utils import translation

    django.setup()
    translation.activate("en")
    stale = []
    for name, make in PAGES.items():
        path, text = ROOT / name, make()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(("older than the code: " if "check" in sys.argv else "written: ") + ", ".join(stale))
    return STALE if stale and "check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
