"""What a person may ask about their data, and how it is decided within the hours of the law (UU 27/2022).

Every step is an entry of the report's history. Consent carries the identity and the messages; the handling of the
report itself is a public task, so that withdrawing consent forgets who the person is and lets the work go on.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.identity import content, erasing, queries, sealing
from tuntas.identity.models import Ground
from tuntas.identity.person import Person
from tuntas.kernel.refusals import Incomplete, OutOfTurn
from tuntas.lifecycle import advance, lock
from tuntas.privacy.correcting import Corrected
from tuntas.privacy.correcting import correct as correct_content
from tuntas.privacy.duties import duty
from tuntas.privacy.models import DataRequest, Decision, Wish
from tuntas.reports.models import Event, Report

FIELD = "data request"  # what a wish's ciphertext is bound to, beside the report
GROUNDS = {Wish.CONSENT: Ground.CONSENT, Wish.ERASURE: Ground.SUBJECT}
A_DAY = timedelta(days=1)
TOLD = ("name", "email", "phone")  # parts of a person that can be corrected


@transaction.atomic
def ask(report: Report, *, wish: str, words: str, at: datetime | None = None) -> DataRequest:
    """The reporter asks; the clock of the law runs. Call in the reporter's sight.

    Raises Incomplete for an unknown wish, or a correction without words, and OutOfTurn while the same wish waits.
    """
    said = words.strip()
    if wish not in Wish.values or (wish == Wish.CORRECTION and not said):
        raise Incomplete(_("Nothing was asked yet."), why=_("Say what should be corrected, and how."))
    lock(report)
    if DataRequest.objects.undecided().filter(report=report, wish=wish).exists():
        raise OutOfTurn(
            _("You asked for this already."),
            why=_("It waits for its decision; the time of the law is running."),
            instead=_("You can see below until when."),
        )
    now = at or timezone.now()
    rule = duty("data_request", at=now)
    due = rule.due(now)
    event = advance(
        report, "ask_about_data", by=Actor.reporter_of(report.pk), at=at, brings={"wish": wish},
        facts={"wish": wish, "due": due.isoformat()},
    )  # fmt: skip
    return DataRequest.objects.create(
        report=report,
        wish=wish,
        sealed=content.encrypt_text(said, report=report.uuid, field=FIELD),
        asked=event,
        asked_at=event.at,
        due_at=due,
        legal_source=rule.legal_source,
    )


def words_of(request: DataRequest) -> str:
    """What the person wrote with their wish."""
    return content.decrypt_text(bytes(request.sealed), report=request.report.uuid, field=FIELD)


@transaction.atomic
def decide(
    request: DataRequest,
    *,
    decision: str,
    reason: str,
    by: Actor,
    corrected: Corrected | None = None,
    at: datetime | None = None,
    seen: int | None = None,
) -> Event:
    """An administrator decides, with reasons that the person reads. What is granted is carried out.

    The vault forgets the person within moments; what they wrote is removed by the clockwork (`erasing_content`).
    corrected: what the report says from now on; a correction is granted only by carrying it out.
    Raises OutOfTurn when it was decided before, and while a legal hold stands against an erasure; Incomplete without a
    decision or reasons, and for a correction that corrects nothing.
    """
    lock(request.report)
    request.refresh_from_db(from_queryset=DataRequest.objects.select_for_update(of=("self",)))
    if request.decision:
        raise OutOfTurn(_("This was decided already."), why=_("A wish is decided once."))
    if decision not in Decision.values:
        raise Incomplete(_("Nothing was decided."), why=_("Choose a decision."))
    corrects = decision != Decision.REFUSED and request.wish == Wish.CORRECTION
    if corrects and corrected is None:
        raise Incomplete(_("Nothing was corrected."), why=_("Write what the report should say."))
    facts: dict[str, Any] = {"wish": request.wish, "decision": decision}
    if corrects and corrected is not None and reason.strip():
        facts["corrected"] = correct_content(request.report, corrected)
    event = advance(
        request.report, "decide_about_data", by=by, at=at, seen=seen, note=reason.strip(),
        brings={"reason": reason.strip()}, facts=facts,
    )  # fmt: skip
    forgets = decision != Decision.REFUSED and request.wish in GROUNDS
    if forgets and request.report.reporter:
        erasing.ask(request.report.reporter, ground=GROUNDS[Wish(request.wish)], by=by, at=event.at)
    request.decision, request.decided_by_id, request.decided_at = decision, by.appointment, event.at
    request.answered = event
    if not (request.wish == Wish.ERASURE and decision == Decision.GRANTED):
        request.done_at = event.at
    request.save(update_fields=["decision", "decided_by", "decided_at", "answered", "done_at"])
    return event


@transaction.atomic
def correct(report: Report, person: Person, *, at: datetime | None = None) -> Event:
    """Seal what the person says about themselves now; the vault puts it in place of what it had. Web opens nothing.

    Raises Incomplete when nothing was told, and OutOfTurn for a report that has no reporter.
    """
    if report.reporter is None:
        raise OutOfTurn(_("Nothing was changed."), why=_("This report came without a person."))
    told = [part for part in TOLD if getattr(person, part)]
    if not told:
        raise Incomplete(
            _("Nothing was changed."),
            why=_("Write at least one of them."),
            instead=_("To have everything forgotten, take your consent back."),
        )
    key, reporter = sealing.current_public_key(), report.reporter
    event = advance(
        report,
        "correct_contact",
        by=Actor.reporter_of(report.pk),
        at=at,
        brings={"answer": told},
        facts={"parts": told},
    )
    queries.put_envelope(reporter.pk, epoch=key.epoch, ciphertext=sealing.seal(person, key, reporter.uuid))
    reporter.has_contact, reporter.language = person.has_contact, person.language
    reporter.save(update_fields=["has_contact", "language"])
    return event


@transaction.atomic
def send_own_data(report: Report, *, at: datetime | None = None) -> Event:
    """Have the vault write to the person what it holds of them: name, address, phone, and the words they took out.

    By letter to the address that the vault itself holds and by no other way: whoever has the code alone, or web itself,
    learns no name by it (adr/0018). Once a day, so that nobody fills a mailbox.
    Raises OutOfTurn without an address, and when it was sent within a day.
    """
    lock(report)
    moment = at or timezone.now()
    if report.reporter is None or not report.reporter.has_contact:
        raise OutOfTurn(
            _("Nothing was sent."),
            why=_("The vault holds no e-mail address of yours, and it shows what it holds in no other way."),
            instead=_("Write your name and address anew under “Correct it”: that takes the place of all it held."),
        )
    if report.events.filter(verb="send_own_data", at__gt=moment - A_DAY).exists():
        raise OutOfTurn(
            _("Nothing was sent."),
            why=_("It was sent within the last day already."),
            instead=_("Look into your mailbox, also among unwanted mail."),
        )
    return advance(report, "send_own_data", by=Actor.reporter_of(report.pk), at=moment)


def person_of(*, name: str, email: str, phone: str, language: str) -> Person:
    """The parts that a form asks for, trimmed."""
    return replace(Person(language=language), name=name.strip(), email=email.strip(), phone=phone.strip())


def open_wishes(report: Report) -> Any:
    """The reporter's wishes, newest first."""
    return DataRequest.objects.filter(report=report).select_related("answered").order_by("-pk")
