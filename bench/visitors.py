"""People who send reports, in a process of their own: some keep-alive connections, each one form after the other.

    python -m bench.visitors PORT SECONDS CONNECTIONS [plain|multipart] [name=value ...]

Prints one line of JSON: how many receipts came, how many did not, and the seconds each took. Speaks HTTP through plain
sockets, so that on two cores the client takes as little from the server as Python can. A form without photos goes out
plain; `multipart` sends it as one with a file control does that was left empty.
"""

import json
import re
import socket
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

HOST = "localhost"
FORM, SENT = "/lapor", "/lapor/terkirim"
BOUNDARY = "tuntas-bench-0f2d6c"
RECEIPT = re.compile(rb'<span class="number[^"]*">(\d{3} \d{3} \d{4}-\d)</span>')
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')
TEXT = (
    "Lampu jalan di depan pasar sudah mati sejak tiga malam, gelap sekali dan dua orang sudah jatuh dari sepeda motor."
    " Kami sudah memberi tahu petugas kelurahan pada hari Senin, tetapi sampai sekarang belum ada yang datang. Anak-anak"
    " pulang mengaji lewat sini setiap malam. Mohon segera diperbaiki sebelum ada korban lagi, terima kasih. Tiang nomor"
    " dua dari selatan, di seberang warung."
)
FIELDS: Mapping[str, str] = {
    "report_type": "COMPLAINT", "text": TEXT, "place": "Depan Pasar Contoh, tiang kedua dari selatan",
    "latitude": "-8.1689", "longitude": "113.7022", "event_on_0": "2", "event_on_1": "1", "event_on_2": "2026",
    "area_words": "", "agency_words": "", "remedy": "Lampu menyala lagi", "target": "-",
    "email": "warga.contoh@example.test", "name": "Warga Contoh",
}  # fmt: skip


@dataclass
class Sent:
    """What came of one visitor's sendings. failed: status and how often."""

    taken: list[float] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    failed: dict[str, int] = field(default_factory=dict)
    bytes_back: int = 0


class Visitor:
    """One connection with its cookie and form token."""

    def __init__(self, port: int, fields: Mapping[str, str], kind: str = "plain") -> None:
        self.port, self.kind, self.cookie = port, kind, ""
        self.fields = {**FIELDS, **fields}
        self.connection = self._connect()
        _status, head, page = self._ask(f"GET {FORM} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        self.cookie = "; ".join(re.findall(r"(?im)^set-cookie: ([^;\r]+)", head.decode("latin-1")))
        self.page = page
        token = TOKEN.search(page)
        if token is None:
            raise RuntimeError(f"no form on {FORM}: {page[:200]!r}")
        self.token = token[1].decode()
        self._before, self._after = self._body()

    def send(self, key: uuid.UUID) -> tuple[int, bytes]:
        """One report under this key: the status and the page that came back."""
        status, _head, page = self._ask(self._before + str(key).encode() + self._after)
        return status, page

    def reconnect(self) -> None:
        self.close()
        self.connection = self._connect()

    def close(self) -> None:
        self.connection.close()

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _body(self) -> tuple[bytes, bytes]:
        """The request as a browser would send it, in the part before and the part after the form's key."""
        told = {"csrfmiddlewaretoken": self.token, **self.fields}
        body, content_type = _multipart(told) if self.kind == "multipart" else _plain(told)
        head = (
            f"POST {SENT} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nOrigin: http://{HOST}:{self.port}\r\n"
            f"Accept: text/html\r\nAccept-Language: id\r\nAccept-Encoding: gzip, br\r\nUser-Agent: bench\r\n"
            f"Cookie: {self.cookie}\r\nContent-Type: {content_type}\r\n"
            f"Content-Length: {len(body) - 1 + len(str(uuid.UUID(int=0)))}\r\n\r\n"
        )
        before, after = body.split(b"\0")
        return head.encode() + before, after

    def _ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        self.connection.sendall(request)
        data = self._more()
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _blank, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        if length is None:
            raise RuntimeError(f"an answer without a length: {head!r}")
        while len(body) < int(length[1]):
            body += self._more()
        return int(head.split(b" ", 2)[1]), head, body

    def _more(self) -> bytes:
        data = self.connection.recv(65_536)
        if not data:
            raise ConnectionResetError("the server hung up")
        return data


def _plain(told: Mapping[str, str]) -> tuple[bytes, str]:
    return f"{urlencode(told)}&key=\0".encode(), "application/x-www-form-urlencoded"


def _multipart(told: Mapping[str, str]) -> tuple[bytes, str]:
    named = {**told, "key": "\0"}.items()
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in named]
    no_file = 'Content-Disposition: form-data; name="photos"; filename=""\r\nContent-Type: application/octet-stream'
    body = "".join([*parts, f"--{BOUNDARY}\r\n{no_file}\r\n\r\n\r\n--{BOUNDARY}--\r\n"])
    return body.encode(), f"multipart/form-data; boundary={BOUNDARY}"


def visit(port: int, until: float, kind: str, fields: Mapping[str, str], sent: Sent) -> None:
    """Send until the clock says stop; a monotonic instant."""
    visitor = Visitor(port, fields, kind)
    while (began := time.monotonic()) < until:
        status, page = visitor.send(uuid.uuid4())
        found = RECEIPT.search(page)
        if status == 200 and found:
            sent.taken.append(time.monotonic() - began)
            sent.numbers.append(found[1].decode())
            sent.bytes_back += len(page)
        else:
            sent.failed[str(status)] = sent.failed.get(str(status), 0) + 1
    visitor.close()


def main(words: list[str]) -> None:
    port, seconds, connections = int(words[0]), float(words[1]), int(words[2])
    kind, *named = words[3:] or ["plain"]
    fields = dict(word.split("=", 1) for word in named)
    until = time.monotonic() + seconds
    results = [Sent() for _n in range(connections)]
    threads = [threading.Thread(target=visit, args=(port, until, kind, fields, sent)) for sent in results]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    failed: dict[str, int] = {}
    for sent in results:
        for status, count in sent.failed.items():
            failed[status] = failed.get(status, 0) + count
    taken = sorted(second for sent in results for second in sent.taken)
    numbers = {number for sent in results for number in sent.numbers}
    print(json.dumps({"receipts": len(taken), "distinct": len(numbers), "failed": failed, "seconds": taken,
                      "bytes_back": sum(sent.bytes_back for sent in results)}))  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
