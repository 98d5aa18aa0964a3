"""The verifier as one file for whoever wants to check without us: a zip archive that Python runs as it is."""

import io
import zipfile
from functools import lru_cache
from hashlib import sha256
from importlib import resources

PACKAGE = "tuntas_verify"
STARTER = "import sys\n\nfrom tuntas_verify.command import main\n\nsys.exit(main())\n"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # so that one version is one file, byte for byte


@lru_cache(maxsize=1)
def archive() -> bytes:
    """`tuntas-verify.pyz`: run it with `python3 tuntas-verify.pyz ADDRESS`."""
    sources = sorted(
        (file.name, file.read_text(encoding="utf-8"))
        for file in resources.files(PACKAGE).iterdir()
        if file.name.endswith(".py")
    )
    out = io.BytesIO()
    out.write(b"#!/usr/bin/env python3\n")
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as zipped:
        for name, text in [("__main__.py", STARTER), *((f"{PACKAGE}/{name}", text) for name, text in sources)]:
            member = zipfile.ZipInfo(name, LONG_AGO)
            member.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(member, text)
    return out.getvalue()


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """SHA-256 of the file, to be compared with one from elsewhere."""
    return sha256(archive()).hexdigest()
