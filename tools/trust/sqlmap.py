"""sqlmap over every parameter of the public pages, and over the words of the sign-in and the code's form."""

from tools.trust.places import REPORTS, planted_site, real_site, scan, scanners

SECONDS = 300
FOUND = "is vulnerable"
ASKED = (
    "/laporan?kata=lampu&keadaan=working&kategori=HUB&instansi=kota&sebelum=9",
    "/instansi?kata=kota",
    "/lapor/tempat?kata=jember",
    "/peta?di=35",
    "/bahasa/en?next=/",
    "/workspace/masuk?next=/workspace/",
)


def run() -> list[str]:
    with planted_site() as address:
        planted = _injectable(f"{address}/laporan?kata=jalan", "planted")
    with real_site() as address:
        found = [
            f"sqlmap: {path} can be injected"
            for n, path in enumerate(ASKED)
            if _injectable(address + path, f"site-{n}")
        ]
    print(f"  planted site: {'found' if planted else 'missed'}; real site: {len(found)} of {len(ASKED)} addresses")
    return [*found, *([] if planted else ["sqlmap did not find the planted fault"])]


def _injectable(address: str, name: str) -> bool:
    told = [str(scanners() / "sqlmap"), "-u", address, "--batch", "--level", "2", "--risk", "1", "--technique", "BEU", "--threads", "4",
            "--flush-session", "--disable-coloring", "--output-dir", str(REPORTS / f"sqlmap-{name}")]  # fmt: skip
    said = scan(told, SECONDS)
    if "all tested parameters do not appear to be injectable" in said:
        return False
    if "identified the following injection point" in said or FOUND in said:
        return True
    raise RuntimeError(f"sqlmap came to no end: {said[-1500:]}")
