"""The code of ethics: signed before the first access, once a year, and again when it changes (R003-19, R003-20).

The text lies in packs/ethics as dated data with its source; a signature keeps the words as they were shown.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from tuntas.access import security_log
from tuntas.accounts.models import Signature
from tuntas.kernel import packs
from tuntas.organizations.models import Appointment, Officer, Unit

FILE = "ethics/code_of_ethics.toml"
VALID_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Code:
    """One version. duties: whole sentences, by language."""

    version: str
    valid_from: date
    source: str
    is_verified: bool
    titles: dict[str, str]
    duties: dict[str, list[str]]

    def title(self, language: str) -> str:
        return self.titles.get(language, self.titles["id"])

    def lines(self, language: str) -> list[str]:
        return self.duties.get(language, self.duties["id"])

    def text(self, language: str) -> str:
        """The whole as it is shown and kept with a signature."""
        numbered = [f"{number}. {line}" for number, line in enumerate(self.lines(language), start=1)]
        return "\n".join([self.title(language), *numbered])


@cache
def versions() -> tuple[Code, ...]:
    """Every version, the newest first."""
    read = tomllib.loads(packs.pack(FILE).read_text("utf-8"))["version"]
    return tuple(sorted(map(_code, read), key=lambda code: code.valid_from, reverse=True))


def current(on: date | None = None) -> Code:
    """The version in force on a day (default today)."""
    day = on or timezone.localdate()
    return next((code for code in versions() if code.valid_from <= day), versions()[-1])


def signed_until(officer: Officer, *, at: datetime | None = None) -> datetime | None:
    """Until when the officer's signature of the version in force holds; None for no signature."""
    code = current(timezone.localdate(at) if at else None)
    own = Signature.objects.filter(officer=officer, version=code.version, valid_until__gt=at or timezone.now())
    found: datetime | None = own.aggregate(last=Max("valid_until"))["last"]
    return found


def sign(officer: Officer, *, language: str, at: datetime | None = None) -> Signature:
    """The officer signs the version in force, as it was shown in this language."""
    moment, code = at or timezone.now(), current(timezone.localdate(at) if at else None)
    security_log.write("ethics_signed", officer=officer.pk, facts={"version": code.version}, at=moment)
    return Signature.objects.create(
        officer=officer,
        version=code.version,
        language=language,
        text=code.text(language),
        name=officer.name,
        signed_at=moment,
        valid_until=moment + VALID_FOR,
    )


def unsigned_under(unit: Unit, *, at: datetime | None = None) -> QuerySet[Officer]:
    """Officers with an appointment in force in this unit or below it, who have not signed the version in force."""
    moment = at or timezone.now()
    version = current(timezone.localdate(moment)).version
    working = Appointment.objects.current(timezone.localdate(moment)).filter(unit__in=Unit.objects.under(unit))
    signed = Q(signatures__version=version, signatures__valid_until__gt=moment)
    return Officer.objects.filter(pk__in=working.values("officer")).exclude(
        pk__in=Officer.objects.filter(signed).values("pk")
    )


def _code(given: dict[str, Any]) -> Code:
    return Code(
        version=given["version"],
        valid_from=given["valid_from"],
        source=given["source"],
        is_verified=given["verified"],
        titles={"id": given["title_id"], "en": given["title_en"]},
        duties={"id": given["duties_id"], "en": given["duties_en"]},
    )
