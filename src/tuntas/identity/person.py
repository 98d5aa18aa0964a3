"""A person while their words are on the way to the vault: in memory, and nowhere else."""

from dataclasses import dataclass
from typing import NoReturn


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Person:
    """What somebody told about themselves. Shows nothing of it when printed, logged or copied into a cache.

    Every part may be empty. withheld: what the person took out of the report before sending it, as they wrote it
    (JSON); it belongs to them, so it is sealed, kept and forgotten with them. language: in which the person wants to be
    written to, `id` or `en`.
    """

    name: str = ""
    email: str = ""
    phone: str = ""
    withheld: str = ""
    language: str = "id"

    @property
    def is_nobody(self) -> bool:
        """Nothing was told, so there is nothing to seal."""
        return not (self.name or self.email or self.phone or self.withheld)

    @property
    def has_contact(self) -> bool:
        """Whether the vault will be able to write to this person."""
        return bool(self.email)

    def __repr__(self) -> str:
        return "Person(…)"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("a person is never pickled: no cache, session or queue may hold one")
