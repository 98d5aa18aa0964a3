"""The rules of a report's way: rights, limits and steps, drawn from the timetable and the dated policies themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tuntas.clocks.models import Kind, Policy
from tuntas.lifecycle import BYSTANDERS, LIFE, Move
from tuntas.organizations.models import Role
from tuntas.portal.sentences import SENTENCES
from tuntas.reports.models import Audience
from tuntas.reports.states import Class, State

WHO = {"REPORTER": _("Reporter"), "SYSTEM": _("By itself, when the time is over")}
GOES = {"same": _("stays"), "back": _("back to before"), "given": _("as it was")}
STAGES = {**dict(Kind.choices), "dispose_transferred": _("Disposition after a transfer")}
RIGHTS: Sequence[tuple[str, Any]] = (
    ("verify", _("Your report is checked within %(length)s.")),
    ("first_response", _("The unit that leads must follow it up within %(length)s. A mere thank-you does not count.")),
    ("reporter_window", _("You are asked for details? You have %(length)s. The agency's time stands still meanwhile.")),
    ("reporter_reply", _("You have the last word: %(length)s to say whether it is solved. Your “no” opens it again.")),
    ("reopen_window", _("It is not solved after all? You can open it again within %(length)s.")),
    ("appeal_window", _("Your report was archived? You can appeal within %(length)s.")),
    ("revive_window", _("Archived for want of details? You can revive it within %(length)s.")),
    ("arbitration", _("When two offices say “not ours”, their superior must decide within %(length)s.")),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """One time limit in force today, with the rule behind it."""

    stage: Any
    report_class: Any
    length: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One row of the timetable that somebody outside may read."""

    name: Any
    icon: str
    sources: Sequence[Any]
    to: Any
    who: Sequence[Any]
    is_public: bool


def rights_under(policies: Mapping[tuple[str, str], Policy]) -> list[str]:
    """The rights that have a time limit, with the limits of these policies."""
    return [words % {"length": in_words(policies[stage, ""])} for stage, words in RIGHTS if (stage, "") in policies]


# What an agency itself must do in time: what its page promises.
OWN_DUTIES = ("verify", "dispose", "first_response", "resolve", "second_look")


def promised_by(agency: int) -> list[Limit]:
    """The time limits of an agency's own duties today, its own policies before the national ones (R003-30)."""
    return [_limit(policy) for (stage, _class), policy in in_force(agency).items() if stage in OWN_DUTIES]


def in_force(agency: int | None = None) -> dict[tuple[str, str], Policy]:
    """The policies of today by stage and class, in the order of the stages: national ones, an agency's over them."""
    today = timezone.localdate()
    own = Q(agency=None) | Q(agency_id=agency)
    found = Policy.objects.filter(own, valid_from__lte=today)
    found = found.order_by(F("agency").asc(nulls_first=True), "valid_from")
    valid = {(p.stage, p.report_class): p for p in found if p.valid_to is None or p.valid_to >= today}
    order = {stage: place for place, stage in enumerate(STAGES)}
    return dict(sorted(valid.items(), key=lambda item: (order.get(item[0][0], len(order)), item[0][1])))


def in_words(policy: Policy) -> str:
    """ "3 working days", "90 days"."""
    if policy.counting == Policy.Counting.WORKING_DAYS:
        return ngettext("%(n)d working day", "%(n)d working days", policy.length) % {"n": policy.length}
    return ngettext("%(n)d calendar day", "%(n)d calendar days", policy.length) % {"n": policy.length}


def limits_in(policies: Mapping[tuple[str, str], Policy]) -> list[Limit]:
    return [_limit(policy) for policy in policies.values()]


def steps() -> list[Step]:
    """Every step of the timetable that somebody outside may read."""
    return [_step(move) for move in LIFE if move.audience != Audience.HANDLERS and move.sources != {""}]


def _limit(policy: Policy) -> Limit:
    return Limit(
        stage=STAGES.get(policy.stage, policy.stage),
        report_class=dict(Class.choices).get(policy.report_class, ""),
        length=in_words(policy),
        source=policy.legal_source,
    )


def _step(move: Move) -> Step:
    sentence = SENTENCES.get(move.name) or SENTENCES[f"{move.name} {_kind(move)}"]
    return Step(
        name=sentence.name,
        icon=sentence.icon,
        sources=[State(source).label for source in State if source in move.sources],
        to=GOES.get(move.to) or State(move.to).label,
        who=[WHO.get(role) or Role(role).label for role in sorted(move.by)],
        is_public=move.audience == Audience.PUBLIC,
    )


def _kind(move: Move) -> str:
    return next((role.lower() for role in ("SYSTEM", "REPORTER") if role in move.by and role in BYSTANDERS), "officer")
