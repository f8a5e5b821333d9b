"""What can be done to a notice or a text besides writing it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.pages import services

ACTIONS = {
    "publish": Action(
        _("Publish"),
        services.publish,
        text=_("Everybody can read it from now on. A new notice is told to all who live or own here."),
        done=_("Published."),
        main=True,
        effect=Effect.PUBLISHES,
        way_back=WayBack("withdraw"),
    ),
    "withdraw": Action(
        _("Take off the site"),
        services.withdraw,
        text=_("Nobody but the writers can read it any more. It can be published again at any time."),
        done=_("Taken off the site. The text is kept as a draft."),
        tone="danger",
        then=lambda page, result: reverse("pages:edit_index", args=[page.neighbourhood.slug]),
        effect=Effect.ENDS,
        way_back=WayBack("publish"),
    ),
}
