"""Where letters to agencies go that are not connected: mail addresses of offices, from an operator's file (R000-30)."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from tuntas.kernel.packs import Loaded, Progress, RefusedRow, Row, rows, silent
from tuntas.organizations.models import Unit


@transaction.atomic
def load_letter_addresses(file: Path, *, progress: Progress = silent) -> Loaded:
    """Set the letter address of each office that the file names; an empty one takes it away.

    The file is a CSV with the columns code and letter_address. A row is refused by itself for an unknown code and for
    what is no mail address. Raises Refusal when the file cannot be read.
    """
    given = rows(file, needs=("code", "letter_address"))
    loaded = Loaded(_("letter addresses"))
    units = Unit.objects.in_bulk([row.text("code") for row in given], field_name="code")
    for done, row in enumerate(given, start=1):
        unit, address = units.get(row.text("code")), row.text("letter_address")
        if unit is None or not _is_address(address):
            loaded.refused.append(RefusedRow.of(row, row.text("code"), _trouble(row, unit)))
        elif unit.letter_address == address:
            loaded.unchanged += 1
        else:
            unit.letter_address = address
            unit.save(update_fields=["letter_address"])
            loaded.changed += 1
            loaded.changes.append(unit.code)
        progress(loaded.what, done, len(given))
    return loaded


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return not text
    return True


def _trouble(row: Row, unit: Unit | None) -> str:
    if unit is None:
        return _("there is no office %(code)s") % {"code": row.text("code")}
    return _("“%(given)s” is no mail address") % {"given": row.text("letter_address")}
