"""What each role of the demonstration finds to do in its first five minutes, made by the same verbs as everything else.

The other lives are cast by dice, so that nobody could say where one stands. These are few and certain: each ends where
its role begins. Their last step lies a day back, so that they are there on whichever day and hour the demo starts.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from tuntas.access.actors import PUBLIC, acting
from tuntas.disclosure import asking
from tuntas.disclosure.models import Ground
from tuntas.followup import answering, dialogue, overseeing, reporters_word
from tuntas.followup.answering import Answer, Proof
from tuntas.identity.person import Person
from tuntas.introduction.doors import OWN_REPORT
from tuntas.operations.demo.case import Case
from tuntas.operations.demo.lives import Life
from tuntas.operations.demo.pictures import picture
from tuntas.operations.demo.places import CITY, Stage
from tuntas.operations.demo.topics import THANKS, TOPICS
from tuntas.organizations.models import Appointment
from tuntas.reports.supporting import support
from tuntas.teamwork import fieldwork, jobs

LAMP = TOPICS[0]  # the office of most of it: transport, whose liaison, head and field officer the switcher names
FIELD_OFFICER, WATCHER = "lapangan-perhubungan", "pengawas"
PEOPLE_BEHIND = 7
PLACE = "Jalan Contoh 12"
KEY = "demo-first-minutes-"


def long_lives(stage: Stage) -> Iterator[tuple[Life, float]]:
    """Lives that clocks must pass through, each with the days before the demo's start on which it begins."""
    yield own_report(_case(stage, OWN_REPORT.removeprefix(KEY))), 6
    yield answer_to_approve(_case(stage, "approve")), 6.5
    yield late_and_raised(_case(stage, "late")), 40
    yield reopened(_case(stage, "reopened")), 12


def short_lives(stage: Stage) -> Iterator[tuple[Life, float]]:
    """Lives of the last days: no clock rings in them, and their verbs are those that only the web may call."""
    yield job_with_a_photo(_case(stage, "job")), 3
    yield fresh_job(_case(stage, "fresh-job")), 2.5
    yield thanks_to_send_back(_case(stage, "send-back")), 3
    yield supported(_case(stage, "supported")), 4
    yield conversation(_case(stage, "conversation")), 4
    yield identity_asked(_case(stage, "identity")), 3
    yield twins_to_compare(_case(stage, "twin-1"), _case(stage, "twin-2")), 2


def play(lives: Iterable[tuple[Life, float]], *, until: datetime) -> None:
    """Play lives to their ends, one after the other. A refusal is an error: nothing here is chance."""
    for life, days in lives:
        next(life)
        at = until - timedelta(days=days)
        with suppress(StopIteration):
            while True:
                at += timedelta(days=life.send(at))


def _case(stage: Stage, name: str) -> Case:
    made = Case(stage, LAMP, Random(name), f"first-minutes-{name}")  # noqa: S311  a story needs no secret dice
    made.place = PLACE if name.startswith("twin") else made.place
    return made


def handed_on(case: Case, **more: object) -> Life:
    """As far as the transport office: checked and handed on within hours."""
    at = yield 0
    case.lodge(at, target=case.stage.units[CITY].pk, **({"is_anonymous": False} | more))
    at = yield 0.1
    case.verify(at)
    at = yield 0.1
    case.dispose(at)


def own_report(case: Case) -> Life:
    """The citizen's own: answered with photos, so that they say whether it is solved."""
    yield from handed_on(case)
    at = yield 1
    case.progress(at)
    at = yield 2
    case.resolve(at)


def job_with_a_photo(case: Case) -> Life:
    """In the field officer's hand, with a photo from before: the one from after is missing."""
    yield from handed_on(case)
    at = yield 0.2
    case.officer(case.liaison, jobs.assign, at, to=field_officer(case))
    at = yield 0.3
    proof = Proof(
        upload=picture("BEFORE", case.topic.office),
        part="BEFORE",
        taken_on=(at + timedelta(hours=7)).date(),
        place=case.place,
    )
    case.officer(
        FIELD_OFFICER, fieldwork.bring, at, text="Tiang ditemukan, sekring terbakar. Besok kami ganti.", proofs=[proof],
        key=case.key,
    )  # fmt: skip


def fresh_job(case: Case) -> Life:
    """In the field officer's hand, untouched."""
    yield from handed_on(case)
    at = yield 0.2
    case.officer(case.liaison, jobs.assign, at, to=field_officer(case))


def answer_to_approve(case: Case) -> Life:
    """The reporter said no once; the second answer waits for the head."""
    yield from own_report(case)
    at = yield 1
    case.reporter(reporters_word.object_to, at, reason="Semalam mati lagi, tidak ada yang datang.")
    at = yield 1
    case.officer(case.liaison, answering.resolve, at, answer=case.finalanswer(at))


def thanks_to_send_back(case: Case) -> Life:
    """The gate held a mere thank-you back, the officer objected: the head decides."""
    yield from handed_on(case)
    at = yield 0.5
    answer = Answer(text=THANKS[0], appeal="Kami memang hanya ingin memberi kabar.")
    case.officer(case.liaison, answering.progress, at, answer=answer)


def late_and_raised(case: Case) -> Life:
    """Nobody acted for weeks; the supervisor told the superior why that will not do."""
    yield from handed_on(case)
    at = yield 35
    case.officer(WATCHER, overseeing.escalate, at, reason="Batas waktunya lewat dan tidak ada tindak lanjut.")


def reopened(case: Case) -> Life:
    """Accepted, and broken again within days."""
    yield from own_report(case)
    at = yield 1
    case.reporter(reporters_word.accept, at, clear=4, on_target=4)
    at = yield 4
    case.reporter(reporters_word.reopen, at, reason="Menyala tiga malam, lalu padam lagi.")


def supported(case: Case) -> Life:
    """Neighbours stand behind it."""
    yield from handed_on(case)
    yield 0.5
    if case.report is not None:
        with acting(PUBLIC):
            for number in range(PEOPLE_BEHIND):
                support(case.report, browser=f"{case.key}-{number}")


def conversation(case: Case) -> Life:
    """An anonymous reporter and the office write to each other."""
    yield from handed_on(case, is_anonymous=True)
    at = yield 0.5
    case.officer(case.liaison, dialogue.message_reporter, at, text="Tiang nomor berapa yang mati? Kami datang besok.")
    at = yield 1
    case.reporter(dialogue.message_office, at, text="Nomor 7 dan 8. Mohon nama saya jangan dicari.")


def identity_asked(case: Case) -> Life:
    """An office wants to know who wrote; the custodian of another organisation decides."""
    yield from handed_on(case, person=Person(name="Warga Contoh", email="warga-identitas@contoh.test"))
    at = yield 1.5
    case.officer(
        case.liaison, asking.ask, at, ground=Ground.PUBLIC_TASK,
        reason="Kami ingin berbicara langsung dengan pelapor tentang kejadian itu.",
    )  # fmt: skip


def twins_to_compare(case: Case, other: Case) -> Life:
    """Two reports of one lamp lie in the queue side by side."""
    here = {"target": case.stage.units[CITY].pk, "is_anonymous": False}
    other.place, other.spot = case.place, case.spot
    at = yield 0
    case.lodge(at, **here)
    at = yield 0.5
    other.lodge(at, **here)


def field_officer(case: Case) -> Appointment:
    return Appointment.objects.get(pk=case.stage.actors[FIELD_OFFICER].appointment or 0)
