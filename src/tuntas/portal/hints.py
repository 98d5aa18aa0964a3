"""What a text cries for, said back to the writer before it is sent (handbook 2.3). What it gives away: `covering`.

Nothing here changes or refuses a text. Detection is rough on purpose: a hint too many costs a glance.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

DANGER = re.compile(
    r"\b(kebakaran|terbakar|tenggelam|hanyut|perampokan|dirampok|ditusuk|penikaman|tawuran|penculikan|diculik"
    r"|dianiaya|pemerkosaan|diperkosa|bunuh diri|tersengat listrik|longsor|banjir bandang|tidak sadarkan diri)\b",
    re.IGNORECASE,
)


def sounds_dangerous(text: str) -> bool:
    """Whether somebody may need help at once rather than a report."""
    return DANGER.search(text) is not None


def _any_of(words: str) -> str:
    """A pattern for any of these words, _ for a blank inside one."""
    return rf"\b({'|'.join(words.split()).replace('_', ' ')})\b"


@dataclass(frozen=True, kw_only=True, slots=True)
class Help:
    """One thing that makes a report easy to act on. found_by: a pattern that Python and browsers read alike."""

    ask: Any
    example: Any
    found_by: str


# What those who answer reports ask for most (handbook 8.1, C12). Rough on purpose: a tick too many costs nothing.
HELPS = (
    Help(ask=_("Where?"), example=_("in front of Pasar Tanjung, third lamp post"), found_by=_any_of(
        "di depan dekat samping belakang seberang jalan jl gang desa dusun rt rw kelurahan kecamatan at near street"
    )),
    Help(ask=_("Since when?"), example=_("since Monday night"), found_by=_any_of(
        "sejak mulai tadi kemarin hari malam pagi siang sore minggu bulan tahun tanggal tgl jam since days? weeks?"
    )),
    Help(ask=_("How does it affect you?"), example=_("two people have fallen"), found_by=_any_of(
        "karena akibat sehingga sampai jadi jatuh sakit rusak gelap susah sulit tidak_bisa takut rugi because fell"
    )),
    Help(ask=_("What should happen?"), example=_("the lamp should work again"), found_by=_any_of(
        "tolong mohon harap minta semoga perbaiki diperbaiki sebaiknya agar supaya please should fix"
    )),
)  # fmt: skip

# Words that insult a person. They are never refused: the hint says why the deed alone does more (R003-28).
RUDE = _any_of("bangsat bajingan brengsek goblok tolol dungu idiot kampret keparat sialan jancuk kontol memek bego")


def sounds_rude(text: str) -> bool:
    """Whether the text insults somebody."""
    return re.search(RUDE, text, re.IGNORECASE) is not None


def shown() -> dict[str, Any]:
    """What _helps.html needs."""
    return {"helps": HELPS, "rude": RUDE}
