"""What people wrote beside a secret report lies in no table; whoever may read it reads it as before (docs/adr/0019)."""

import pytest
from django.db import connection

from tests import databases
from tests.factories import a_photo, a_report, as_, by_reporter, the_state
from tuntas.access.actors import acting
from tuntas.followup import answering, reporters_word
from tuntas.followup.models import FollowUp, Rating
from tuntas.kernel.envelopes import Unreadable
from tuntas.privacy.sealing_rows import seal_some
from tuntas.reports import sealed_words
from tuntas.reports.attaching import Upload, attach
from tuntas.reports.models import Attachment, Event, Report
from tuntas.reports.sealed_words import MARK
from tuntas.reports.states import State
from tuntas.routing import transferring, verifying

pytestmark = [pytest.mark.django_db, pytest.mark.threat("T-DUMP-CANARY")]
WORD = "kenari-beludru"


def dump() -> str:
    """Every column of text of the case database, as a thief of its tables reads it."""
    with databases.role("owner"), connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    return "\n".join(line for line in found if WORD in line)


def secret(at: State, **more) -> Report:
    the_state()
    return a_report(at=at, is_confidential=True, **more)


def test_notes_answers_and_names_of_files_of_a_secret_report_lie_in_no_table():
    report, state = secret(State.IN_PROGRESS), the_state()
    by_reporter(reporters_word.add_details, report, text=f"Pelakunya {WORD}.")
    as_(state.as_liaison, answering.question, report, text=f"Siapa {WORD}?")
    with databases.role("web"), acting(state.as_liaison):
        attach(report, Upload(name=f"Surat {WORD}.jpg", data=a_photo().data), by="OFFICER", place=f"Rumah {WORD}")

    assert dump() == ""
    with databases.role("web"), acting(state.as_liaison):
        notes = {event.verb: event.note for event in report.events.all()}
        file = Attachment.objects.get(report=report)
        assert (file.name, file.place) == (f"Surat {WORD}.jpg", f"Rumah {WORD}")
    assert notes["add_details"] == f"Pelakunya {WORD}."
    assert notes["question"] == f"Siapa {WORD}?"


def test_what_was_asked_for_is_sealed_with_the_note_and_does_not_travel():
    report, state = secret(State.AWAITING_VERIFICATION), the_state()
    as_(state.as_admin, verifying.ask, report, missing=[f"Jabatan {WORD}"], note=WORD)

    assert dump() == ""
    with databases.role("owner"):
        assert report.events.get(verb="ask").facts == {"missing": [f"Jabatan {WORD}"]}


def test_of_any_report_names_of_files_and_what_is_not_for_everybody_are_sealed():
    """An entry cannot be changed: what may become secret later is sealed from the first moment."""
    state = the_state()
    report = a_report(at=State.AWAITING_VERIFICATION)
    by_reporter(reporters_word.add_details, report, text=WORD)
    with databases.role("web"), acting(state.as_admin):
        attach(report, Upload(name=f"{WORD}.png", data=a_photo().data), by="REPORTER")

    assert not [line for line in dump().splitlines() if not line.startswith("notices_notice")]


def test_what_lay_open_is_sealed_when_the_report_becomes_secret():
    state = the_state()
    report = a_report(at=State.AWAITING_FOLLOW_UP)
    by_reporter(reporters_word.add_details, report, text=WORD)
    as_(state.as_liaison, transferring.offer, report, ground=f"Perwali {WORD}", proposed=state.health)
    assert "routing_transferoffer" in dump()
    as_(state.as_national, verifying.protect, report, anonymous=False, confidential=True, reason="Aman.")

    with databases.role("worker"):
        assert seal_some() > 1
        assert seal_some() == 0

    assert {line.partition(":")[0] for line in dump().splitlines()} == {"reports_event"}  # what everybody could read
    with databases.role("owner"):
        assert report.offers.get().ground == f"Perwali {WORD}"


def test_an_envelope_opens_in_its_own_place_alone_and_unharmed():
    report = secret(State.IN_PROGRESS)
    by_reporter(reporters_word.add_details, report, text=WORD)
    with databases.role("owner"):
        kept = Event.objects.filter(report=report, verb="add_details").values_list("note", flat=True).get()
    where = {"report": report.uuid, "field": "reports_event.note"}
    assert sealed_words.opened(kept, **where) == WORD
    for wrong in ({**where, "field": "followup_followup.text"}, {**where, "report": a_report().uuid}):
        with pytest.raises(Unreadable):
            sealed_words.opened(kept, **wrong)
    with pytest.raises(Unreadable):
        sealed_words.opened(kept[:-8] + ("AAAAAAA=" if kept[-8:] != "AAAAAAA=" else "BBBBBBB="), **where)


def test_words_that_look_like_an_envelope_are_words():
    state, report = the_state(), a_report(at=State.IN_PROGRESS)
    words = MARK + "bukan amplop"
    as_(state.as_liaison, answering.acknowledge, report, text=words)

    with databases.role("owner"):
        assert report.events.get(verb="acknowledge").note == words


def test_plain_words_cannot_be_written_past_the_seal():
    report = secret(State.IN_PROGRESS)
    with databases.role("owner"), pytest.raises(TypeError):
        FollowUp.objects.filter(report=report).update(text=WORD)


def test_every_column_of_this_kind_belongs_to_a_report():
    known = list(sealed_words.columns())
    assert {(Event, "note"), (Attachment, "name"), (FollowUp, "text"), (Rating, "words")} <= set(known)
    assert all(model._meta.get_field("report").related_model is Report for model, _name in known)
