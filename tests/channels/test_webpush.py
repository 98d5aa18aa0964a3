"""Knocks at phones: opened by that phone alone, signed, patient with services, and led nowhere by strangers."""

import socket
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Thread

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec

from tests.push_service import Phone, PushService, point, spelled
from tuntas.channels import webpush
from tuntas.channels.contract import NotDelivered
from tuntas.channels.push_services import GREAT, Services
from tuntas.channels.webpush import Gone, Rests, Subscription, WebPush

KEY = ec.generate_private_key(ec.SECP256R1())
SAID = b'{"words": "Ada kabar."}'.ljust(512)


@pytest.fixture(scope="module")
def service():
    with PushService() as service:
        yield service


@pytest.fixture
def channel(service):
    return WebPush(Services.of([service.name]), key=KEY, contact="mailto:tuntas@example.go.id")


def subscription(phone: Phone) -> Subscription:
    return Subscription.read(*phone.form.values())


def test_a_knock_is_opened_by_its_phone_alone_and_says_who_knocks(service, channel):
    phone, other = service.phone(), service.phone()

    channel.deliver(subscription(phone), SAID)
    channel.deliver(subscription(phone), SAID)

    (path, headers, body), (_path, _headers, again) = service.knocks[-2:]
    assert service.name + path == phone.endpoint
    assert phone.opened(body) == phone.opened(again) == SAID
    assert body[:21] != again[:21]  # another salt and another key each time
    assert b"kabar" not in body
    with pytest.raises(InvalidTag):
        other.opened(body)
    claims, key = service.signed(headers)
    assert key == spelled(point(KEY))
    assert claims["sub"] == "mailto:tuntas@example.go.id"
    assert 0 < claims["exp"] - time.time() <= timedelta(hours=24).total_seconds()
    assert (headers["content-encoding"], headers["ttl"], headers["urgency"]) == ("aes128gcm", "259200", "normal")
    assert "topic" not in headers  # no mark by which knocks of one report could be told from those of another


@pytest.mark.parametrize(
    ("answer", "kind", "permanent", "wait"),
    [
        (404, Gone, True, None),
        (410, Gone, True, None),
        ((429, {"Retry-After": "120"}), Rests, False, timedelta(minutes=2)),
        ((503, {"Retry-After": "9999999"}), Rests, False, webpush.LONGEST_REST),
        ((429, {"Retry-After": "soon"}), Rests, False, None),
        (500, Rests, False, None),
        (400, NotDelivered, True, None),
        (413, NotDelivered, True, None),
        (403, NotDelivered, False, None),
        ((307, {"Location": "http://127.0.0.1:1/"}), NotDelivered, True, None),
    ],
)
def test_what_a_service_answers_decides_what_follows(service, channel, answer, kind, permanent, wait):
    service.answers, before = [answer], len(service.knocks)

    with pytest.raises(NotDelivered) as no:
        channel.deliver(subscription(service.phone()), SAID)

    assert type(no.value) is kind
    assert (no.value.permanent, getattr(no.value, "wait", None)) == (permanent, wait)
    if kind is Rests:  # the path of an address is its phone's own choice: no answer to one keeps others waiting
        assert not no.value.is_away
    assert len(service.knocks) == before + 1


def test_a_contact_that_is_none_and_a_name_that_is_too_long_harm_no_other(service):
    wrong = WebPush(Services.of([service.name]), key=KEY, contact="mailto:tuntas")
    with pytest.raises(NotDelivered, match="contact"):
        wrong.deliver(subscription(service.phone()), SAID)
    endless = Phone(f"https://{'x' * 70}.push.apple.com/x")
    with pytest.raises(NotDelivered) as no:
        WebPush(Services.of(GREAT), key=KEY, contact="mailto:a@b.id").deliver(subscription(endless), SAID)
    assert no.value.permanent


def test_a_date_to_come_back_at_is_read_too(service, channel):
    service.answers = [(429, {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(minutes=5))})]
    with pytest.raises(Rests) as no:
        channel.deliver(subscription(service.phone()), SAID)
    assert timedelta(minutes=4) < no.value.wait <= timedelta(minutes=5)


def test_a_service_that_is_away_or_silent_rests(service, channel, monkeypatch):
    monkeypatch.setattr(webpush, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        name = f"http://127.0.0.1:{silent.getsockname()[1]}"
        slow = WebPush(Services.of([name]), key=KEY, contact="mailto:a@b.id")
        with pytest.raises(Rests):
            slow.deliver(subscription(Phone(f"{name}/x")), SAID)
    with pytest.raises(Rests):  # nobody listens there any more
        slow.deliver(subscription(Phone(f"{name}/x")), SAID)


@pytest.mark.threat("SR-17")
@pytest.mark.parametrize("said", [b"HTTP/1.1 201 Created\r\nX: ", b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + b"HT"])
def test_an_answer_that_never_ends_holds_nobody_up(monkeypatch, said):
    """A limit for each byte is none: a line that drips for ever would keep every letter of the vault waiting."""
    monkeypatch.setattr(webpush, "SECONDS", 0.2)
    monkeypatch.setattr(webpush, "LONGEST", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=_drip, args=(server, said), daemon=True).start()
        name = f"http://127.0.0.1:{server.getsockname()[1]}"
        began = time.monotonic()
        with suppress(Rests):  # where the status came, the knock was taken
            WebPush(Services.of([name]), key=KEY, contact="mailto:a@b.id").deliver(
                subscription(Phone(f"{name}/x")), SAID
            )
        assert time.monotonic() - began < 2


def _drip(server: socket.socket, said: bytes) -> None:
    line, _address = server.accept()
    with line, suppress(OSError):
        line.sendall(said)
        for _n in range(100):
            time.sleep(0.05)
            line.sendall(b"x")


def test_one_service_has_one_name_however_it_is_spelled(service, channel):
    phone = Phone("https://FCM.googleapis.com/fcm/send/x")
    assert subscription(phone).service == "fcm.googleapis.com"
    phone = service.phone()
    channel.deliver(subscription(phone), SAID)
    channel._tokens["https://left.push.apple.com"] = (0.0, "old")
    channel._tokens[service.name] = (0.0, "old")
    channel.deliver(subscription(phone), SAID)
    assert set(channel._tokens) == {service.name}  # names that strangers made up are not kept for ever


@pytest.mark.threat("SR-56")
@pytest.mark.threat("SR-17")
@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/x", "https://fcm.googleapis.com:8443/x", "https://evil.example/x",
        "https://fcm.googleapis.com.evil.example/x", "https://fcm.googleapis.com@evil.example/x", "file:///etc/passwd",
        "https://evil.example\\@fcm.googleapis.com/x", "https://push.apple.com/x", "https://xpush.apple.com/x",
        "https://127.0.0.1/x", "https://[::1]/x", "https://169.254.169.254/latest", "http://127.0.0.1:1/x", "",
        "https://fcm.googleapis.com/\r\nHost: evil", "https://fcm.googleapis.com\t.evil/", "https://fcm.googleapis.com:x/",
        "https://fcm.googleapis.com/x#y", "//fcm.googleapis.com/x", "https://ﬀcm.googleapis.com/x", "https://[", "gopher://fcm.googleapis.com/",
    ],
)  # fmt: skip
def test_no_stranger_leads_us_anywhere(endpoint):
    services = Services.of(GREAT)
    assert services.admits(endpoint) is False
    phone = Phone(endpoint)
    with pytest.raises(NotDelivered) as no:
        WebPush(services, key=KEY, contact="mailto:a@b.id").deliver(
            Subscription(endpoint, point(phone.key), phone.secret), SAID
        )
    assert no.value.permanent


def test_the_great_services_are_known():
    services = Services.of(GREAT)
    for endpoint in (
        "https://fcm.googleapis.com/fcm/send/a:b", "https://updates.push.services.mozilla.com/wpush/v2/x",
        "https://web.push.apple.com/x", "https://wns2-sg2p.notify.windows.com/w/?token=x", "https://FCM.googleapis.com:443/x",
    ):  # fmt: skip
        assert services.admits(endpoint)
    assert not Services.of(["none"])
    for name in (
        "http://10.0.0.1:80",
        "http://example.org:80",
        "127.0.0.1",
        "localhost",
        "a b.c",
        "*.",
        "http://127.0.0.1",
    ):
        with pytest.raises(ValueError, match=r"not|TLS"):
            Services.of([name])


@pytest.mark.threat("SR-17")
@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.1.2.3"], ["169.254.169.254"], ["::1"], ["fd00::1"], ["::ffff:127.0.0.1"], ["0.0.0.0"],  # noqa: S104 - no binding
     ["224.0.0.1"], ["8.8.8.8", "192.168.1.1"], ["fe80::1%eth0"], []],
)  # fmt: skip
def test_a_known_name_that_leads_inside_is_not_asked(monkeypatch, addresses):
    dialled = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [(0, 0, 0, "", (each, 443)) for each in addresses])
    monkeypatch.setattr(socket, "create_connection", lambda *a, **_k: dialled.append(a))

    with pytest.raises(Rests):
        WebPush(Services.of(GREAT), key=KEY, contact="mailto:a@b.id").deliver(
            subscription(Phone("https://fcm.googleapis.com/fcm/send/x")), SAID
        )

    assert dialled == []


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(monkeypatch):
    dialled, asked = [], []

    def found(*arguments, **_more):
        asked.append(arguments)
        return [(0, 0, 0, "", ("8.8.8.8" if len(asked) == 1 else "127.0.0.1", 443))]

    def dial(address, **_more):
        dialled.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", found)
    monkeypatch.setattr(socket, "create_connection", dial)
    with pytest.raises(Rests):
        WebPush(Services.of(GREAT), key=KEY, contact="mailto:a@b.id").deliver(
            subscription(Phone("https://fcm.googleapis.com/fcm/send/x")), SAID
        )
    assert (dialled, len(asked)) == ([("8.8.8.8", 443)], 1)


def test_what_no_browser_makes_is_no_subscription(service):
    good = service.phone().form
    for wrong in (
        {"key": ""}, {"key": spelled(b"\4" + bytes(64))}, {"key": spelled(b"x" * 64)}, {"secret": spelled(b"short")},
        {"key": "é"}, {"endpoint": ""}, {"endpoint": "https://fcm.googleapis.com/" + "x" * 1000}, {"secret": "!!!"},
        {"endpoint": "https://["},
    ):  # fmt: skip
        with pytest.raises(ValueError):  # noqa: PT011 - each says it in its own words
            Subscription.read(*(good | wrong).values())
    assert good["endpoint"] not in repr(Subscription.read(*good.values()))
