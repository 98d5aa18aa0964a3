"""Invented reports with known places of what they give away, made anew from a seed. Every one is synthetic."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.redaction import people
from tools.redaction.templates import MEASURING, Templates

KINDS = ("NIK", "PHONE", "PLATE", "ACCOUNT", "EMAIL", "NAME")
SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Label:
    """`text[start:end]` is of this kind, written in this way."""

    start: int
    end: int
    kind: str
    way: str


@dataclass(frozen=True, slots=True)
class Invented:
    text: str
    labels: tuple[Label, ...]


def reports(number: int, *, seed: int, templates: Templates = MEASURING) -> Iterator[Invented]:
    """As many reports as asked for; four of five give something away, in one to three sentences."""
    dice = random.Random(seed)
    for _n in range(number):
        sentences = [_fill(dice, sentence) for sentence in dice.sample(templates.neutral, dice.randint(1, 4))]
        for _carrier in range(dice.choice([0, 1, 1, 2, 3])):
            kind = dice.choices(KINDS, [22, 24, 22, 22, 4, 6])[0]
            place = dice.randrange(len(sentences) + 1)
            sentences.insert(place, _fill(dice, _sentence(dice, kind, templates)))
        yield _noised(dice, sentences)


def _sentence(dice: random.Random, kind: str, templates: Templates) -> str:
    if kind == "PHONE" and dice.random() < 0.12:
        return dice.choice(templates.landline)
    group: tuple[str, ...] = getattr(templates, "mail" if kind == "EMAIL" else kind.lower())
    return dice.choice(group)


Parts = list[tuple[str, str, str]]  # text, kind (or nothing), way


def _fill(dice: random.Random, sentence: str) -> Parts:
    """The sentence in pieces, each slot filled."""
    bank, parts = dice.choice(list(people.BANKS)), []
    for place, piece in enumerate(SLOT.split(sentence)):
        if place % 2 == 0:
            parts.append((piece, "", ""))
        elif piece == "bank":
            parts.append((bank, "", ""))
        else:
            parts.append(_thing(dice, piece, bank))
    return parts


def _thing(dice: random.Random, slot: str, bank: str) -> tuple[str, str, str]:  # noqa: PLR0911 - one for each kind
    if slot == "nik":
        way, write = people.one_of(dice, people.NIK_WAYS)
        return write(people.nik(dice)), "NIK", way
    if slot == "phone":
        way, write = people.one_of(dice, people.PHONE_WAYS)
        return write(people.mobile(dice)), "PHONE", way
    if slot == "landline":
        area, local = people.landline(dice)
        written = dice.choice([f"({area}) {local}", f"{area}-{local}", f"{area} {local}", f"({area}){local}"])
        return written, "PHONE", "fixed line"
    if slot == "plate":
        way, write_plate = people.one_of(dice, people.PLATE_WAYS)
        return write_plate(*people.plate(dice)), "PLATE", way
    if slot == "account":
        way, write = people.one_of(dice, people.account_ways(bank))
        return write(people.account(dice, bank)), "ACCOUNT", way
    if slot == "mail":
        user = dice.choice(people.GIVEN).lower() + dice.choice(["", ".", "_"]) + people.digits(dice, 2)
        return f"{user}@{dice.choice(['contoh.id', 'surel.example', 'kantor.example.id'])}", "EMAIL", "plain"
    return people.person(dice), "NAME", "after a title"


def _noised(dice: random.Random, sentences: list[Parts]) -> Invented:
    """Put together as hurried people write: small letters, capitals, missing full stops, line breaks."""
    style = dice.choices(["as is", "small", "capitals"], [66, 29, 5])[0]
    bare, text, labels = dice.random() < 0.25, "", []
    for sentence in sentences:
        text += dice.choices([" ", "\n", ", "], [80, 12, 8])[0] if text else ""
        for piece, kind, way in sentence:
            written = piece if kind else piece.rstrip(".") if bare else piece
            if style != "as is" and kind not in {"NAME", "PLATE"}:
                written = written.lower() if style == "small" else written.upper()
            if kind:
                labels.append(Label(len(text), len(text) + len(written), kind, way))
            text += written
    return Invented(text, tuple(labels))
