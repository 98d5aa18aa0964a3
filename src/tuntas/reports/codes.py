"""What an officer chooses from, as the packs give it: archive reasons, problem natures, signposts.

The code stands in the register and in exports; the words are shown in the reader's language.
Sources: handbook 3.5 (archive reasons), 2.5 (problem natures), 2.3 (signposts).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.utils.translation import get_language

from tuntas.kernel.packs import Row, pack, rows


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages; printing it takes the one that is active."""

    indonesian: str
    english: str

    @classmethod
    def of(cls, row: Row, column: str) -> "Words":
        return cls(indonesian=row.text(f"{column}_id"), english=row.text(f"{column}_en"))

    def __str__(self) -> str:
        return self.english if (get_language() or "id").startswith("en") else self.indonesian


@dataclass(frozen=True, slots=True)
class ArchiveReason:
    """Why a report is not handled as one, told to the reporter in plain words; each can be appealed.

    needs_signpost: the reporter must be told who can help instead.
    is_automatic: set by the clockwork when a window ends, never chosen by an officer.
    """

    code: str
    name: Words
    explanation: Words
    needs_signpost: bool
    is_automatic: bool


@dataclass(frozen=True, slots=True)
class ProblemNature:
    """What went wrong with a service, whatever it is about: the second axis beside the category."""

    code: str
    name: Words


@dataclass(frozen=True, slots=True)
class Signpost:
    """Who helps where the register cannot. `is_verified` is false until a person has checked the contact."""

    code: str
    name: Words
    contact: str
    when: Words
    is_emergency: bool
    is_verified: bool

    @property
    def reached(self) -> str:
        """The name and how it is reached, said once where the number is the name: "SAPA 129"."""
        name = str(self.name)
        return name if self.contact in name.split() else f"{name}, {self.contact}"


@cache
def archive_reasons() -> Mapping[str, ArchiveReason]:
    """Every reason by its code, in the order in which they are offered."""
    return {
        row.text("code"): ArchiveReason(
            code=row.text("code"),
            name=Words.of(row, "name"),
            explanation=Words.of(row, "explanation"),
            needs_signpost=row.is_yes("needs_signpost"),
            is_automatic=row.text("decided_by") == "system",
        )
        for row in rows(pack("reports/archive_reasons.csv"))
    }


@cache
def problem_natures() -> Mapping[str, ProblemNature]:
    """Every nature by its code, in the order in which they are offered."""
    return {
        row.text("code"): ProblemNature(code=row.text("code"), name=Words.of(row, "name"))
        for row in rows(pack("categories/problem_natures.csv"))
    }


@cache
def signposts() -> Mapping[str, Signpost]:
    """Every signpost by its code; emergencies first."""
    return {
        row.text("code"): Signpost(
            code=row.text("code"),
            name=Words.of(row, "name"),
            contact=row.text("contact"),
            when=Words.of(row, "when"),
            is_emergency=row.text("use") == "emergency",
            is_verified=row.text("mark") != "unverified",
        )
        for row in rows(pack("reports/signposts.csv"))
    }
