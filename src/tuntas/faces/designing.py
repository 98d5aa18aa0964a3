"""How a face looks: an agency's administrator writes a draft, looks at it in both themes, and publishes it."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuntas.access import security_log
from tuntas.access.actors import Actor
from tuntas.accounts import administering
from tuntas.faces import colours, emblems, known, queries
from tuntas.faces.models import Face, Look
from tuntas.kernel.refusals import NotYours, OutOfTurn

WORDS = ("name", "name_en", "welcome", "welcome_en", "hours", "hours_en")
FIRST_COLOUR = "#9b1c1c"  # the product's own, until the agency chooses


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A look as it is asked for. emblem: bytes of `emblems.drawn_anew`, b"" for none, None: as before."""

    name: str
    colour: str
    name_en: str = ""
    welcome: str = ""
    welcome_en: str = ""
    hours: str = ""
    hours_en: str = ""
    emblem: bytes | None = None


def faces_of(by: Actor) -> list[Face]:
    """The open faces that this administrator keeps: of the own agency and those below it. Call in their sight."""
    own = Face.objects.filter(unit__in=administering.units_of(by), ended_at=None, pk__in=queries.kept())
    return list(own.select_related("unit").order_by("host"))


def draft_of(face: Face) -> Look | None:
    return Look.objects.filter(face=face, published_at=None).select_related("face__unit").first()


def published_of(face: Face) -> Look | None:
    published = Look.objects.filter(face=face, published_at__isnull=False).select_related("face__unit")
    return published.order_by("-published_at", "-pk").first()


@transaction.atomic
def keep_draft(by: Actor, face: Face, wish: Wish) -> Look:
    """Write the draft of a face, or write it anew. Raises NotYours, and Incomplete for a colour that cannot be used."""
    _must_keep(by, face)
    before = draft_of(face)
    draft = before or Look(face=face)
    for name in WORDS:
        setattr(draft, name, getattr(wish, name).strip())
    draft.colour = colours.read(wish.colour)
    emblem = wish.emblem
    if emblem is None:
        latest = before or published_of(face)
        emblem = bytes(latest.emblem) if latest else b""
    draft.emblem, draft.emblem_hash = emblem, emblems.hash_of(emblem)
    draft.changed_at, draft.changed_by_id = timezone.now(), by.officer
    draft.save()
    return draft


@transaction.atomic
def publish(by: Actor, face: Face, *, draft: int) -> Look:
    """Show the draft to everybody from now on. draft: the id of the one that was looked at.

    Raises NotYours; OutOfTurn when another draft stands there, or none.
    """
    _must_keep(by, face)
    found = Look.objects.select_for_update(of=("self",)).filter(face=face, published_at=None, pk=draft).first()
    if found is None:
        raise OutOfTurn(
            _("This draft was published or changed already."),
            why=_("A colleague may have been faster."),
            instead=_("Look at the portal as it is now. Nothing was changed."),
        )
    found.published_at, found.published_by_id = timezone.now(), by.officer
    found.save(update_fields=["published_at", "published_by"])
    facts: dict[str, str | int] = {"unit": face.unit_id, "host": face.host, "look": found.pk}
    security_log.write("face_published", officer=by.officer, facts=facts)
    known.forget()
    transaction.on_commit(known.forget)
    return found


def _must_keep(by: Actor, face: Face) -> None:
    if not administering.units_of(by).filter(pk=face.unit_id).exists() or face.pk not in queries.kept():
        raise NotYours(
            _("This portal is not yours to change."),
            why=_("You keep the portals of your own agency and of those below it."),
            instead=_("Ask the administrator of that agency. Nothing was changed."),
        )
