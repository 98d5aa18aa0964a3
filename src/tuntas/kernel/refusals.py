"""One way to say no, on every surface, in the person's language."""

from collections.abc import Mapping
from typing import Any

Words = Any  # str, or a lazy translation of one


class Refusal(Exception):
    """A "no" that the person can act on: what was refused, why, and what to do instead.

    what, why, instead: whole sentences, translated or lazily translated.
    kept: what the person typed and we still hold, by field name, so that no surface loses it.
    A Refusal is never a bug: raise ordinary exceptions for those.
    """

    code = "refused"  # stable: tests and API clients key on it, translators never see it
    status = 422

    def __init__(self, what: Words, *, why: Words, instead: Words = "", kept: Mapping[str, Any] | None = None) -> None:
        self.what, self.why, self.instead, self.kept = what, why, instead, dict(kept or {})
        super().__init__(" ".join(str(part) for part in (what, why, instead) if part))


class Incomplete(Refusal):
    """Something that the act needs is missing or unusable."""

    code = "incomplete"


class OutOfTurn(Refusal):
    """The report is not (or no longer) in a state from which this can be done."""

    code = "out_of_turn"
    status = 409


class NotYours(Refusal):
    """Somebody else may do this, this person may not."""

    code = "not_yours"
    status = 403


class NotFound(Refusal):
    """No such thing, or not for this person: the two answers are the same on purpose."""

    code = "not_found"
    status = 404


class Conflict(Refusal):
    """The same key or number came with other content."""

    code = "conflict"
    status = 409


class TooMuch(Refusal):
    """A limit of size or number was passed."""

    code = "too_much"
    status = 413
