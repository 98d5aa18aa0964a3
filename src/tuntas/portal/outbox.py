"""The demonstration's outbox: the letters that the post office of this machine took, to be read like mail."""

import mailbox
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

LATEST = 50


def in_the_demo(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Elsewhere there is no such page."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return shown


@require_safe
@in_the_demo
def letters(request: HttpRequest) -> HttpResponse:
    """GET /contoh/kotak-keluar: the newest letters first."""
    box = _box()
    keys = sorted(box.keys(), reverse=True)[:LATEST] if box is not None else []
    return render(request, "portal/outbox.html", {"letters": [(key, _read(box, key)) for key in keys]})


@require_safe
@in_the_demo
def letter(request: HttpRequest, key: str) -> HttpResponse:
    """GET /contoh/kotak-keluar/<key>: one letter as plain text."""
    box = _box()
    if box is None or key not in box:
        raise Http404
    mail = _read(box, key)
    body = mail.get_body(preferencelist=("plain",))
    return render(request, "portal/letter.html", {"mail": mail, "text": body.get_content() if body else ""})


def _box() -> "mailbox.Maildir | None":
    """The maildir of the post office; None while no letter was ever sent."""
    place = Path(settings.OUTBOX)
    return mailbox.Maildir(str(place), create=False) if (place / "new").is_dir() else None


def _read(box: Any, key: str) -> EmailMessage:
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(box.get_bytes(key))
