"""T-EXIF: no copy that an officer gets says who made it, where or when. The judge is exiftool, and the bytes themselves.

And bombs: small files that ask for much are refused in time and without memory (SR-35).
"""

import gzip
import io
import json
import os
import resource
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from tests.reports import samples
from tuntas.reports import files, segments
from tuntas.reports.files import inspect
from tuntas.reports.troubles import UnusableFile

ROOT = Path(__file__).resolve().parents[2]
CANARY = samples.OWNER
# What exiftool may still say of a copy: the format, its size, how it is packed. Nothing that a person or device made.
PLAIN = {
    "SourceFile", "ExifTool:ExifToolVersion", "File", "Composite:ImageSize", "Composite:Megapixels", "PNG", "RIFF", "PDF:PDFVersion",
    "PDF:Linearized", "PDF:PageCount", "ZIP", "XML:Template", "JFIF", "QuickTime", "Vorbis", "Opus", "Theora", "Ogg",
}  # fmt: skip
SUSPECT = ("author", "creator", "artist", "owner", "gps", "date", "make", "model", "software", "producer", "comment", "company",
           "title", "subject", "keyword", "serial", "lens", "user", "modif", "thumb", "xmp", "iptc", "identifier")  # fmt: skip


def told_by_exiftool(data: bytes, name: str, tmp_path: Path) -> dict[str, object]:
    program = subprocess.run([ROOT / "tools/exiftool"], capture_output=True, text=True, check=False)
    assert program.returncode == 0, program.stderr
    path = tmp_path / name
    path.write_bytes(data)
    said = subprocess.run(
        [program.stdout.strip(), "-j", "-G", "-a", "-u", "-ee", path], capture_output=True, text=True, check=False
    )
    return json.loads(said.stdout)[0]


def suspects(facts: dict[str, object]) -> dict[str, object]:
    """What tells of a person, a device, a day or a place. Days of the file on our disk and of a zip's parts (1980) do not."""
    return {
        tag: value
        for tag, value in facts.items()
        if (
            any(word in tag.lower().rpartition(":")[2] for word in SUSPECT)
            and not tag.startswith(("File:", "System:", "ZIP:"))
            and str(value).strip("0: ") not in {"", "None"}
            and "createdate" not in tag.lower().replace("media", "").replace("track", "")
        )
        or CANARY in str(value)
    }


def photo_with_everything() -> bytes:
    image, out = Image.open(io.BytesIO(samples.picture())), io.BytesIO()
    exif = image.getexif()
    exif[271], exif[272], exif[305], exif[306] = "Kamera Contoh", "K-7", "Editor Contoh", "2026:11:14 09:30:00"
    image.save(
        out,
        "JPEG",
        exif=exif,
        comment=CANARY.encode(),
        xmp=f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{CANARY}</x:xmpmeta>".encode(),
    )
    return out.getvalue()


def pdf_with_everything() -> bytes:
    """Names in the information, in XMP, in a note, in a picture's EXIF, all inside compressed objects."""
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page(page_size=(200, 200))
    page = pdf.pages[0]
    with pdf.open_metadata() as meta:
        meta["dc:creator"], meta["xmp:CreatorTool"] = [CANARY], CANARY
    pdf.docinfo["/Author"], pdf.docinfo["/Producer"], pdf.docinfo["/CreationDate"] = (
        CANARY,
        CANARY,
        "D:20261114093000+07'00'",
    )
    photo = pdf.make_stream(photo_with_everything())
    photo.Type, photo.Subtype, photo.Filter = pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.DCTDecode
    photo.Width, photo.Height, photo.ColorSpace, photo.BitsPerComponent = 640, 480, pikepdf.Name.DeviceRGB, 8
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=photo))
    page.PieceInfo = pikepdf.Dictionary(Editor=pikepdf.Dictionary(Private=pikepdf.String(CANARY)))
    page.Annots = pdf.make_indirect(
        pikepdf.Array(
            [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], T=CANARY, M="D:2026"
                )
            ]
        )
    )
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True, recompress_flate=True)
    return out.getvalue()


def office(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in parts.items():
            packed.writestr(name, body)
    return out.getvalue()


TYPES = "<?xml version='1.0'?><Types/>"
DOCX = office(
    {
        "[Content_Types].xml": TYPES,
        "word/document.xml": f'<w:document><w:ins w:id="1" w:author="{CANARY}" w:date="x"><w:t>Surat</w:t></w:ins></w:document>',
        "word/comments.xml": f'<w:comments><w:comment w:author="{CANARY}" w:initials="{CANARY}">Ya</w:comment></w:comments>',
        "word/people.xml": f"<w15:people><w15:person w15:author='{CANARY}'/></w15:people>",
        "word/media/image1.jpeg": photo_with_everything(),
        "docProps/core.xml": f"<cp:coreProperties><dc:creator>{CANARY}</dc:creator></cp:coreProperties>",
        "docProps/thumbnail.jpeg": photo_with_everything(),
    }
)
XLSX = office(
    {
        "[Content_Types].xml": TYPES,
        "xl/workbook.xml": "<workbook/>",
        "xl/comments1.xml": f"<comments><authors><author>{CANARY}</author></authors></comments>",
        "xl/persons/person.xml": f'<personList><person displayName="{CANARY}" userId="{CANARY}"/></personList>',
        "xl/media/image1.png": samples.picture("PNG"),
        "docProps/core.xml": f"<cp:coreProperties><cp:lastModifiedBy>{CANARY}</cp:lastModifiedBy></cp:coreProperties>",
    }
)
ODT = office(
    {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content><office:change-info><dc:creator>{CANARY}</dc:creator></office:change-info>Surat</office:document-content>",
        "meta.xml": f"<office:document-meta><meta:initial-creator>{CANARY}</meta:initial-creator></office:document-meta>",
        "Thumbnails/thumbnail.png": samples.picture("PNG"),
        "Pictures/1.jpg": photo_with_everything(),
    }
)
TELLING = {
    "foto.jpg": photo_with_everything(),
    "layar.png": samples.picture("PNG"),
    "foto.webp": samples.picture("WEBP"),
    "surat.pdf": pdf_with_everything(),
    "surat.docx": DOCX,
    "tabel.xlsx": XLSX,
    "surat.odt": ODT,
    "jalan.mp4": samples.film(),
}


def every_byte(data: bytes) -> bytes:
    """What a file holds, unpacked: of a zip its parts, of a PDF its objects and streams."""
    found = data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            found += b"".join(packed.read(name) for name in packed.namelist())
    if data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            found += b"".join(each.unparse(resolved=True) for each in pdf.objects)
            found += b"".join(each.read_raw_bytes() for each in pdf.objects if isinstance(each, pikepdf.Stream))
    return found


@pytest.mark.threat("T-EXIF")
@pytest.mark.parametrize("name", TELLING)
def test_no_copy_names_its_owner_anywhere_inside(name):
    assert CANARY.encode() in every_byte(TELLING[name])  # or the test could not fail
    kept = inspect(TELLING[name], name)
    inside = every_byte(kept.shown) + kept.thumbnail
    for spelled in (
        CANARY.encode(),
        CANARY.encode("utf-16le"),
        CANARY.encode("utf-16be"),
        CANARY.encode().hex().encode(),
    ):
        assert spelled not in inside
    assert b"Kamera Contoh" not in inside
    assert b"2026:11:14" not in inside
    assert inspect(kept.shown, kept.name).media_type == kept.media_type  # and it still is what it was


@pytest.mark.threat("T-EXIF")
@pytest.mark.parametrize("name", [name for name in TELLING if not name.endswith("mp4")])
def test_exiftool_finds_no_person_device_day_or_place_in_a_copy(name, tmp_path):
    before = told_by_exiftool(TELLING[name], name, tmp_path)
    assert suspects(before)
    after = told_by_exiftool(inspect(TELLING[name], name).shown, name, tmp_path)
    assert suspects(after) == {}


@pytest.mark.threat("T-EXIF")
def test_a_picture_inside_a_document_looks_as_before():
    plain = Image.open(io.BytesIO(segments.quiet(photo_with_everything())))
    assert plain.tobytes() == Image.open(io.BytesIO(photo_with_everything())).tobytes()
    assert dict(plain.getexif()) == {}


def test_a_copied_pdf_has_its_pages_and_opens():
    kept = inspect(pdf_with_everything(), "surat.pdf")
    with pikepdf.open(io.BytesIO(kept.shown)) as pdf:
        assert len(pdf.pages) == 1
        assert "/Im" in pdf.pages[0].Resources.XObject
        assert "/Info" not in pdf.trailer


@pytest.mark.parametrize(
    "change",
    [
        lambda pdf: pdf.Root.__setitem__(
            "/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        ),
        lambda pdf: pdf.Root.__setitem__("/Names", pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary())),
        lambda pdf: pdf.pages[0].__setitem__(
            "/AA", pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd"))
        ),
        lambda pdf: pdf.Root.__setitem__("/AcroForm", pikepdf.Dictionary(XFA=pikepdf.Array())),
        lambda pdf: pdf.Root.__setitem__(
            "/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F="https://jahat.example")
        ),
    ],
)
def test_what_a_pdf_would_run_is_found_inside_compressed_objects(change):
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    change(pdf)
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    with pytest.raises(UnusableFile) as no:
        inspect(out.getvalue(), "surat.pdf")
    assert no.value.code == "file_active"


def test_a_locked_pdf_is_told_from_a_damaged_one():
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.save(out, encryption=pikepdf.Encryption(user="rahasia", owner="rahasia"))
    with pytest.raises(UnusableFile) as no:
        inspect(out.getvalue(), "surat.pdf")
    assert no.value.code == "file_locked"


@pytest.mark.parametrize(
    "parts",
    [
        {"content.xml": '<draw:image xlink:href="https://jahat.example/a.png"/>'},
        {"content.xml": "<script:event-listener/>"},
        {"Basic/Standard/Module1.xml": "x"},
        {"Object 1/content.xml": "x"},
    ],
)
def test_what_an_odt_would_fetch_or_run_is_refused(parts):
    whole = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "x"} | parts
    with pytest.raises(UnusableFile) as no:
        inspect(office(whole), "surat.odt")
    assert no.value.code == "file_active"


# Bombs ---------------------------------------------------------------------------------------------------------------


def pdf_of(objects: list[tuple[int, bytes]]) -> bytes:
    out, rows = b"%PDF-1.5\n", b""
    for number, body in objects:
        rows += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    return (
        out
        + b"xref\n0 1\n0000000000 65535 f \n"
        + rows
        + b"trailer<</Root 1 0 R/Size 9>>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    )


def pdf_of_a_million_pages(said: int) -> bytes:
    kids = b"3 0 R " * 1_000_000
    return pdf_of(
        [
            (1, b"<</Type/Catalog/Pages 2 0 R>>"),
            (2, b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % said),
            (3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
        ]
    )


def nested_zip(levels: int = 4) -> bytes:
    """As 42.zip: each level holds sixteen of the one below, which grows to petabytes when all are opened."""
    inside = zlib.compress(bytes(10 * 2**20), 9)
    for _level in range(levels):
        inside = office(
            {f"word/{number}.zip": inside for number in range(16)}
            | {"[Content_Types].xml": TYPES, "word/document.xml": "x"}
        )
    return inside


def nested_gz() -> bytes:
    data = bytes(50 * 2**20)
    for _level in range(3):
        data = gzip.compress(data)
    return data


BOMBS = {
    "a zip in zips": ("surat.docx", lambda: nested_zip()),
    "a part of 120 MB": (
        "surat.docx",
        lambda: office({"[Content_Types].xml": TYPES, "word/document.xml": "x", "word/a.xml": bytes(120 * 2**20)}),
    ),
    "a gz in gz": ("foto.gz", lambda: nested_gz()),
    "a picture of 50,000 x 50,000": ("layar.png", lambda: samples.png_claiming(50_000, 50_000)),
    "a million pages": ("surat.pdf", lambda: pdf_of_a_million_pages(1_000_000)),
    "a million pages that say one": ("surat.pdf", lambda: pdf_of_a_million_pages(1)),
}
MEASURE = """
import resource, sys, time, pathlib
import django
django.setup()
from tuntas.reports.files import inspect
from tuntas.reports.troubles import UnusableFile
data = pathlib.Path(sys.argv[2]).read_bytes()
def peak(who):
    return resource.getrusage(who).ru_maxrss
before, began = peak(resource.RUSAGE_SELF), time.monotonic()
try:
    inspect(data, sys.argv[1])
    print("kept")
except UnusableFile as no:
    print(no.code, time.monotonic() - began, (peak(resource.RUSAGE_SELF) - before) / 1024, peak(resource.RUSAGE_CHILDREN) / 1024)
"""


@pytest.mark.slow
@pytest.mark.threat("SR-35")
@pytest.mark.parametrize("title", BOMBS)
def test_a_bomb_is_refused_in_time_and_without_memory(title, tmp_path):
    """In a process of its own, whose peak is its own: processor time and memory, whatever else runs on this machine."""
    name, made = BOMBS[title]
    data = made()
    assert len(data) <= files.LARGEST
    path = tmp_path / "bomb"
    path.write_bytes(data)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, name, path], capture_output=True, text=True, check=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tuntas.config.settings"},
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    code, _seconds, grown, child = done.stdout.split()
    assert code in {"file_swollen", "file_pixels", "file_archive", "file_broken"}
    assert float(grown) < 100
    assert float(child) < 330  # its own limit: what an interpreter with the library is, and 192 MB of data
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert used < 2 + 3  # the starting of Django included
