"""The first national administrator of a new installation, and the way back when none is left.

Whoever may run this on the machine owns the register's tables anyway. It makes an account and chooses no password: a
link, shown once on the terminal, lets the person do that. It is written into the security log like every appointment.
"""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuntas.access import security_log
from tuntas.accounts import links
from tuntas.kernel.refusals import NotFound, OutOfTurn
from tuntas.organizations.models import Appointment, Officer, Role, Unit, UnitKind


@transaction.atomic
def make(username: str, *, name: str, email: str) -> str:
    """The whole link. Raises OutOfTurn when the name is taken, NotFound when no nation is loaded."""
    nation = Unit.objects.filter(kind=UnitKind.NATION).first()
    if nation is None:
        raise NotFound(
            _("There is no nation to administer yet."),
            why=_("The units are not loaded."),
            instead=_("First: tuntas load all"),
        )
    officer = Officer(username=username, name=name, email="")
    officer.set_unusable_password()
    try:
        with transaction.atomic():
            officer.save()
    except IntegrityError:
        raise OutOfTurn(
            _("This user name is taken."),
            why=_("Each officer of the register has a user name of their own."),
            instead=_("Choose another one, such as name and office."),
        ) from None
    held = Appointment.objects.create(
        officer=officer, unit=nation, role=Role.NATIONAL_ADMIN, valid_from=timezone.localdate()
    )
    security_log.write("first_admin", officer=None, facts={"about": officer.pk, "role": held.role})
    path = links.invite(officer, by="tuntas first-admin")
    Officer.objects.filter(pk=officer.pk).update(email=email)  # afterwards: the link is on the terminal alone
    return f"{settings.ORIGIN}{path}"
