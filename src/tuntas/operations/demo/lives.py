"""The lives that the demo's reports lead: each is told as it would happen, pausing where time passes.

A life is a generator. It yields how many days pass until the next thing, and is given the instant at which it goes on.
"""

from collections.abc import Generator
from datetime import datetime, timedelta

from tuntas.access.actors import acting
from tuntas.followup import answering, reporters_word
from tuntas.followup.answering import Answer
from tuntas.operations.demo.case import MONTHS, Case
from tuntas.operations.demo.places import CITY, LATE_COMER, PROVINCE, UNCONNECTED
from tuntas.operations.demo.spots import spot
from tuntas.operations.demo.topics import MARK, THANKS
from tuntas.organizations.models import Category
from tuntas.reports.states import Queue
from tuntas.routing import disposing, merging, transferring, verifying

Life = Generator[float, datetime, None]


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
    case.answer(answering.resolve, at, plan)
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
    case.answer(answering.resolve, at, answer)


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
    case.verify(at)
    at = yield 0.3
    case.dispose(at)


def insider(case: Case) -> Life:
    """Somebody inside an office writes to the inspectorate, which alone sees it."""
    yield from _in_closed_queue(
        case,
        queue=Queue.INSPECTORATE,
        office="inspektorat",
        report_class="WHISTLEBLOWING",
        category="POL-01",
        text=f"{MARK}Saya bekerja di dinas itu. Barang untuk {case.number} sekolah dibayar penuh, yang datang separuh.",
    )


def violence(case: Case) -> Life:
    """Violence in a home: secret from the first moment, read by the office that protects women and children."""
    yield from _in_closed_queue(
        case,
        queue=Queue.WOMEN_AND_CHILDREN,
        office="uptd-ppa",
        report_class="NON_SUPERVISORY",
        category="GSI-02",
        text=f"{MARK}Tetangga saya di {case.place} dipukul suaminya setiap malam. Anaknya takut pulang.",
    )


def _in_closed_queue(case: Case, *, queue: str, office: str, report_class: str, category: str, text: str) -> Life:
    at, city = (yield 0), case.stage.units[CITY]
    case.lodge(at, text=text, target=city.pk, queue=queue, is_anonymous=True)
    at, keeper = (yield 0.4), f"admin-{office}"
    case.officer(
        keeper,
        verifying.verify,
        at,
        report_class=report_class,
        category=Category.objects.get(code=category),
        target=city,
    )
    at = yield 0.3
    case.officer(keeper, disposing.dispose, at, lead=case.stage.office(office))
    at = yield 0.4
    case.officer(f"penghubung-{office}", answering.acknowledge, at, text=case.dice.choice(THANKS))


def about_an_office(case: Case) -> Life:
    """About the transport office, which never sees it: the city checks it and hands it to the inspectorate."""
    at = yield 0
    case.lodge(
        at,
        text=f"{MARK}Juru parkir di {case.place} menyetor ke orang dinas setiap sore, tanpa karcis.",
        target=case.stage.units[CITY].pk,
        accused=(case.stage.office("perhubungan").pk,),
        reported_party="Petugas lapangan yang memakai motor dinas",
    )
    at = yield 0.5
    case.officer(
        "admin-kota", verifying.verify, at, report_class="SUPERVISORY", category=Category.objects.get(code="PHB-07"),
        target=case.stage.units[CITY],
    )  # fmt: skip


def unconnected(case: Case) -> Life:
    """For a regency that has not joined: its province holds it, says so and writes a letter. Some are answered."""
    at = yield 0
    case.spot = spot(UNCONNECTED, case.key)
    case.lodge(at, target=case.stage.units[UNCONNECTED].pk)
    at = yield case.dice.uniform(0.3, 2)
    with acting(case.stage.actors["admin-provinsi"], at=at) as actor:
        if case.report and case.report.holder_id == case.stage.units[PROVINCE].pk:
            verifying.verify(
                case.report, by=actor, at=at, report_class="NON_SUPERVISORY",
                category=Category.objects.get(code=case.topic.category), target=case.stage.units[UNCONNECTED],
                title=case.topic.title.format(place=case.place), public_text=f"{MARK}{case.topic.title}",
            )  # fmt: skip
    if case.number % 2:
        case.post_letter(at)
        at = yield case.dice.uniform(0.5, 2)
        case.answer_letter(at)


def latecomer(case: Case) -> Life:
    """For a city that joins later: its old reports get a fair clock on that day."""
    at = yield 0
    case.spot = spot(LATE_COMER, case.key)
    case.lodge(at, target=case.stage.units[LATE_COMER].pk)


def twins(case: Case, other: Case) -> Life:
    """Two people report one lamp; the second follows the first to the end."""
    yield from to_follow_up(case)
    at = yield 0.5
    other.place, other.spot = case.place, case.spot
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
