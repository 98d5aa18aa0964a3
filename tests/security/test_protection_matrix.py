"""The table of handbook 2.7 in one place: anonymous and secret, who, and what they learn; every cell on the real pages.

Read a row across: who asks, what they try to learn, and the answer for a report that is neither, anonymous, secret, both.
`counts` is always yes: the books count every report and tell nothing of one. No Ombudsman has an account yet.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import databases
from tests.factories import MONDAY, PATHS, STEPS, a_person, a_photo, received, the_state, verify
from tests.security.cast import entered
from tests.workspace.officers import at_desk
from tuntas.access.actors import Actor, acting
from tuntas.insight import books
from tuntas.kernel.numbers import spell_number
from tuntas.reports.attaching import attach
from tuntas.reports.models import Attachment, Report
from tuntas.reports.states import State
from tuntas.web import files

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.requirement("R003-20"),
    pytest.mark.threat("T-COI", "T-PUBLIC-DERIVED", "T-COUNT", "SR-05", "SR-06"),
]
FLAGS = {"neither": (False, False), "anonymous": (True, False), "secret": (False, True), "both": (True, True)}
MATRIX = """
who        | what          | neither | anonymous | secret | both
public     | name          | no      | no        | no     | no
public     | public text   | yes     | yes       | no     | no
public     | working text  | no      | no        | no     | no
public     | existence     | yes     | yes       | no     | no
public     | proofs        | yes     | yes       | no     | no
public     | own files     | no      | no        | no     | no
public     | search        | yes     | yes       | no     | no
public     | counts        | yes     | yes       | yes    | yes
reporter   | name          | no      | no        | no     | no
reporter   | working text  | yes     | yes       | yes    | yes
reporter   | existence     | yes     | yes       | yes    | yes
reporter   | proofs        | yes     | yes       | yes    | yes
reporter   | own files     | yes     | yes       | yes    | yes
handler    | name          | no      | no        | no     | no
handler    | working text  | yes     | yes       | yes    | yes
handler    | existence     | yes     | yes       | yes    | yes
handler    | proofs        | yes     | yes       | yes    | yes
handler    | own files     | yes     | yes       | yes    | yes
handler    | search        | yes     | yes       | no     | no
admin      | name          | no      | no        | no     | no
admin      | working text  | yes     | yes       | yes    | yes
admin      | existence     | yes     | yes       | yes    | yes
admin      | own files     | yes     | yes       | yes    | yes
admin      | search        | yes     | yes       | no     | no
stranger   | name          | no      | no        | no     | no
stranger   | working text  | no      | no        | no     | no
stranger   | existence     | no      | no        | no     | no
stranger   | own files     | no      | no        | no     | no
stranger   | search        | no      | no        | no     | no
supervisor | name          | no      | no        | no     | no
supervisor | public text   | yes     | yes       | no     | no
supervisor | working text  | no      | no        | no     | no
supervisor | existence     | yes     | yes       | yes    | yes
supervisor | proofs        | yes     | yes       | no     | no
supervisor | own files     | no      | no        | no     | no
supervisor | search        | yes     | yes       | no     | no
national   | name          | no      | no        | no     | no
national   | working text  | yes     | yes       | yes    | yes
national   | existence     | yes     | yes       | yes    | yes
national   | own files     | yes     | yes       | yes    | yes
national   | search        | yes     | yes       | no     | no
sql        | name          | no      | no        | no     | no
sql        | working text  | yes     | yes       | no     | no
sql        | existence     | yes     | yes       | yes    | yes
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in MATRIX.strip().splitlines()]
CELLS = [
    pytest.param(kind, who, id=f"{kind}-{who}")
    for kind in FLAGS for who in dict.fromkeys(row[0] for row in ROWS[1:])
]  # fmt: skip
NAME, MAIL, WORKING, PUBLISHED = "Warga Dahlia", "dahlia@example.test", "kenanga", "melati"


class Scene:
    """One report, led to its end, and what each of them sees of it."""

    def __init__(self, kind: str) -> None:
        anonymous, secret = FLAGS[kind]
        self.state = the_state()
        self.before = books.totals().incoming
        self.report, receipt = received(
            target=self.state.city.pk, text=f"Lampu mati, kata Bu {WORKING} di rumah itu.", person=a_person(name=NAME, email=MAIL),
            is_anonymous=anonymous, is_confidential=secret,
        )  # fmt: skip
        with acting(Actor.reporter_of(self.report.pk)):
            self.own = attach(Report.objects.get(pk=self.report.pk), a_photo(), by=Attachment.By.REPORTER)
        verify(self.report, self.state, MONDAY, title="Lampu mati", public_text=f"Lampu mati di jalan {PUBLISHED}.")
        for step in PATHS[State.RESOLVED][1:]:
            STEPS[step](self.report, self.state, MONDAY + timedelta(hours=3))
        with databases.role("owner"):
            self.proof = Attachment.objects.filter(report=self.report, by="OFFICER").first()
        self.code = receipt.code

    def actor(self, who: str) -> Actor:
        names = {"handler": "liaison", "stranger": "health_liaison"}
        return getattr(self.state, f"as_{names.get(who, who)}")

    def pages(self, who: str) -> str:
        """All that this reader's own pages say of it, in one text."""
        number = self.report.number
        if who == "sql":
            return self.dump()
        if who == "public":
            client, places = Client(), ["/", "/laporan", "/instansi/city", f"/laporan/{number}"]
        elif who == "reporter":
            client, places = entered(self.code), [reverse("portal:own")]
        else:
            client = at_desk(self.actor(who))
            places = ["/workspace/queues/all/", f"/workspace/reports/{number}/", "/workspace/notices/"]
            if who == "supervisor":
                places += ["/workspace/supervision/", "/workspace/supervision/city/"]
        told = []
        if who in {"handler", "admin", "national"}:  # asked once why a protected report is opened
            client.post(f"/workspace/reports/{number}/purpose", {"purpose": "HANDLING"})
        for place in places:
            answer = client.get(place, follow=True)
            told.append(answer.content.decode() if answer.status_code == 200 else "")
        return "\n".join(told)

    def dump(self) -> str:
        """Every row of every table of the case database, as somebody with SQL reads it."""
        with databases.role("owner"), connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
            texts = []
            for (table,) in cursor.fetchall():
                cursor.execute(f'SELECT t::text FROM "{table}" t')
                texts += [row[0] for row in cursor.fetchall()]
        return "\n".join(texts)

    def opens(self, who: str, file: Attachment) -> bool:
        if who == "public":
            address = files.address(file)
        elif who == "reporter":
            page = entered(self.code).get(reverse("portal:own")).content.decode()
            return str(file.uuid) in page
        else:
            with acting(self.actor(who)):
                address = files.address(file, private=True)
        answer = Client().get(address.removeprefix("http://files.localhost:8000"), HTTP_HOST="files.localhost")
        if answer.streaming:
            b"".join(answer.streaming_content)
        return answer.status_code == 200

    def finds(self, who: str) -> bool:
        if who == "public":
            return self.report.number in Client().get(f"/laporan?kata={PUBLISHED}").content.decode()
        word = PUBLISHED if who == "supervisor" else WORKING
        page = at_desk(self.actor(who)).get("/workspace/search", {"q": word})
        return self.report.pk in [row.report.pk for row in page.context["rows"]]

    def learns(self, who: str, what: str, pages: str) -> bool:
        number = self.report.number
        spelt = spell_number(number)
        return {
            "name": lambda: NAME in pages or MAIL in pages,
            "public text": lambda: f"di jalan {PUBLISHED}" in pages,
            "working text": lambda: WORKING in pages,
            "existence": lambda: number in pages or spelt in pages,
            "proofs": lambda: self.opens(who, self.proof),
            "own files": lambda: self.opens(who, self.own),
            "search": lambda: self.finds(who),
            "counts": lambda: books.totals().incoming == self.before + 1,
        }[what]()


@pytest.mark.parametrize(("kind", "who"), CELLS)
def test_each_learns_what_the_table_says_and_no_more(kind, who):
    scene = Scene(kind)
    pages = scene.pages(who)
    expected = {row[1]: row[ROWS[0].index(kind)] == "yes" for row in ROWS[1:] if row[0] == who}
    found = {what: scene.learns(who, what, pages) for what in expected}
    assert found == expected
