"""sqlmap over every parameter of the pages with statements behind them: the public's, a portal's, forms', officers'."""

from collections.abc import Iterator
from dataclasses import dataclass

from tools.trust.places import REPORTS, demonstration, planted_site, scan, scanners
from tools.trust.visiting import Site

SECONDS = 300
FOUND = "is vulnerable"
NOTHING = "all tested parameters do not appear to be injectable"
PHONE = "act=look&endpoint=https%3A%2F%2Ffcm.googleapis.com%2Ffcm%2Fsend%2Fx&key=BA&secret=AA"
PLACE = (
    "key=3f2504e0-4f89-41d3-9a0c-0305e82c3301&report_type=COMPLAINT&text=Lampu+jalan+mati+di+depan+pasar+sejak+tiga+malam"
    "&latitude=-8.1724&longitude=113.7005&area_words=Jember&agency_words=Dinas+PU&place=Pasar"
)


@dataclass(frozen=True)
class Asked:
    """An address with its parameters, or the fields of a form. only: those that are tried; "" for all.

    where: `site`, `portal` (by its host name) or `officer` (signed in). form: the page whose token the fields go with.
    """

    path: str
    where: str = "site"
    fields: str = ""
    form: str = ""
    only: str = ""

    def words(self, site: Site) -> list[str]:
        """How sqlmap is told."""
        told = ["-u", site.address + self.path.replace("NUMBER", site.number)]
        if self.where == "portal":
            told += ["--host", site.portal]
        if self.where == "officer":
            told += ["--cookie", site.officer()]
        if self.fields:
            cookie, token = site.form(self.form.replace("NUMBER", site.number))
            told += ["--cookie", cookie, "--data", f"csrfmiddlewaretoken={token}&{self.fields}"]
        return told + (["-p", self.only] if self.only else [])


ASKED = (
    Asked("/laporan?kata=lampu&keadaan=working&kategori=HUB&instansi=kota&sebelum=9"),
    Asked("/laporan?tempat=Jember&waktu=90&lingkup=wilayah", where="portal"),
    Asked("/instansi?kata=kota"),
    Asked("/lapor/tempat?kata=jember"),
    Asked("/lapor", fields=PLACE, form="/lapor", only="latitude,longitude,area_words,agency_words"),
    Asked("/peta?di=35&kategori=HUB&waktu=30"),
    Asked("/laporan/NUMBER/ponsel", fields=PHONE, form="/laporan/NUMBER", only="endpoint,key"),
    Asked("/bahasa/en?next=/"),
    Asked("/workspace/masuk?next=/workspace/"),
    Asked("/workspace/search?q=lampu", where="officer", only="q"),
    Asked("/workspace/queues/all/?due=late&category=HUB&words=lampu", where="officer", only="category,words"),
)


def run() -> list[str]:
    with planted_site() as address:
        planted = _injectable(["-u", f"{address}/laporan?kata=jalan"], "planted")
    with demonstration() as here:
        found = list(_found(Site(here.port)))
    print(f"  planted site: {'found' if planted else 'missed'}; real site: {len(found)} of {len(ASKED)} addresses")
    return [*found, *([] if planted else ["sqlmap did not find the planted fault"])]


def _found(site: Site) -> Iterator[str]:
    for n, asked in enumerate(ASKED):
        if _injectable(asked.words(site), f"site-{n}"):
            yield f"sqlmap: {asked.path} can be injected"


def _injectable(words: list[str], name: str) -> bool:
    told = [str(scanners() / "sqlmap"), *words, "--batch", "--level", "2", "--risk", "1", "--technique", "BEU", "--threads", "4",
            "--flush-session", "--disable-coloring", "--output-dir", str(REPORTS / f"sqlmap-{name}")]  # fmt: skip
    said = scan(told, SECONDS)
    if NOTHING in said:
        return False
    if "identified the following injection point" in said or FOUND in said:
        return True
    raise RuntimeError(f"sqlmap came to no end: {said[-1500:]}")
