"""Words as people type them: slang, abbreviations, slips, signs and whole letters; places, agencies and times."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests import databases
from tests.portal.test_register import copies, listed
from tests.portal.test_reporting import said
from tuntas.insight import asking, counting
from tuntas.insight.models import Word
from tuntas.organizations.models import Area
from tuntas.portal import queries
from tuntas.reports.models import Report


def words(*texts: str) -> None:
    with databases.role("worker"):
        Word.objects.bulk_create(Word(word=word, n=3) for word in texts)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("", ""),
        ("lampu", "(('lampu') | ('lmp') | ('pju'))"),
        ("jln rusak", "(('jln') | ('jalan') | ('jl') | ('jlan')) & (('rusak') | ('rsk'))"),
        ("yang di", "(('yang') | ('nyg') | ('yg')) & (('di'))"),  # nothing else was asked for
        ('"pasar baru" -sampah', "('pasar' <-> 'baru') & !(('sampah'))"),
        ("-sampah", ""),  # all but: not a question that a list answers
        ("'; DROP TABLE x; --", "(('drop')) & (('table')) & (('x'))"),
        ("% _ \\ ☠ 😭 ((( !!! &&& | <-> :*", ""),
        ("مياه الشرب", "(('مياه')) & (('الشرب'))"),
    ],
)
def test_what_is_typed_becomes_quoted_words_alone(typed, query):
    assert asking.read(typed).query().exact == query


def test_a_whole_letter_is_cut_to_its_first_words():
    asked = asking.read(" ".join(f"kata{n}" for n in range(500)))

    assert len(asked.terms) == asking.MOST
    assert asked.is_cut
    assert len(asking.read("x" * 5_000).query().exact) < 60


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "right"),
    [("lmapu", "lampu"), ("lapmu jalann", "lampu jalan"), ("puskesms", "puskesmas"), ("lampu", None), ("xyzzyq", None),
     ("jln", None), ("sampha -lampo", "sampah -lampu")],
)  # fmt: skip
def test_a_slip_is_put_right_by_the_words_that_reports_use(typed, right):
    words("lampu", "jalan", "puskesmas", "sampah", "lampung")

    mended = asking.mended(asking.read(typed))

    assert (mended.written() if mended else None) == right


@pytest.mark.parametrize(
    ("typed", "loose", "looks"),
    [
        ('"pasar baru" lmp', "('pasar' & 'baru') & (('lmp') | ('lampu') | ('pju'))", ("pasar baru", "lmp|lampu|pju")),
        ('banjir -"pasar baru" -sampah', "(('banjir')) & !(('sampah'))", ("banjir",)),
    ],
)
def test_an_index_is_asked_without_the_order_of_phrases(typed, loose, looks):
    query = asking.read(typed).query()

    assert (query.loose, query.looks) == (loose, looks)


@pytest.mark.django_db
@pytest.mark.slow
def test_a_text_that_is_looked_at_first_is_found_by_every_form_of_a_word(client, state, monkeypatch):
    """Indonesian's prefixes change the first letter of a word: memukul is of pukul."""
    made = copies("Petugas memukul pedagang pasar, baru saja", "Pembayaran retribusi", "Biaya pengecatan Rp50.000")
    monkeypatch.setattr(queries, "RARE", 0)
    monkeypatch.setattr(queries, "COMMON", 0)

    for typed, place in (("pukulan", 0), ("dipukul", 0), ("%22pasar+baru%22", 0), ("membayar", 1), ("mengecat", 2)):
        assert listed(said(client.get(f"/laporan?kata={typed}")), made) == [made[place]], typed


@pytest.mark.django_db
@pytest.mark.slow
def test_a_search_ends_whatever_is_asked(state, monkeypatch):
    """A common word without itself once read every text of the register."""
    copies(*["Lampu jalan padam"] * 4)
    monkeypatch.setattr(queries, "RARE", 0)
    monkeypatch.setattr(queries, "COMMON", 0)
    monkeypatch.setattr(queries, "WINDOW_OF_WORDS", 2)
    newest = max(queries.find(size=9)[0])

    assert queries.find(asking.read("lampu -lmp").query(), size=9) == ([], newest - 1)


@pytest.mark.django_db
@pytest.mark.slow
def test_slang_and_abbreviations_find_the_word_and_the_word_them(client, state):
    made = copies("Jln berlubang dpn sekolah", "Jalan berlubang di depan pasar", "Sampah menumpuk")

    for typed in ("jalan+depan", "jln+dpn", "JL+berlubang"):
        assert listed(said(client.get(f"/laporan?kata={typed}")), made) == [made[1], made[0]]


@pytest.mark.django_db
@pytest.mark.slow
def test_the_page_says_which_words_it_looked_for_instead(client, state):
    made = copies("Lampu jalan padam", "Lampu jalan mati", "Sampah menumpuk")
    with databases.role("worker"):
        counting.count_now()

    html = said(client.get("/laporan?kata=lmapu"))

    assert listed(html, made) == [made[1], made[0]]
    assert "Tidak ada laporan publik yang memuat “lmapu”" in html
    assert "<strong>lampu</strong>" in html


@pytest.mark.django_db
@pytest.mark.slow
def test_each_kind_of_nothing_says_what_it_is(client, state):
    assert "Belum ada laporan publik" in said(client.get("/laporan"))
    copies("Lampu jalan padam")

    for asked, told in (
        ("kata=%25", "Tidak ada kata di dalamnya"),
        ("kata=😭", "Tidak ada kata di dalamnya"),
        ("kata=tidakadasama", "Tidak ada laporan publik yang cocok"),
        ("tempat=Negeri+Antah", "Kami tidak mengenal tempat bernama “Negeri Antah”"),
        ("instansi=Dinas+Antah", "Kami tidak mengenal instansi bernama “Dinas Antah”"),
        ("waktu=7&kata=lampu", "Tidak ada laporan publik yang cocok"),
    ):
        html = said(client.get(f"/laporan?{asked}"))
        assert told in html, asked
        assert 'class="card"' not in html, asked


@pytest.mark.django_db
@pytest.mark.slow
def test_the_list_is_narrowed_by_place_agency_name_and_time(client, state):
    made = copies("Lampu satu", "Lampu dua", "Lampu tiga", "Lampu empat")
    with databases.role("owner"):
        for code, name, level, above in (
            ("35", "Jawa Timur", "PROVINCE", None), ("35.09", "Kabupaten Jember", "REGENCY", "35"),
            ("35.09.20", "Patrang", "DISTRICT", "35.09"), ("35.73", "Kota Malang", "CITY", "35"),
        ):  # fmt: skip
            Area.objects.create(code=code, name=name, level=level, parent_id=above)
        for number, area in zip(made, ("35.09.20", "35.73", "35.09", None), strict=True):
            Report.objects.filter(number=number).update(area=area)
        Report.objects.filter(number=made[1]).update(received_at=timezone.now() - timedelta(days=3))

    def found(asked: str) -> list[str]:
        return listed(said(client.get(f"/laporan?{asked}")), made)

    assert found("tempat=jember") == found("tempat=35.09") == [made[2], made[0]]
    assert found("tempat=Jawa+Timur") == [made[2], made[1], made[0]]
    assert found("tempat=patrang&kata=lampu") == [made[0]]
    assert found("tempat=malang&keadaan=waiting") == [made[1]]
    assert found("instansi=kota+contoh") == made[::-1]
    assert found("waktu=30") == [made[1]]
    assert found("waktu=30&kata=lampu") == [made[1]]
    assert "Hanya laporan dari <strong>Kabupaten Jember</strong>" in said(client.get("/laporan?tempat=jember"))


@pytest.mark.django_db
@pytest.mark.role("owner")
@pytest.mark.parametrize(("length", "index"), [(5, "report_of_regency"), (2, "report_of_province")])
def test_the_newest_of_a_place_are_walked_in_their_index(length, index):
    """As `tuntas_public_find` asks: what is sorted was read whole before, and a busy regency has tens of thousands."""
    asked = f"""EXPLAIN SELECT r.id FROM reports_report r JOIN reports_publiccopy c ON c.report_id = r.id
        WHERE left(r.area_id, {length}) = '35.09' AND r.area_id IS NOT NULL AND r.state <> 'AWAITING_VERIFICATION'
        ORDER BY left(r.area_id, {length}), r.id DESC LIMIT 1000"""
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(asked)
        plan = "\n".join(row[0] for row in cursor.fetchall())

        assert f"using {index}" in plan, plan
        assert "Sort" not in plan, plan
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'tuntas_public_find'")
        asks = cursor.fetchone()[0]
        assert f"'left(r.area_id, {length})'" in asks
        assert "part || ', ' ELSE '' END || 'r.id DESC LIMIT $9'" in asks
