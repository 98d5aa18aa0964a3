"""Categories: codes that outlive renames, with version and validity (handbook 2.5, R000-11)."""

from django.db import transaction
from django.utils.translation import gettext as _

from tuntas.kernel.packs import Loaded, Progress, RefusedRow, Row, bring_in, pack, rows, silent
from tuntas.organizations.models import Category


@transaction.atomic
def load_categories(*, progress: Progress = silent) -> Loaded:
    """Bring the category pack in, top level first. A category that ended keeps its row and its reports."""
    given = rows(pack("categories/categories.csv"), needs=("code", "parent", "name_id", "name_en", "valid_from"))
    loaded = Loaded(_("categories"))
    tops = [row for row in given if not row.text("parent")]
    parts = [row for row in given if row.text("parent")]
    loaded.take(bring_in(Category, [_facts(row, parent=None) for row in tops], key=["code"]))
    ids = dict(Category.objects.filter(parent=None).values_list("code", "pk"))
    loaded.refused += [
        RefusedRow.of(row, row.text("code"), _("the category %(code)s is not known") % {"code": row.text("parent")})
        for row in parts
        if row.text("parent") not in ids
    ]
    known = [_facts(row, parent=ids[row.text("parent")]) for row in parts if row.text("parent") in ids]
    loaded.take(bring_in(Category, known, key=["code"]))
    progress(loaded.what, len(given), len(given))
    return loaded


def _facts(row: Row, *, parent: int | None) -> dict[str, object]:
    return {
        "code": row.text("code"),
        "parent_id": parent,
        "name": row.text("name_id"),
        "name_en": row.text("name_en"),
        "version": row.number("version"),
        "valid_from": row.day("valid_from"),
        "valid_to": row.day("valid_to"),
        "keywords": row.words("keywords"),
        "examples": row.words("examples"),
        "closed_to": row.text("closed_to"),
    }
