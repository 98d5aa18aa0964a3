"""A walk through the whole product: reports of every protection, answers, files, questions, wrong codes and forced faults."""

import time
from urllib.parse import quote

from bench.ground import wait_for
from tests.security.installation import (
    PERSON,
    PLACE,
    STORY,
    WORD,
    Installation,
    a_photo_that_tells,
    act,
    file_a_report,
    open_own,
    read_report,
    sign_in,
)
from tuntas.operations.databases import CASE

ANSWER = (
    "Kami meminta sekolah menghentikan iuran pada 12 Oktober 2026 dan mengembalikan uangnya; suratnya kami lampirkan."
)
QUESTION = "Kelas berapa dan sejak bulan apa iuran itu ditarik?"
FAULTY = ("reports_reporttext", "reports_publiccopy", "notices_notice")


def make_the_tour(product: Installation) -> None:
    """Everything after which nothing may be found anywhere."""
    photo = ("foto.jpg", a_photo_that_tells(), "image/jpeg")
    named = (f"{WORD} Siti di sekolah.jpg", a_photo_that_tells(), "image/jpeg")  # a name that tells who took it
    file_a_report(product, "levies", [named], is_anonymous="on", is_confidential="on", **PERSON)
    file_a_report(product, "named", [photo], text="Lampu jalan di depan Pasar Contoh mati sejak tiga malam.", **PERSON)
    file_a_report(
        product, "anonymous", text="Antrean di loket 3 terlalu lama, sejak Senin.", is_anonymous="on", **PERSON
    )
    _officers_at_work(product)
    _reporters_come_back(product)
    _wrong_codes(product)
    _force_faults(product)
    _let_the_letters_go(product)


def _officers_at_work(product: Installation) -> None:
    """The report on levies is checked, handed to the education office and answered."""
    number, _code = product.receipts["levies"]
    with product.here.look(CASE) as admin:
        known = dict(
            admin.execute(
                "SELECT code, id FROM organizations_unit WHERE code IN ('35-73', '35-73-pendidikan')"
            ).fetchall()
        )
        category = admin.execute(
            "SELECT id FROM organizations_category WHERE code LIKE 'PEN%' OR parent_id IS NULL ORDER BY id LIMIT 1"
        ).fetchone()
    assert category is not None
    nation = sign_in(product, "nasional")
    told = {
        "report_class": "NON_SUPERVISORY",
        "category": str(category[0]),
        "target": str(known["35-73"]),
        "target_name": "",
    }
    act(nation, number, "verify", **told)
    act(sign_in(product, "admin"), number, "dispose", lead=str(known["35-73-pendidikan"]), lead_name="")
    school = sign_in(product, "sekolah")
    act(school, number, "progress", text=f"{ANSWER} {WORD}jawaban", kind="ANSWER")
    act(school, number, "question", text=f"{QUESTION} {WORD}tanya")
    for name in ("pengawas", "kepala", "lain"):
        visitor = sign_in(product, name)
        for path in (
            "/workspace/queues/all/",
            "/workspace/notices/",
            f"/workspace/search?q={number}",
            "/workspace/supervision/",
        ):
            visitor.get(path)
        read_report(visitor, number)


def _reporters_come_back(product: Installation) -> None:
    for name in ("levies", "named", "anonymous"):
        page = open_own(product, name)
        assert page.status == 200, (name, page.status, page.address)
        visitor = product.visitor(name)
        visitor.get("/bantuan/catatan")
    _say(product, "levies", "reply", text=f"Kelas lima. {WORD}balasan, guru itu masih menagih.")
    _say(product, "levies", "message_office", text=f"{WORD}pesan: jangan sebut anak saya.")
    _say(
        product,
        "anonymous",
        "name_accused",
        office="Dinas Pendidikan Kota Malang",
        text=f"{WORD}terlapor, kepala loket",
    )
    visitor = product.visitor("public")
    for path in (
        "/",
        "/laporan",
        f"/laporan?kata={quote(PLACE)}",
        "/instansi",
        f"/laporan/{product.receipts['levies'][0]}",
        "/standar",
    ):
        visitor.get(path)


def _say(product: Installation, name: str, what: str, **typed: str) -> None:
    """One thing that a reporter does on the own page; the page that comes back says that it was done."""
    answer = product.visitor(name).post("/bantuan/catatan", {"act": what, "seen": "", "files_key": "", **typed})
    assert "govuk-error-summary" not in answer.text, (what, answer.text[:3000])
    assert WORD in answer.text, (what, answer.status)


def _wrong_codes(product: Installation) -> None:
    """Also the right code of another, with a slip, and in an address, where it must be read by nobody."""
    visitor = product.visitor("guesser")
    visitor.get("/lacak")
    code = product.receipts["levies"][1]
    slip = code[:-1] + ("y" if code.endswith("X") else "x")
    for typed in (slip, "0" * 24, WORD, product.receipts["levies"][0]):
        visitor.post("/lacak", {"code": typed})


def _force_faults(product: Installation) -> None:
    """While a table is missing every page that needs it fails: with words, and without telling a log what was sent."""
    for table in FAULTY:
        with product.here.look(CASE) as admin:
            admin.execute(f'ALTER TABLE "{table}" RENAME TO "{table}_away"')
        try:
            visitor = product.visitor(f"faults of {table}")
            visitor.get("/lapor")
            told = {
                "key": "",
                "text": f"{STORY} {table}",
                "place": f"{WORD} tempat",
                "target": "-",
                "is_confidential": "on",
                **PERSON,
            }
            visitor.post("/lapor/terkirim", told)
            visitor.get("/laporan")
            product.visitor("levies").get("/bantuan/catatan")
            product.visitor("sekolah").get(f"/workspace/reports/{product.receipts['levies'][0]}/")
        finally:
            with product.here.look(CASE) as admin:
                admin.execute(f'ALTER TABLE "{table}_away" RENAME TO "{table}"')


def _let_the_letters_go(product: Installation) -> None:
    """Until the vault has drained every envelope and sent what is owed to reporters."""

    def done() -> bool:
        with product.here.look(CASE) as admin:
            row = admin.execute(
                "SELECT count(*) FROM notices_notice WHERE \"to\" = 'REPORTER' AND sent_at IS NULL AND failed_at IS NULL AND not_before <= now()"
            ).fetchone()
        return row is not None and row[0] == 0

    wait_for(done, "the letters did not go", seconds=90)
    time.sleep(1.0)  # the log of the last one
