"""Reads this process's environment; each reader names what it wants, so that a missing value names its remedy.

Every name that the product reads is read through one of these functions with a literal name, because
`tests/operations/test_settings_page.py` finds the names there and compares them with docs/operations/settings.md.
"""

import os
from collections.abc import Sequence
from pathlib import Path


class Misconfigured(Exception):
    """The environment lacks a value or holds an unusable one; the message says which and where to read on."""


REMEDY = "What it is for: docs/operations/settings.md"


def text(name: str, default: str | None = None) -> str:
    """NAME, or the contents of the file named by NAME_FILE (for secrets), or the default.

    Raises Misconfigured when there is none of the three, or when the file cannot be read.
    """
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Misconfigured(
                f"{name}_FILE names {path}, which cannot be read ({error.strerror}). {REMEDY}"
            ) from error
    value = os.environ.get(name, default)
    if value is None:
        raise Misconfigured(f"Set {name} (or {name}_FILE). {REMEDY}")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off and the empty value. Anything else is an error."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise Misconfigured(f"{name} is {value!r}; use 1 or 0. {REMEDY}")


def number(name: str, default: int, *, least: int = 0) -> int:
    """A whole number of at least `least`."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise Misconfigured(f"{name} is {value!r}; use a whole number of at least {least}. {REMEDY}")
    return int(value)


def words(name: str, default: Sequence[str]) -> list[str]:
    """A list written with commas; blanks around the words do not count."""
    value = os.environ.get(name, "")
    return [word.strip() for word in value.split(",") if word.strip()] or list(default)


def one_of(name: str, choices: Sequence[str], default: str) -> str:
    """One of a fixed set of words."""
    value = os.environ.get(name, "").strip() or default
    if value not in choices:
        raise Misconfigured(f"{name} is {value!r}; use one of {', '.join(choices)}. {REMEDY}")
    return value


def path(name: str, default: Path) -> Path:
    """A path, `~` resolved, made absolute."""
    value = os.environ.get(name, "").strip()
    return Path(value or default).expanduser().absolute()
