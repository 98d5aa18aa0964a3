"""The demonstration as scanners visit it: somebody without a name, a portal of an agency, an officer, the demo's citizen.

A scanner gets what a browser would send: cookies of a visit that began at a door of the demonstration, and the token of
a form. The portal is asked for by its host name alone; no name of this machine is needed for it.
"""

import re
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar

from django.core.signing import b64_decode

PORTAL = "jatim.localhost"
OFFICER = 1  # of the doors on the sign-in page: an agency's administrator, who has the most pages
DOOR = re.compile(r'<form[^>]*action="/workspace/masuk/demo".*?</form>', re.DOTALL)
FIELD = re.compile(r'name="(csrfmiddlewaretoken|door|next)" value="([^"]*)"')


@dataclass(frozen=True)
class Site:
    """A running demonstration on this port."""

    port: int

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def portal(self) -> str:
        """What the header Host says on the portal of an agency."""
        return f"{PORTAL}:{self.port}"

    @property
    def number(self) -> str:
        """Of a report that everybody may read and that goes on: its page offers to follow it."""
        with urllib.request.urlopen(f"{self.address}/laporan?keadaan=working") as page:
            return re.search(r"/laporan/(\d{11})", page.read().decode())[1]  # type: ignore[index]

    def page(self, path: str, cookies: CookieJar | None = None) -> tuple[str, CookieJar]:
        """The page, and the cookies after it."""
        jar = CookieJar() if cookies is None else cookies
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        with opener.open(self.address + path) as answer:
            return answer.read().decode(), jar

    def form(self, path: str) -> tuple[str, str]:
        """(the header Cookie, the token) with which a form of this page may be sent."""
        page, jar = self.page(path)
        return _header(jar), dict(FIELD.findall(page))["csrfmiddlewaretoken"]

    @property
    def appointment(self) -> int:
        """Of the officer; what a door names is signed and can be read."""
        page, _jar = self.page("/workspace/masuk")
        return int(b64_decode(_door(page)["door"].partition(":")[0].encode()))

    def officer(self) -> str:
        """The header Cookie of an officer who came in through a door. RuntimeError when it stayed shut."""
        page, jar = self.page("/workspace/masuk")
        sent = _door(page)
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        with opener.open(f"{self.address}/workspace/masuk/demo", urllib.parse.urlencode(sent).encode()) as answer:
            if "/workspace/masuk" in answer.url:
                raise RuntimeError("no officer came in through the door of the demonstration")
        return _header(jar)


def _door(page: str) -> dict[str, str]:
    return dict(FIELD.findall(DOOR.findall(page)[OFFICER]))


def _header(jar: CookieJar) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
