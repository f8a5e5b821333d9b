"""The link by e-mail, where an address of the department is known: in the transaction of what it tells of.

The department has no account and reads the house's language. A mail is worth as much as its link holds.
"""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kit import clock
from portal.meetings.models import DepartmentLink
from portal.meetings.summons import links
from portal.notifications import mails

ASKED = gettext_lazy("You are summoned, please answer: %(title)s")
REMINDED = gettext_lazy("Your answer is still awaited: %(title)s")
RENEWED = gettext_lazy("A new link to the summons: %(title)s")
REPORT = gettext_lazy("Please report what was done: %(title)s")


def mail(link: DepartmentLink | None, subject: object) -> bool:
    """Mail what is asked, with the link, to the department; returns whether an address is known and the link holds."""
    if link is None or not link.summons.email or not links.holds(link) or not links.shown_again(link):
        return False
    summons = link.summons
    with translation.override(settings.LANGUAGE_CODE):
        text = {
            "summons": summons,
            "link": link,
            "url": settings.PORTAL_BASE_URL
            + reverse("meetings:department_link", args=[links.shown_again(link)]),
        }
        said = f"{str(subject) % {'title': summons.title}} · {summons.neighbourhood.name}"
        body = render_to_string("meetings/summons/mail.txt", text)
    mails.put("summons.link", summons.email, said, body, worth=link.expires_at - clock.now())
    DepartmentLink.objects.filter(pk=link.pk).update(mailed_to=summons.email)
    return True


def passed_on(link: DepartmentLink | None) -> str:
    """What the committee reads after a link was given: whether it is on its way, or is to be passed on."""
    if link is not None and link.mailed_to:
        return _("The link is on its way to %(email)s.") % {"email": link.mailed_to}
    return _("Please pass the link on to the department.")
