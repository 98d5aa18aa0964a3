"""What protecting people costs each report, by the report that the bench's visitors send: microseconds and bytes.

Each part by itself in this process, which speaks to the database as web does; the least of some rounds counts.
"""

import json
import timeit
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from bench.visitors import FIELDS

ROUNDS = 5
FILE = 1 << 20  # bytes of the file that is sealed
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Cost:
    """microseconds of one use; bytes that are kept beyond those of the words themselves; when it is paid."""

    name: str
    microseconds: float
    bytes: int
    paid: str


def measure() -> list[dict[str, Any]]:
    """All costs, as they stand in the results."""
    return [asdict(cost) for cost in (*_at_intake(), *_for_a_file(), _row_security())]


def _at_intake() -> list[Cost]:
    from tuntas.identity import sealing
    from tuntas.identity.person import Person
    from tuntas.kernel.numbers import refuse_codes
    from tuntas.reports import publishing
    from tuntas.reports.redaction.finding import find

    text, key, uuid = FIELDS["text"], sealing.current_public_key(), uuid4()
    person = Person(name=FIELDS["name"], email=FIELDS["email"])
    letter = {"title": "", "body": text, "remedy": FIELDS["remedy"], "party": "", "place": FIELDS["place"]}
    told, plain = len(person.name + person.email), len(json.dumps(letter, ensure_ascii=False).encode())
    return [
        Cost("identity sealed for the vault", _least(lambda: sealing.seal(person, key, uuid)),
             len(sealing.seal(person, key, uuid)) - told, "a report with a name or an address"),
        Cost("words of a secret report sealed", _least(lambda: publishing.seal(letter, report=uuid)),
             len(publishing.seal(letter, report=uuid)) - plain, "a secret report"),
        Cost("what a text gives away, looked for", _least(lambda: find(text)), 0, "each sending, once or twice"),
        Cost("no secret code in a text", _least(lambda: refuse_codes(text)), 0, "each sending"),
    ]  # fmt: skip


def _for_a_file() -> list[Cost]:
    from tuntas.identity import content, sealing

    key, uuid = sealing.current_public_key(), uuid4()
    chunks = [bytes(CHUNK)] * (FILE // CHUNK)

    def original() -> int:
        return sum(map(len, sealing.seal_file(iter(chunks), key, uuid)))

    def shown() -> int:
        return sum(map(len, content.encrypt_stream(iter(chunks), report=uuid, field="bench")))

    return [
        Cost("original sealed for the vault, a MiB", _least(original, 10), original() - FILE, "each file"),
        Cost("copy for readers encrypted, a MiB", _least(shown, 10), shown() - FILE, "each file"),
    ]


def _row_security() -> Cost:
    from tuntas.access.actors import PUBLIC, acting

    def entered() -> None:
        with acting(PUBLIC):
            pass

    return Cost("who acts, told to the database and forgotten", _least(entered, 200), 0, "each page that reads rows")


def _least(work: Callable[[], object], times: int = 1_000) -> float:
    """Microseconds of one use."""
    return min(timeit.repeat(work, number=times, repeat=ROUNDS)) / times * 1e6
