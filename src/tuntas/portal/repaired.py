"""“You report, we repair”: finished reports whose answer shows the place before and after (perhaps only after)."""

from collections.abc import Sequence
from dataclasses import dataclass

from tuntas.followup.models import Evidence
from tuntas.portal import queries
from tuntas.portal.searching import FINISHED_LOOKED_AT, Row, rows_of
from tuntas.reports.models import Attachment
from tuntas.reports.scanning import may_be_opened
from tuntas.reports.states import State

PARTS = (Evidence.Part.BEFORE, Evidence.Part.AFTER)


@dataclass(frozen=True, slots=True)
class Repaired:
    """A finished report, and the newest photo of each part."""

    row: Row
    photos: Sequence[Attachment]


def repaired(agency: int | None, size: int) -> list[Repaired]:
    """The latest, of one agency or of all. Call in the public's sight. Among the newest finished ones alone."""
    ids, _goes_on = queries.find(agency=agency, states=[State.RESOLVED], size=FINISHED_LOOKED_AT)
    photos: dict[int, dict[str, Attachment]] = {}
    shown = Evidence.objects.filter(follow_up__report_id__in=ids, part__in=PARTS, attachment__is_public=True)
    for proof in shown.select_related("attachment__report").order_by("pk"):
        if may_be_opened(proof.attachment):
            photos.setdefault(proof.attachment.report_id, {})[proof.part] = proof.attachment
    proved = [pk for pk, parts in photos.items() if Evidence.Part.AFTER in parts]
    rows = sorted(rows_of(proved), key=lambda row: row.copy.report.decided_at or row.copy.published_at, reverse=True)
    return [
        Repaired(row, [photos[row.copy.report_id][part] for part in PARTS if part in photos[row.copy.report_id]])
        for row in rows[:size]
    ]
