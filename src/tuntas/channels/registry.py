"""Which channels this installation runs, as its environment says."""

from collections.abc import Mapping

from tuntas.channels.contract import Channel
from tuntas.channels.email import Email, Server
from tuntas.kernel import env


def outgoing() -> Mapping[str, Channel]:
    """The channels that can carry letters, by name. Without a mail server there is none, and letters wait."""
    channels: dict[str, Channel] = {}
    if url := env.text("TUNTAS_SMTP_URL", ""):
        channels["email"] = Email(server(url), sender=env.text("TUNTAS_MAIL_FROM", "tuntas@localhost"))
    return channels


def server(url: str) -> Server:
    try:
        return Server.at(url)
    except ValueError as error:
        raise env.Misconfigured(f"TUNTAS_SMTP_URL is unusable: {error}. {env.REMEDY}") from None
