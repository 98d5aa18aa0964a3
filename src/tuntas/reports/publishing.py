"""The public copy: made from a moderated text, and gone the moment a report is protected (handbook 1.4, 2.7)."""

import json
from datetime import datetime

from tuntas.identity import content
from tuntas.reports.models import PublicCopy, Report, ReportText

TITLE_LENGTH = 120  # characters


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
    """Remove the public copy and its files' public mark, and seal the working text under the content key."""
    withdraw(report)
    report.attachments.filter(is_public=True).update(is_public=False)
    text = ReportText.objects.filter(report=report, sealed=None).first()
    if text is not None:
        letter = {"title": text.title, "body": text.body, "remedy": text.requested_remedy}
        text.sealed = content.encrypt_text(json.dumps(letter, ensure_ascii=False), report=report.uuid, field="text")
        text.key_epoch, text.title, text.body, text.requested_remedy = content.EPOCH, "", "", ""
        text.save()


def read(report: Report) -> dict[str, str]:
    """Title, body and requested remedy for a handler or the reporter, opened when they are sealed."""
    text = report.text
    if text.sealed is None:
        return {"title": text.title, "body": text.body, "remedy": text.requested_remedy}
    opened: dict[str, str] = json.loads(content.decrypt_text(bytes(text.sealed), report=report.uuid, field="text"))
    return opened
