"""For `tuntas doctor`: the vault, the custodians, the offices of closed queues. Without them something waits unseen."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuntas.identity import door
from tuntas.kernel import doors, env
from tuntas.operations import supervisor
from tuntas.operations.findings import BAD, GOOD, WEAK, Finding
from tuntas.operations.folder import DataFolder

SECOND_PERSONS = 2  # agencies with a custodian: nobody decides on a request of the own agency
DESKS = {
    "INSPECTORATE": gettext_lazy("Inspectorate"),
    "WOMEN_AND_CHILDREN": gettext_lazy("Protection of women and children"),
}


def appointed(answers: Mapping[str, Any] | None) -> Iterator[Finding]:
    """Who must be there, or something waits: custodians of two agencies, and an office for each closed queue."""
    if answers is None:
        return
    (custodians,) = answers["custodians"]
    enough = custodians >= SECOND_PERSONS
    yield Finding(
        _("Custodians of identities"),
        GOOD if enough else WEAK,
        _("appointed in %(count)d agencies") % {"count": custodians},
        "" if enough else _("Appoint one in two agencies: a custodian never decides for the own one."),
    )
    (made_up,) = answers["demo"]
    if made_up:
        yield Finding(
            _("Officers of the demonstration"),
            WEAK,
            _("%(count)d of them: this register was written by the demonstration") % {"count": made_up},
            _("No real report belongs in here: begin a data folder of its own with tuntas run."),
        )
    for kind, name in DESKS.items():
        count, names = answers[kind]
        yield Finding(
            _("Closed queue: %(name)s") % {"name": name},
            WEAK if count else GOOD,
            _("%(count)d agencies have no office for it: %(names)s") % {"count": count, "names": names}
            if count
            else _("every agency has an office for it"),
            _("Such reports go to an office above meanwhile. Add the office and appoint its administrator.")
            if count
            else "",
        )


def vault(data: DataFolder) -> Iterator[Finding]:
    """Whether the vault answers. It is asked nothing that it knows; before a user whom it does not know it hangs up."""
    if supervisor.running(data) is None:
        return
    public = env.path("TUNTAS_VAULT_PUBLIC_KEYS", data.vault_public_keys)
    why = _silent(env.path("TUNTAS_VAULT_DOOR", public.with_name("door")))
    remedy = _("Reports go on, letters wait, no identity opens. See the vault's log in %(folder)s.")
    yield Finding(
        _("The vault's door"),
        BAD if why else GOOD,
        _("nobody answers (%(why)s)") % {"why": why} if why else _("the vault answers"),
        remedy % {"folder": data.logs} if why else "",
    )


def _silent(place: Path) -> str:
    """Why nobody answers at this door; empty when somebody does."""
    try:
        door.ask({"doctor": "knocks"}, place=place)
    except door.Refused:
        return ""
    except door.Away as away:
        return "" if str(away) == doors.Garbled.__name__ else str(away)
    return ""
