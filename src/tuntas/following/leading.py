"""Whoever follows a report that was merged follows the one that goes on, and goes back with it when that is undone."""

from collections.abc import Sequence

from tuntas.following.models import Follow
from tuntas.reports.models import PublicCopy, Report


def lead_on(merged: Sequence[int]) -> dict[int, dict[str, str]]:
    """Move the follows of these reports to those that carry them now; what to tell each, by the id of the follow.

    A carrier that the public does not see, and a merger that was undone since, move nobody. No chains: a report that
    carries others is never merged itself (routing.merging).
    """
    told: dict[int, dict[str, str]] = {}
    numbers = dict(PublicCopy.objects.filter(report__in=merged).values_list("report", "number"))
    for report in Report.objects.filter(pk__in=merged, parent__public_copy__isnull=False).select_related("parent"):
        carrier = report.parent
        if carrier is None or not (moved := list(Follow.objects.filter(copy=report.pk))):
            continue
        Follow.objects.filter(pk__in=[follow.pk for follow in moved]).update(copy=carrier.pk, came_from=report.pk)
        told |= {follow.pk: {"was": numbers.get(report.pk, ""), "state": carrier.state} for follow in moved}
    return told


def lead_back(parted: Sequence[int]) -> dict[int, dict[str, str]]:
    """Give the follows of these reports back to them; what to tell each, as `lead_on`."""
    told: dict[int, dict[str, str]] = {}
    for report in Report.objects.filter(pk__in=parted, parent=None, public_copy__isnull=False):
        back = Follow.objects.filter(came_from=report.pk)
        told |= {pk: {"state": report.state} for pk in back.values_list("pk", flat=True)}
        back.update(copy=report.pk, came_from=None)
    return told
