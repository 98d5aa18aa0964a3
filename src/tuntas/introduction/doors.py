"""The doors of the demonstration: one press, and one is the demo's person of a role, or its citizen with a code.

They stand open only where the flag is on and whoever asks sits at this machine; config.safety refuses the flag beside a
public name. Real accounts are not touched: a door leads to the demonstration's own officers, who have no password.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext_lazy as _

from tuntas.kernel import numbers
from tuntas.organizations.models import Appointment, Role

PREFIX = "demo-"  # user names of the demonstration's officers
SALT = "tuntas.workspace.demo"
OPEN_FOR = 24 * 60 * 60  # seconds for which a button opens
LOOPBACK = ("127.0.0.1", "::1")
OWN_REPORT = "demo-first-minutes-citizen"  # the idempotency key of the report that the demo's citizen follows
# Beside the first of each role: the head of the region, and the inspectorate's administrator.
ALSO_SHOWN = ("demo-kepala-daerah", "demo-admin-inspektorat")

# What each can try first, in the order in which a report meets them.
CAN_TRY: dict[str, Any] = {
    Role.NATIONAL_ADMIN: _("Check reports that name no agency, and decide appeals."),
    Role.AGENCY_ADMIN: _("Clear the queue: a suggestion with reasons, one key per decision."),
    Role.LIAISON_OFFICER: _("See today's list by deadline, and answer with proof."),
    Role.FIELD_OFFICER: _("Open a job on the phone, take photos before and after."),
    Role.UNIT_HEAD: _("Approve an answer that waits, and see what is late."),
    Role.SUPERVISOR: _("See which agency is late, and act on one report."),
    Role.CUSTODIAN: _("Decide whether an identity may be opened."),
}
INSTEAD = {
    "demo-kepala-daerah": _("See what a head of region decides this morning."),
    "demo-admin-inspektorat": _("Open the closed queue that nobody else reads."),
}


@dataclass(frozen=True, slots=True)
class Door:
    """One signed button. is_shown: among the roles that the switcher names; the others are folded away."""

    appointment: Appointment
    door: str
    is_shown: bool

    @property
    def can_try(self) -> Any:
        return INSTEAD.get(self.appointment.officer.username) or CAN_TRY[self.appointment.role]

    @property
    def name(self) -> Any:
        if self.appointment.officer.username == "demo-kepala-daerah":
            return _("Head of region")
        if self.appointment.officer.username == "demo-admin-inspektorat":
            return _("Inspectorate")
        return self.appointment.get_role_display()


def are_open(address: str) -> bool:
    """Whether this is the demonstration, asked for from the machine it runs on. address: of the network."""
    return settings.DEMO and not settings.BEHIND_PROXY and (address in LOOPBACK or address.startswith("127."))


def doors(address: str) -> list[Door]:
    """One signed button for each appointment of the demonstration's officers; none outside it."""
    if not are_open(address):
        return []
    seen: set[str] = set()
    found = []
    for each in appointments():
        shown = each.role not in seen or each.officer.username in ALSO_SHOWN
        found.append(Door(each, signing.dumps(each.pk, salt=SALT), shown))
        seen.add(each.role)
    return found


def citizens_code(address: str) -> str:
    """The secret code of the demo's citizen, as their receipt showed it; nothing outside the demonstration."""
    return numbers.secret_code(settings.CODE_KEY, OWN_REPORT) if are_open(address) else ""


def opened_by(door: str) -> Appointment | None:
    """Whose door a signed word opens. Raises signing.BadSignature for a wrong or old one."""
    pk = signing.loads(door, salt=SALT, max_age=OPEN_FOR)
    return next((each for each in appointments() if each.pk == pk), None)


def appointments() -> Sequence[Appointment]:
    """What the demonstration's officers hold today; no real officer's, whatever their name."""
    found = Appointment.objects.current().filter(officer__username__startswith=PREFIX)
    held = found.select_related("officer", "unit", "deputy_for__officer").order_by("pk")
    order = list(CAN_TRY)
    return sorted(held, key=lambda each: (each.officer.username in ALSO_SHOWN, order.index(each.role)))
