"""What must hold after the killing. Each fault is a sentence; no fault, no sentence."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from tools.drill.journal import Journal
from tools.drill.queries import Standing
from tuntas.kernel.numbers import idempotency_digest

NOTICE = re.compile(r"<notice-(\d+)-\d+@")

Reports = Collection[Standing]


def lost(reports: Reports, filed: Mapping[str, str]) -> list[str]:
    """Keys whose acknowledged number does not stand in the register under that key."""
    standing = {report.digest: report.number for report in reports}
    return [key for key, number in filed.items() if standing.get(idempotency_digest(key)) != number]


def doubled(reports: Reports) -> list[bytes]:
    """Forms that were filed more than once."""
    return [digest for digest, count in Counter(report.digest for report in reports).items() if count > 1]


def already_filed(reports: Reports, journal: Journal) -> int:
    """Forms that stood in the register when they went out again: their first receipt was lost on the way."""
    at = {report.digest: report.at for report in reports}
    return sum(at.get(idempotency_digest(key), sent) < sent for key, sent in journal.repeated.items())


def of_the_register(reports: Reports, journal: Journal) -> Iterator[str]:
    """Faults between what people were told and what stands there."""
    if gone := lost(reports, journal.filed):
        yield f"{len(gone)} acknowledged reports are not in the register, {gone[0]} first"
    if twice := doubled(reports):
        yield f"{len(twice)} forms were filed more than once"
    if count := len(reports) - len({report.number for report in reports}):
        yield f"{count} numbers were given twice"
    if journal.contradictions:
        yield f"{len(journal.contradictions)} forms were told two numbers, {journal.contradictions[0]} first"
    if journal.abandoned:
        yield f"{len(journal.abandoned)} forms got no receipt however often they were sent"
    mail = {idempotency_digest(key): left for key, left in journal.tried.items()}
    if unknown := [report for report in reports if report.digest not in mail]:
        yield f"{len(unknown)} reports were sent by nobody"
    if wrong := [report for report in reports if mail.get(report.digest, report.has_contact) != report.has_contact]:
        yield f"{len(wrong)} reports forgot that an address was left, or made one up"


def of_every_report(incomplete: Mapping[str, int], *, altered: int, strays: int) -> Iterator[str]:
    for what, count in incomplete.items():
        if count:
            yield f"{count} reports without their {what}"
    if altered:
        yield f"{altered} reports with other words than were sent"
    if strays:
        yield f"{strays} reporters without a report"


def where_identities_are(envelopes: Iterable[tuple[UUID, bool, str]], kept: Collection[UUID]) -> Counter[str]:
    """in the vault, sealed (still on the way to it), set aside, or lost."""
    found: Counter[str] = Counter()
    for reporter, is_full, problem in envelopes:
        at = "set aside" if problem else "in the vault" if reporter in kept else "sealed" if is_full else "lost"
        found[at] += 1
    return found


def of_identities(where: Mapping[str, int]) -> Iterator[str]:
    for name in ("lost", "set aside", "sealed"):
        if where.get(name):
            yield f"{where[name]} identities are {name}"


def of_letters(notices: Mapping[int, bool], letters: Counter[str], crashes: int) -> Iterator[str]:
    """Faults between notices to reporters and the letters of the post office.

    crashes: how often the vault or its database was killed. Each may have fallen between the mail server's yes and
    our mark; that letter goes out once more, under the same Message-ID, and more than these are too many.
    """
    of_notice = Counter(_notice_of(letter) for letter in letters)
    if doubled := [notice for notice, count in of_notice.items() if count > 1]:
        yield f"{len(doubled)} notices went out under two Message-IDs"
    if strange := set(of_notice) - set(notices):
        yield f"{len(strange)} letters belong to no notice"
    if owed := [notice for notice, is_sent in notices.items() if not is_sent]:
        yield f"{len(owed)} notices to reporters were not sent"
    if never := [notice for notice, is_sent in notices.items() if is_sent and notice not in of_notice]:
        yield f"{len(never)} notices count as sent and reached no post office"
    if (again := letters.total() - len(letters)) > crashes:
        yield f"{again} letters were handed over again, in {crashes} crashes"


def of_rings(came_due: Collection[int], rung: Collection[int]) -> Iterator[str]:
    """came_due: clocks that the drill made due, as far as it was told."""
    if silent := set(came_due) - set(rung):
        yield f"{len(silent)} clocks came due and did not ring"


def of_the_load(acknowledged: int, before_kills: Sequence[int], least: int) -> Iterator[str]:
    """A drill without load proves nothing. before_kills: receipts before each kill, none of them counted twice."""
    if not before_kills or min(before_kills) < least or acknowledged < sum(before_kills):
        yield f"{acknowledged} receipts for {len(before_kills)} kills are too few"


def _notice_of(letter: str) -> int:
    found = NOTICE.match(letter)
    return int(found[1]) if found else 0
