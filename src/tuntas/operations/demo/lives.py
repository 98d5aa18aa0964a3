"""The lives that the demo's reports lead: each is told as it would happen, pausing where time passes.

A life is a generator. It yields how many days pass until the next thing, and is given the instant at which it goes on.
"""

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from random import Random

from tuntas.access.actors import Actor, acting
from tuntas.followup import answering, reporters_word
from tuntas.followup.answering import Answer, Blocked, Proof
from tuntas.identity.person import Person
from tuntas.intake.receiving import receive
from tuntas.intake.submissions import Submission
from tuntas.operations.demo.pictures import picture
from tuntas.operations.demo.places import CITY, LATE_COMER, PROVINCE, UNCONNECTED, Stage
from tuntas.operations.demo.topics import MARK, STREETS, TEAMS, THANKS, Topic
from tuntas.organizations.models import Category, Unit
from tuntas.reports.attaching import attach
from tuntas.reports.models import Attachment, Report
from tuntas.routing import disposing, merging, transferring, verifying

Life = Generator[float, datetime, None]
MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]


class Case:
    """One report of the demo: who plays in it, and what is said."""

    def __init__(self, stage: Stage, topic: Topic, dice: Random, key: str) -> None:
        self.stage, self.topic, self.dice, self.key = stage, topic, dice, key
        self.place = f"{dice.choice(STREETS)} {dice.randint(1, 40)}"
        self.number = dice.randint(2, 9)
        self.office = stage.office(topic.office)
        self.report: Report | None = None

    def words(self, pattern: str, on: datetime) -> str:
        local = on + timedelta(hours=7)
        return pattern.format(
            place=self.place,
            days=self.dice.randint(2, 30),
            n=self.number,
            team=self.dice.choice(TEAMS),
            date=f"{local.day} {MONTHS[local.month - 1]} {local.year}",
        )

    def lodge(self, at: datetime, **more: object) -> Report:
        text = MARK + self.words(self.dice.choice(self.topic.texts), at)
        has_mail = self.dice.random() < 0.6
        person = Person(name="Warga Contoh", email=f"warga-{self.key}@contoh.test") if has_mail else Person()
        facts: dict[str, object] = {
            "text": text, "person": person, "report_type": self.topic.report_type, "place": self.place,
            "latitude": -7.98 + self.dice.random() / 20, "longitude": 112.62 + self.dice.random() / 20,
            "target": self.stage.units[CITY].pk if self.dice.random() < 0.5 else None,
            "event_on": (at - timedelta(days=self.dice.randint(0, 5))).date(),
            "is_anonymous": self.dice.random() < 0.2,
        }  # fmt: skip
        receipt = receive(Submission(key=f"demo-{self.key}", **(facts | more)), at=at)  # type: ignore[arg-type]
        with acting(Actor.reporter_of(receipt.report_id)):
            self.report = Report.objects.get(pk=receipt.report_id)
            if self.dice.random() < 0.3:
                attach(self.report, picture("REPORT", self.topic.office), by=Attachment.By.REPORTER, at=at)
        return self.report

    def officer(self, name: str, act: Callable[..., object], at: datetime, **more: object) -> None:
        actor = self.stage.actors[name]
        with acting(actor, at=at):
            act(self.report, by=actor, at=at, **more)

    def reporter(self, act: Callable[..., object], at: datetime, **more: object) -> None:
        if self.report is None:
            return
        with acting(Actor.reporter_of(self.report.pk)):
            act(self.report, at=at, **more)

    @property
    def desk(self) -> str:
        """Whose administrator looks at it first."""
        return "admin-kota" if self.report and self.report.holder_id == self.stage.units[CITY].pk else "nasional"

    def verify(self, at: datetime, target: Unit | None = None, **more: object) -> None:
        self.officer(
            self.desk, verifying.verify, at,
            report_class=str(more.pop("report_class", "") or verifying.class_for(self.topic.report_type)),
            category=Category.objects.get(code=self.topic.category),
            target=target or self.stage.units[CITY],
            title=self.topic.title.format(place=self.place),
            public_text=f"{MARK}{self.topic.title.format(place=self.place)}. Warga meminta ini segera diperiksa.",
            **more,
        )  # fmt: skip

    def dispose(self, at: datetime) -> None:
        self.officer("admin-kota", disposing.dispose, at, lead=self.office)

    @property
    def liaison(self) -> str:
        return f"penghubung-{self.topic.office}"

    @property
    def head(self) -> str:
        return f"kepala-{self.topic.office}"

    def progress(self, at: datetime) -> None:
        self._answer(answering.progress, at, Answer(text=self.words(self.dice.choice(self.topic.progress), at)))

    def resolve(self, at: datetime, by: str = "") -> None:
        self._answer(answering.resolve, at, self.final_answer(at), by)

    def final_answer(self, at: datetime) -> Answer:
        topic, day = self.topic, (at + timedelta(hours=7)).date()
        proofs = tuple(
            Proof(upload=picture(part, topic.office), part=part, taken_on=day, place=self.place)
            for part in ("BEFORE", "AFTER")
        )
        return Answer(
            text=self.words(self.dice.choice(topic.done), at),
            kind=topic.kind,
            outcome=topic.outcome,
            done_on=day,
            done_at_place=self.place,
            document_number=f"{self.number}{self.dice.randint(10, 99)}/CONTOH/{day.year}",
            document_date=day,
            proofs=proofs if topic.kind == "FIELD_ACTION" else (),
        )

    def _answer(self, act: Callable[..., object], at: datetime, answer: Answer, by: str = "") -> None:
        try:
            self.officer(by or self.liaison, act, at, answer=answer)
        except Blocked:
            # The gate takes it for canned: the officer appeals, and the head decides.
            appealed = Answer(**{name: getattr(answer, name) for name in answer.__dataclass_fields__} | {
                "appeal": "Semua fakta pekerjaan sudah tertulis."
            })  # fmt: skip
            self.officer(by or self.liaison, act, at, answer=appealed)
        if self.report is not None and answering.draft_of(self.report):
            self.officer(self.head, answering.approve, at + timedelta(minutes=30))


def untouched(case: Case) -> Life:
    at = yield 0
    case.lodge(at)


def to_disposition(case: Case) -> Life:
    at = yield 0
    case.lodge(at)
    at = yield case.dice.uniform(0.1, 2)
    case.verify(at)


def to_follow_up(case: Case) -> Life:
    yield from to_disposition(case)
    at = yield case.dice.uniform(0.1, 1)
    case.dispose(at)
    if case.dice.random() < 0.5:
        at = yield case.dice.uniform(0.2, 1)
        case.officer(case.liaison, answering.acknowledge, at, text=case.dice.choice(THANKS))


def to_progress(case: Case) -> Life:
    yield from to_follow_up(case)
    at = yield case.dice.uniform(0.5, 4)
    case.progress(at)


def to_answer(case: Case) -> Life:
    yield from to_progress(case)
    at = yield case.dice.uniform(0.5, 7)
    case.resolve(at)


def accepted(case: Case) -> Life:
    yield from to_answer(case)
    at = yield case.dice.uniform(0.2, 6)
    case.reporter(
        reporters_word.accept, at, clear=case.dice.randint(3, 5), on_target=case.dice.randint(3, 5),
        words=case.dice.choice(["", "Terima kasih, sudah beres.", "Cepat sekali."]),
    )  # fmt: skip


def silent(case: Case) -> Life:
    """Answered; nobody speaks; after ten working days the clockwork closes it."""
    yield from to_answer(case)


def objected(case: Case) -> Life:
    yield from to_answer(case)
    at = yield case.dice.uniform(0.2, 3)
    case.reporter(reporters_word.object_to, at, reason="Belum beres, masih sama seperti kemarin.")
    at = yield case.dice.uniform(0.5, 3)
    case.resolve(at, by=case.head)
    at = yield case.dice.uniform(0.5, 4)
    case.reporter(reporters_word.accept, at, clear=4, on_target=4)


def objection_open(case: Case) -> Life:
    yield from to_answer(case)
    at = yield case.dice.uniform(0.2, 3)
    case.reporter(reporters_word.object_to, at, reason="Fotonya bukan tempat ini.")


def reopened(case: Case) -> Life:
    yield from accepted(case)
    at = yield case.dice.uniform(1, 15)
    case.reporter(reporters_word.reopen, at, reason="Rusak lagi setelah seminggu.")
    at = yield case.dice.uniform(1, 4)
    case.resolve(at)
    at = yield case.dice.uniform(1, 4)
    case.reporter(reporters_word.accept, at, clear=3, on_target=4)


def waiting_for_details(case: Case) -> Life:
    at = yield 0
    case.lodge(at)
    at = yield case.dice.uniform(0.1, 2)
    case.officer(case.desk, verifying.ask, at, missing=["Nama jalan atau patokan", "Sejak kapan"])


def completed(case: Case) -> Life:
    yield from waiting_for_details(case)
    at = yield case.dice.uniform(1, 6)
    case.reporter(reporters_word.complete, at, text=f"Tempatnya {case.place}, sejak seminggu lalu.")
    at = yield case.dice.uniform(0.2, 2)
    case.verify(at)
    at = yield 0.3
    case.dispose(at)
    at = yield case.dice.uniform(0.5, 3)
    case.resolve(at)


def question(case: Case) -> Life:
    yield from to_progress(case)
    at = yield case.dice.uniform(0.3, 2)
    case.officer(case.liaison, answering.question, at, text="Tiang nomor berapa yang mati?")


def offered(case: Case) -> Life:
    yield from to_follow_up(case)
    at = yield case.dice.uniform(0.2, 1)
    other = case.stage.office("pu-tata-ruang" if case.topic.office != "pu-tata-ruang" else "perhubungan")
    case.officer(
        case.liaison, transferring.offer, at, ground="Perwali contoh 1/2020 pasal 4: urusan dinas lain.", proposed=other
    )


def disputed(case: Case) -> Life:
    yield from offered(case)
    other = "pu-tata-ruang" if case.topic.office != "pu-tata-ruang" else "perhubungan"
    at = yield 0.2
    case.officer(f"penghubung-{other}", transferring.refuse, at, ground="Aset tercatat pada dinas pengirim.")


def arbitrated(case: Case) -> Life:
    yield from disputed(case)
    at = yield 0.3
    case.officer(
        "admin-kota", transferring.arbitrate, at, owner=case.office, ground="Daftar aset contoh 2024 nomor 12."
    )
    at = yield case.dice.uniform(0.5, 3)
    case.progress(at)
    at = yield case.dice.uniform(0.5, 4)
    case.resolve(at)


def planned(case: Case) -> Life:
    yield from to_progress(case)
    at = yield case.dice.uniform(0.5, 4)
    day = (at + timedelta(days=case.dice.randint(30, 120))).date()
    plan = Answer(
        text=f"Perbaikan di {case.place} masuk paket pemeliharaan nomor {case.number}; regu mulai {day.day} "
        f"{MONTHS[day.month - 1]} {day.year} karena suku cadang datang bulan itu.",
        kind="DECISION",
        outcome="PLANNED_WITH_DATE",
        planned_for=day,
    )
    case._answer(answering.resolve, at, plan)
    at = yield (day - at.date()).days + case.dice.uniform(1, 4)  # the date returns by itself, and the work is done
    case.resolve(at)


def declined(case: Case) -> Life:
    yield from to_progress(case)
    at = yield case.dice.uniform(0.5, 4)
    answer = Answer(
        text=f"Permohonan di {case.place} tidak dapat kami penuhi karena tanah itu milik pribadi menurut sertifikat nomor "
        f"{case.number}13.",
        kind="ANSWER",
        outcome="DECLINED_WITH_REASON",
        legal_ground="UU 5/1960 pasal 20",
        next_step="Anda dapat meminta mediasi di kantor kelurahan setempat, Senin-Jumat, tanpa biaya.",
    )
    case._answer(answering.resolve, at, answer)


def archived(case: Case) -> Life:
    at = yield 0
    case.lodge(at)
    at = yield case.dice.uniform(0.2, 2)
    case.officer(
        "nasional", verifying.archive, at, reason="TOO_GENERAL",
        explanation="Laporan belum menyebut tempat atau layanan, sehingga tidak dapat diperiksa.",
    )  # fmt: skip


def appealed(case: Case) -> Life:
    yield from archived(case)
    at = yield case.dice.uniform(0.5, 4)
    case.reporter(reporters_word.appeal, at, reason=f"Tempatnya jelas: {case.place}.")


def referred(case: Case) -> Life:
    at = yield 0
    case.lodge(at)
    at = yield case.dice.uniform(0.2, 2)
    case.officer(
        "nasional", verifying.refer, at, signpost="Kepolisian, telepon 110",
        explanation="Ini dugaan tindak pidana; polisi yang berwenang menerimanya.",
    )  # fmt: skip


def withdrawn(case: Case) -> Life:
    yield from to_follow_up(case)
    at = yield case.dice.uniform(0.2, 2)
    case.reporter(reporters_word.withdraw, at, reason="Sudah saya selesaikan sendiri.")


def protected(case: Case) -> Life:
    at = yield 0
    case.lodge(at, is_confidential=True, is_anonymous=True)
    at = yield case.dice.uniform(0.2, 2)
    case.verify(at, report_class="SUPERVISORY")
    at = yield 0.3
    case.dispose(at)


def unconnected(case: Case) -> Life:
    """For a regency that has not joined: its province holds it and says so."""
    at = yield 0
    case.lodge(at, target=case.stage.units[UNCONNECTED].pk)
    at = yield case.dice.uniform(0.3, 2)
    with acting(case.stage.actors["admin-provinsi"], at=at) as actor:
        if case.report and case.report.holder_id == case.stage.units[PROVINCE].pk:
            verifying.verify(
                case.report, by=actor, at=at, report_class="NON_SUPERVISORY",
                category=Category.objects.get(code=case.topic.category), target=case.stage.units[UNCONNECTED],
                title=case.topic.title.format(place=case.place), public_text=f"{MARK}{case.topic.title}",
            )  # fmt: skip


def latecomer(case: Case) -> Life:
    """For a city that joins later: its old reports get a fair clock on that day."""
    at = yield 0
    case.lodge(at, target=case.stage.units[LATE_COMER].pk)


def twins(case: Case, other: Case) -> Life:
    """Two people report one lamp; the second follows the first to the end."""
    yield from to_follow_up(case)
    at = yield 0.5
    other.place = case.place
    other.lodge(at)
    at = yield case.dice.uniform(0.2, 1)
    other.verify(at)
    at = yield 0.2
    if case.report is not None and other.report is not None:
        with acting(case.stage.actors["admin-kota"], at=at) as actor:
            merging.merge(other.report, into=case.report, by=actor, at=at)
    at = yield case.dice.uniform(0.5, 3)
    case.progress(at)
    at = yield case.dice.uniform(0.5, 4)
    case.resolve(at)
