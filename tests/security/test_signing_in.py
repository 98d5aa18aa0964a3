"""Signing in under attack: guesses, names, long words, races, forged headers, copies of the database."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from django.contrib.auth import hashers
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import databases
from tests.factories import the_state
from tests.workspace import officers
from tests.workspace.officers import PASSWORD, SECRET, at_desk, code_now, give_password
from tuntas.access.models import SecurityEntry
from tuntas.accounts import codes, hashing, passwords, sealed, sessions, tries
from tuntas.accounts.models import Letter, OneTimeCodes, OneTimeLink, Session, Tries
from tuntas.kernel.envelopes import Unreadable
from tuntas.organizations.models import Appointment, Officer
from tuntas.workspace import whole

pytestmark = pytest.mark.django_db
MASUK, KODE, LUPA = "/workspace/masuk", "/workspace/masuk/kode", "/workspace/masuk/lupa"


@pytest.fixture
def hashes(monkeypatch) -> list[str]:
    """Every password that is hashed while the test runs."""
    done: list[str] = []
    verify, encode = hashing.Hasher.verify, hashing.Hasher.encode
    monkeypatch.setattr(hashing.Hasher, "verify", lambda me, *given: done.append("verify") or verify(me, *given))
    monkeypatch.setattr(hashing.Hasher, "encode", lambda me, *given: done.append("encode") or encode(me, *given))
    return done


def seen(client: Client, address: str, data: dict, hashes: list[str]) -> tuple:
    """All that an answer tells: status, size, headers, cookies, and the work that it took."""
    hashes.clear()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.post(address, data)
    body = answer.content.decode()
    for word in data.values():
        body = body.replace(word, "")
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    cookies = sorted(name for name in answer.cookies if name != "csrf")
    tokens = [part for part in body.split('"') if len(part) != 64]  # without the form's token
    kinds = [query["sql"].split()[0] for query in asked]
    return answer.status_code, tokens, headers, cookies, kinds, list(hashes)


@pytest.mark.threat("SR-25", "SR-26")
@pytest.mark.parametrize("state_of_it", ["in service", "out of service", "without a password"])
def test_a_name_that_exists_is_answered_like_one_that_does_not(hashes, state_of_it):
    the_state()
    officer = give_password("admin")
    with databases.role("owner"):
        if state_of_it == "out of service":
            Officer.objects.filter(pk=officer.pk).update(is_active=False)
        if state_of_it == "without a password":
            Officer.objects.filter(pk=officer.pk).update(password=hashers.make_password(None))

    there = seen(Client(), MASUK, {"username": "admin", "password": "salah sekali ini"}, hashes)
    absent = seen(Client(), MASUK, {"username": "hantu", "password": "salah sekali ini"}, hashes)

    assert there == absent
    assert there[-1] == ["verify"]  # one hash, and of the same cost


@pytest.mark.threat("SR-25", "SR-28")
def test_a_forgotten_password_tells_nothing_and_sends_three_letters_an_hour(hashes):
    the_state()
    give_password("puskesmas-liaison")
    with databases.role("owner"):
        Officer.objects.filter(username="puskesmas-liaison").update(email="admin@example.go.id")

    there = [seen(Client(), LUPA, {"username": "puskesmas-liaison"}, hashes) for _n in range(5)]
    absent = [seen(Client(), LUPA, {"username": "hantu"}, hashes) for _n in range(5)]

    assert there == absent
    with databases.role("owner"):
        assert Letter.objects.count() == OneTimeLink.objects.count() == tries.LINKS


@pytest.mark.threat("SR-27")
def test_a_long_password_is_refused_before_any_hash(hashes):
    the_state()
    give_password("admin")
    hashes.clear()

    for name in ("admin", "hantu"):
        answer = Client().post(MASUK, {"username": name, "password": "x" * (hashing.LONGEST + 1)})
        assert answer.status_code == 422
    assert hashes == []
    with pytest.raises(hashing.TooLong):
        hashers.make_password("é" * 513)  # bytes count, not characters


@pytest.mark.threat("SR-27")
def test_only_so_many_passwords_are_hashed_at_once(monkeypatch):
    most, now, lock = [0], [0], threading.Lock()

    def slow(_self, _password, _salt) -> str:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.02)
        with lock:
            now[0] -= 1
        return "argon2$x"

    monkeypatch.setattr(hashing.Argon2PasswordHasher, "encode", slow)
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda _n: hashing.Hasher().encode("kata sandi contoh", "garam"), range(12)))

    assert most == [hashing.AT_ONCE]


def test_the_hash_is_argon2id_with_the_stated_costs():
    assert hashers.make_password("kata sandi contoh").startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.NOBODYS.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.threat("SR-24")
@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_wrong_passwords_at_once_ten_are_looked_at(monkeypatch):
    the_state()
    give_password("admin")
    looked_at: list[int] = []
    monkeypatch.setattr(passwords, "check", lambda *_given: looked_at.append(1) or (None, None))

    def wrong(_n: int) -> int:
        try:
            return Client().post(MASUK, {"username": "admin", "password": "salah sekali ini"}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(wrong, range(100))) == {422}

    assert len(looked_at) == tries.PASSWORDS


@pytest.mark.threat("SR-24")
def test_a_stranger_cannot_lock_the_owner_out_of_a_known_device():
    the_state()
    give_password("admin")
    own = Client()
    officers.sign_in(own, "admin")
    own.post("/workspace/keluar")
    for _n in range(tries.PASSWORDS + 3):
        Client().post(MASUK, {"username": "admin", "password": "salah sekali ini"})

    elsewhere = Client().post(MASUK, {"username": "admin", "password": PASSWORD})
    assert elsewhere.status_code == 422  # the strangers' budget is used up
    assert own.post(MASUK, {"username": "admin", "password": PASSWORD})["Location"] == KODE
    with databases.role("owner"):
        Tries.objects.update(since=Tries.objects.first().since - tries.WINDOW)
    assert Client().post(MASUK, {"username": "admin", "password": PASSWORD})["Location"] == KODE  # not for ever


@pytest.mark.threat("SR-53")
def test_a_code_works_once():
    the_state()
    give_password("admin")
    code = code_now()
    assert officers.sign_in(Client(), "admin", code=code)["Location"] == "/workspace/"

    assert officers.sign_in(Client(), "admin", code=code).status_code == 422


@pytest.mark.threat("SR-53")
@pytest.mark.django_db(transaction=True)
def test_of_two_sign_ins_with_one_code_at_the_same_time_one_gets_in():
    the_state()
    officer, code = give_password("admin"), code_now()

    def accept(_n: int) -> str:
        try:
            return codes.accept(officer, code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(accept, range(5))) == ["", "", "", "", "app"]


@pytest.mark.threat("SR-53")
def test_five_wrong_codes_and_then_not_even_the_right_one():
    the_state()
    give_password("admin")
    client = Client()
    client.post(MASUK, {"username": "admin", "password": PASSWORD})
    for _n in range(tries.CODES):
        client.post(KODE, {"code": "000000"})

    late = client.post(KODE, {"code": code_now()})

    assert late.status_code == 422
    with databases.role("owner"):
        assert SecurityEntry.objects.filter(kind="code_refused").count() >= tries.CODES


def test_a_code_is_right_for_its_step_and_the_ones_beside_it():
    at = 1_800_000_000.0
    for ahead, right in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        code = pyotp.TOTP(SECRET).at(at + ahead * codes.STEP)
        assert bool(codes.step_of(SECRET, code, now=at)) is right


def test_each_recovery_code_opens_once_and_only_its_own_account():
    the_state()
    officer, other = give_password("admin"), give_password("admin2")
    made = codes.new_recovery_codes(officer)
    assert len(set(made)) == 10
    assert codes.accept(other, made[0]) == ""

    client = Client()
    assert officers.sign_in(client, "admin", code=made[0].lower().replace("-", " "))["Location"] == "/workspace/"
    assert officers.sign_in(Client(), "admin", code=made[0]).status_code == 422
    assert codes.recovery_codes_left(officer) == 9
    codes.new_recovery_codes(officer)
    assert officers.sign_in(Client(), "admin", code=made[1]).status_code == 422  # new ones make the old void


@pytest.mark.threat("SR-23")
@pytest.mark.parametrize("header", ["REMOTE_USER", "HTTP_REMOTE_USER", "HTTP_X_REMOTE_USER", "HTTP_X_FORWARDED_USER",
                                    "HTTP_X_AUTH_REQUEST_EMAIL", "HTTP_X_FORWARDED_EMAIL"])  # fmt: skip
def test_a_header_signs_nobody_in(header):
    the_state()
    give_password("admin")

    answer = Client().get("/workspace/queues/verify/", **{header: "admin"})

    assert answer["Location"].startswith(MASUK)


@pytest.mark.threat("T-DUMP-CANARY-sessions", "SR-38")
def test_the_rows_of_a_dump_open_nothing():
    the_state()
    give_password("admin")
    client = Client()
    officers.sign_in(client, "admin")
    key = client.cookies["session"].value
    with databases.role("owner"), connection.cursor() as cursor:
        found = []
        for table in ("accounts_session", "accounts_onetimecodes", "accounts_recoverycode", "accounts_tries"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            found += [row[0] for row in cursor.fetchall()]
    everything = "\n".join(found)

    assert everything
    for secret in (key, key.encode().hex(), SECRET, SECRET.encode().hex(), PASSWORD):
        assert secret not in everything
    for row in found:  # a digest in the place of the key opens nothing either
        forged = Client()
        forged.cookies["session"] = row.split(",")[0].strip('("\\x')
        assert forged.get("/workspace/account").status_code == 302


@pytest.mark.threat("T-DUMP-CANARY-sessions")
def test_a_session_row_written_or_copied_with_sql_alone_is_void():
    the_state()
    give_password("admin")
    client = Client()
    officers.sign_in(client, "admin")
    with databases.role("owner"):
        real = Session.objects.get(officer__username="admin")
        Session.objects.create(
            digest=sessions.digest("schluessel-des-diebes"), officer=real.officer, data=real.data,
            made_at=real.made_at, seen_at=real.seen_at,
        )  # fmt: skip
    thief = Client()
    thief.cookies["session"] = "schluessel-des-diebes"

    assert thief.get("/workspace/account")["Location"].startswith(MASUK)
    assert client.get("/workspace/account").status_code == 200


def test_a_second_factor_moved_to_another_officer_with_sql_is_void():
    the_state()
    officer, thief = give_password("admin"), give_password("admin2")
    with databases.role("owner"):
        stolen = OneTimeCodes.objects.get(officer=officer)
        OneTimeCodes.objects.filter(officer=thief).update(sealed=bytes(stolen.sealed))

    with pytest.raises(Unreadable):
        sealed.open_words(bytes(OneTimeCodes.objects.get(officer=thief).sealed), thief.pk, "one-time codes")


class TestSessions:
    @pytest.mark.threat("SR-21", "T-SESS-fixation")
    def test_a_planted_session_dies_at_sign_in(self):
        the_state()
        give_password("admin")
        planted = Client()
        session = planted.session
        session["planted"] = "ja"
        session.save()
        key = session.session_key

        victim = Client()
        victim.cookies["session"] = key
        officers.sign_in(victim, "admin")

        assert victim.cookies["session"].value != key
        assert "planted" not in victim.session
        assert planted.get("/workspace/account").status_code == 302
        with databases.role("owner"):
            assert not Session.objects.filter(digest=sessions.digest(key)).exists()

    @pytest.mark.threat("T-SESS-logout")
    def test_signing_out_ends_it_on_the_server(self):
        client = at_desk(the_state().as_admin)
        key = client.cookies["session"].value
        client.post("/workspace/keluar")
        client.cookies["session"] = key

        assert client.get("/workspace/account").status_code == 302

    @pytest.mark.threat("SR-22")
    def test_a_request_that_was_under_way_brings_no_ended_session_back(self):
        client = at_desk(the_state().as_admin)
        under_way = sessions.SessionStore(client.cookies["session"].value)
        under_way["typed"] = "something"
        client.post("/workspace/keluar")

        with pytest.raises(UpdateError):
            under_way.save()
        with pytest.raises(SessionInterrupted):
            under_way.cycle_key()
        with databases.role("owner"):
            assert not Session.objects.exists()

    @pytest.mark.threat("SR-22", "T-SESS-password")
    @pytest.mark.requirement("R003-20")
    def test_a_new_password_ends_all_other_sessions(self):
        state = the_state()
        give_password("admin")
        own, other = at_desk(state.as_admin), at_desk(state.as_admin)
        new = "empat kata yang lain sekali"

        answer = own.post("/workspace/account/password", {"old": PASSWORD, "new": new, "again": new})

        assert answer.status_code == 302, answer.context["form"].errors
        assert own.get("/workspace/account").status_code == 200
        assert other.get("/workspace/account").status_code == 302

    @pytest.mark.threat("SR-54")
    def test_without_the_old_password_there_is_no_new_one(self):
        state = the_state()
        give_password("admin")
        client, new = at_desk(state.as_admin), "empat kata yang lain sekali"

        for old in ("", "salah sekali ini"):
            answer = client.post("/workspace/account/password", {"old": old, "new": new, "again": new})
            assert answer.status_code == 422
        stale = at_desk(state.as_admin, age=whole.FRESH_FOR + 1)
        answer = stale.post("/workspace/account/password", {"old": PASSWORD, "new": new, "again": new})
        assert "/workspace/step-up" in answer["Location"]

    @pytest.mark.threat("T-SESS-role")
    def test_an_ended_appointment_and_a_closed_account_end_at_the_next_request(self):
        state = the_state()
        client = at_desk(state.as_liaison)
        assert client.get("/workspace/queues/progress/").status_code == 200
        officers.ended(state.as_liaison, Appointment.objects.first().valid_from)
        assert client.get("/workspace/queues/progress/").status_code == 403
        with databases.role("owner"):
            Officer.objects.filter(pk=state.as_liaison.officer).update(is_active=False)

        assert client.get("/workspace/queues/progress/").status_code == 302

    @pytest.mark.threat("T-SESS-limits")
    @pytest.mark.parametrize(("column", "seconds"), [("seen_at", 30 * 60 + 1), ("made_at", 12 * 3600 + 1)])
    def test_it_ends_when_idle_and_after_twelve_hours(self, column, seconds):
        client = at_desk(the_state().as_admin)
        with databases.role("owner"):
            row = Session.objects.get()
            Session.objects.update(**{column: getattr(row, column) - timedelta(seconds=seconds)})

        assert client.get("/workspace/account").status_code == 302

    def test_the_list_of_devices_ends_one_and_all_others(self):
        state = the_state()
        here, there, third, strange = (at_desk(a) for a in (*[state.as_admin] * 3, state.as_head))
        names = {client: str(client.session.uuid) for client in (here, there, third, strange)}

        here.post("/workspace/account/sessions/end", {"session": names[there]})
        assert there.get("/workspace/account").status_code == 302
        here.post("/workspace/account/sessions/end", {"session": names[strange]})
        assert strange.get("/workspace/account").status_code == 200  # nobody else's
        here.post("/workspace/account/sessions/end")
        assert third.get("/workspace/account").status_code == 302
        assert here.get("/workspace/account").status_code == 200

    @pytest.mark.threat("T-SESS-cookies")
    def test_the_cookies_are_for_this_host_and_no_script(self, settings):
        settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_NAME = True, "__Host-session"
        the_state()
        give_password("admin")
        client = Client()
        client.post(MASUK, {"username": "admin", "password": PASSWORD}, secure=True)
        client.post(KODE, {"code": code_now()}, secure=True)

        for name in ("__Host-session", "__Host-device"):
            cookie = client.cookies[name]
            assert cookie["secure"]
            assert cookie["httponly"]
            assert cookie["samesite"] in {"Lax", "Strict"}
            assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_a_page_costs_at_most_one_more_query_than_a_session_of_django():
    """Session and officer are read as before; at most once a minute one more query notes that the session is in use."""
    client = at_desk(the_state().as_admin)
    with CaptureQueriesContext(connection) as before:
        client.get("/workspace/notices/")
    with databases.role("owner"):
        Session.objects.update(seen_at=Session.objects.get().seen_at - timedelta(minutes=2))
    with CaptureQueriesContext(connection) as after:
        client.get("/workspace/notices/")

    own = [query["sql"] for query in before if "accounts_" in query["sql"]]
    assert len(own) == 1
    assert own[0].startswith("SELECT")
    assert len(after) - len(before) <= 1


def test_the_worker_sweeps_ended_sessions_and_reads_nothing_else():
    client = at_desk(the_state().as_admin)
    with databases.role("owner"):
        Session.objects.update(seen_at=Session.objects.get().seen_at - timedelta(days=2))

    with databases.role("worker"):
        assert sessions.sweep() == 1
        with pytest.raises(DatabaseError), transaction.atomic():
            list(OneTimeCodes.objects.all())

    assert client.get("/workspace/account").status_code == 302
