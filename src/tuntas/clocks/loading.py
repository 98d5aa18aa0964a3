"""Bringing in policies: how long each stage may take, from a day to a day, and who says so (handbook 3.4)."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from tuntas.clocks.models import Kind, Policy
from tuntas.kernel.packs import Loaded, Progress, RefusedRow, Row, bring_in, pack, rows, silent
from tuntas.organizations.models import Unit
from tuntas.reports.states import Class

KEY = ["policy", "stage", "report_class", "agency_id", "valid_from"]
STAGES = frozenset({*Kind.values, "dispose_transferred"})
NEEDS = ("policy", "stage", "class", "agency", "length", "counting", "valid_from", "legal_source")
Span = tuple[date, date | None, Row]


@transaction.atomic
def load_policies(files: Sequence[Path] = (), *, progress: Progress = silent) -> Loaded:
    """Bring the default policies in, then those of an operator's files (an agency's own limits).

    A row is refused by itself for an unknown stage, class or agency, a length below one day, or days that another row
    for the same stage, class and agency covers already. Clocks that run keep the policy they were started with.
    """
    loaded = Loaded(_("policies"))
    given = [row for file in [pack("clocks/default.csv"), *files] for row in rows(file, needs=NEEDS)]
    agencies = dict(Unit.objects.agencies().values_list("code", "pk"))
    taken: dict[tuple[object, ...], list[Span]] = {}
    accepted = []
    for row in given:
        try:
            facts = _policy(row, agencies)
            _refuse_overlap(facts, row, taken)
        except ValueError as why:
            loaded.refused.append(RefusedRow.of(row, row.text("stage"), why))
        else:
            accepted.append(facts)
    loaded.take(bring_in(Policy, accepted, key=KEY))
    progress(loaded.what, len(accepted), len(given))
    return loaded


def _policy(row: Row, agencies: Mapping[str, int]) -> dict[str, object]:
    stage, report_class, agency = row.text("stage"), row.text("class"), row.text("agency")
    length, valid_from, valid_to = row.number("length"), row.day("valid_from"), row.day("valid_to")
    _require(stage in STAGES, _("there is no stage %(stage)s") % {"stage": stage})
    _require(not report_class or report_class in Class.values, _("there is no class %(name)s") % {"name": report_class})
    _require(not agency or agency in agencies, _("there is no agency %(code)s") % {"code": agency})
    _require(length >= 1, _("the length must be at least one day"))
    _require(row.text("counting") in Policy.Counting.values, _("counting must be working or calendar"))
    _require(row.text("legal_source") != "", _("the legal source is missing"))
    if valid_from is None or (valid_to and valid_to < valid_from):
        raise ValueError(_("valid_from is missing or after valid_to"))
    return {
        "policy": row.text("policy"),
        "stage": stage,
        "report_class": report_class,
        "agency_id": agencies[agency] if agency else None,
        "length": length,
        "counting": row.text("counting"),
        "valid_from": valid_from,
        "valid_to": valid_to,
        "legal_source": row.text("legal_source"),
        "mark": row.text("mark"),
    }


def _refuse_overlap(facts: Mapping[str, object], row: Row, taken: dict[tuple[object, ...], list[Span]]) -> None:
    """On one day one limit holds: two would let whoever reads them choose."""
    spans = taken.setdefault((facts["stage"], facts["report_class"], facts["agency_id"]), [])
    begins, ends = row.day("valid_from") or date.min, row.day("valid_to")
    for first, last, other in spans:
        if begins <= (last or date.max) and first <= (ends or date.max):
            raise ValueError(
                _("%(source)s, line %(line)s gives a limit for the same days")
                % {"source": other.source, "line": other.line}
            )
    spans.append((begins, ends, row))


def _require(holds: bool, why: str) -> None:  # noqa: FBT001  the condition is the subject
    if not holds:
        raise ValueError(why)
