"""A recording played once and recorded anew as MP3, or why there is none.

`python -m` this with the name of the wrapping and the most seconds.

A process of its own, because decoders are large and a file of a few kilobytes can claim days of sound: the kernel's
limits hold whatever the library does. Nothing of the old file goes on but what can be heard: no owner, no place, no
maker, no picture. The wrapping is named by who calls, so that no file chooses its own reader (playlists could fetch).

Reads the file from the standard input. Ends with one of ENDS; with 0 the seconds (eight bytes, big-endian double) and
the MP3 stand on the standard output.
"""

import resource
import struct
import sys
from io import BytesIO
from typing import Any

ENDS = {11: "broken", 12: "swollen", 13: "kind", 14: "long"}
PROCESSOR = 12  # seconds
MEMORY = 384 * 2**20  # bytes of data
FASTEST, MOST_CHANNELS = 192_000, 8  # samples a second; more is no microphone
# A voice needs no more; MP3, because every browser of every office plays it, also one without paid codecs.
RATE, BITS = 24_000, 48_000
LENGTH = struct.Struct(">d")


class _End(Exception):
    """There is no copy; `code` of ENDS says why."""

    def __init__(self, code: int) -> None:
        self.code = code


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import av

    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    av.logging.set_level(None)
    data, wrapping, longest = sys.stdin.buffer.read(), sys.argv[1], float(sys.argv[2])
    try:
        _look(av, data, wrapping, longest)
        seconds, copy = _recorded_anew(av, data, wrapping, longest)
    except _End as end:
        return end.code
    except MemoryError:
        return 12
    except Exception:  # whatever the library says of hostile bytes, to the person it is a damaged file
        return 11
    sys.stdout.buffer.write(LENGTH.pack(seconds) + copy)
    return 0


def _look(av: Any, data: bytes, wrapping: str, longest: float) -> None:
    """Before anything is decoded: one sound, no film, no longer than `longest` by the times that its packets bear."""
    with av.open(BytesIO(data), format=wrapping) as source:
        if not source.streams.audio or any(not _is_cover(stream) for stream in source.streams.video):
            raise _End(13)
        sound = source.streams.audio[0]
        if not 0 < (sound.codec_context.sample_rate or 0) <= FASTEST:
            raise _End(11)
        if sound.codec_context.layout.nb_channels > MOST_CHANNELS:
            raise _End(11)
        for packet in source.demux(sound):
            if packet.pts is not None and float((packet.pts - (sound.start_time or 0)) * packet.time_base) > longest:
                raise _End(14)


def _is_cover(stream: Any) -> bool:
    """A picture that a music player shows beside the sound; it does not go on."""
    return bool(stream.disposition & stream.disposition.attached_pic)


def _recorded_anew(av: Any, data: bytes, wrapping: str, longest: float) -> tuple[float, bytes]:
    """Seconds that were heard, and the MP3. What the packets' times hid is counted again sample by sample."""
    out, heard = BytesIO(), 0
    options = {"id3v2_version": "0", "fflags": "+bitexact"}
    with av.open(BytesIO(data), format=wrapping) as source, av.open(out, "w", format="mp3", options=options) as copy:
        voice = copy.add_stream("libmp3lame", rate=RATE)
        voice.layout, voice.bit_rate = "mono", BITS
        plain = av.AudioResampler(format="s16p", layout="mono", rate=RATE)
        for frame in source.decode(source.streams.audio[0]):
            for piece in plain.resample(frame):
                heard += piece.samples
                if heard > longest * RATE:
                    raise _End(14)
                piece.pts = None
                copy.mux(voice.encode(piece))
        for piece in plain.resample(None):
            heard += piece.samples
            piece.pts = None
            copy.mux(voice.encode(piece))
        copy.mux(voice.encode(None))
    if not heard:
        raise _End(11)
    return heard / RATE, out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
