"""Standing behind a report of somebody else instead of sending the same once more (handbook 8.1: no second queue)."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.kernel.refusals import OutOfTurn
from tuntas.reports.models import Report, Support
from tuntas.reports.states import FINAL


def support(report: Report, *, browser: str) -> int:
    """Count this browser as standing behind an open report, once; how many people it has now.

    Call in the public's sight: the database takes a support only of a report that everybody may read.
    """
    if report.state in FINAL:
        raise OutOfTurn(
            _("This report is finished."),
            why=_("It is now “%(state)s”.") % {"state": report.get_state_display()},
            instead=_("Is the problem still there? Send a report of your own. What you typed is kept."),
        )
    one = Support(report=report, supporter=_digest(report, browser), at=timezone.now())
    Support.objects.bulk_create([one], ignore_conflicts=True)
    return people_behind([report.pk])[report.pk]


def is_behind(report: Report, *, browser: str) -> bool:
    """Whether this browser stands behind the report; no browser does not."""
    return bool(browser) and Support.objects.filter(report=report, supporter=_digest(report, browser)).exists()


def take_back(report: Report, *, browser: str) -> None:
    """This browser does not stand behind the report any more; nothing happens when it never did."""
    Support.objects.filter(report=report, supporter=_digest(report, browser)).delete()


def people_behind(reports: Iterable[int]) -> Mapping[int, int]:
    """How many people stand behind each: its reporters, those whose reports were merged into it, and supporters."""
    counted = Report.objects.filter(pk__in=list(reports)).annotate(people=F("weight") + Count("supports"))
    return dict(counted.values_list("pk", "people"))


def _digest(report: Report, browser: str) -> bytes:
    return hmac.digest(bytes(settings.CODE_KEY), f"support {report.uuid} {browser}".encode(), hashlib.sha256)
