"""The mail channel, against a real server: what it hands over, what it refuses, and what it may say about a failure."""

import socket
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.post_office import PostOffice
from tuntas.channels import registry
from tuntas.channels.contract import Letter, NotDelivered, Unreachable
from tuntas.channels.email import Email, Server
from tuntas.kernel.env import Misconfigured

HEADERS = [
    b"Auto-Submitted",
    b"Content-Transfer-Encoding",
    b"Content-Type",
    b"Date",
    b"From",
    b"MIME-Version",
    b"Message-ID",
    b"Subject",
    b"To",
]
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def a_letter(**more):
    facts = {"to": ("warga@example.org",), "subject": "Ada kabar", "text": "Halo.\n", "provider_id": "notice-1"}
    return Letter(**{**facts, **more, "written_at": AT})


def a_channel(url):
    return Email(Server.at(url), sender="tuntas@example.go.id")


@pytest.fixture
def office():
    with PostOffice() as office:
        yield office


@pytest.fixture
def channel(office):
    channel = a_channel(office.url)
    yield channel
    channel.close()


def test_a_letter_arrives_whole(office, channel):
    channel.deliver(a_letter(text="Lampu di Jalan Mawar sudah menyala – terima kasih, Bu.\nBaris kedua.\n"))

    [mail] = office.mails
    assert office.recipients == [["warga@example.org"]]
    assert mail["To"] == "warga@example.org"
    assert mail["Subject"] == "Ada kabar"
    assert mail["Message-ID"] == "<notice-1@example.go.id>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == AT
    assert mail.get_content().replace("\r\n", "\n").startswith("Lampu di Jalan Mawar sudah menyala – terima kasih")


def test_one_line_carries_many_letters(office, channel):
    channel.deliver(a_letter())
    line = channel._line
    channel.deliver(a_letter(provider_id="notice-2"))

    assert channel._line is line
    assert [mail["Message-ID"] for mail in office.mails] == ["<notice-1@example.go.id>", "<notice-2@example.go.id>"]


def test_a_line_that_died_meanwhile_is_opened_again(office, channel):
    channel.deliver(a_letter())
    channel._line.sock.shutdown(socket.SHUT_RDWR)
    channel.deliver(a_letter(provider_id="notice-2"))

    assert len(office.mails) == 2


@pytest.mark.parametrize(
    "slip",
    [
        {"to": ("warga@example.org\r\nBcc: evil@example.org",)},
        {"to": ("warga@example.org\nRCPT TO:<evil@example.org>",)},
        {"subject": "Kabar\r\nBcc: evil@example.org"},
        {"provider_id": "1>\r\nBcc: evil@example.org"},
        {"to": ("warga@example.org\x00",)},
    ],
)
def test_a_line_break_never_reaches_a_header(office, channel, slip):
    with pytest.raises(NotDelivered) as no:
        channel.deliver(a_letter(**slip))

    assert no.value.permanent
    assert office.mails == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "warga",
        "warga@",
        "@example.org",
        "warga@localhost",
        "a@example.org, b@example.org",
        "Sari <sari@example.org>",
        "a b@example.org",
        "a@exa mple.org",
        "a@" + "x" * 64 + ".org",
        "a" * 300 + "@example.org",
        "a@b..org",
        "<script>@example.org",
    ],
)
def test_what_is_not_one_address_is_refused_for_good(office, channel, address):
    with pytest.raises(NotDelivered) as no:
        channel.deliver(a_letter(to=(address,)))

    assert no.value.permanent
    assert office.recipients == []


def test_a_domain_in_letters_of_its_own_is_written_in_ascii(office, channel):
    channel.deliver(a_letter(to=("warga@münchen.example",)))
    assert office.recipients == [["warga@xn--mnchen-3ya.example"]]


def test_one_letter_to_many_shows_none_of_them_to_another(office, channel):
    channel.deliver(a_letter(to=("a@example.org", "not an address", "b@example.org")))

    [mail] = office.mails
    assert office.recipients == [["a@example.org", "b@example.org"]]
    assert "example.org" not in str(mail["To"])
    assert mail["Cc"] is mail["Bcc"] is None


def test_one_refused_mailbox_does_not_keep_the_letter_from_the_others(office, channel):
    office.refuse = lambda recipient: "550 gone" if recipient.startswith("a@") else None
    channel.deliver(a_letter(to=("a@example.org", "b@example.org")))

    assert office.recipients == [["b@example.org"]]


@pytest.mark.parametrize(("answer", "for_good"), [("550 no such user", True), ("450 mailbox busy", False)])
def test_a_refused_recipient_is_final_or_not_as_the_server_says(office, channel, answer, for_good):
    office.refuse = lambda recipient: answer
    with pytest.raises(NotDelivered) as no:
        channel.deliver(a_letter())

    assert no.value.permanent is for_good
    assert not isinstance(no.value, Unreachable)

    office.refuse = lambda recipient: None
    channel.deliver(a_letter())
    assert len(office.mails) == 1


def test_no_failure_repeats_the_address(office, channel):
    office.refuse = lambda recipient: f"550 <{recipient}> is unknown here"
    with pytest.raises(NotDelivered) as no:
        channel.deliver(a_letter(to=("canary-7Q2@example.org",)))

    told = repr(no.value) + str(no.value) + repr(no.value.__cause__) + repr(a_letter(to=("canary-7Q2@example.org",)))
    assert "canary" not in told
    assert no.value.why == "recipient refused (550)"


def test_a_server_that_is_away_is_no_fault_of_the_letter():
    with PostOffice() as gone:
        url = gone.url
    with pytest.raises(Unreachable) as no:
        a_channel(url).deliver(a_letter())
    assert not no.value.permanent


def test_a_line_that_breaks_under_a_letter_counts_as_a_try_of_that_letter(channel, office):
    """Else one letter that some server chokes on would hold up all others for good."""
    office.before_taking = lambda mail: channel._line.sock.shutdown(socket.SHUT_RDWR)
    with pytest.raises(NotDelivered) as no:
        channel.deliver(a_letter())
    assert not isinstance(no.value, Unreachable)
    assert not no.value.permanent

    office.before_taking = lambda mail: None
    channel.deliver(a_letter(provider_id="notice-2"))
    assert office.mails[-1]["Message-ID"] == "<notice-2@example.go.id>"


def test_a_server_that_takes_nothing_from_us_is_no_fault_of_the_letter(channel, office):
    office.handle_MAIL = refuse_the_sender
    with pytest.raises(Unreachable):
        channel.deliver(a_letter())


async def refuse_the_sender(_server, _session, _envelope, _address, _options):
    return "530 sign in first"


def test_elsewhere_mail_is_never_handed_over_without_tls(office):
    """The same server under a name that is not loopback: it offers no STARTTLS, so nothing is sent."""
    stranger = Server(scheme="smtp", host="127.0.0.1", port=office.port)
    assert stranger.is_here
    away = Email(NotHere(scheme="smtp", host="127.0.0.1", port=office.port), sender="tuntas@example.go.id")

    with pytest.raises(Unreachable):
        away.deliver(a_letter())
    assert office.mails == []


class NotHere(Server):
    @property
    def is_here(self):
        return False


def test_a_password_is_never_shown():
    server = Server.at("smtps://tuntas:canary%40pass@mail.example.go.id")

    assert (server.port, server.user, server.password) == (465, "tuntas", "canary@pass")
    assert "canary" not in repr(server)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "127.9.9.9"])
def test_this_machine_is_known_by_its_names(host):
    assert Server.at(f"smtp://{host}:1025").is_here


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://host:port"])
def test_an_unusable_server_is_named_in_words(url, monkeypatch):
    monkeypatch.setenv("TUNTAS_SMTP_URL", url)
    with pytest.raises(Misconfigured, match="TUNTAS_SMTP_URL"):
        registry.outgoing()


def test_without_a_server_there_is_no_channel(monkeypatch):
    monkeypatch.delenv("TUNTAS_SMTP_URL", raising=False)
    assert registry.outgoing() == {}

    monkeypatch.setenv("TUNTAS_SMTP_URL", "smtp://localhost:1025")
    assert set(registry.outgoing()) == {"email"}


@settings(max_examples=500, deadline=None)
@given(
    st.text(max_size=40) | st.builds("{}@example.org".format, st.text(alphabet=".a'`%&+-=é/?!#\r\n ", max_size=8)),
    st.text(max_size=60),
)
def test_whatever_is_typed_becomes_a_mail_or_a_plain_no(to, text):
    channel = Email(Server.at("smtp://localhost"), sender="tuntas@example.go.id")
    with suppress(NotDelivered):
        mail = channel.compose(a_letter(to=(to,), subject=text, text=text))
        head = mail.as_bytes().split(b"\r\n\r\n")[0]
        assert sorted(line.split(b":")[0] for line in head.split(b"\r\n") if line[:1].isalpha()) == HEADERS
