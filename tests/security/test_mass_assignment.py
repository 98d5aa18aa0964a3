"""SR-37: a field that a form does not have changes nothing. Happened to Zammad (CVE-2023-29867).

Each form is sent twice from the same beginning: as it is, and with every field of every model added, bare and with the
prefixes that our forms use. The rows that are left must be the same.
"""

import json
import uuid

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test import Client

from tests import databases
from tests.factories import a_report, received, the_state
from tests.portal.test_reporting import typed
from tests.security.cast import PROGRESS, entered
from tests.workspace.officers import at_desk
from tuntas.organizations.models import Officer
from tuntas.reports.sealed_words import MARK
from tuntas.reports.states import State

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.threat("SR-37")]

CANARY = "kenari7qx4"
# What differs between two sendings by chance or by the clock.
BY_CHANCE = {
    "id", "uuid", "number", "code_lookup", "idempotency_hash", "reporter_id", "report_id", "event_id", "ciphertext", "sealed",
    "lodged_at", "received_at", "holder_since", "due_at", "last_event_id", "at", "recorded_at", "xact", "created_at",
    "started_at", "deadline_at", "key", "reporter_uuid", "last_login", "decided_at", "stopped_at", "read_at", "not_before",
    "taken_at", "params", "facts", "since", "sealed_at", "written_at",
}  # fmt: skip


def extras(own: set[str], prefix: str = "") -> list[dict[str, str]]:
    """A value for each field of each model that the form itself does not have; as many at once as a form may hold."""
    names: dict[str, str] = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            for name in {field.name, field.attname}:
                for written in {name, f"{prefix}{name}", f"report.{name}"} - own:
                    names[written] = value_of(field)
    names |= {"__proto__": CANARY, "pk": "1", "form-0-id": "1", "report[state]": "RESOLVED"}
    pairs = sorted(names.items())
    return [dict(pairs[at : at + AT_ONCE]) for at in range(0, len(pairs), AT_ONCE)]


AT_ONCE = 400
VALUES: tuple[tuple[type[models.Field], str], ...] = (
    (models.BooleanField, "true"),
    (models.DateField, "2001-01-01"),  # moments too
    (models.UUIDField, str(uuid.UUID(int=9))),
    (models.JSONField, json.dumps({CANARY: 1})),
    (models.CharField, CANARY),
    (models.TextField, CANARY),
)


def value_of(field: models.Field) -> str:
    if field.choices:
        return str(list(field.choices)[-1][0])
    return next((value for kind, value in VALUES if isinstance(field, kind)), "1")


def rows() -> dict[str, list[str]]:
    """Every table of ours without what differs by chance."""
    found = {}
    with databases.role("owner"):
        for model in apps.get_models():
            table = model._meta.db_table
            if model._meta.app_label in {"sessions", "contenttypes"} or not model._meta.managed:
                continue
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT to_jsonb(t) FROM "{table}" t')
                kept = [json.loads(row) if isinstance(row, str) else row for (row,) in cursor.fetchall()]
            found[table] = sorted(
                json.dumps({k: _told(v) for k, v in row.items() if k not in BY_CHANCE}, sort_keys=True) for row in kept
            )
    return found


def _told(value: object) -> object:
    """An envelope has a nonce: of what is sealed its length is compared."""
    return f"{MARK} {len(value)}" if isinstance(value, str) and value.startswith(MARK) else value


def after(client: Client, address: str, data: dict, **more) -> tuple[int, dict[str, list[str]]]:
    """The status of one POST and the rows that it leaves, in a transaction that is rolled back."""
    with transaction.atomic():
        answer = client.post(address, data, **more)
        left = rows()
        transaction.set_rollback(True)
    return answer.status_code, left


def compare(client: Client, address: str, data: dict, prefix: str = "") -> None:
    plain = after(client, address, data)
    assert plain[0] in {200, 302}, plain[0]
    for more in extras(set(data), prefix):
        with_more = after(client, address, more | data)
        assert with_more[0] == plain[0]
        assert with_more[1] == plain[1]
        assert CANARY not in json.dumps(with_more[1])


def test_filing_a_report():
    the_state()
    form = typed(email="warga@example.test", name="Warga Contoh")
    # fields that the form has and this sending leaves empty: theirs is the right to be filled in
    own = dict.fromkeys(("title", "latitude", "longitude", "area", "target", "is_anonymous", "is_confidential", "remedy",
                         "event_on", "drop", "back", "is_about_them", "agency_words", "area_words", "photos", "reported_party",
                         "special"), "")  # fmt: skip
    compare(Client(), "/lapor/terkirim", own | form)


@pytest.mark.parametrize("act", ["add_details", "withdraw", "protect"])
def test_the_reporters_acts(act):
    the_state()
    report, receipt = received()
    own = {"act": act, "seen": str(report.last_event_id), "text": "Tiangnya nomor tujuh", "reason": "Sudah selesai",
           "anonymous": "on", "confidential": "", "key": str(uuid.uuid4()), "photos": "", "is_anonymous": "on",
           "is_confidential": ""}  # fmt: skip
    client = entered(receipt.code)
    compare(client, "/bantuan/catatan", own | {f"{act}-{name}": value for name, value in own.items()})


def test_an_officers_act():
    report, state = a_report(State.AWAITING_FOLLOW_UP), the_state()
    own = {"seen": str(report.last_event_id), "progress-text": PROGRESS, "progress-kind": "ANSWER"}
    own |= dict.fromkeys(("progress-done_at_place", "progress-appeal", "progress-done_on", "progress-letter"), "")
    compare(at_desk(state.as_liaison), f"/workspace/reports/{report.number}/progress/", own, "progress-")


def test_nobody_appoints_or_renames_themselves():
    """The officer's own pages: signing in, choosing an office, marking notices as read."""
    state = the_state()
    client = at_desk(state.as_liaison)
    with databases.role("owner"):
        before = list(Officer.objects.order_by("pk").values_list("username", "name", "email", "is_active", "password"))
    for address in ("/workspace/appointments", "/workspace/notices/read", "/workspace/masuk", "/workspace/keluar"):
        for more in extras({"next", "appointment", "username", "password", "notice"}):
            assert client.post(address, more).status_code < 500
    with databases.role("owner"):
        assert (
            list(Officer.objects.order_by("pk").values_list("username", "name", "email", "is_active", "password"))
            == before
        )


def test_the_comparison_sees_a_field_that_is_taken_over():
    """The control: a form that takes one field more is told apart."""
    the_state()
    form = typed(email="warga@example.test")
    plain = after(Client(), "/lapor/terkirim", form)
    assert after(Client(), "/lapor/terkirim", form | {"is_confidential": "on"})[1] != plain[1]
