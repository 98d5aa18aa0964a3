"""Binding host names to agencies: the operator's work alone (`tuntas face`), as the owner of the tables.

An agency cannot do it: whoever could claim a name could speak as another.
"""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuntas.access import security_log
from tuntas.faces import hosts, known
from tuntas.faces.models import Face
from tuntas.kernel.refusals import NotFound, OutOfTurn, Refusal
from tuntas.organizations.models import AGENCY_KINDS, Unit, UnitKind


@transaction.atomic
def bind(typed: str, agency: str) -> Face:
    """Bind a host name to the agency of this code or slug. People see nothing until its look is published.

    Raises Refusal: no host name, one of the site's own, one that is taken, or no agency.
    """
    host = hosts.host_name(typed)
    hosts.refuse_taken(host)
    if settings.DEMO and not host.endswith(".localhost"):
        raise Refusal(
            _("The demo stays on this machine."),
            why=_("In the demo everybody may sign in as anybody, without a password."),
            instead=_("Use a name that ends in .localhost."),
        )
    unit = _agency(agency)
    try:
        with transaction.atomic():
            face = Face.objects.create(host=host, unit=unit)
    except IntegrityError:
        taken = Face.objects.select_related("unit").get(host=host, ended_at=None)
        raise OutOfTurn(
            _("%(host)s is the portal of %(agency)s already.") % {"host": host, "agency": taken.unit.name},
            why=_("A host name leads to one agency."),
            instead=_("First: tuntas face unbind %(host)s") % {"host": host},
        ) from None
    security_log.write("face_bound", officer=None, facts={"unit": unit.pk, "host": host})
    return face


@transaction.atomic
def unbind(typed: str) -> Face:
    """End a face. The register and every report stay as they are; the name is free again. Raises NotFound."""
    host = hosts.host_name(typed)
    face = Face.objects.select_for_update().filter(host=host, ended_at=None).first()
    if face is None:
        raise NotFound(
            _("No portal is bound to %(host)s.") % {"host": host},
            why=_("It was never bound, or ended already."),
            instead=_("See: tuntas face list"),
        )
    face.ended_at = timezone.now()
    face.save(update_fields=["ended_at"])
    security_log.write("face_unbound", officer=None, facts={"unit": face.unit_id, "host": host})
    known.forget()
    return face


def _agency(named: str) -> Unit:
    found = Unit.objects.working().filter(slug=named).first() or Unit.objects.working().filter(code=named).first()
    if found is None:
        raise NotFound(
            _("No agency is called “%(name)s”.") % {"name": named[:80]},
            why=_("An agency is named by its code (35-73) or by the last part of its page's address."),
            instead=_("Look it up on the page of all agencies: /instansi"),
        )
    if found.kind not in AGENCY_KINDS or found.kind == UnitKind.NATION:
        raise Refusal(
            _("%(name)s cannot have a portal of its own.") % {"name": found.name},
            why=_("Portals belong to agencies that run a register: ministries, provinces, regencies and cities."),
            instead=_("Bind the name to the agency that it belongs to."),
        )
    return found
