"""A register comes in whole, once, and with a reason for every row that did not."""

import csv
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import translation

from tests import databases
from tests.factories import the_state
from tests.importing.registers import AT, HEADER, MAP, a_file, a_map, a_row, brought, rows
from tuntas.access.actors import PUBLIC, acting
from tuntas.clocks.calendar import WIB
from tuntas.clocks.models import Clock
from tuntas.insight import books
from tuntas.kernel.refusals import Conflict, Incomplete, NotYours
from tuntas.operations.importing import copying, queries, synthetic
from tuntas.operations.importing.command import told
from tuntas.operations.importing.mapping import make_map
from tuntas.reports.models import Event, PublicCopy, Report, ReportText
from tuntas.routing import connecting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.role("owner"), pytest.mark.slow]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def sums(done):
    return (done.read, done.new, done.there, done.changed, done.repeated, done.refused)


def refused_rows(done):
    with done.refused_to.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def new_year(year):
    return datetime(year, 1, 1, tzinfo=WIB)


def history_map(**sections):
    """The map of the made-up history for the state of these tests, which has few categories and offices."""
    columns = {
        "id": "nomor", "lodged": "tanggal_masuk", "title": "judul", "text": "isi", "place": "lokasi",
        "category": "kategori", "agency": "instansi", "status": "status", "closed": "tanggal_status",
        "reply": "jawaban", "answered": "tanggal_jawaban",
    }  # fmt: skip
    status = {
        "Selesai": "RESOLVED", "Proses": "IN_PROGRESS", "Belum Ditindaklanjuti": "AWAITING_FOLLOW_UP",
        "Belum Terverifikasi": "AWAITING_VERIFICATION", "Tertunda": "PENDING_INFO", "Arsip": "ARCHIVED",
        "": "UNEXPLAINED",
    }  # fmt: skip
    given = {
        "source": "contoh",
        "dates": {"as_of": "2023-03-31 23:59"},
        "columns": columns,
        "defaults": {"agency": "province", "category": "KES"},
        "values": {"status": status},
    }
    return make_map(given | sections)


def test_the_same_file_twice_gives_the_same_register(tmp_path):
    path = a_file(tmp_path, rows(30))

    first = brought(path, batch=7)
    before = list(Report.objects.order_by("pk").values())
    second = brought(path, batch=11)

    assert sums(first) == (30, 30, 0, 0, 0, 0)
    assert sums(second) == (30, 0, 30, 0, 0, 0)
    assert first.digest == second.digest
    assert list(Report.objects.order_by("pk").values()) == before
    assert Event.objects.count() == 60


def test_a_row_that_was_changed_is_told_and_neither_doubled_nor_overwritten(tmp_path):
    brought(a_file(tmp_path, rows(3)))

    done = brought(a_file(tmp_path, [*rows(2), a_row(no="3", isi="[contoh] Kata lain."), a_row(no="4")]))

    assert sums(done) == (4, 1, 2, 1, 0, 0)
    assert ReportText.objects.get(report__import_key="lama/3").body == a_row()["isi"]
    assert refused_rows(done)[1][:4] == [
        "4", "", "The row was brought in before with other words.",
        "The register keeps what it took; a history is never rewritten.",
    ]  # fmt: skip


@pytest.mark.parametrize("batch", [2, 100])
def test_a_row_that_stands_twice_in_a_file_is_taken_once_and_told(tmp_path, batch):
    made = [*rows(4), a_row(no="1"), a_row(no="2", isi="[contoh] Kata lain.")]

    done = brought(a_file(tmp_path, made), batch=batch)

    assert sums(done) == (6, 4, 0, 0, 2, 0)
    assert [row[3] for row in refused_rows(done)[1:]] == [
        "A row above says the same.",
        "A row above has the same number and says something else.",
    ]


def test_every_refused_row_is_written_down_with_its_reason_and_can_be_mended_there(tmp_path):
    made = [a_row(), a_row(no="8", isi=""), a_row(no="9", masuk="31/02/2022", isi="=1+1"), a_row(no="10")]

    done = brought(a_file(tmp_path, made))

    assert sums(done) == (4, 2, 0, 0, 0, 2)
    assert done.refused_to == tmp_path / "lama.refused.csv"
    head, empty, undated = refused_rows(done)
    assert head[5:] == HEADER
    assert empty[:3] == ["3", "isi", "The report is empty."]
    assert undated[3] == "“31/02/2022” is no day of the calendar."
    assert undated[7] == "'=1+1", "a spreadsheet must not take a text for a formula"

    mended = brought(a_file(tmp_path, [a_row(), a_row(no="8"), a_row(no="9"), a_row(no="10")]))

    assert sums(mended) == (4, 2, 2, 0, 0, 0)
    assert mended.refused_to is None
    assert len((tmp_path / "lama.refused.csv").read_text(encoding="utf-8-sig").splitlines()) == 1


def test_a_rehearsal_writes_nothing_and_counts_the_same(tmp_path):
    path = a_file(tmp_path, [*rows(5), a_row(no="6", isi="")])

    rehearsal = brought(path, is_rehearsal=True)

    assert not Report.objects.exists()
    assert sums(rehearsal) == sums(brought(path)) == (6, 5, 0, 0, 0, 1)


def test_a_file_in_latin_1_with_semicolons_and_dates_of_the_office_comes_in(tmp_path):
    made = [a_row(isi="[contoh] Jalan “Kenanga” rusak – café", masuk="5 Januari 2022 09.30", tgl_status="12/01/2022")]

    done = brought(a_file(tmp_path, made, encoding="cp1252", delimiter=";"))

    assert done.new == 1
    assert any("cp1252" in note for note in done.notes)
    assert ReportText.objects.get().body == "[contoh] Jalan “Kenanga” rusak – café"


def test_a_report_of_an_office_is_held_by_it_and_open_ones_get_a_fair_clock_from_the_day_of_the_import(tmp_path):
    brought(a_file(tmp_path, [a_row(no="1", status="Belum"), a_row(no="2", status="Baru", jawaban="", tgl_jawaban="")]))

    late, early = Report.objects.order_by("import_key")

    assert (late.holder.code, early.holder.code) == ("works", "city")
    assert {late.agency.code, early.agency.code} == {"city"}
    assert set(late.clocks.values_list("kind", "is_fair")) == {("first_response", True), ("resolve", True)}
    assert set(early.clocks.values_list("kind", "is_fair")) == {("verify", True)}
    assert late.due_at == min(late.clocks.values_list("due_at", flat=True)) > AT
    assert late.predates_connection
    assert early.predates_connection


@pytest.mark.requirement("R003-59")
def test_reports_of_an_agency_that_is_not_connected_wait_with_its_supervisor_until_it_is(tmp_path):
    path = a_file(tmp_path, [a_row(no="1", status="Proses"), a_row(no="2")])
    brought(path, a_map(defaults={"agency": "regency"}, agencies={"under": "regency"}))
    waiting, finished = Report.objects.order_by("import_key")
    state = the_state()

    assert (waiting.holder, waiting.target_agency) == (state.province, state.regency)
    assert (finished.holder, finished.target_agency) == (state.regency, None)
    assert waiting.clocks.get().is_fair

    on = AT + timedelta(days=30)
    assert list(connecting.connect(state.regency, on=on.date(), at=on)) == [waiting]
    waiting.refresh_from_db()
    assert waiting.holder == state.regency
    assert Clock.objects.running().get(report=waiting).started_at == on


def test_a_pending_report_has_a_duty_and_not_a_window_that_ends_it_unasked(tmp_path):
    brought(a_file(tmp_path, [a_row(status="Tertunda", jawaban="", tgl_jawaban="")]))

    clock = Clock.objects.get()

    assert (clock.kind, clock.is_fair) == ("verify", True)


def test_old_texts_are_not_published_since_nobody_moderated_them(tmp_path):
    brought(a_file(tmp_path, rows(2)))

    assert not PublicCopy.objects.exists()
    with databases.role("web"), acting(PUBLIC):
        assert not Report.objects.exists()
        assert not Event.objects.exists()


@pytest.mark.requirement("R003-59")
def test_the_books_of_the_history_balance_with_the_59_that_nobody_explained(tmp_path):
    path = tmp_path / "sejarah.csv"
    synthetic.write(path, synthetic.history())
    done = brought(path, history_map())
    assert sums(done) == (3157, 3157, 0, 0, 0, 0)

    years = {year: books.totals(start=new_year(year), end=new_year(year + 1)) for year in synthetic.HISTORY}

    assert {year: totals.incoming for year, totals in years.items()} == {2020: 518, 2021: 371, 2022: 1959, 2023: 309}
    assert years[2022].by_bucket == {"finished_imported": 1802, "pending": 98, "unexplained_at_import": 59}
    assert years[2022].predating == 1959
    for year in years:
        balance = books.balance(new_year(year), new_year(year + 1))
        assert balance.difference == 0
        assert balance.came_in == {"received": years[year].incoming}


def test_a_number_that_somebody_has_already_is_drawn_again(tmp_path, monkeypatch):
    drawn = iter([f"1000000000{n}" for n in (0, 0, 0, 1, 2)])
    monkeypatch.setattr(copying.numbers, "public_number", lambda _dice: next(drawn))

    brought(a_file(tmp_path, rows(3)), batch=1)

    assert set(Report.objects.values_list("number", flat=True)) == {"10000000000", "10000000001", "10000000002"}


def test_two_imports_of_one_register_at_once_are_refused(tmp_path):
    the_state()
    other = connection.get_new_connection(connection.get_connection_params())
    try:
        assert queries.take_turn(other, "lama")
        with pytest.raises(Conflict):
            brought(a_file(tmp_path, rows(1)))
    finally:
        other.close()


def test_a_code_of_the_map_that_is_not_here_is_refused_before_the_first_row(tmp_path):
    for change in ({"defaults": {"agency": "atlantis"}}, {"values": MAP["values"] | {"category": {"x": "NOPE"}}}):
        with pytest.raises(Incomplete) as no:
            brought(a_file(tmp_path, rows(1)), a_map(**change))
        assert "code" in str(no.value)


def test_a_role_that_may_not_write_in_bulk_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setattr(queries, "may_stage", lambda _connection: False)

    with pytest.raises(NotYours):
        brought(a_file(tmp_path, rows(1)))


def test_refused_rows_that_cannot_be_written_stop_the_import_with_a_word(tmp_path):
    with pytest.raises(Exception, match="cannot be written"):
        brought(a_file(tmp_path, [a_row(isi="")]), refused_to=tmp_path / "nowhere" / "x.csv")


def test_what_the_command_says_adds_up(tmp_path):
    done = brought(a_file(tmp_path, [*rows(3), a_row(no="3"), a_row(no="4", isi="")]))

    words = [str(line) for line in told(done, is_rehearsal=False)]

    assert done.read == done.new + done.there + done.changed + done.repeated + done.refused
    assert any("lama.refused.csv" in word for word in words)
    assert any(done.digest in word for word in words)


def test_stopped_between_two_batches_it_goes_on_where_it_stopped(tmp_path):
    path = a_file(tmp_path, rows(4000))
    stopped = []

    def stop(_what, done, _of):
        if done >= 2000:
            stopped.append(done)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        brought(path, batch=100, progress=stop)
    there = Report.objects.count()
    done = brought(path, batch=100)

    assert stopped
    assert 0 < there < 4000
    assert sums(done) == (4000, 4000 - there, there, 0, 0, 0)
    assert Report.objects.count() == 4000
    assert Event.objects.count() == 8000


IMPORTER = """
import django
django.setup()
from pathlib import Path
from tests.importing.registers import AT, a_map
from tuntas.operations.importing.bringing import bring
bring(Path({path!r}), a_map(), at=AT, batch=200)
"""


def test_killed_at_any_instant_it_loses_and_doubles_nothing(tmp_path):
    n = 8_000
    path = a_file(tmp_path, rows(n))
    brought(a_file(tmp_path, rows(1), name="first.csv"))  # makes the offices
    settings = connection.settings_dict
    address = " ".join(
        f"{word}={settings[name]}"
        for word, name in (("host", "HOST"), ("dbname", "NAME"), ("user", "USER"), ("password", "PASSWORD"))
        if settings[name]
    )
    environment = os.environ | {"DATABASE_URL": address, "TUNTAS_ROLE": "owner"}
    killed = 0
    for wanted in (600, 2500, 5000):
        child = subprocess.Popen([sys.executable, "-c", IMPORTER.format(path=str(path))], env=environment)
        until = time.monotonic() + 60
        while Report.objects.count() < wanted and time.monotonic() < until and child.poll() is None:
            time.sleep(0.005)
        child.send_signal(signal.SIGKILL)
        killed += child.wait() == -signal.SIGKILL
    with connection.cursor() as cursor:  # the server ends the sessions of the dead in its own time
        cursor.execute("SELECT pg_sleep(1)")
    there = Report.objects.count()

    done = brought(path)

    assert killed
    assert 600 <= there <= n
    assert done.there == there
    assert done.new == n - there
    assert Report.objects.count() == n
    assert Report.objects.values("import_key").distinct().count() == n
    assert Event.objects.count() == 2 * n
    assert ReportText.objects.count() == n
