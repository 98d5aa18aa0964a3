"""What a find is: where it stands, what it seems to be, how sure we are, and why."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

SURE = 0.7  # from here a find is masked until somebody decides otherwise; below, it is only pointed at


class Kind(StrEnum):
    NIK = "NIK"
    FAMILY_CARD = "FAMILY_CARD"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    PLATE = "PLATE"
    ACCOUNT = "ACCOUNT"
    TAX_NUMBER = "TAX_NUMBER"
    HEALTH_CARD = "HEALTH_CARD"
    NAME = "NAME"
    ADDRESS = "ADDRESS"


# For people, in their language.
NAMES: dict[Kind, Any] = {
    Kind.NIK: _("a resident number (NIK)"),
    Kind.FAMILY_CARD: _("the number of a family card (KK)"),
    Kind.PHONE: _("a phone number"),
    Kind.EMAIL: _("an e-mail address"),
    Kind.PLATE: _("a licence plate"),
    Kind.ACCOUNT: _("an account number"),
    Kind.TAX_NUMBER: _("a tax number (NPWP)"),
    Kind.HEALTH_CARD: _("the number of a health card (BPJS)"),
    Kind.NAME: _("a name"),
    Kind.ADDRESS: _("a home address"),
}
# What stands in the text instead. Not translated: the text is Indonesian, whoever reads it.
LABELS: dict[Kind, str] = {
    Kind.NIK: "NIK",
    Kind.FAMILY_CARD: "nomor KK",
    Kind.PHONE: "nomor telepon",
    Kind.EMAIL: "alamat e-mail",
    Kind.PLATE: "pelat nomor",
    Kind.ACCOUNT: "nomor rekening",
    Kind.TAX_NUMBER: "NPWP",
    Kind.HEALTH_CARD: "nomor BPJS",
    Kind.NAME: "nama",
    Kind.ADDRESS: "alamat rumah",
}


class Why(StrEnum):
    """What a find rests on."""

    BUILT = "built"
    WORD = "word"
    BOTH = "both"
    TITLE = "title"
    HOME = "home"


REASONS: dict[Why, Any] = {
    Why.BUILT: _("It is built like one."),
    Why.WORD: _("A word beside it says so."),
    Why.BOTH: _("It is built like one, and a word beside it says so."),
    Why.TITLE: _("It follows a form of address or the word for a name."),
    Why.HOME: _("The words before it speak of a home."),
}


@dataclass(frozen=True, slots=True)
class Find:
    """`text[start:end]` seems to be of this kind. confidence: 0 to 1, set by hand, not a probability."""

    start: int
    end: int
    kind: Kind
    confidence: float
    why: Why
    text: str

    @property
    def is_sure(self) -> bool:
        return self.confidence >= SURE

    @property
    def name(self) -> Any:
        return NAMES[self.kind]

    @property
    def reason(self) -> Any:
        return REASONS[self.why]

    @property
    def essence(self) -> str:
        """The find without the way it is written: the same number in two spellings is one thing to decide."""
        return "".join(sign for sign in self.text.casefold() if sign.isalnum())

    @property
    def key(self) -> str:
        """Names the find in a form; the same for the same thing wherever it stands."""
        return hashlib.sha256(f"{self.kind}:{self.essence}".encode()).hexdigest()[:16]

    @property
    def veiled(self) -> str:
        """Enough to know again which one is meant: 0812-3456-7890 becomes 08xx-xxxx-xx90."""
        places = [place for place, sign in enumerate(self.text) if sign.isalnum()]
        kept = {*places[:2], *places[-2:]} if len(places) > 5 else set(places[:1])
        return "".join("x" if sign.isalnum() and at not in kept else sign for at, sign in enumerate(self.text))
