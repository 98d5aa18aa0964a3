"""What was being sent when the session had ended: kept sealed for the same officer, and shown after signing in again.

Kept only for a browser from which an officer signed in before, and given back to that officer alone. Nothing is sent
by itself: the officer reads it, and sends or discards it. Files cannot be kept; that is said.
"""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from tuntas.accounts import sealed
from tuntas.kernel.envelopes import Unreadable
from tuntas.workspace.whole import KEPT, device_owner, name_digest

MOST = 60_000  # characters of a form that are kept
NOBODY = 0  # the officer is not known yet: the name's digest inside takes its place
PURPOSE = "kept form"
NEVER = frozenset({"csrfmiddlewaretoken", "password", "old", "new", "again", "code", "answer", "door"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was not sent: where it belongs, its fields, and whether files were with it."""

    path: str
    fields: list[tuple[str, str]]
    had_files: bool

    @property
    def is_draft(self) -> bool:
        """It was not being sent, only typed (workspace.drafts)."""
        return self.path.endswith("/draft/")

    @property
    def texts(self) -> list[str]:
        """The longer texts, as a person wants to see them again."""
        return [value for _name, value in self.fields if len(value) > 20 or " " in value]


def keep(request: HttpRequest, *, owner: str = "") -> None:
    """Keep the form of a POST in the session, if it is worth keeping. owner: digest of the officer's name."""
    owner = owner or device_owner(request)
    if request.method != "POST" or not owner or not _is_ours(request.path):
        return
    fields = [(name, value) for name, values in request.POST.lists() if name not in NEVER for value in values]
    if not fields or sum(len(str(value)) for _name, value in fields) > MOST:
        return
    told = {"owner": owner, "path": request.path, "fields": fields, "files": bool(request.FILES)}
    request.session[KEPT] = b64encode(sealed.close(json.dumps(told), NOBODY, PURPOSE)).decode()


def take(request: HttpRequest, username: str) -> Kept | None:
    """What was kept for this officer, out of the session; what belongs to somebody else is thrown away."""
    found = request.session.pop(KEPT, "")
    try:
        told = json.loads(sealed.open_words(b64decode(found), NOBODY, PURPOSE))
    except (ValueError, Unreadable):
        return None
    if told["owner"] != name_digest(username):
        return None
    return Kept(told["path"], [(name, value) for name, value in told["fields"]], told["files"])


def _is_ours(path: str) -> bool:
    try:
        return resolve(path).namespace == "workspace"
    except Resolver404:
        return False
