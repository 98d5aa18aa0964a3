"""A push service on this machine: takes knocks, checks who knocks, and opens them as a browser does.

What the product sealed with one library is opened here by the steps of RFC 8291 over plain cryptography.
"""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def spelled(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def plain(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


class Phone:
    """One browser that subscribed, with the private half that never leaves it."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint, self.key, self.secret = endpoint, ec.generate_private_key(ec.SECP256R1()), os.urandom(16)

    @property
    def form(self) -> dict[str, str]:
        """As the page's script sends it."""
        return {"endpoint": self.endpoint, "key": spelled(point(self.key)), "secret": spelled(self.secret)}

    def opened(self, body: bytes) -> bytes:
        """RFC 8291, 3.3 and 3.4; RFC 8188, 2.1. Raises where anything is not as they say."""
        salt, length = body[:16], body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
        first = _derived(shared, self.secret, b"WebPush: info\0" + point(self.key) + theirs, 32)
        key = _derived(first, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derived(first, salt, b"Content-Encoding: nonce\0", 12)
        words, end, nothing = AESGCM(key).decrypt(nonce, sealed, None).rpartition(b"\2")
        assert (end, nothing.strip(b"\0")) == (b"\2", b"")
        return words


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


class PushService:
    """`with PushService() as service:`; answers: statuses, or (status, headers), of the next knocks; then 201.

    A function among them is called while its knock waits, and gives the answer.
    """

    def __enter__(self) -> Self:
        self.answers: list[Any] = []
        self.knocks: list[tuple[str, dict[str, str], bytes]] = []
        outer = self

        class Desk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.knocks.append((self.path, {name.lower(): said for name, said in self.headers.items()}, body))
                answer = outer.answers.pop(0) if outer.answers else 201
                answer = answer() if callable(answer) else answer
                status, headers = answer if isinstance(answer, tuple) else (answer, {})
                self.send_response(status)
                for name, said in headers.items():
                    self.send_header(name, said)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Nobody listens any more; a second time changes nothing."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def name(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def phone(self) -> Phone:
        return Phone(f"{self.name}/to/{spelled(os.urandom(12))}")

    def told(self, phone: Phone) -> list[dict[str, str]]:
        """What this phone was told, each knock with a valid signature."""
        mine = [(headers, body) for path, headers, body in self.knocks if phone.endpoint == self.name + path]
        for headers, _body in mine:
            self.signed(headers)
        return [json.loads(phone.opened(body)) for _headers, body in mine]

    def signed(self, headers: dict[str, str]) -> tuple[dict[str, Any], str]:
        """The claims and the key of a VAPID header (RFC 8292); raises when the signature is another's."""
        scheme, parts = headers["authorization"].split(" ", 1)
        named = dict(part.strip().split("=", 1) for part in parts.split(","))
        said, _dot, mark = named["t"].rpartition(".")
        raw = plain(mark)
        signature = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), plain(named["k"]))
        key.verify(signature, said.encode(), ec.ECDSA(hashes.SHA256()))
        claims: dict[str, Any] = json.loads(plain(said.split(".")[1]))
        assert scheme == "vapid"
        assert claims["aud"] == self.name
        return claims, named["k"]
