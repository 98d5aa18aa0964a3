"""Recordings, whatever a phone or a browser wrapped them in: known by their first bytes, recorded anew without tags."""

import os
import subprocess
import sys
from dataclasses import dataclass

from tuntas.reports import sound_copy
from tuntas.reports.troubles import Trouble

LONGEST = 10 * 60  # seconds of sound that are recorded anew; a voice note may be shorter (portal.filing)
_PATIENCE = 40  # seconds of the clock; the process's limit of processor time ends it long before
# The reader that the library is to use, by our name of the kind.
WRAPPINGS = {
    "OGG": "ogg",
    "M4A": "mp4",
    "3GP": "mp4",
    "WEBM": "matroska",
    "WAV": "wav",
    "MP3": "mp3",
    "AAC": "aac",
    "AMR": "amr",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording made anew: MP3, one channel, and nothing beside the sound. seconds: how long it plays."""

    data: bytes
    seconds: float


def sniff(data: bytes) -> str:
    """The key in WRAPPINGS of what these bytes are; empty when they are no sound of the kinds that only sound has."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "WAV"
    if data.startswith(b"\x1aE\xdf\xa3") and (b"webm" in data[:64] or b"matroska" in data[:64]):
        return "WEBM"
    if data.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return "AMR"
    if data.startswith(b"ID3"):
        return "MP3"
    return _sniff_bare(data)


def _sniff_bare(data: bytes) -> str:
    """Frames without any wrapping: eleven or twelve bits of ones, then the layer (MPEG-1 part 3, MPEG-4 ADTS)."""
    if len(data) < 4 or data[0] != 0xFF:
        return ""
    if data[1] & 0xF6 == 0xF0:
        return "AAC"
    return "MP3" if data[1] & 0xE0 == 0xE0 and data[1] & 0x06 == 0x02 and data[2] & 0xF0 != 0xF0 else ""


def record_anew(data: bytes, kind: str) -> Heard:
    """The same sound as MP3, made in a process with limits of its own. Raises Trouble, `long` beyond LONGEST."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", sound_copy.__name__, WRAPPINGS[kind], str(LONGEST)],
            input=data, check=False, capture_output=True, timeout=_PATIENCE,
            env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Trouble("swollen") from None
    if done.returncode or len(done.stdout) <= sound_copy.LENGTH.size:
        raise Trouble(sound_copy.ENDS.get(done.returncode, "swollen"))
    (seconds,) = sound_copy.LENGTH.unpack_from(done.stdout)
    return Heard(done.stdout[sound_copy.LENGTH.size :], seconds)
