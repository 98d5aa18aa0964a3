"""The register of failures of data protection: written down when found, told in time, closed with a conclusion.

Source: UU 27/2022 art. 46: in writing within three times 24 hours to those concerned and to the authority, with what
data, when and how, and what is done about it. Every step stands in the security log.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access import security_log
from tuntas.access.actors import Actor
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn
from tuntas.organizations.models import Role
from tuntas.privacy.duties import duty
from tuntas.privacy.models import Breach
from tuntas.privacy.register import GROUPS

ROLES = frozenset({Role.NATIONAL_ADMIN, Role.CUSTODIAN})
AUTHORITY, SUBJECTS = "authority", "subjects"


@transaction.atomic
def write_down(
    *,
    what: str,
    found_at: datetime,
    by: Actor,
    how: str = "",
    remedy: str = "",
    groups: Sequence[str] = (),
    people: int | None = None,
    happened_at: datetime | None = None,
    at: datetime | None = None,
) -> Breach:
    """Open an entry; the hours of the law run from when it was found. Call inside `acting(by)`.

    groups: codes of `register.GROUPS`. Raises NotYours, and Incomplete without words or for a moment that is to come.
    """
    _must_be_theirs(by)
    now = at or timezone.now()
    if not what.strip() or set(groups) - set(GROUPS):
        raise Incomplete(_("Nothing was written down."), why=_("Say in a few words what happened."))
    if found_at > now or (happened_at and happened_at > found_at):
        raise Incomplete(
            _("Nothing was written down."), why=_("It was found after it happened, and not later than now.")
        )
    rule = duty("breach_notice", at=found_at)
    breach = Breach.objects.create(
        what=what.strip(), how=how.strip(), remedy=remedy.strip(), groups=list(groups), people=people,
        happened_at=happened_at, found_at=found_at, due_at=rule.due(found_at), legal_source=rule.legal_source,
        written_by_id=by.appointment or 0, written_at=now,
    )  # fmt: skip
    _log("breach_opened", breach, by, at)
    return breach


@transaction.atomic
def amend(
    breach: Breach,
    *,
    by: Actor,
    what: str,
    how: str,
    remedy: str,
    groups: Sequence[str],
    people: int | None,
    at: datetime | None = None,
) -> None:
    """What became known later. When it was found, and who wrote it down, never change."""
    _must_be_theirs(by)
    _must_be_open(breach)
    breach.what, breach.how, breach.remedy = what.strip() or breach.what, how.strip(), remedy.strip()
    breach.groups, breach.people = [code for code in groups if code in GROUPS], people
    breach.save(update_fields=["what", "how", "remedy", "groups", "people"])
    _log("breach_amended", breach, by, at)


@transaction.atomic
def told(breach: Breach, *, whom: str, by: Actor, at: datetime | None = None) -> None:
    """The letter to the authority, or to those concerned, went out."""
    _must_be_theirs(by)
    _must_be_open(breach)
    column = {AUTHORITY: "authority_told_at", SUBJECTS: "subjects_told_at"}[whom]
    if getattr(breach, column) is not None:
        raise OutOfTurn(_("This is noted already."), why=_("A letter is noted once."))
    setattr(breach, column, at or timezone.now())
    breach.save(update_fields=[column])
    _log(f"breach_told_{whom}", breach, by, at)


@transaction.atomic
def close(breach: Breach, *, conclusion: str, by: Actor, at: datetime | None = None) -> None:
    """Nothing is open any more: both letters went out, and what was learnt is written down."""
    _must_be_theirs(by)
    _must_be_open(breach)
    if not conclusion.strip():
        raise Incomplete(_("It stays open."), why=_("Say what was found out, and what keeps it from happening again."))
    if breach.authority_told_at is None or breach.subjects_told_at is None:
        raise OutOfTurn(_("It stays open."), why=_("The authority and those concerned must be told first."))
    breach.conclusion, breach.closed_by_id, breach.closed_at = conclusion.strip(), by.appointment, at or timezone.now()
    breach.save(update_fields=["conclusion", "closed_by", "closed_at"])
    _log("breach_closed", breach, by, at)


def _must_be_theirs(by: Actor) -> None:
    if by.role not in ROLES:
        raise NotYours(
            _("This is not yours to do."),
            why=_("The register of failures is kept by the data protection officer and the national administrator."),
        )


def _must_be_open(breach: Breach) -> None:
    if breach.closed_at is not None:
        raise OutOfTurn(_("This entry is closed."), why=_("What is closed is not changed any more."))


def _log(kind: str, breach: Breach, by: Actor, at: datetime | None) -> None:
    late = int((at or timezone.now()) > breach.due_at)
    security_log.write(kind, officer=by.officer, facts={"breach": str(breach.uuid), "late": late}, at=at)
