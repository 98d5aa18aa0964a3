"""What a channel is: something that turns a provider's bytes into a Message, or carries a Letter to an address.

A channel knows nothing of reports. It may refuse a letter, and says whether trying again can help.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """Something that came in."""

    channel: str
    sender: str  # where an answer goes, spelled as the provider spells it
    text: str
    provider_id: str  # unique within the channel: makes a second delivery harmless
    received_at: datetime  # aware


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Letter:
    """Something to be carried out. Never printed: an address is an identity."""

    to: tuple[str, ...]  # several: they do not see each other, and it is one letter, taken or refused as a whole
    subject: str
    text: str
    provider_id: str  # ours, the same at every try: makes a second delivery recognisable
    written_at: datetime  # aware
    stop_at: str = ""  # where the receiver ends such letters, without signing in


class NotDelivered(Exception):
    """The provider did not take a letter. `permanent`: trying again cannot help.

    why: a word or a code for the log. It never holds the address or the text.
    """

    def __init__(self, why: str, *, permanent: bool) -> None:
        self.why, self.permanent = why, permanent
        super().__init__(why)


class Unreachable(NotDelivered):
    """The provider as a whole is away or takes nothing from us: no fault of this letter, so no try is counted."""

    def __init__(self, why: str) -> None:
        super().__init__(why, permanent=False)


class Channel(Protocol):
    """A way to carry letters. `deliver` returns when the provider has taken responsibility for the letter."""

    name: str

    def deliver(self, letter: Letter) -> None:
        """Raises NotDelivered, and nothing else, when the provider did not take it."""
        ...

    def close(self) -> None:
        """Hang up; the next delivery opens a new line."""
        ...
