""" "Not ours", said properly: offers, answers, and the superior who must decide (law 3, T8-T10, design 3b).

Whoever offers stays the holder until somebody else is. One working day of silence is acceptance. After two hops, or
when an offer would go to somebody who had the report already, the lowest common superior decides.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import SYSTEM, Actor
from tuntas.kernel.refusals import Incomplete, OutOfTurn
from tuntas.lifecycle import advance, lock
from tuntas.organizations import closed_queues, superiors
from tuntas.organizations.models import Unit, UnitKind
from tuntas.reports.models import Event, Report
from tuntas.reports.parts import end_parts, take_part
from tuntas.reports.states import Party
from tuntas.routing.models import TransferOffer

HOP_LIMIT = 2  # handbook 3.9
Decision = TransferOffer.Decision


@transaction.atomic
def offer(
    report: Report,
    *,
    by: Actor,
    ground: str,
    proposed: Unit | None,
    at: datetime | None = None,
    seen: int | None = None,
) -> TransferOffer:
    """Offer the report to its proper owner, or say that the owner is unknown; the clock of the citizen runs on."""
    lock(report)
    _settled_already(report)
    _may_be_asked(report, proposed, ground)
    had_it = _went_through(report)
    event = advance(
        report,
        "offer",
        by=by,
        at=at,
        seen=seen,
        note=ground.strip(),
        brings={"ground": ground.strip()},
        facts={"proposed": proposed.name if proposed else "", "proposed_id": proposed.pk if proposed else None},
        changes={"hops": report.hops + 1},
    )
    made = _write(report, event, report.holder, ground, proposed)
    if proposed is None or proposed.pk in had_it or report.hops > HOP_LIMIT:
        _call_arbiter(report, made, at=event.at)
    return made


@transaction.atomic
def accept(report: Report, *, by: Actor, at: datetime | None = None, seen: int | None = None) -> Event:
    """The proposed owner takes the report; or, by the clockwork, its silence does."""
    lock(report)
    made = open_offer(report)
    verb = "lapse_transfer" if by.kind == "system" else "accept_transfer"
    event = advance(
        report,
        verb,
        by=by,
        at=at,
        seen=seen,
        brings={"owner": made.proposed},
        facts={"owner": made.proposed.name if made.proposed else ""},
        changes={"lead": None, "arbiter": None},
    )
    end_parts(report, Party.LEAD, Party.SUPPORT, at=event.at)
    decision = Decision.SILENCE if by.kind == "system" else Decision.ACCEPTED
    _close(report, made, decision, event, owner=made.proposed)
    return event


@transaction.atomic
def refuse(
    report: Report,
    *,
    by: Actor,
    ground: str,
    proposed: Unit | None = None,
    at: datetime | None = None,
    seen: int | None = None,
) -> Event:
    """Refuse with a legal ground, and name the owner if known: a third unit is asked, else the superior decides."""
    lock(report)
    made = open_offer(report)
    if report.arbiter is not None:
        raise OutOfTurn(
            _("This cannot be done now."),
            why=_("%(unit)s decides now who owns the report.") % {"unit": report.arbiter},
            instead=_("You can still take the report, or tell the superior your ground."),
            kept={"ground": ground},
        )
    proposed = None if proposed is not None and proposed.pk == report.holder_id else proposed  # "yours after all"
    _may_be_asked(report, proposed, ground)
    had_it = _went_through(report) | {made.proposed_id}
    goes_on = proposed is not None and proposed.pk not in had_it and report.hops < HOP_LIMIT
    event = advance(
        report,
        "refuse_transfer",
        by=by,
        at=at,
        seen=seen,
        note=ground.strip(),
        brings={"ground": ground.strip()},
        facts={"proposed": proposed.name if proposed else ""},
    )
    _close(report, made, Decision.REFUSED, event, owner=None, answer=ground)
    if goes_on and proposed is not None:
        take_part(report, proposed, Party.PROPOSED, at=event.at)
        again = advance(
            report,
            "offer_on",
            by=SYSTEM,
            at=event.at,
            brings={"ground": ground.strip()},
            facts={"proposed": proposed.name, "proposed_id": proposed.pk},
            changes={"hops": report.hops + 1},
        )
        _write(report, again, report.holder, ground, proposed)
    else:
        _call_arbiter(report, _write(report, event, report.holder, made.ground, proposed), at=event.at)
    return event


@transaction.atomic
def arbitrate(
    report: Report, *, by: Actor, owner: Unit, ground: str, at: datetime | None = None, seen: int | None = None
) -> Event:
    """The superior decides who owns the report; the decision is kept as a precedent and ends the offers."""
    lock(report)
    made = open_offer(report)
    stays = owner.pk == report.holder_id
    event = advance(
        report,
        "send_back" if stays else "arbitrate",
        by=by,
        at=at,
        seen=seen,
        note=ground.strip(),
        brings={"owner": owner, "ground": ground.strip()},
        facts={"owner": owner.name},
        changes={"arbiter": None} | ({} if stays else {"lead": None}),
    )
    if not stays:
        end_parts(report, Party.LEAD, Party.SUPPORT, at=event.at)
    _close(report, made, Decision.ARBITRATED, event, owner=owner, answer=ground)
    return event


@transaction.atomic
def call_next_superior(report: Report, *, at: datetime) -> Event:
    """A superior who let its day pass loses the decision to the one above; the nation keeps it and is told again."""
    lock(report)
    return _call_arbiter(report, open_offer(report), at=at)


def precedents(report: Report) -> list[TransferOffer]:
    """Decisions of superiors on reports of the same category, the newest first: what an arbiter reads."""
    decided = TransferOffer.objects.filter(decision=Decision.ARBITRATED, category=report.category_id)
    return list(decided.select_related("owner", "decided_by", "offered_by").order_by("-decided_at")[:5])


def open_offer(report: Report) -> TransferOffer:
    found = TransferOffer.objects.select_related("proposed").filter(report=report, decision="").first()
    if found is None:
        raise OutOfTurn(
            _("This cannot be done now."),
            why=_("There is no open offer on this report: somebody has decided it."),
            instead=_("Read what happened, then decide again."),
        )
    return found


def _write(report: Report, event: Event, by: Unit, ground: str, proposed: Unit | None) -> TransferOffer:
    if proposed is not None:
        take_part(report, proposed, Party.PROPOSED, at=event.at)
    return TransferOffer.objects.create(
        report=report,
        event=event,
        offered_by=by,
        ground=ground.strip(),
        proposed=proposed,
        offered_at=event.at,
        category_id=report.category_id,
    )


def _close(
    report: Report, made: TransferOffer, decision: str, event: Event, *, owner: Unit | None, answer: str = ""
) -> None:
    made.decision, made.decided_at, made.owner, made.answer = decision, event.at, owner, answer.strip()
    made.decided_by_id = event.unit_id
    made.save()
    end_parts(report, Party.PROPOSED, Party.ARBITER, at=event.at)


def _call_arbiter(report: Report, made: TransferOffer, *, at: datetime) -> Event:
    parties = _parties(report, made)
    arbiter = superiors.next_above(report.arbiter) if report.arbiter else superiors.lowest_common(parties)
    if report.queue:
        arbiter = superiors.nation()  # nobody below sees a closed queue but the office that keeps it
    while report.is_about(arbiter) and arbiter.kind != UnitKind.NATION:
        arbiter = superiors.next_above(arbiter)
    end_parts(report, Party.ARBITER, at=at)
    take_part(report, arbiter, Party.ARBITER, at=at)
    report.arbiter = arbiter
    report.save(update_fields=["arbiter"])
    return advance(
        report, "call_arbiter", by=SYSTEM, at=at, brings={"arbiter": arbiter}, facts={"arbiter": arbiter.name},
        changes={"arbiter": arbiter},
    )  # fmt: skip


def _parties(report: Report, made: TransferOffer) -> list[Unit]:
    """Who disputes: the holder who offers, the unit that is asked, and those that refused this holder before."""
    refused = report.offers.filter(decision=Decision.REFUSED, offered_by=made.offered_by, proposed__isnull=False)
    units = [made.offered_by, made.proposed, *(offer.proposed for offer in refused.select_related("proposed"))]
    return [unit for unit in units if unit is not None]


def _may_be_asked(report: Report, proposed: Unit | None, ground: str) -> None:
    if proposed is not None and proposed.pk == report.holder_id:
        raise Incomplete(
            _("This unit holds the report already."),
            why=_("An offer must go to somebody else."),
            instead=_("Choose another unit, or “I do not know”."),
            kept={"ground": ground},
        )
    if proposed is not None and report.queue and not closed_queues.keeps(proposed, report.queue):
        raise Incomplete(
            _("This unit cannot take the report."),
            why=_("The report lies in a closed queue: nobody outside the offices that keep it reads it."),
            instead=_("Choose an office that keeps this queue, or “I do not know”: then the nation decides."),
            kept={"ground": ground},
        )
    if proposed is not None and report.is_about(proposed):
        raise Incomplete(
            _("This unit cannot take the report."),
            why=_("The report is about this unit, or about one above it, and they never see it."),
            instead=_("Choose a unit that the report is not about."),
            kept={"ground": ground},
        )


def _went_through(report: Report) -> set[int | None]:
    """Units that held the report or were asked already: an offer to one of them is a circle."""
    held = report.units.filter(part=Party.HOLDER).values_list("unit_id", flat=True)
    asked = report.offers.filter(decision=Decision.REFUSED).values_list("proposed_id", flat=True)
    return {*held, *asked}


def _settled_already(report: Report) -> None:
    decided = report.offers.filter(decision=Decision.ARBITRATED).select_related("decided_by", "owner").last()
    if decided is not None:
        raise OutOfTurn(
            _("This report cannot be offered again."),
            why=_("%(unit)s has decided that it belongs to %(owner)s.")
            % {"unit": decided.decided_by, "owner": decided.owner},
            instead=_("Follow it up, or ask the superior who decided."),
        )
