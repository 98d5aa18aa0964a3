"""The public copy: made from a moderated text, and gone the moment a report is protected (handbook 1.4, 2.7)."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tuntas.identity import content
from tuntas.kernel.refusals import NotYours
from tuntas.reports.models import PublicCopy, Report, ReportText

TITLE_LENGTH = 120  # characters
# Where a hidden report happened lies with its words: a place can be a home.
NOWHERE: Mapping[str, Any] = {"place": "", "latitude": None, "longitude": None, "cell_y": None, "cell_x": None}


def settle(report: Report, *, title: str, body: str, place: str, at: datetime) -> PublicCopy | None:
    """Publish what an administrator moderated, unless the report hides its text; then seal what lay open."""
    if report.hides_text:
        hide(report)
        return None
    body = body.strip()
    if not body:
        return None
    copy, _made = PublicCopy.objects.update_or_create(
        report=report,
        defaults={
            "number": report.number,
            "title": (title.strip() or body)[:TITLE_LENGTH],
            "body": body,
            "place": place.strip(),
            "published_at": at,
        },
    )
    return copy


def withdraw(report: Report) -> None:
    """Take the public copy away; nothing is made from anything else, so nothing else remains."""
    PublicCopy.objects.filter(report=report).delete()


def hide(report: Report) -> None:
    """Remove the public copy and its files' public mark, and seal the working text and the place.

    The database does the first two by itself as soon as the report's row says so (migrations/0010), whoever writes it;
    the key of the content lies outside of it.
    """
    withdraw(report)
    report.attachments.filter(is_public=True).update(is_public=False)
    text = ReportText.objects.filter(report=report).first()
    if text is None or (text.sealed is not None and not report.place):
        return
    report.text = text
    text.sealed = seal(read(report), report=report.uuid)
    text.key_epoch, text.title, text.body, text.requested_remedy, text.reported_party = content.EPOCH, "", "", "", ""
    text.has_open_rows = True
    text.save()
    for column, nothing in NOWHERE.items():
        setattr(report, column, nothing)
    report.save(update_fields=list(NOWHERE))


def rewrite(report: Report, *, title: str, body: str, remedy: str, place: str) -> None:
    """Put corrected words in place of what the register kept; nothing of the old ones stays. Sealed stays sealed.

    What the reporter asked to have masked is found again in the new words, or is no longer in them. A corrected place
    takes its point on the map away.
    """
    was, text = read(report), report.text
    point = NOWHERE if place != was["place"] else {}
    told = {**was, **point, "title": title, "body": body, "remedy": remedy, "place": place}
    text.covered = _covered_anew(text.covered, was, told)
    if text.sealed is not None:
        text.sealed = seal({name: told[name] for name in was}, report=report.uuid)
        text.save()
        return
    text.title, text.body, text.requested_remedy = title, body, remedy
    text.save()
    for column, value in {**point, "place": place}.items():
        setattr(report, column, value)
    report.save(update_fields=["place", *point])


def _covered_anew(
    covered: list[dict[str, Any]], was: Mapping[str, Any], told: Mapping[str, Any]
) -> list[dict[str, Any]]:
    found = []
    for each in covered:
        name = {"text": "body"}.get(each["field"], each["field"])
        words = str(was.get(name, ""))[each["start"] : each["end"]]
        start = str(told.get(name, "")).find(words) if words else -1
        if start >= 0:
            found.append(each | {"start": start, "end": start + len(words)})
    return found


def seal(letter: Mapping[str, Any], *, report: UUID) -> bytes:
    """The words and the place of a hidden report under the content key, bound to its uuid."""
    return content.encrypt_text(json.dumps(dict(letter), ensure_ascii=False), report=report, field="text")


def read(report: Report) -> dict[str, Any]:
    """What the person said, for a handler or the reporter, opened when it is sealed.

    title, body, remedy, party (whom it is about, in the person's words), place; latitude and longitude in degrees, None
    where no point was given. NotYours for one who sees that there is a report, but not what it says.
    """
    try:
        text = report.text
    except ReportText.DoesNotExist:
        raise NotYours(
            _("What this report says is not shown to you."),
            why=_("It is protected: only the office that handles it reads it."),
            instead=_("Leave it to that office, or ask it. Nothing was changed."),
        ) from None
    told = {
        "title": text.title,
        "body": text.body,
        "remedy": text.requested_remedy,
        "party": text.reported_party,
        "place": report.place,
        "latitude": report.latitude,
        "longitude": report.longitude,
    }
    if text.sealed is None:
        return told
    opened = json.loads(content.decrypt_text(bytes(text.sealed), report=report.uuid, field="text"))
    return told | {name: value for name, value in opened.items() if value not in ("", None)}
