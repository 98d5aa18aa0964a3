"""What there must be for every page to have something on it: made once, then only looked at. Everything is invented."""

from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from tests import databases
from tests.disclosure import scenes
from tests.factories import a_report, an_officer, as_, by_reporter, received, walk
from tests.public_log import sequence
from tests.routing.test_letters import token_of, verified
from tests.security.cast import RELATIONS, Stage, set_the_stage
from tests.workspace.officers import at_desk, give_password
from tuntas.access.actors import Actor, acting
from tuntas.following import asking
from tuntas.following.models import Follow
from tuntas.followup import answering, approving, dialogue, reply_templates, reporters_word
from tuntas.followup.answering import Answer
from tuntas.kernel import numbers
from tuntas.organizations.models import Appointment, Role
from tuntas.privacy import breaching
from tuntas.reports.models import PublicCopy
from tuntas.reports.states import State
from tuntas.routing import transferring
from tuntas.teamwork import jobs

HERE = {"latitude": -8.1, "longitude": 113.7}


@dataclass
class World:
    """The register that every page is looked at in, and who looks."""

    stage: Stage
    numbers: dict[str, str]  # what a report is an example of -> its public number
    codes: dict[str, str]  # the same -> its secret code, as the receipt spells it
    custody: str
    breach: str
    letter: str  # the link of a letter to an office outside the register
    follow: str  # the link of a letter that asks whether somebody wants to follow a report
    template: str  # the series of a reply template
    actors: dict[str, Actor] = field(default_factory=dict)

    @property
    def state(self) -> SimpleNamespace:
        return self.stage.state

    def actor(self, who: str) -> Actor:
        """who: ROLE@relation of the cast, or the name of an officer of the invented state."""
        if who not in self.actors:
            role, at, relation = who.partition("@")
            known = getattr(self.state, f"as_{who.replace('-', '_')}", None)
            if at:
                with databases.role("owner"):
                    known = an_officer(
                        f"look-{role.lower()}-{relation}", getattr(self.state, RELATIONS[relation]), role
                    )
            assert known is not None, f"there is no officer called {who}"
            self.actors[who] = known
        return self.actors[who]


def make_the_world(settings: Any, folder: Path) -> World:
    """Call inside a test with a database of its own. folder: for letters and heads of the log."""
    settings.ANCHORS = settings.ANCHOR_FOLDER = folder / "anchors"
    settings.OUTBOX = folder / "outbox"
    post_a_letter(folder / "outbox")
    stage, now = set_the_stage(), timezone.now()
    state, when = stage.state, now - timedelta(days=20)
    numbers_of = {"finished": a_report(State.RESOLVED, when=now - timedelta(days=30)).number}
    numbers_of["in progress"] = a_report(State.IN_PROGRESS, when=now - timedelta(days=2)).number
    numbers_of["twin"] = a_report(when=now - timedelta(days=1), **HERE).number
    numbers_of["new"] = a_report(when=now - timedelta(hours=5), is_anonymous=True, **HERE).number
    numbers_of["archived"] = appealed(now)
    numbers_of["disputed"] = disputed(state, now - timedelta(days=1))
    codes = {"protected": numbers.spell_code(stage.code)}
    numbers_of["answered"], codes["answered"] = answered(state, when)
    numbers_of["objected"] = objected(when)
    case = scenes.a_case()
    numbers_of["asked for"], codes["asked for"] = case.report.number, numbers.spell_code(case.receipt.code)
    custody = str(scenes.asked(case).uuid)
    _state, by_letter = verified(when=now - timedelta(hours=4), address="")
    numbers_of["by letter"] = by_letter.number
    template = an_office_at_work(state, now)
    give_password("head")
    sequence()
    follow = a_follow(numbers_of["in progress"])
    return World(stage, numbers_of, codes, custody, a_breach(state), token_of(by_letter), follow, template)


def an_office_at_work(state: SimpleNamespace, now: Any) -> str:
    """Jobs in hand, a rule of approval with a draft that waits, a deputy, a template, and a thank-you; its series."""
    with acting(state.as_admin):
        approving.add(state.works, by=state.as_admin, outcome="DECLINED_WITH_REASON")
    with databases.role("owner"):
        until = timezone.localdate() + timedelta(days=20)
        deputy = an_officer("deputy", state.works, Role.UNIT_HEAD, until=until)
        Appointment.objects.filter(pk=deputy.appointment).update(deputy_for=state.as_head.appointment)
        hands = Appointment.objects.select_related("officer", "unit").get(pk=state.as_liaison.appointment)
    for days in (3, 12):
        report = a_report(State.IN_PROGRESS, when=now - timedelta(days=days))
        as_(state.as_head, jobs.assign, report, to=hands)
    declined = Answer(
        text="Trotoar ini aset provinsi menurut Perwali 2/2021 pasal 4; kota tidak boleh membongkarnya pada 2026.",
        outcome="DECLINED_WITH_REASON",
        legal_ground="Perwali 2/2021 pasal 4",
        next_step="Laporan diteruskan ke Dinas Bina Marga provinsi, loket 2.",
    )
    as_(state.as_liaison, answering.resolve, report, answer=declined)
    thanked = a_report(State.RESOLVED, when=now - timedelta(days=25))
    by_reporter(
        reporters_word.thank, thanked, text="Terima kasih, jalannya terang lagi dan anak-anak berani pulang mengaji."
    )
    words = "Lampu di [tempat pengerjaan] sudah kami periksa pada [tanggal pengerjaan]: [apa yang dilakukan]."
    with acting(state.as_liaison):
        made = reply_templates.save(state.works, by=state.as_liaison, name="Lampu jalan", step="RESOLUTION", text=words)
    return str(made.series)


def answered(state: SimpleNamespace, when: Any) -> tuple[str, str]:
    """A report whose reporter is asked whether it is solved, with a message each way."""
    report, receipt = received(when, target=state.city.pk)
    walk(report, State.RESOLUTION_PROPOSED, state, when)
    as_(state.as_liaison, dialogue.message_reporter, report, text="Tiang nomor berapa yang mati?")
    by_reporter(dialogue.message_office, report, text="Nomor tiga.")
    return report.number, numbers.spell_code(receipt.code)


def objected(when: Any) -> str:
    report = a_report(State.RESOLUTION_PROPOSED, when=when)
    by_reporter(reporters_word.object_to, report, reason="Masih mati.", at=when + timedelta(days=9))
    return str(report.number)


def appealed(now: Any) -> str:
    report = a_report(State.ARCHIVED, when=now - timedelta(days=3))
    by_reporter(reporters_word.appeal, report, reason="Ada tempatnya.", at=now - timedelta(days=2))
    return str(report.number)


def disputed(state: SimpleNamespace, when: Any) -> str:
    report = a_report(State.TRANSFER_REQUESTED, when=when)
    at = when + timedelta(hours=5)
    as_(state.as_transport_liaison, transferring.refuse, report, ground="Perwali 2/2021", at=at)
    return str(report.number)


def a_follow(number: str) -> str:
    token = "f" * 43
    with databases.role("owner"):
        copy = PublicCopy.objects.get(number=number)
        digest = asking.digest_of(token)
        Follow.objects.create(copy=copy, who=digest, token=digest, asked_at=timezone.now())
    return token


def a_breach(state: SimpleNamespace) -> str:
    with acting(state.as_national):
        found_at = timezone.now() - timedelta(hours=1)
        what = "Lampiran surel salah kirim ke alamat lain"
        return str(
            breaching.write_down(by=state.as_national, what=what, found_at=found_at, groups=["words"], people=3).uuid
        )


def post_a_letter(folder: Path) -> None:
    """One letter in the outbox of a demonstration."""
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = (
        "tuntas@example.test",
        "warga@example.test",
        "Laporan Anda kami terima",
    )
    letter["Date"] = timezone.now()
    letter.set_content("Laporan Anda kami terima. Kami periksa paling lambat Rabu, 25 November 2026.")
    (folder / "new" / "surat").write_bytes(letter.as_bytes())


def session_of(world: World, who: str) -> str:
    """The key of a session in which this officer is signed in, with both factors and the purposes told."""
    client = at_desk(world.actor(who))
    return str(client.cookies["session"].value)
