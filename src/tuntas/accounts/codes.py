"""Six-digit codes of an app (TOTP, RFC 6238) and ten recovery codes: each is good once.

The arithmetic is pyotp's; that a code is single use, that wrong ones are counted and that the secret is kept encrypted
is ours (SR-53, ASVS 5.0 V6.5).
"""

import hmac
import secrets
import time

import pyotp
from django.utils import timezone
from django.utils.crypto import salted_hmac

from tuntas.accounts import sealed, tries
from tuntas.accounts.models import OneTimeCodes, RecoveryCode
from tuntas.kernel import numbers
from tuntas.organizations.models import Officer

STEP = 30  # seconds
DRIFT = 1  # steps that a phone's clock may be off, either way
DIGITS = 6
RECOVERY_CODES, RECOVERY_LENGTH, GROUP = 10, 16, 4  # 16 characters of five bits
SALT = "tuntas.accounts.recovery"
ISSUER = "Tuntas"


def new_secret() -> str:
    """160 random bits, as apps take them (Base32)."""
    return pyotp.random_base32()


def address(officer: Officer, secret: str) -> str:
    """What the QR code says to an app."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP).provisioning_uri(name=officer.username, issuer_name=ISSUER)


def step_of(secret: str, typed: str, *, after: int = 0, now: float | None = None) -> int:
    """The time step for which this code is right, later than `after`; 0 for none. Always the same work."""
    totp, current, found = pyotp.TOTP(secret, digits=DIGITS, interval=STEP), int((now or time.time()) // STEP), 0
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step), typed) and step > after:
            found = step
    return found


def set_up(officer: Officer, secret: str, typed: str) -> bool:
    """Take an app into use, when the code that it shows now is right; the earlier app is forgotten."""
    step = step_of(secret, plain(typed))
    if not step:
        return False
    OneTimeCodes.objects.update_or_create(
        officer=officer,
        defaults={
            "sealed": sealed.close(secret, officer.pk, "one-time codes"),
            "last_step": step,
            "made_at": timezone.now(),
        },
    )
    return True


def accept(officer: Officer, typed: str) -> str:
    """`app` or `recovery` when the code is right and was never used, else an empty word. Five wrong ones, then a wait.

    The one answer for wrong, used, expired and too many is the caller's; it cannot tell them apart.
    """
    if not tries.take("code", str(officer.pk), most=tries.CODES):
        return ""
    given = plain(typed)
    how = "app" if len(given) == DIGITS and _accept_app(officer, given) else ""
    if not how and len(given) == RECOVERY_LENGTH and _accept_recovery(officer, given):
        how = "recovery"
    if how:
        tries.forgive("code", str(officer.pk))
    return how


def new_recovery_codes(officer: Officer) -> list[str]:
    """Ten new codes; the old ones are void. Shown once, here and never again."""
    codes = ["".join(map(secrets.choice, [numbers.CODE_ALPHABET] * RECOVERY_LENGTH)) for _n in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(officer=officer).delete()
    now = timezone.now()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(officer=officer, digest=_digest(officer, code), made_at=now) for code in codes
    )
    return ["-".join(code[at : at + GROUP] for at in range(0, RECOVERY_LENGTH, GROUP)) for code in codes]


def recovery_codes_left(officer: Officer) -> int:
    return RecoveryCode.objects.filter(officer=officer, used_at=None).count()


def plain(typed: str) -> str:
    """A code without the blanks and dashes that people put in, and with look-alike letters read as they are meant."""
    return numbers.plain(typed[:64])


def _accept_app(officer: Officer, given: str) -> bool:
    app = OneTimeCodes.objects.filter(officer=officer).first()
    if app is None:
        return False
    step = step_of(sealed.open_words(bytes(app.sealed), officer.pk, "one-time codes"), given, after=app.last_step)
    # The row decides, not what was read before: of two requests with one code only one moves it on.
    return bool(step) and OneTimeCodes.objects.filter(officer=officer, last_step__lt=step).update(last_step=step) == 1


def _accept_recovery(officer: Officer, given: str) -> bool:
    unused = RecoveryCode.objects.filter(officer=officer, digest=_digest(officer, given), used_at=None)
    return unused.update(used_at=timezone.now()) == 1


def _digest(officer: Officer, code: str) -> bytes:
    return salted_hmac(SALT, f"{officer.pk}\n{code}", algorithm="sha256").digest()
