"""Who attacks in these tests: the public, two reporters, and an officer of every role in every place of the tree.

The report at stake is led by the health office of a city; a second one is about the transport office of the same city,
which also takes part in it. Everything is invented.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests import databases
from tests.faces.making import an_emblem, drafted, opened
from tests.factories import MONDAY, a_person, a_photo, an_officer, as_, received, the_state, verify
from tests.workspace.officers import at_desk, make_whole
from tuntas.access.actors import Actor, acting
from tuntas.faces.models import Face
from tuntas.followup import answering
from tuntas.followup.answering import Answer
from tuntas.kernel import numbers
from tuntas.organizations.models import Officer, Role
from tuntas.reports.attaching import attach
from tuntas.reports.models import Attachment, Report, ReportUnit
from tuntas.routing import disposing

# Where an officer sits, seen from the report at stake; and the unit of the invented state that is meant.
RELATIONS = {
    "own": "health",  # leads it
    "child": "puskesmas",  # below the one that leads
    "sibling": "works",  # another office of the same agency
    "parent": "city",  # the agency itself
    "other": "province_works",  # an office of another agency
    "superior": "province",  # supervises the agency
    "nation": "nation",
    "accused": "transport",  # the second report is about it
}
HIDDEN_FROM = ("child", "sibling", "other", "accused")
ROLES = tuple(Role.values)


def is_hidden(role: str, relation: str) -> bool:
    """Whether the report at stake is nobody's business here; a national administrator is one in the nation's office alone."""
    return relation in HIDDEN_FROM


SECRET_WORDS = "Obat di gudang puskesmas dijual lagi oleh kepala gudang"
INNER_NOTE = "Catatan antar petugas yang tidak untuk pelapor"
PROGRESS = "Petugas kami memeriksa gudang obat pada 6 Oktober 2026 dan menghitung 40 dus; daftarnya kami lampirkan."
WITH_DATA = ("GET", "HEAD", "POST")


@dataclass(frozen=True)
class Stage:
    """The reports and their people. about: the one about the transport office. file: of the first report, private.

    face: the city's portal, open, with a draft of another look.
    """

    state: SimpleNamespace
    report: Report
    code: str
    about: Report
    other: Report
    other_code: str
    file: Attachment
    face: Face

    def at_stake(self, relation: str) -> Report:
        """The report that somebody of this relation tries to reach."""
        return self.about if relation == "accused" else self.report


def set_the_stage() -> Stage:
    """Call once per test: a confidential report in work at the health office, one about an office, and one beside."""
    state = the_state()
    report, receipt = received(target=state.city.pk, text=SECRET_WORDS, person=a_person(), is_confidential=True)
    other, other_receipt = received(target=state.city.pk, text="Jalan berlubang di depan sekolah", person=a_person())
    about = received(target=state.city.pk, accused=(state.transport.pk,), text="Pungutan liar di terminal")[0]
    verify(report, state, MONDAY, category=state.category_health, title="", public_text="", public_place="")
    as_(state.as_admin, disposing.dispose, report, lead=state.health, note=INNER_NOTE, at=MONDAY)
    as_(state.as_health_liaison, answering.progress, report, answer=Answer(text=PROGRESS), at=MONDAY)
    with databases.role("owner"):
        ReportUnit.objects.create(report=about, unit=state.transport, part="LEAD", since=MONDAY)
    with acting(Actor.reporter_of(report.pk)):
        file = attach(Report.objects.get(pk=report.pk), a_photo(), by=Attachment.By.REPORTER)
    with databases.role("owner"):
        report = Report.objects.get(pk=report.pk)
    face = opened(state.as_admin, "kota.localhost", emblem=an_emblem())
    drafted(state.as_admin, face, colour="#7a1212")
    return Stage(state, report, receipt.code, about, other, other_receipt.code, file, face)


@dataclass
class Attacker:
    """One who asks. Each request leaves the database and the cookies as they were. role, relation: of an officer."""

    name: str
    client: Client
    role: str = ""
    relation: str = ""

    def ask(self, method: str, address: str, data: Any = None, **more: Any) -> HttpResponse:
        cookies = self.client.cookies
        self.client.cookies = SimpleCookie({name: morsel.value for name, morsel in cookies.items()})
        try:
            with transaction.atomic():
                if method in WITH_DATA:
                    answer = getattr(self.client, method.lower())(address, data or {}, **more)
                else:
                    answer = self.client.generic(method, address, **more)
                transaction.set_rollback(True)
        finally:
            self.client.cookies = cookies
        return answer


def strangers(stage: Stage) -> Iterator[Attacker]:
    """Everybody who is no officer, and an officer without an office."""
    yield Attacker("public", Client())
    yield Attacker("reporter", entered(stage.code))
    yield Attacker("other reporter", entered(stage.other_code))
    with databases.role("owner"):
        officer = Officer.objects.create(username="without", name="Petugas tanpa jabatan")
        client = Client()
        client.force_login(officer)
    make_whole(client)
    yield Attacker("no office", client)


def officers(stage: Stage, role: str) -> Iterator[Attacker]:
    """An officer of this role in every place of the tree."""
    for relation, unit in RELATIONS.items():
        with databases.role("owner"):
            actor = an_officer(f"attack-{role.lower()}-{relation}", getattr(stage.state, unit), role)
        attacker = Attacker(relation, at_desk(actor), role, relation)
        # Says once why they open it; every later request is rolled back, and would say it anew.
        attacker.client.get(f"/workspace/reports/{stage.at_stake(relation).number}/")
        yield attacker


def entered(code: str) -> Client:
    """A browser in which a reporter has typed this code."""
    client = Client()
    assert client.post("/lacak", {"code": numbers.spell_code(code)}).status_code == 302
    return client
