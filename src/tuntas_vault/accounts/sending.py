"""One turn of the mails about accounts: claim, open the link, write, hand over, mark."""

import logging
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from tuntas.channels.contract import Channel, Letter, NotDelivered, Unreachable
from tuntas.kernel.envelopes import Unreadable
from tuntas.kernel.numbers import spell_number
from tuntas_vault import opening
from tuntas_vault.accounts import queries
from tuntas_vault.accounts.queries import Owed
from tuntas_vault.keys import Keys
from tuntas_vault.retrying import MOST_TRIES, wait
from tuntas_vault.writing import DEFAULT, LANGUAGES, Text, as_text, fill, harmless, last_day
from tuntas_vault.writing import words as written_words

BATCH = 20
PAGES = {"morning": "/workspace/", "handed_over": "/workspace/"}  # where a mail without a secret link leads

log = logging.getLogger("tuntas_vault")


def send(channel: Channel, keys: Mapping[int, Keys], *, origin: str) -> int:
    """Returns how many were dealt with. Raises Unreachable when the server is away; nothing is lost then."""
    owed = queries.claim(BATCH)
    for done, letter in enumerate(owed):
        try:
            _send_one(channel, letter, keys, origin)
        except Unreachable:
            queries.hand_back([left.id for left in owed[done:]])
            raise
    return len(owed)


def write(letter: Owed, *, link: str = "") -> Text:
    """The words of one mail. Names of people are cut and cannot bring an address along (SR-14)."""
    spoken = words(letter.language)
    if letter.template == "morning":
        return morning(letter, spoken, link=link)
    facts = {name: harmless(as_text(value)) for name, value in letter.params.items()}
    facts["role"] = str(spoken["roles"].get(letter.params.get("role"), ""))
    facts["how"] = str(spoken["how"].get(letter.params.get("how"), ""))
    facts["reason"] = str(spoken["reason"].get(letter.params.get("reason"), ""))
    frame = {"body": fill(spoken["officer"].get(letter.template, spoken["officer"]["news"]), facts), "link": link}
    return Text(spoken["frame"]["subject"], fill(spoken["frame"]["letter"], frame) + "\n")


def morning(letter: Owed, spoken: Mapping[str, Any], *, link: str) -> Text:
    """What is due, heap by heap: number, category and last day, and no word of a report."""
    heaps = [(heap, letter.params.get(heap) or []) for heap in ("late", "today", "tomorrow")]
    dates = written_words(letter.language)["dates"]
    lines: list[str] = []
    for heap, rows in heaps:
        if rows:
            lines += [str(spoken["morning"][heap]), *(_due_line(row, dates) for row in rows), ""]
    frame = {"count": str(sum(len(rows) for _heap, rows in heaps)), "body": "\n".join(lines), "link": link}
    return Text(fill(spoken["morning"]["subject"], frame), fill(spoken["morning"]["letter"], frame) + "\n")


def _due_line(row: Mapping[str, Any], dates: Mapping[str, Any]) -> str:
    number, about = spell_number(as_text(row.get("number"))), harmless(as_text(row.get("category")))
    return "- " + ", ".join(filter(None, [number, about, last_day(as_text(row.get("due")), dates)]))


@cache
def words(language: str) -> Mapping[str, Any]:
    name = language if language in LANGUAGES else DEFAULT
    return tomllib.loads(files("tuntas_vault.accounts").joinpath(f"{name}.toml").read_text("utf-8"))


def _send_one(channel: Channel, letter: Owed, keys: Mapping[int, Keys], origin: str) -> None:
    address = letter.address or queries.address_of(letter.officer)
    if not address:
        queries.give_up(letter.id, "no_address")
        return
    try:
        path = opening.open_words(letter.sealed, letter.uuid, keys) if letter.sealed else PAGES.get(letter.template)
        link = origin + path if path else ""
        text = write(letter, link=link)
    except (Unreadable, KeyError, ValueError) as problem:
        log.error("letter %d about an account cannot be written: %s", letter.id, type(problem).__name__)
        _try_again(letter, "unwritable")
        return
    mail = Letter(
        to=(address,),
        subject=text.subject,
        text=text.body,
        provider_id=f"account-{letter.id}-{int(letter.created_at.timestamp())}",
        written_at=letter.created_at,
    )
    try:
        channel.deliver(mail)
    except Unreachable:
        raise
    except NotDelivered as no:
        log.warning("letter %d about an account was not delivered: %s", letter.id, no.why)
        if no.permanent:
            queries.give_up(letter.id, no.why)
        else:
            _try_again(letter, no.why)
    else:
        queries.mark_sent(letter.id)


def _try_again(letter: Owed, error: str) -> None:
    if letter.attempts >= MOST_TRIES:
        queries.give_up(letter.id, error)
    else:
        queries.postpone(letter.id, wait(letter.attempts), error)
