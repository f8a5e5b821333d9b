"""What can be done with a contact card besides writing it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action
from portal.pages.cards import services
from portal.pages.cards.forms import CheckForm, DrawForm

ACTIONS = {
    "check": Action(
        _("Everything is still right"),
        services.check,
        CheckForm,
        text=_(
            "Please call the numbers you are not sure of before you say so. The card then bears today's date."
        ),
        done=_("Checked today."),
        effect=None,
    ),
    "draw": Action(
        _("Print the cards of all buildings"),
        services.draw,
        DrawForm,
        text=_(
            "One PDF with a page for each building. It is made within some minutes and waits on this page."
        ),
        done=_("The file is being made. Please look again in a minute or two."),
        effect=None,
    ),
}
