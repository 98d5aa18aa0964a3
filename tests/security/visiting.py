"""A person with a browser, as far as HTTP goes: cookies, form tokens, files; every address and answer is kept."""

import http.client
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
File = tuple[str, bytes, str]  # name, bytes, media type


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    address: str = ""

    @property
    def text(self) -> str:
        return unescape(self.body.decode(errors="replace"))


@dataclass
class Visitor:
    """Follows redirects on our own site. seen: every answer, for whoever looks for leaks in them."""

    port: int
    host: str = "localhost"
    cookies: dict[str, str] = field(default_factory=dict)
    seen: list[Answer] = field(default_factory=list)
    token: str = ""

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, b"", {})

    def post(self, path: str, fields: Mapping[str, str], files: Mapping[str, list[File]] | None = None) -> Answer:
        told = {"csrfmiddlewaretoken": self.token, **fields}
        if files is None:
            body, kind = urlencode(told).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = _multipart(told, files)
        return self._ask("POST", path, body, {"Content-Type": kind, "Origin": f"http://{self.host}:{self.port}"})

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str], hops: int = 5) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        own = {"Host": f"{self.host}:{self.port}", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        line.request(method, path, body or None, headers | own)
        got = line.getresponse()
        for said in got.headers.get_all("Set-Cookie") or []:
            name, _equals, value = said.partition(";")[0].partition("=")
            self.cookies[name] = value
        answer = Answer(got.status, {name.title(): value for name, value in got.headers.items()}, got.read(), path)
        line.close()
        self.seen.append(answer)
        if found := TOKEN.search(answer.body.decode(errors="replace")):
            self.token = found[1]
        place = answer.headers.get("Location", "")
        return self._ask("GET", place, b"", {}, hops - 1) if place.startswith("/") and hops else answer


def _multipart(fields: Mapping[str, str], files: Mapping[str, list[File]]) -> tuple[bytes, str]:
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in fields.items()
    ]
    for name, given in files.items():
        for called, data, kind in given:
            head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{called}"\r\nContent-Type: {kind}\r\n\r\n'
            parts.append(head.encode() + data + b"\r\n")
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
