"""A report with somebody behind it, asked about and decided on, up to the point that a test needs."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

from tests.factories import a_person, received, the_state, verify, walk
from tuntas.access.actors import Actor, acting
from tuntas.disclosure import asking, deciding, emergencies
from tuntas.disclosure.models import Disclosure
from tuntas.reports.models import Report
from tuntas.reports.states import State

WITHHELD = "Pak Canary-9R4 dari Gang Mawar meminta uang."
SARI = {
    "name": "Sari Canary-9R4",
    "email": "sari.canary-9R4@example.org",
    "phone": "0812 0000 9904",
    "withheld": json.dumps({"text": WITHHELD}),
}
WHY = "Kejaksaan meminta saksi, surat B-12/2026."

__all__ = ["SARI", "WHY", "WITHHELD", "a_case", "asked", "decided", "emergency", "granted", "read", "verify"]


def a_case(**more) -> SimpleNamespace:
    """A report of Sari's, held by the works office of the city."""
    state = the_state()
    report, receipt = received(datetime.now(UTC), **({"target": state.city.pk, "person": a_person(**SARI)} | more))
    walk(report, State.AWAITING_FOLLOW_UP, state, datetime.now(UTC))
    with acting(state.as_national):
        report = Report.objects.get(pk=report.pk)
    return SimpleNamespace(
        state=state, report=report, receipt=receipt, liaison=state.as_liaison, custodian=state.as_custodian
    )


def asked(case, *, by: Actor | None = None, **more) -> Disclosure:
    by = by or case.liaison
    with acting(by):
        report = Report.objects.get(pk=case.report.pk)
        return asking.ask(report, **({"by": by, "ground": "LEGAL_DUTY", "reason": WHY, "hours": 24} | more))


def read(disclosure: Disclosure, actor: Actor) -> Disclosure:
    """The request as this actor loads it."""
    return Disclosure.objects.select_related("report", "custodian").get(pk=disclosure.pk)


def decided(disclosure: Disclosure, by: Actor, act=deciding.grant, **more) -> Disclosure:
    with acting(by):
        found = read(disclosure, by)
        act(found, by=by, **more)
        return found


def granted(case, **more) -> Disclosure:
    return decided(asked(case, **more), case.custodian)


def emergency(case, **more) -> Disclosure:
    with acting(case.liaison):
        report = Report.objects.get(pk=case.report.pk)
        return emergencies.open_now(report, by=case.liaison, reason="Pelapor mengancam bunuh diri.", **more)
