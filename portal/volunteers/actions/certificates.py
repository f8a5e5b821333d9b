"""What the committee does to a certificate that was asked for, or issued."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.community.models import User
from portal.volunteers.forms.certificates import IssueForm, WhyForm
from portal.volunteers.models import Certificate
from portal.volunteers.services import certificates


def _of_another(certificate: Certificate, user: User) -> bool:
    """Nobody answers for the own one."""
    return certificate.person_id != user.person_id


def _home(certificate: Certificate, user: User) -> Home:
    return Home(certificate.number or certificate.person.real_name, certificate.get_absolute_url())


ACTIONS: dict[str, Action] = {
    "issue": Action(
        _("Issue it"),
        certificates.issue,
        IssueForm,
        submit=_("Issue the certificate"),
        text=_(
            "Name, days, hours and each activity go on the paper as they are booked. It gets a number and a "
            "fingerprint, and a week's notice without the full name."
        ),
        done=_("Issued. It is on public notice."),
        tells=True,
        ready=_of_another,
        home=_home,
        effect=Effect.PUBLISHES,
        way_back=WayBack("void"),
    ),
    "refuse": Action(
        _("Do not issue it"),
        certificates.refuse,
        WhyForm,
        submit=_("Refuse with this reason"),
        done=_("Refused. The person reads the reason on their own page."),
        tone="danger",
        ready=_of_another,
        home=_home,
        effect=Effect.ENDS,
        text=_("The person reads your reason, and gets no certificate by this request."),
        way_back=_("It cannot be taken back. The person can ask again at any time."),
    ),
    "void": Action(
        _("Void this certificate"),
        certificates.void,
        WhyForm,
        submit=_("Void it with this reason"),
        done=_("Voided. Whoever checks the number reads it."),
        tone="danger",
        home=_home,
        effect=Effect.ENDS,
        text=_("Whoever checks the number reads that it is void, and why. The person is told."),
        way_back=_("It cannot be taken back. The person can ask for a new certificate."),
    ),
}
