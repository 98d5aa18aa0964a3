"""Times, days and spans as people here write them: "21 Nov 2026 09.14 WIB", "Rabu, 25 November 2026", "3 hari lalu".

Django's own Indonesian leaves half of this in English, so the words are ours.
"""

from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

# Keputusan Presiden 41/1987 names the three zones; abroad the offset is named.
ZONE_NAMES = {7: "WIB", 8: "WITA", 9: "WIT"}

Moment = datetime | None
Day = date | datetime | None
Zone = str | tzinfo | None


def moment(at: Moment, zone: Zone = None) -> str:
    """Date, time and zone: "21 Nov 2026 09.14 WIB". `at` is aware; without `zone` the page's own zone is meant."""
    if at is None:
        return ""
    local = in_zone(at, zone)
    return f"{date_format(local, 'SHORT_DATE_FORMAT')} {clock(at, zone)}"


def clock(at: Moment, zone: Zone = None) -> str:
    """Time of day and zone: "09.14 WIB"."""
    if at is None:
        return ""
    local = in_zone(at, zone)
    return f"{date_format(local, 'TIME_FORMAT')} {zone_name(local)}"


def day(on: Day, zone: Zone = None) -> str:
    """A whole day in words: "Rabu, 25 November 2026". A moment becomes the day it is in the zone."""
    if on is None:
        return ""
    return date_format(as_day(on, zone), "DAY_FORMAT")


def short_day(on: Day, zone: Zone = None) -> str:
    """A day in figures and a short month: "25 Nov 2026"."""
    return "" if on is None else date_format(as_day(on, zone), "SHORT_DATE_FORMAT")


def last_day(due_at: Moment, zone: Zone = None) -> str:
    """The last day on which something due at `due_at` is in time.

    A deadline is the end (24:00) of its last day, which as a moment already belongs to the day after: the day named
    is the one of the instant before.
    """
    return "" if due_at is None else day(due_at - timedelta(microseconds=1), zone)


def stamp(at: Day) -> str:
    """For the datetime attribute of a time element: ISO 8601 with offset, or a bare date."""
    if at is None:
        return ""
    return at.isoformat(timespec="seconds") if isinstance(at, datetime) else at.isoformat()


def ago(at: Moment, now: datetime | None = None) -> str:
    """How far away a moment is, in its largest unit: "3 hari lalu", "2 jam lagi", "baru saja"."""
    if at is None:
        return ""
    distance = (now or timezone.now()) - at
    past, seconds = distance >= timedelta(0), abs(distance).total_seconds()
    if seconds < 60:
        return gettext("just now")
    length = span(seconds)
    if past:
        return gettext("%(length)s ago") % {"length": length}
    return gettext("in %(length)s") % {"length": length}


def span(seconds: float) -> str:
    """A length of time in its largest whole unit, from minutes to years. seconds: at least 60."""
    minutes = int(seconds // 60)
    hours, days = minutes // 60, minutes // 1440
    if hours < 1:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    if days < 1:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    if days < 61:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if days < 730:
        months = days // 30
        return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
    years = days // 365
    return ngettext("%(count)d year", "%(count)d years", years) % {"count": years}


def as_day(on: date | datetime, zone: Zone = None) -> date:
    return in_zone(on, zone).date() if isinstance(on, datetime) else on


def in_zone(at: datetime, zone: Zone = None) -> datetime:
    """`at` on the clocks of `zone` (a name, or a tzinfo); of the page's zone when none is given."""
    where = ZoneInfo(zone) if isinstance(zone, str) and zone else zone
    return at.astimezone(where if isinstance(where, tzinfo) else timezone.get_current_timezone())


def zone_name(local: datetime) -> str:
    """WIB, WITA or WIT by the offset; elsewhere "UTC+01.00"."""
    offset = local.utcoffset() or timedelta(0)
    hours = offset.total_seconds() / 3600
    if hours in ZONE_NAMES:
        return ZONE_NAMES[int(hours)]
    minutes = int(abs(hours) * 60)
    return f"UTC{'-' if hours < 0 else '+'}{minutes // 60:02}.{minutes % 60:02}"
