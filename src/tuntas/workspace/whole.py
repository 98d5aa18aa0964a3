"""Who is signed in, how far, and since when: what the session says of it, in one place.

Half: the password was right, the second factor is owed; nobody is signed in yet. Whole: both were given. Everything an
officer may open asks `is_whole`; nothing else counts as signed in.
"""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, login
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme

from tuntas.access import security_log
from tuntas.accounts import ethics, letters, sessions
from tuntas.accounts.models import OneTimeCodes
from tuntas.accounts.sessions import now_in_seconds
from tuntas.organizations.models import Officer
from tuntas.workspace.devices import describe

HALF = "half"  # in the session: whose password was right, when, and where they wanted to go
SECOND = "second factor"  # in the session: when it was last given, and which
ETHICS = "ethics"  # in the session: the version signed, and until when it holds
CHOSEN = "appointment"  # in the session: the id of the appointment that the officer acts in
KEPT = "kept"  # in the session: what was being sent when the session ended, sealed
DEMO = "demo"  # instead of a second factor, in the demonstration alone
HALF_FOR = 10 * 60  # seconds in which the second factor must follow
FRESH_FOR = 10 * 60  # seconds for which a second factor opens what is grave (step-up)
BACKEND = "django.contrib.auth.backends.ModelBackend"
DEVICE_SALT = "tuntas.workspace.device"
DEVICE_FOR = 365 * 24 * 60 * 60


def is_whole(request: HttpRequest) -> bool:
    """Signed in with both factors. `force_login` alone is not."""
    return isinstance(request.user, Officer) and isinstance(request.session.get(SECOND), dict)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the second factor was given within the last minutes."""
    given = request.session.get(SECOND) or {}
    return now_in_seconds() - int(given.get("at", 0)) <= FRESH_FOR


def is_of_the_demo(request: HttpRequest) -> bool:
    return bool((request.session.get(SECOND) or {}).get("how") == DEMO)


def has_second_factor(officer: Officer) -> bool:
    return officer.passkeys.exists() or OneTimeCodes.objects.filter(officer=officer).exists()


# From half to whole --------------------------------------------------------------------------


def begin(request: HttpRequest, officer: Officer, *, onward: str = "") -> None:
    """The password was right (or an identity provider spoke): remember whose, under a new key."""
    kept = request.session.get(KEPT)
    request.session.flush()
    request.session[HALF] = {
        "officer": officer.pk,
        "at": now_in_seconds(),
        "hash": officer.get_session_auth_hash(),
        "next": onward,
    }
    if kept:
        request.session[KEPT] = kept


def half_of(request: HttpRequest) -> Officer | None:
    """Whose second factor is owed, while the password that they gave is still theirs."""
    half = request.session.get(HALF)
    if not isinstance(half, dict) or now_in_seconds() - int(half.get("at", 0)) > HALF_FOR:
        return None
    officer = Officer.objects.filter(pk=half["officer"], is_active=True).first()
    if officer is None or not constant_time_compare(str(half.get("hash")), officer.get_session_auth_hash()):
        return None
    return officer


def complete(request: HttpRequest, officer: Officer, *, how: str, onward: str = "") -> HttpResponseBase:
    """Signed in whole: a new session key, the entry in the log, the device remembered, and on to where they wanted."""
    half = request.session.pop(HALF, None) or {}
    kept = request.session.pop(KEPT, None)
    request.session.flush()  # nothing of before lives on: neither a planted key nor somebody else's choice
    login(request, officer, backend=BACKEND)
    mark(request, officer, how=how)
    if kept:
        request.session[KEPT] = kept
    is_new = not known_device(request, officer.username)
    security_log.write("sign_in", officer=officer.pk, facts={"how": how, "device": describe(request)})
    if is_new and how != DEMO:
        letters.owe(officer, "new_device", device=describe(request))
    wanted = reverse("workspace:kept") if kept else onward or str(half.get("next", ""))
    response = redirect(onward_from(request, wanted))
    remember_device(response, officer.username)
    return response


def mark(request: HttpRequest, officer: Officer, *, how: str) -> None:
    """Write into the session what `is_whole`, `is_fresh` and the gate of the code of ethics read."""
    request.session[SECOND] = {"at": now_in_seconds(), "how": how}
    request.session[sessions.DEVICE] = describe(request)
    note_ethics(request, ethics.signed_until(officer))


def renew(request: HttpRequest, *, how: str) -> None:
    """The second factor was given once more: for a while it opens what is grave, under a new key (SR-21)."""
    request.session[SECOND] = {"at": now_in_seconds(), "how": how}
    request.session.cycle_key()
    security_log.write("step_up", officer=request.user.pk, facts={"how": how})


def sign_others_out(request: HttpRequest, officer: Officer) -> int:
    """After a change of password or second factor: every other session ends, this one gets a new key."""
    request.session[HASH_SESSION_KEY] = officer.get_session_auth_hash()
    request.session.cycle_key()
    return sessions.end_others(officer.pk, keep=request.session.uuid)  # type: ignore[attr-defined]


def onward_from(request: HttpRequest, wanted: str) -> str:
    """Where to go on: the wanted page when it is ours, else the first one."""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse(settings.LOGIN_REDIRECT_URL)


# The code of ethics --------------------------------------------------------------------------


def note_ethics(request: HttpRequest, until: datetime | None) -> None:
    request.session[ETHICS] = {
        "version": ethics.current().version if until else "",
        "until": int(until.timestamp()) if until else 0,
    }


def has_signed_ethics(request: HttpRequest) -> bool:
    """Whether the version in force is signed and the year is not over. Reads the session alone: costs no query."""
    noted = request.session.get(ETHICS) or {}
    return noted.get("version") == ethics.current().version and int(noted.get("until", 0)) > now_in_seconds()


# Devices -------------------------------------------------------------------------------------


def known_device(request: HttpRequest, username: str) -> str:
    """The random name of this browser, if this officer signed in from it before; else an empty word.

    It opens nothing. Tries from it are counted apart, so that strangers cannot use up those of the owner (SR-24).
    """
    try:
        told = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=DEVICE_SALT, max_age=DEVICE_FOR)
        return str(told["device"]) if constant_time_compare(told["of"], name_digest(username)) else ""
    except (signing.BadSignature, KeyError, TypeError):
        return ""


def remember_device(response: HttpResponseBase, username: str) -> None:
    told = {"device": get_random_string(22), "of": name_digest(username)}
    if isinstance(response, HttpResponse):
        response.set_cookie(
            cookie_name(),
            signing.dumps(told, salt=DEVICE_SALT),
            max_age=DEVICE_FOR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def device_owner(request: HttpRequest) -> str:
    """The digest of the name that signed in last from this browser, or an empty word."""
    try:
        return str(signing.loads(request.COOKIES.get(cookie_name(), ""), salt=DEVICE_SALT, max_age=DEVICE_FOR)["of"])
    except (signing.BadSignature, KeyError, TypeError):
        return ""


def name_digest(username: str) -> str:
    return salted_hmac(DEVICE_SALT, username.casefold(), algorithm="sha256").hexdigest()[:32]


def cookie_name() -> str:
    return "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"
