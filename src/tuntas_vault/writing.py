"""Turns a notice into the words of a letter. Plain facts in, plain text out; it knows no address.

The words lie in letters/id.toml and letters/en.toml: lines with facts in braces, and a line whose fact is missing is
left out. A protected report gets one sentence without any fact, since a mailbox is read by more eyes than one's own.
"""

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from tuntas.kernel.numbers import spell_number
from tuntas_vault.opening import Contact
from tuntas_vault.queries import Notice

LANGUAGES = ("id", "en")
DEFAULT = "id"
WIB = ZoneInfo("Asia/Jakarta")
OWN_DATA = "send_own_data"  # the letter in which the vault says what it holds
LONGEST_WORDS = 120  # characters of a name or title in a letter: a letter is no place for links that others wrote
LONGEST_NOTE = 4000  # characters of an answer that a letter repeats; the page has all of them

Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Text:
    subject: str
    body: str


@cache
def words(language: str) -> Words:
    """All words of a language; Indonesian when we do not write it."""
    name = language if language in LANGUAGES else DEFAULT
    return tomllib.loads(files("tuntas_vault").joinpath("letters", f"{name}.toml").read_text("utf-8"))


def to_reporter(notice: Notice, *, origin: str, contact: Contact | None = None) -> Text:
    """The letter to a reporter. The subject tells that there is news, and nothing about the matter.

    contact: who they are, for the one letter that says so, which they asked for themselves.
    """
    spoken = words(notice.language)
    facts = facts_of(notice, spoken)
    is_own = contact is not None and notice.template == OWN_DATA
    if contact is not None and is_own:
        facts |= {name: one_line(said) for name, said in (("name", contact.name), ("phone", contact.phone))}
        facts |= {"email": contact.email, "withheld": quoted(texts_of(contact.withheld))}
    template = "news" if notice.params.get("discreet") and not is_own else notice.template
    body = fill(chosen(spoken["reporter"], template, notice.params), facts)
    frame = {"number": facts.get("number", ""), "link": f"{origin}/lacak", "body": body}
    return Text(fill(spoken["frame"]["reporter_subject"], frame), fill(spoken["frame"]["reporter"], frame) + "\n")


def texts_of(withheld: str) -> str:
    """The words that somebody took out of a report, as they lie sealed: texts by field, or one text."""
    try:
        return "\n\n".join(map(str, json.loads(withheld).values())) if withheld else ""
    except (ValueError, AttributeError):
        return withheld


def to_unit(notices: Sequence[Notice], *, origin: str) -> Text:
    """One letter to the officers of a unit about all that is new, without what the reports say."""
    spoken = words(notices[0].language)
    lines = [line(notice, spoken) for notice in notices]
    frame = {
        "number": facts_of(notices[0], spoken).get("number", ""),
        "count": str(len(notices)),
        "link": f"{origin}/workspace/",
        "body": "\n".join(dict.fromkeys(lines)),
    }
    subject = spoken["frame"]["unit_subject" if len(notices) == 1 else "units_subject"]
    return Text(fill(subject, frame), fill(spoken["frame"]["unit"], frame) + "\n")


def to_office(notice: Notice, said: Mapping[str, str], *, link: str) -> Text:
    """The letter to an agency that is not connected. said: what the public may know; without it, whom to ask.

    link: where to answer without an account; it stands in this letter and nowhere else in plain.
    """
    spoken = words(notice.language)
    facts = facts_of(notice, spoken)
    told = {"title": one_line(said.get("title", "")), "place": one_line(said.get("place", ""))}
    matter = "matter" if said.get("text") else "matter_hidden"
    text = {"text": quoted(said.get("text", ""))} if said.get("text") else {}
    frame = facts | told | text | {"link": link}
    frame["body"] = fill(spoken["office"][notice.template], frame)
    frame["matter"] = fill(spoken["office"][matter], frame)
    return Text(fill(spoken["frame"]["office_subject"], frame), fill(spoken["frame"]["office"], frame) + "\n")


def line(notice: Notice, spoken: Words) -> str:
    facts = facts_of(notice, spoken)
    said = fill(chosen(spoken["unit"], notice.template, notice.params), facts) or spoken["unit"]["news"]
    return f"- {facts.get('number', '')}: {said}"


def chosen(texts: Mapping[str, str], template: str, params: Mapping[str, Any]) -> str:
    """The text for a template, the one for its clock first; plain news for a word that we do not know."""
    return texts.get(f"{template}.{params.get('clock')}") or texts.get(template) or texts["news"]


def facts_of(notice: Notice, spoken: Words) -> dict[str, str]:
    """The facts of a notice as a person reads them. Unknown codes and unreadable dates are left out, not shown raw."""
    spell: dict[str, Callable[[str], str]] = {
        "number": spell_number,
        "due": lambda moment: last_day(moment, spoken["dates"]),
        "outcome": lambda code: str(spoken["outcome"].get(code, "")),
        "archive_reason": lambda code: str(spoken["archive_reason"].get(code, "")),
        "note": quoted,
        "missing": quoted,
        "signpost": quoted,
    }
    plain = {name: as_text(value) for name, value in notice.params.items()}
    return {name: spell.get(name, one_line)(value) for name, value in plain.items() if value}


def as_text(value: object) -> str:
    """A fact as plain text; a list has one item a line. Anything else that JSON can hold is no fact for a letter."""
    if isinstance(value, list):
        return "\n".join(filter(None, map(as_text, value)))
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text with its facts; a line that lacks one of its facts is left out, and so are the gaps that this leaves."""
    kept: list[str] = []
    for sentence in text.strip().splitlines():
        needs = [name for _text, name, _spec, _conversion in Formatter().parse(sentence) if name]
        if all(facts.get(name) for name in needs) and (sentence or (kept and kept[-1])):
            kept.append(sentence.format_map(facts))
    return "\n".join(part.rstrip() for part in "\n".join(kept).strip().splitlines())


def last_day(moment: str, dates: Words) -> str:
    """The last day that is in time, as in "Rabu, 25 November 2026".

    A deadline is the end (24:00) of its last day, which in Jakarta's zone is never after that day's midnight, so one
    instant earlier is that day for all three zones of the country.
    """
    try:
        due = datetime.fromisoformat(moment)
    except ValueError:
        return ""
    day = (due - timedelta(microseconds=1)).astimezone(WIB) if due.tzinfo else due
    return f"{dates['weekdays'][day.weekday()]}, {day.day} {dates['months'][day.month - 1]} {day.year}"


def quoted(text: str) -> str:
    """Somebody's own words, marked as such line by line, so that nobody takes them for ours."""
    whole = text if len(text) <= LONGEST_NOTE else text[:LONGEST_NOTE].rsplit(" ", 1)[0] + " …"
    return "\n" + "\n".join(f"> {said}".rstrip() for said in whole.splitlines()) + "\n"


def one_line(text: str) -> str:
    return " ".join(text.split())


def harmless(text: str) -> str:
    """One line of what people typed, cut, without anything that a mail program would make a link of."""
    return one_line(text).replace("://", ": ").replace("www.", "www ")[:LONGEST_WORDS]
