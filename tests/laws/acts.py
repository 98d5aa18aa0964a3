"""Every verb of the register with arguments drawn at random: sensible ones most of the time, and wrong ones too."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

from tests.factories import LAMP, a_person, a_photo
from tuntas.access.actors import SYSTEM, Actor, acting
from tuntas.clocks.calendar import WIB
from tuntas.disclosure import asking, deciding, emergencies
from tuntas.disclosure.models import Disclosure
from tuntas.followup import answering, dialogue, listening, overseeing, reporters_word
from tuntas.followup.answering import Answer, Proof
from tuntas.identity.models import HoldGround, LegalHold
from tuntas.kernel.refusals import OutOfTurn, Refusal
from tuntas.lifecycle import MOVES, Move
from tuntas.organizations.models import Appointment, Officer, Unit
from tuntas.privacy import asking as data_wishes
from tuntas.privacy import erasing_content, holding
from tuntas.privacy.models import DataRequest, Decision, Wish
from tuntas.reports.models import Report
from tuntas.reports.states import Class
from tuntas.routing import accusing, disposing, merging, transferring, verifying
from tuntas.teamwork import fieldwork, jobs, thread

Draw = Callable[[st.SearchStrategy[Any]], Any]
THANKS = "Terima kasih atas laporannya, akan kami tindaklanjuti."
WORDS = st.sampled_from(["Peraturan Wali Kota 1/2020 pasal 4", "Tiang nomor 3", "Masih mati", "Perda 2/2021", ""])
PHOTOS = {part: a_photo(colour, (32, 24)) for part, colour in (("BEFORE", "black"), ("AFTER", "yellow"))}
UNITS = ("works", "transport", "health", "puskesmas", "province_works", "city", "province", "regency", "nation")


@dataclass(frozen=True)
class Scene:
    """Where an act happens: the offices, the reports by id, the instant."""

    state: SimpleNamespace
    reports: tuple[int, ...]
    now: datetime

    def unit(self, draw: Draw) -> Unit | None:
        name = draw(st.sampled_from([*UNITS, ""]))
        return getattr(self.state, name) if name else None

    def some_unit(self, draw: Draw) -> Unit:
        return getattr(self.state, draw(st.sampled_from(UNITS)))


def a_text(draw: Draw, scene: Scene) -> str:
    """Three answers in four say something; the number keeps a unit's answers from repeating each other."""
    day, number = scene.now.astimezone(WIB), draw(st.integers(1, 10_000))
    return draw(
        st.sampled_from(
            [
                f"Regu {number} memeriksa lampu di depan Pasar Contoh pada {day:%d-%m-%Y}: kabel putus, sudah diganti.",
                f"Lampu tiang {number} di Pasar Contoh sudah diganti regu kami pada {day:%d-%m-%Y} dan kini menyala.",
                f"Loket {number} melayani Senin sampai Jumat pukul 08.00-15.00 di Pasar Contoh, tanpa biaya.",
                THANKS,
            ]
        )
    )


def an_answer(draw: Draw, scene: Scene) -> Answer:
    day = scene.now.astimezone(WIB).date()
    outcome = draw(
        st.sampled_from(["FIXED", "INFORMATION_GIVEN", "PLANNED_WITH_DATE", "DECLINED_WITH_REASON", "NOT_PROVEN", ""])
    )
    whole = draw(st.integers(0, 4)) > 0
    is_field = draw(st.booleans())
    proofs = tuple(Proof(upload=PHOTOS[part], part=part, taken_on=day, place="Pasar Contoh") for part in PHOTOS)
    why_none = "Rumah pribadi, penghuni tidak mau difoto." if draw(st.booleans()) else ""
    return Answer(
        text=a_text(draw, scene),
        kind="FIELD_ACTION" if is_field else "ANSWER",
        outcome=outcome,
        done_on=day if whole else None,
        done_at_place="Pasar Contoh" if whole else "",
        no_photo_because=why_none if whole else "",
        planned_for=day + timedelta(days=draw(st.integers(0, 40))) if outcome == "PLANNED_WITH_DATE" else None,
        legal_ground="Perwali 1/2020" if whole else "",
        next_step="Datang ke loket 3 Dinas Contoh membawa KTP" if whole else "",
        proofs=proofs if is_field and whole and not why_none else (),
        appeal=draw(st.sampled_from(["", "", "Ini memang jawabannya"])),
    )


def _verify(draw: Draw, scene: Scene) -> dict[str, Any]:
    return {
        "report_class": draw(st.sampled_from([*Class.values, "NON_SUPERVISORY", "NON_SUPERVISORY", ""])),
        "category": scene.state.lamp,
        "target": scene.some_unit(draw) if draw(st.integers(0, 2)) == 0 else scene.state.city,
        "title": "Lampu mati",
        "public_text": draw(st.sampled_from([LAMP, ""])),
        "raise_anonymous": draw(st.booleans()),
        "raise_confidential": draw(st.integers(0, 5)) == 0,
        "protection_reason": draw(st.sampled_from(["Ada nama orang lain", "Ada nama orang lain", ""])),
    }


def _archive(draw: Draw, scene: Scene) -> dict[str, Any]:
    return {
        "reason": draw(st.sampled_from(["TOO_GENERAL", "NOT_PUBLIC_SERVICE", ""])),
        "explanation": draw(WORDS),
        "signpost": draw(st.sampled_from(["Ombudsman 137", ""])),
    }


def _dispose(draw: Draw, scene: Scene) -> dict[str, Any]:
    return {"lead": scene.unit(draw), "supporting": draw(st.sampled_from([[], [scene.state.health]]))}


def _protect(draw: Draw, scene: Scene) -> dict[str, Any]:
    return {"anonymous": draw(st.booleans()), "confidential": draw(st.booleans()), "reason": draw(WORDS)}


def _name_accused(draw: Draw, scene: Scene) -> dict[str, Any]:
    """Now and then an officer; rarely, because whatever is about everybody goes to the nation and ends there."""
    unit = scene.unit(draw) if draw(st.integers(0, 3)) == 0 else None
    actor = draw(st.sampled_from(officers(scene.state))) if draw(st.integers(0, 3)) == 0 else None
    people = list(Officer.objects.filter(pk=actor.officer)) if actor else []
    return {"units": [unit] if unit else [], "officers": people, "reason": draw(WORDS)}


def _somebody(draw: Draw, scene: Scene) -> Appointment | None:
    pk = draw(st.sampled_from([None, *(actor.appointment for actor in officers(scene.state))]))
    return Appointment.objects.filter(pk=pk or 0).first()


def _on_request(act: Callable[..., Any]) -> Callable[..., Any]:
    """An act on the newest request for an identity of a report; without one there is nothing to act on."""

    def on_newest(report: Report, *, seen: int | None, **given: Any) -> None:
        newest = Disclosure.objects.select_related("report", "custodian").filter(report=report).last()
        if newest is None:
            raise OutOfTurn("no request", why="nobody asked")
        act(newest, **given)

    return on_newest


def _release_hold(report: Report, **given: Any) -> None:
    """An act on the newest hold that this officer sees; without one there is nothing to act on."""
    newest = LegalHold.objects.filter(report=report.pk).last()
    if newest is None:
        raise OutOfTurn("no hold", why="nobody placed one")
    holding.release(newest, report, **given)


def _on_wish(act: Callable[..., Any]) -> Callable[..., Any]:
    """An act on the newest wish about the data of a report."""

    def on_newest(report: Report, **given: Any) -> None:
        newest = DataRequest.objects.select_related("report__reporter").filter(report=report).last()
        if newest is None:
            raise OutOfTurn("no wish", why="nobody asked")
        act(newest, **given)

    return on_newest


OFFICERS: Mapping[str, tuple[Callable[..., Any], Callable[[Draw, Scene], dict[str, Any]]]] = {
    "verify": (verifying.verify, _verify),
    "ask": (verifying.ask, lambda draw, scene: {"missing": [draw(WORDS)]}),
    "archive": (verifying.archive, _archive),
    "propose_archive": (verifying.archive, _archive),
    "refer": (verifying.refer, lambda draw, scene: {"signpost": "KPK 198", "explanation": draw(WORDS)}),
    "revive": (verifying.decide_appeal, lambda draw, scene: {"grant": True, "reason": draw(WORDS)}),
    "uphold": (verifying.decide_appeal, lambda draw, scene: {"grant": False, "reason": draw(WORDS)}),
    "complete_for": (verifying.complete_for, lambda draw, scene: {"text": draw(WORDS)}),
    "protect": (verifying.protect, _protect),
    "name_accused": (accusing.name, _name_accused),
    "dispose": (disposing.dispose, _dispose),
    "offer": (transferring.offer, lambda draw, scene: {"ground": draw(WORDS), "proposed": scene.unit(draw)}),
    "accept_transfer": (transferring.accept, lambda draw, scene: {}),
    "refuse_transfer": (transferring.refuse, lambda draw, scene: {"ground": draw(WORDS), "proposed": scene.unit(draw)}),
    "arbitrate": (transferring.arbitrate, lambda draw, scene: {"ground": draw(WORDS), "owner": scene.some_unit(draw)}),
    "merge": (
        merging.merge,
        lambda draw, scene: {"into": Report(pk=draw(st.sampled_from(scene.reports)))},
    ),
    "unmerge": (merging.unmerge, lambda draw, scene: {"reason": draw(WORDS)}),
    "acknowledge": (answering.acknowledge, lambda draw, scene: {"text": draw(st.sampled_from([THANKS, ""]))}),
    "progress": (answering.progress, lambda draw, scene: {"answer": an_answer(draw, scene)}),
    "question": (answering.question, lambda draw, scene: {"text": draw(WORDS)}),
    "resolve": (answering.resolve, lambda draw, scene: {"answer": an_answer(draw, scene)}),
    "submit": (answering.resolve, lambda draw, scene: {"answer": an_answer(draw, scene)}),
    "approve": (answering.approve, lambda draw, scene: {}),
    "return_draft": (answering.send_back, lambda draw, scene: {"reason": draw(WORDS)}),
    "close": (overseeing.close, lambda draw, scene: {"reason": draw(WORDS)}),
    "order_reopening": (overseeing.order_reopening, lambda draw, scene: {"reason": draw(WORDS)}),
    "escalate": (overseeing.escalate, lambda draw, scene: {"reason": draw(WORDS)}),
    "message_reporter": (dialogue.message_reporter, lambda draw, scene: {"text": draw(WORDS)}),
    "transcribe": (listening.transcribe, lambda draw, scene: {"text": draw(WORDS)}),
    "assign": (jobs.assign, lambda draw, scene: {"to": _somebody(draw, scene)}),
    "release": (jobs.release, lambda draw, scene: {}),
    "discuss": (thread.discuss, lambda draw, scene: {"text": draw(WORDS)}),
    "field_work": (fieldwork.bring, lambda draw, scene: {"text": draw(WORDS), "is_done": draw(st.booleans())}),
    "ask_identity": (
        asking.ask,
        lambda draw, scene: {
            "ground": draw(st.sampled_from(["LEGAL_DUTY", ""])),
            "reason": draw(WORDS),
            "hours": draw(st.sampled_from([1, 24, 73])),
        },
    ),
    "emergency_identity": (emergencies.open_now, lambda draw, scene: {"reason": draw(WORDS)}),
    "withdraw_identity": (_on_request(asking.withdraw), lambda draw, scene: {}),
    "grant_identity": (_on_request(deciding.grant), lambda draw, scene: {"answer": draw(WORDS)}),
    "refuse_identity": (_on_request(deciding.refuse), lambda draw, scene: {"answer": draw(WORDS)}),
    "review_identity": (
        _on_request(deciding.review),
        lambda draw, scene: {"finding": draw(st.sampled_from(["JUSTIFIED", ""])), "words": draw(WORDS)},
    ),
    "place_hold": (
        holding.place,
        lambda draw, scene: {"ground": draw(st.sampled_from([*HoldGround.values, ""])), "reason": draw(WORDS)},
    ),
    "release_hold": (_release_hold, lambda draw, scene: {"reason": draw(WORDS)}),
    "decide_about_data": (
        _on_wish(data_wishes.decide),
        lambda draw, scene: {"decision": draw(st.sampled_from([*Decision.values, ""])), "reason": draw(WORDS)},
    ),
}
REPORTERS: Mapping[str, tuple[Callable[..., Any], Callable[[Draw, Scene], dict[str, Any]]]] = {
    "complete": (reporters_word.complete, lambda draw, scene: {"text": draw(WORDS)}),
    "reply": (reporters_word.reply, lambda draw, scene: {"text": draw(WORDS)}),
    "add_details": (reporters_word.add_details, lambda draw, scene: {"text": draw(WORDS)}),
    "message_office": (dialogue.message_office, lambda draw, scene: {"text": draw(WORDS)}),
    "destroy_code": (dialogue.destroy_code, lambda draw, scene: {}),
    "accept": (reporters_word.accept, lambda draw, scene: {"clear": draw(st.sampled_from([None, 1, 5, 6]))}),
    "object": (reporters_word.object_to, lambda draw, scene: {"reason": draw(WORDS)}),
    "thank": (reporters_word.thank, lambda draw, scene: {"text": draw(WORDS)}),
    "reopen": (reporters_word.reopen, lambda draw, scene: {"reason": draw(WORDS)}),
    "withdraw": (reporters_word.withdraw, lambda draw, scene: {}),
    "appeal": (reporters_word.appeal, lambda draw, scene: {"reason": draw(WORDS)}),
    "revive_own": (reporters_word.revive, lambda draw, scene: {"text": draw(WORDS)}),
    "escalate": (reporters_word.escalate, lambda draw, scene: {"reason": draw(WORDS)}),
    "ask_about_data": (
        data_wishes.ask,
        lambda draw, scene: {"wish": draw(st.sampled_from([*Wish.values, ""])), "words": draw(WORDS)},
    ),
    "send_own_data": (data_wishes.send_own_data, lambda draw, scene: {}),
    "correct_contact": (
        data_wishes.correct,
        lambda draw, scene: {"person": draw(st.sampled_from([a_person(), a_person(name="", email="")]))},
    ),
    "protect": (lambda report, **more: verifying.protect(report, by=Actor.reporter_of(report.pk), **more), _protect),
}
# A verb of its own stands behind another row of the timetable: who may do that row may call it.
ROW_OF = {"approve": "return_draft"}


def officers(state: SimpleNamespace) -> list[Actor]:
    return [value for name, value in sorted(vars(state).items()) if name.startswith("as_")]


def who_may(verb: str, report: dict[str, Any], scene: Scene, asked: int | None) -> list[Actor]:
    """Officers whose role and place fit the row; worked out here anew, not by asking the timetable's own `may`."""
    move: Move = MOVES[ROW_OF.get(verb, verb)]
    above = {unit.pk: set(unit.ancestry) for unit in vars(scene.state).values() if isinstance(unit, Unit)}
    at = {
        "holder": report["holder_id"],
        "part": report["holder_id"],
        "proposed": asked,
        "arbiter": report["arbiter_id"],
    }.get(move.place, 0)
    return [
        actor
        for actor in officers(scene.state)
        if actor.role in move.by and (at == 0 or actor.unit in above.get(at or -1, ()))
    ]


def rows_out(state: str) -> list[str]:
    """Names of verbs, ours, that lead on from a state; `approve` stands beside the row that returns a draft."""
    rows = [move.name for move in MOVES.values() if state in move.sources]
    return [*rows, *(verb for verb, row in ROW_OF.items() if row in rows)]


ENDS_A_WALK = {"withdraw", "archive", "refer", "merge"}


def leads_on(verb: str) -> bool:
    """Whether an act moves a report on, rather than ending its walk or moving nothing."""
    move = MOVES[ROW_OF.get(verb, verb)]
    return (move.to != "same" or verb == "approve") and verb not in ENDS_A_WALK


def perform(actor: Actor, act: Callable[[], Any]) -> Exception | None:
    """Do it as a surface does, in the actor's sight. A refusal is caught inside, so that what it left would stay."""
    with acting(actor):
        try:
            act()
        except (Refusal, Report.DoesNotExist) as refusal:
            return refusal
    return None


def by_officer(verb: str, actor: Actor, report_id: int, scene: Scene, draw: Draw, seen: int | None) -> Exception | None:
    act, arguments = OFFICERS[verb]
    given = arguments(draw, scene) | {"at": scene.now} | ({} if verb == "protect" else {"seen": seen})
    return perform(actor, lambda: act(_load(report_id), by=actor, **given))


def by_reporter(verb: str, report_id: int, own_id: int, scene: Scene, draw: Draw) -> Exception | None:
    """own_id: whose secret code was proved; another one than `report_id` must open nothing."""
    act, arguments = REPORTERS[verb]
    given = arguments(draw, scene) | {"at": scene.now}
    return perform(Actor.reporter_of(own_id), lambda: act(_load(report_id), **given))


def erase(report_id: int, scene: Scene, draw: Draw) -> Exception | None:
    """What the person wrote is removed by law; the clockwork alone does that."""
    ground = draw(st.sampled_from(["SUBJECT", "RETENTION"]))
    keeps = draw(st.booleans())
    return by_clockwork(
        lambda: erasing_content.erase_content(
            _load(report_id), ground=ground, decided_by="Kota Contoh", at=scene.now, keep_public=keeps
        )
    )


def by_clockwork(act: Callable[[], Any]) -> Exception | None:
    return perform(SYSTEM, act)


def _load(report_id: int) -> Report:
    return Report.objects.select_related("holder").get(pk=report_id)
