"""What a reporter may expect: how long reports like this one really took, said with how many they were."""

from dataclasses import dataclass

from tuntas.insight import conduct
from tuntas.insight.counting import whole_groups
from tuntas.portal.names import in_language
from tuntas.reports.models import Report


@dataclass(frozen=True, slots=True)
class Expected:
    """Working days within which half, and nine of ten, were finished; of about how many, of which kind, by whom.

    category, agency: in words, empty where the group is wider. n 0: too few like it were finished.
    """

    n: int
    half: int = 0
    most: int = 0
    category: str = ""
    agency: str = ""


def expected(report: Report) -> Expected | None:
    """None for a report that is finished. One query; `report.agency` and `report.category` were read with it."""
    if not report.is_open:
        return None
    known = conduct.expected(report.agency_id, report.category_id)
    if known is None:
        return Expected(n=0)
    return Expected(
        n=whole_groups(known.n),
        half=known.half,
        most=known.most,
        category=in_language(report.category) if known.category_id and report.category else "",
        agency=in_language(report.agency) if known.agency_id and report.agency else "",
    )
