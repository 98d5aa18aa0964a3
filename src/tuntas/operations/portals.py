"""`tuntas face`: which host name is the portal of which agency."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tuntas.faces import binding, designing
from tuntas.faces.models import Face
from tuntas.kernel.refusals import Incomplete
from tuntas.web.hosts import origin_of_face


def run(action: str, host: str, agency: str) -> Sequence[str]:
    """Do it, and say what came of it in lines. action: bind, unbind or list. Raises Refusal."""
    if action == "list":
        return [_line(face) for face in Face.objects.filter(ended_at=None).select_related("unit").order_by("host")] or [
            _("No portal is bound. Bind one with: tuntas face bind HOST AGENCY")
        ]
    if not host or (action == "bind" and not agency):
        raise Incomplete(
            _("Nothing was changed."),
            why=_("A host name is missing, or the agency."),
            instead="tuntas face bind lapor.kota-contoh.go.id 35-73",
        )
    if action == "unbind":
        face = binding.unbind(host)
        return [_("%(host)s is no portal any more. Every report stays where it is.") % {"host": face.host}]
    face = binding.bind(host, agency)
    return [
        _("%(host)s is bound to %(agency)s.") % {"host": face.host, "agency": face.unit.name},
        _("People see it once an administrator of the agency has published its look: %(address)s")
        % {"address": "/workspace/faces/"},
        _("Let the name lead to this site, and let its certificate hold for it: %(address)s")
        % {"address": origin_of_face(face.host)},
    ]


def _line(face: Face) -> str:
    seen = designing.published_of(face)
    state = _("open") if seen else _("not published yet")
    return f"{face.host}  {face.unit.code}  {face.unit.name}  {state}"
