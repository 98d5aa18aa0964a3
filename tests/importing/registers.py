"""Old registers for the tests of the import: invented rows in every shape that a file can have."""

import csv
import io
from datetime import UTC, datetime
from types import SimpleNamespace

from tests import databases
from tests.factories import the_state
from tuntas.operations.importing.bringing import bring
from tuntas.operations.importing.directory import Names
from tuntas.operations.importing.mapping import make_map
from tuntas.operations.importing.reading import open_table
from tuntas.operations.importing.validating import Validator
from tuntas.organizations.models import Category

AT = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)  # the Monday on which every test happens
HEADER = ["no", "masuk", "isi", "kategori", "instansi", "status", "tgl status", "jawaban", "tgl jawaban"]
ROW = {
    "no": "7",
    "masuk": "2022-01-05 09:30",
    "isi": "[contoh] Lampu jalan di depan pasar mati.",
    "kategori": "Kesehatan",
    "instansi": "Dinas Pekerjaan Umum",
    "status": "Selesai",
    "tgl status": "2022-01-12 10:00",
    "jawaban": "[contoh] Lampu sudah diganti.",
    "tgl jawaban": "2022-01-11 08:00",
}
MAP = {
    "source": "lama",
    "dates": {"zone": "WIB", "as_of": "2023-03-31 17:00"},
    "columns": {
        "id": "no",
        "lodged": "masuk",
        "text": "isi",
        "category": "kategori",
        "agency": "instansi",
        "status": "status",
        "closed": "tgl status",
        "reply": "jawaban",
        "answered": "tgl jawaban",
    },
    "defaults": {"category": "KES", "agency": "city"},
    "agencies": {"under": "city"},
    "values": {
        "status": {
            "Selesai": "RESOLVED",
            "Proses": "IN_PROGRESS",
            "Belum": "AWAITING_FOLLOW_UP",
            "Baru": "AWAITING_VERIFICATION",
            "Tertunda": "PENDING_INFO",
            "Arsip": "ARCHIVED",
            "": "UNEXPLAINED",
        }
    },
}


def a_row(**more):
    return ROW | {name.replace("_", " "): value for name, value in more.items()}


def rows(n, **more):
    return [a_row(no=str(number), **more) for number in range(1, n + 1)]


def a_map(**sections):
    """The map above with whole sections replaced, or keys added to a section given as a dict."""
    merged = dict(MAP)
    for name, value in sections.items():
        merged[name] = MAP.get(name, {}) | value if isinstance(value, dict) else value
    return make_map(merged)


def as_csv(made, header=HEADER, delimiter=","):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows([row[name] for name in header] if isinstance(row, dict) else row for row in made)
    return text.getvalue()


def a_file(folder, made, name="lama.csv", encoding="utf-8", **more):
    path = folder / name
    path.write_bytes(as_csv(made, **more).encode(encoding))
    return path


def brought(path, mapping=None, **more):
    """Bring a file in as the owner of the tables does."""
    the_state()
    with databases.role("owner"):
        Category.objects.get_or_create(code="LNY", defaults={"name": "Topik Lainnya"})
        return bring(path, mapping or a_map(), **({"at": AT} | more))


def a_directory():
    """What the rows of a test may name, without a database."""
    categories, units = Names(), Names()
    categories.learn("Kesehatan", "KES")
    units.learn("Dinas Pekerjaan Umum", "works")
    for code in ("a", "b"):
        units.learn("Kelurahan Contoh", code)
    return SimpleNamespace(
        categories={"KES": 1, "LNY": 2},
        category_names=categories,
        unit_names=units,
        default_category="LNY",
        default_unit="city",
    )


def looked_at(folder, made, mapping=None, **more):
    """What the validator makes of each row of a file: entries, refusals, or None for a blank one."""
    mapping = mapping or a_map()
    table = open_table(a_file(folder, made, **more), mapping.layout)
    validator = Validator(table, mapping, a_directory(), AT)
    return [validator.look_at(record) for record in table.rows]


def reasons(found):
    """(column, what) of each trouble of a refused row."""
    return [(trouble.column, trouble.what) for trouble in found.troubles]
