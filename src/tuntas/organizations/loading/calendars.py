"""Working calendars and days off: national holidays and joint leave, and what a region adds or takes back."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.metadata import version
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
def load_holidays(
    files: Iterable[Path] = (), *, years: range | None = None, progress: Progress = silent
) -> Loaded:
    """Bring in the days off of the `holidays` library (MIT), then the local ones of the pack and of `files`.

    years: default 2015 to three years from now; later years come with a new version of the library.
    A day that the library no longer names is removed, unless an operator gave it. Every change gives the calendars
    that it concerns a new version; deadlines already promised never move earlier (clocks.calendar.never_earlier).

    files: CSV with `day, calendar, name_id, kind, action, legal_source`. `calendar` empty: the whole nation.
    `action` empty adds the day, `cancel` takes a day off back.
    """
    loaded = Loaded(_("days off"))
    span = years or range(FIRST_YEAR, timezone.localdate().year + YEARS_AHEAD + 1)
    local = [row for file in [pack("calendars/local_holidays.csv"), *files] for row in rows(file)]
    additions, cancelled = _local(local, loaded.refused)
    national = [facts for facts in _national(span) if (facts["day"], None) not in cancelled]
    wanted = {(facts["day"], facts["kind"], facts["calendar_id"]): facts for facts in [*national, *additions]}
    before = set(_stored())
    loaded.removed = _remove_obsolete(span, wanted, cancelled, loaded)
    loaded.take(bring_in(Holiday, list(wanted.values()), key=["day", "kind", "calendar_id"]))
    _new_versions(before ^ set(_stored()))
    progress(loaded.what, len(wanted), len(wanted))
    return loaded


def _national(years: range) -> Iterable[dict[str, object]]:
    source = f"holidays {version('holidays')}"
    for category, kind in KINDS.items():
        named = holidays.country_holidays("ID", years=years, categories=(category,), language="id")
        for day, name in sorted(named.items()):
            yield {
                "day": day,
                "kind": kind,
                "calendar_id": None,
                "name": ESTIMATED.sub("", name),
                "is_estimated": bool(ESTIMATED.search(name)),
                "legal_source": f"{DECREE} {day.year} ({source})",
            }


def _local(
    given: Iterable[Row], refused: list[RefusedRow]
) -> tuple[list[dict[str, object]], set[tuple[date, int | None]]]:
    """What is added, and which (day, calendar) is taken back."""
    calendars = dict(WorkingCalendar.objects.values_list("code", "pk"))
    additions: list[dict[str, object]] = []
    cancelled: set[tuple[date, int | None]] = set()
    for row in given:
        try:
            day, calendar = _day_and_calendar(row, calendars)
            if row.text("action") == "cancel":
                cancelled.add((day, calendar))
            else:
                additions.append(_addition(row, day, calendar))
        except ValueError as why:
            refused.append(RefusedRow.of(row, row.text("day"), why))
    return additions, cancelled


def _day_and_calendar(row: Row, calendars: Mapping[str, int]) -> tuple[date, int | None]:
    day, code = row.day("day"), row.text("calendar")
    if day is None:
        raise ValueError(_("the day is missing"))
    if code and code not in calendars:
        raise ValueError(_("there is no working calendar %(code)s") % {"code": code})
    if row.text("action") not in {"", "add", "cancel"}:
        raise ValueError(_("action must be empty, add or cancel"))
    return day, calendars[code] if code else None


def _addition(row: Row, day: date, calendar: int | None) -> dict[str, object]:
    kind = row.text("kind").upper() or Holiday.Kind.LOCAL
    if kind not in Holiday.Kind.values:
        raise ValueError(_("kind must be one of %(kinds)s") % {"kinds": ", ".join(Holiday.Kind.values)})
    if not row.text("name_id"):
        raise ValueError(_("the name is missing"))
    return {
        "day": day,
        "kind": kind,
        "calendar_id": calendar,
        "name": row.text("name_id"),
        "is_estimated": False,
        "legal_source": row.text("legal_source"),
    }


def _stored() -> Iterable[tuple[date, int | None]]:
    return Holiday.objects.values_list("day", "calendar_id")


def _remove_obsolete(
    years: range,
    wanted: Mapping[tuple[object, object, object], object],
    cancelled: set[tuple[date, int | None]],
    loaded: Loaded,
) -> int:
    """Library days that it no longer names, and days that a row takes back."""
    gone = [
        row
        for row in Holiday.objects.all()
        if (row.day, row.calendar_id) in cancelled
        or (
            row.legal_source.startswith(DECREE)
            and row.day.year in years
            and (row.day, row.kind, row.calendar_id) not in wanted
        )
    ]
    loaded.changes += [f"{row.day:%Y-%m-%d}" for row in gone]
    Holiday.objects.filter(pk__in=[row.pk for row in gone]).delete()
    return len(gone)


def _new_versions(moved: set[tuple[date, int | None]]) -> None:
    """A national day concerns every calendar, a local one its own."""
    concerned = {calendar for _day, calendar in moved}
    if None in concerned:
        _new_version(WorkingCalendar.objects.all())
    else:
        _new_version(WorkingCalendar.objects.filter(pk__in=concerned))


def _new_version(calendars: QuerySet[WorkingCalendar]) -> None:
    calendars.update(version=F("version") + 1)
