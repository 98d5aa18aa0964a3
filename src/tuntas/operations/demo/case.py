"""One report of the demo: who plays in it, and what is said."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from tuntas.access.actors import SYSTEM, Actor, acting
from tuntas.followup import answering
from tuntas.followup.answering import Answer, Blocked, Proof
from tuntas.identity.person import Person
from tuntas.intake.receiving import receive
from tuntas.intake.submissions import Submission
from tuntas.notices.models import Notice
from tuntas.operations.demo.pictures import picture
from tuntas.operations.demo.places import CITY, Stage
from tuntas.operations.demo.spots import spot
from tuntas.operations.demo.topics import MARK, STREETS, TEAMS, Topic
from tuntas.organizations.models import Category, Unit
from tuntas.reports.attaching import attach
from tuntas.reports.models import Attachment, Report
from tuntas.routing import disposing, links, verifying
from tuntas.routing.letter_answers import Reply, answer
from tuntas.routing.models import Letter

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
    """One report: its place, its words, and the verbs that its people call."""

    def __init__(self, stage: Stage, topic: Topic, dice: Random, key: str) -> None:
        self.stage, self.topic, self.dice, self.key = stage, topic, dice, key
        self.place = f"{dice.choice(STREETS)} {dice.randint(1, 40)}"
        self.number = dice.randint(2, 9)
        self.spot = spot(CITY, key)
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
            "area": self.spot.area, "latitude": self.spot.latitude, "longitude": self.spot.longitude,
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
            public_place=self.place,
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
        self.answer(answering.progress, at, Answer(text=self.words(self.dice.choice(self.topic.progress), at)))

    def resolve(self, at: datetime, by: str = "") -> None:
        self.answer(answering.resolve, at, self.finalanswer(at), by)

    def post_letter(self, at: datetime) -> None:
        """The letter to the agency outside left in its own time, and not when the demo's vault first wakes up."""
        with acting(SYSTEM):
            Notice.objects.filter(report=self.report, to=Notice.To.LETTER, sent_at=None).update(sent_at=at)

    def answer_letter(self, at: datetime) -> None:
        """Somebody at the agency opens the link of its letter and answers, without an account."""
        with acting(SYSTEM):
            letter = Letter.objects.select_related("unit").filter(report=self.report).first()
        if letter is not None:
            reply = Reply(
                text=self.words(self.dice.choice(self.topic.done), at),
                office=letter.unit.name,
                document_number=f"{self.number}{self.dice.randint(10, 99)}/CONTOH/{at.year}",
                document_date=at.date(),
            )
            answer(links.token(letter.uuid), reply, (), form=UUID(int=self.dice.getrandbits(128)), at=at)

    def finalanswer(self, at: datetime) -> Answer:
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

    def answer(self, act: Callable[..., object], at: datetime, answer: Answer, by: str = "") -> None:
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
