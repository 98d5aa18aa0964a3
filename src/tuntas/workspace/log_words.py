"""What each kind of entry of the security log is called on a page; one without words here is shown by its own."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tuntas.access.models import SecurityEntry

KINDS: dict[str, Any] = {
    "sign_in": _("Signed in"),
    "sign_in_refused": _("A sign-in was refused"),
    "sign_out": _("Signed out"),
    "code_refused": _("A wrong code was typed"),
    "step_up": _("Confirmed again that it is them"),
    "session_ended": _("Ended sessions"),
    "sessions_ended_by_admin": _("An administrator ended the sessions of an officer"),
    "factor_added": _("Set up a second step"),
    "factor_removed": _("Removed a second step"),
    "recovery_codes_made": _("Made new recovery codes"),
    "password_changed": _("Changed the password"),
    "password_set_by_link": _("Set the password by a link"),
    "email_changed": _("Changed the mail address"),
    "email_changed_by_admin": _("Changed the mail address of an officer"),
    "identity_linked": _("Linked a government identity"),
    "identity_unlinked": _("Removed a government identity"),
    "identity_refused": _("A government identity without a link was refused"),
    "disclosure_asked": _("Asked who a reporter is"),
    "disclosure_granted": _("Let another agency see who a reporter is"),
    "disclosure_refused": _("Refused to let another agency see who a reporter is"),
    "disclosure_emergency": _("Opened an identity in an emergency"),
    "disclosure_reviewed": _("Reviewed an emergency"),
    "disclosure_denied": _("Was not let open an identity, or decide about one"),
    "disclosure_seen": _("Saw who a reporter is"),
    "hold_placed": _("Placed a legal hold"),
    "hold_released": _("Released a legal hold"),
    "breach_opened": _("Wrote a failure of data protection down"),
    "breach_amended": _("Amended a failure of data protection"),
    "breach_told_authority": _("Noted that the authority was told of a failure"),
    "breach_told_subjects": _("Noted that those concerned were told of a failure"),
    "breach_letter": _("Opened a letter about a failure of data protection"),
    "breach_closed": _("Closed a failure of data protection"),
    "ethics_signed": _("Signed the code of ethics"),
    "purpose": _("Gave a purpose for opening a protected report"),
    "sensitive_read": _("Opened a protected report"),
    "outside_read": _("Opened a protected report of another office"),
    "unusual_reads": _("Opened unusually many protected reports"),
    "denied": _("Was refused something"),
    "lodged_for_visitor": _("Wrote down a report for a visitor"),
    "officer_created": _("Made an account"),
    "first_admin": _("A national administrator was made from the command line"),
    "officer_enabled": _("Opened an account again"),
    "officer_disabled": _("Closed an account"),
    "appointed": _("Appointed an officer"),
    "appointment_ended": _("Ended an appointment"),
    "handed_over": _("Handed the work of an officer over"),
    "reset_started": _("Started a new password for an officer"),
    "renewal_asked": _("Asked that an officer may set up a new second step"),
    "renewal_granted": _("Granted a new second step to an officer"),
    "face_bound": _("A portal was bound to an agency from the command line"),
    "face_unbound": _("A portal was ended from the command line"),
    "face_published": _("Published the look of a portal"),
    "renewal_refused": _("Refused a new second step to an officer"),
}


def words_of(entry: SecurityEntry) -> Any:
    """The kind in words, with the device where there is one."""
    said = KINDS.get(entry.kind, entry.kind)
    device = entry.facts.get("device")
    return f"{said} ({device})" if device else said
