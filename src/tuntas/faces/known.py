"""The faces that are open, as every process knows them: read at most every ten seconds, asked by a plain look-up.

Pages of the site's own host never ask here (web.hosts). When the register does not answer, what was known last holds.
"""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db import DatabaseError, InterfaceError
from django.utils.translation import get_language

from tuntas.access.actors import PUBLIC, acting
from tuntas.faces import colours
from tuntas.faces.models import Look

FRESH = 10.0  # seconds

log = logging.getLogger("tuntas")


@dataclass(frozen=True)
class Shown:
    """A face as pages show it. agency: its id; area: the code of its area, '' for none. Equal words: equal faces."""

    host: str
    agency: int
    slug: str
    agency_name: str
    area: str
    name: str
    name_en: str
    welcome: str
    welcome_en: str
    hours: str
    hours_en: str
    colour: str
    emblem: str

    @property
    def called(self) -> str:
        """Its name in the language of the page; as the next two."""
        return self._in_language(self.name, self.name_en)

    @property
    def welcomes(self) -> str:
        return self._in_language(self.welcome, self.welcome_en)

    @property
    def open_hours(self) -> str:
        return self._in_language(self.hours, self.hours_en)

    @cached_property
    def sheet(self) -> str:
        return colours.name_of_sheet(self.colour)

    @cached_property
    def bar_colour(self) -> str:
        """Of the top of its pages in light, for what browsers and home screens draw themselves."""
        return colours.tokens(self.colour)[0]["brand"]

    @staticmethod
    def _in_language(plain: str, english: str) -> str:
        return english if english and get_language() == "en" else plain


class NotKnownYet(Exception):
    """The register has not answered since this process began."""


class _Table:
    """What was read last, and until when it counts."""

    def __init__(self) -> None:
        self.faces: dict[str, Shown] | None = None
        self.until = 0.0
        self.lock = threading.Lock()

    def asked(self) -> dict[str, Shown]:
        if time.monotonic() >= self.until and self.lock.acquire(blocking=self.faces is None):
            try:
                self._read_again()
            finally:
                self.lock.release()
        if self.faces is None:
            raise NotKnownYet
        return self.faces

    def _read_again(self) -> None:
        if time.monotonic() < self.until:  # another thread was first
            return
        try:
            self.faces = _read()
        except (DatabaseError, InterfaceError) as fault:
            log.warning("faces: %s", type(fault).__name__)
        self.until = time.monotonic() + FRESH


_table = _Table()


def at(host: str) -> Shown | None:
    """The open face of a host name (small letters, no port). Raises NotKnownYet."""
    return _table.asked().get(host)


def everyone() -> list[Shown]:
    """All open faces by host name; none when the register never answered."""
    try:
        return sorted(_table.asked().values(), key=lambda face: face.host)
    except NotKnownYet:
        return []


def called_then(host: str, moment: datetime) -> str:
    """What the portal under a host name was called at a moment, open today or not; the host itself when unknown."""
    looks = Look.objects.filter(face__host=host, published_at__lte=moment).order_by("-published_at", "-pk")
    name, name_en = looks.values_list("name", "name_en").first() or (host, "")
    return Shown._in_language(name, name_en)


def forget() -> None:
    """Ask the register at the next look-up: something was published, bound or ended by this process."""
    _table.until = 0.0


def _read() -> dict[str, Shown]:
    with acting(PUBLIC):
        looks = Look.objects.filter(published_at__isnull=False, face__ended_at=None).order_by("published_at", "pk")
        return {look.face.host: shown(look) for look in looks.select_related("face__unit").defer("emblem")}


def shown(look: Look) -> Shown:
    """A look as pages show it, published or not."""
    unit = look.face.unit
    return Shown(
        host=look.face.host,
        agency=unit.pk,
        slug=unit.slug,
        agency_name=unit.name,
        area=unit.area_id or "",
        name=look.name,
        name_en=look.name_en,
        welcome=look.welcome,
        welcome_en=look.welcome_en,
        hours=look.hours,
        hours_en=look.hours_en,
        colour=look.colour,
        emblem=look.emblem_hash,
    )
