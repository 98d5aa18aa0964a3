"""Working calendars and days off: national holidays and joint leave, and what a region adds or takes back."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import holidays
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tuntas.kernel.packs import Loaded, Progress, RefusedRow, Row, bring_in, pack, rows, silent
from tuntas.organizations.models import Holiday, WorkingCalendar

FIRST_YEAR = 2015  # since when joint leave is complete in the library, checked year by year
YEARS_AHEAD = 3  # further years hold estimates only, and deadlines do not reach them
ESTIMATED = re.compile(r"\s*\(perkiraan\)")
DECREE = "SKB 3 Menteri"  # the yearly joint decree of three ministers
FROM_LIBRARY = "(holidays)"  # ends the legal source of a day that the library named
KINDS = {"public": Holiday.Kind.NATIONAL, "government": Holiday.Kind.JOINT_LEAVE}


@transaction.atomic
def load_calendars(*, progress: Progress = silent) -> Loaded:
    """The six calendars that every installation starts with: three zones, five or six days a week."""
    given = rows(pack("calendars/working_calendars.csv"), needs=("code", "name_id", "zone", "workweek"))
    loaded = bring_in(WorkingCalendar, [_calendar(row) for row in given], key=["code"], what=_("working calendars"))
    _new_version(WorkingCalendar.objects.filter(code__in=loaded.changes))
    progress(loaded.what, len(given), len(given))
    return loaded


def _calendar(row: Row) -> dict[str, object]:
    return {
        "code": row.text("code"),
        "name": row.text("name_id"),
        "zone": row.text("zone"),
        "workweek": [int(day) for day in row.text("workweek")],
    }


@transaction.atomic
def load_holidays(files: Iterable[Path] = (), *, years: range | None = None, progress: Progress = silent) -> Loaded:
    """Bring in the days off of the `holidays` library (MIT), then the local ones of the pack and of `files`.

    years: default 2015 to three years from now; later years come with a new version of the library.
    files: CSV with `day, calendar, name_id, kind, legal_source`; `calendar` empty means the whole nation.
    A day that came from the library and that it no longer names is removed; what an operator gave stays. Every change
    gives the calendars that it concerns a new version; deadlines already promised never move earlier
    (clocks.calendar.never_earlier).
    """
    loaded = Loaded(_("days off"))
    span = years or range(FIRST_YEAR, timezone.localdate().year + YEARS_AHEAD + 1)
    national = list(_national(span))
    given = [row for file in [pack("calendars/local_holidays.csv"), *files] for row in rows(file)]
    local = _local(given, loaded.refused)
    before = set(_stored())
    _remove_obsolete(span, {(facts["day"], facts["kind"]) for facts in national}, loaded)
    wanted = {(facts["day"], facts["kind"], facts["calendar_id"]): facts for facts in [*national, *local]}
    loaded.take(bring_in(Holiday, list(wanted.values()), key=["day", "kind", "calendar_id"]))
    _new_versions(before ^ set(_stored()))
    progress(loaded.what, len(wanted), len(wanted))
    return loaded


def _national(years: range) -> Iterable[dict[str, object]]:
    for category, kind in KINDS.items():
        named = holidays.country_holidays("ID", years=years, categories=(category,), language="id")
        for day, name in sorted(named.items()):
            yield {
                "day": day,
                "kind": kind,
                "calendar_id": None,
                "name": ESTIMATED.sub("", name),
                "is_estimated": bool(ESTIMATED.search(name)),
                "legal_source": f"{DECREE} {day.year} {FROM_LIBRARY}",
            }


def _local(given: Iterable[Row], refused: list[RefusedRow]) -> list[dict[str, object]]:
    calendars = dict(WorkingCalendar.objects.values_list("code", "pk"))
    accepted: list[dict[str, object]] = []
    for row in given:
        try:
            accepted.append(_day_off(row, calendars))
        except ValueError as why:
            refused.append(RefusedRow.of(row, row.text("day"), why))
    return accepted


def _day_off(row: Row, calendars: Mapping[str, int]) -> dict[str, object]:
    code, kind = row.text("calendar"), row.text("kind").upper() or Holiday.Kind.LOCAL
    if row.day("day") is None:
        raise ValueError(_("the day is missing"))
    if code and code not in calendars:
        raise ValueError(_("there is no working calendar %(code)s") % {"code": code})
    if kind not in Holiday.Kind.values:
        raise ValueError(_("kind must be one of %(kinds)s") % {"kinds": ", ".join(Holiday.Kind.values)})
    if not row.text("name_id"):
        raise ValueError(_("the name is missing"))
    return {
        "day": row.day("day"),
        "kind": kind,
        "calendar_id": calendars[code] if code else None,
        "name": row.text("name_id"),
        "is_estimated": False,
        "legal_source": row.text("legal_source"),
    }


def _stored() -> Iterable[tuple[date, int | None]]:
    return Holiday.objects.values_list("day", "calendar_id")


def _remove_obsolete(years: range, named: set[tuple[object, object]], loaded: Loaded) -> None:
    """Days that came from the library and that it no longer names: an estimate that the decree put elsewhere."""
    from_library = Holiday.objects.filter(
        calendar=None, legal_source__endswith=FROM_LIBRARY, day__year__gte=years.start, day__year__lt=years.stop
    )
    gone = [row for row in from_library if (row.day, row.kind) not in named]
    loaded.removed = len(gone)
    loaded.changes += [f"{row.day:%Y-%m-%d}" for row in gone]
    Holiday.objects.filter(pk__in=[row.pk for row in gone]).delete()


def _new_versions(moved: set[tuple[date, int | None]]) -> None:
    """A national day concerns every calendar, a local one its own."""
    concerned = {calendar for _day, calendar in moved}
    if None in concerned:
        _new_version(WorkingCalendar.objects.all())
    else:
        _new_version(WorkingCalendar.objects.filter(pk__in=[pk for pk in concerned if pk is not None]))


def _new_version(calendars: QuerySet[WorkingCalendar]) -> None:
    calendars.update(version=F("version") + 1)
