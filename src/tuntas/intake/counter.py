"""Reports that an officer types for somebody who stands at the desk: the public's own form, marked with the office.

A permit says at which appointment the form was opened. It opens nothing: the form is everybody's, and the permit only
tells the register that the report came by the desk. The receipt and the code are the visitor's alone.
"""

from datetime import timedelta

from django.core import signing

from tuntas.access import security_log
from tuntas.organizations.models import Appointment

SALT = "tuntas.intake.counter"
LIFETIME = timedelta(hours=12)  # a day at the desk


def permit_for(appointment: Appointment) -> str:
    return signing.dumps(appointment.pk, salt=SALT)


def desk_of(permit: str) -> Appointment | None:
    """The appointment that a permit names, while both are in force; None for anything else."""
    try:
        number = signing.loads(permit, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    return Appointment.objects.current().filter(pk=number).select_related("unit").first()


def note(desk: Appointment) -> None:
    """Who typed for a visitor stays in the security log; which report it was does not, so that nobody is led to it."""
    security_log.write_apart("lodged_for_visitor", officer=desk.officer_id, facts={"unit": desk.unit_id})
