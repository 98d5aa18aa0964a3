"""Ed25519 by a library that is here: PyNaCl, else cryptography. Nothing of it is our own."""

from collections.abc import Callable

SEED = 32  # bytes of a private key
SIGNATURE = 64  # bytes


def _by_nacl() -> tuple[
    Callable[[bytes, bytes, bytes], bool], Callable[[bytes], bytes], Callable[[bytes, bytes], bytes]
]:
    from nacl.exceptions import BadSignatureError
    from nacl.signing import SigningKey, VerifyKey

    def check(public: bytes, message: bytes, given: bytes) -> bool:
        try:
            VerifyKey(public).verify(message, given)
        except BadSignatureError:
            return False
        return True

    return (
        check,
        lambda seed: bytes(SigningKey(seed).verify_key),
        lambda seed, message: SigningKey(seed).sign(message).signature,
    )


def _by_cryptography() -> tuple[
    Callable[[bytes, bytes, bytes], bool], Callable[[bytes], bytes], Callable[[bytes, bytes], bytes]
]:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

    def check(public: bytes, message: bytes, given: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(given, message)
        except InvalidSignature:
            return False
        return True

    return (
        check,
        lambda seed: Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw(),
        lambda seed, message: Ed25519PrivateKey.from_private_bytes(seed).sign(message),
    )


try:
    _check, _public, _sign = _by_nacl()
except ImportError:
    try:
        _check, _public, _sign = _by_cryptography()
    except ImportError as missing:
        raise SystemExit("Install one of these first: pip install pynacl (or: pip install cryptography)") from missing


def is_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the private half of `public` made this signature over the message."""
    return len(signature) == SIGNATURE and _check(public, message, signature)


def public_half(seed: bytes) -> bytes:
    return _public(seed)


def signature(seed: bytes, message: bytes) -> bytes:
    return _sign(seed, message)
