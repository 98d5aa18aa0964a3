"""In which language a terminal is spoken to, before or without the register's own settings."""

import os
from pathlib import Path

import django
from django.conf import settings

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def language_of_terminal() -> str:
    """`id` for a terminal set to Indonesian, else `en`."""
    chosen = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "id" if chosen.startswith("id") else "en"


def speak_without_register() -> None:
    """Make translation work in a process that loads no models: the supervisor and what stands beside it."""
    if not settings.configured:
        settings.configure(LANGUAGE_CODE=language_of_terminal(), LOCALE_PATHS=[LOCALE], USE_TZ=True)
        django.setup()
