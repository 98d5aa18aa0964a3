"""Recordings made on the spot, a tone instead of a voice, in every wrapping that phones and browsers use."""

import io
from functools import cache

import av

from tests.reports.samples import OWNER

# wrapping of the library, codec, samples a second
WAYS = {
    "webm": ("webm", "libopus", 48_000),
    "ogg": ("ogg", "libopus", 48_000),
    "m4a": ("ipod", "aac", 44_100),
    "mp4": ("mp4", "aac", 44_100),
    "aac": ("adts", "aac", 44_100),
    "3gp": ("3gp", "aac", 22_050),
    "amr": ("amr", "libopencore_amrnb", 8_000),
    "wav": ("wav", "pcm_s16le", 16_000),
    "mp3": ("mp3", "libmp3lame", 24_000),
}


@cache
def voice(way: str, seconds: float = 1.0) -> bytes:
    """A tone whose owner's name and place stand in the tags, where the wrapping has any."""
    form, codec, rate = WAYS[way]
    out = io.BytesIO()
    with av.open(out, "w", format=form) as made:
        made.metadata.update(title=OWNER, artist=OWNER, comment=OWNER, location="-8.1700+113.7000/")
        stream = made.add_stream(codec, rate=rate, layout="mono")
        if codec.endswith("amrnb"):
            stream.bit_rate = 12_200
        for frame in _tone(rate, seconds):
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    return out.getvalue()


def _tone(rate: int, seconds: float):
    step = rate // 10
    for start in range(0, int(rate * seconds), step):
        frame = av.AudioFrame("s16", "mono", step)
        wave = b"".join(((i // 40) % 2 * 8_000).to_bytes(2, "little") for i in range(start, start + step))
        frame.planes[0].update(wave + bytes(frame.planes[0].buffer_size - len(wave)))
        frame.rate, frame.pts = rate, start
        yield frame


def tags_of(data: bytes) -> dict[str, str]:
    with av.open(io.BytesIO(data)) as made:
        return {**made.metadata, **made.streams[0].metadata}
