"""What can be done to a post."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.community.models import Appointment, User
from portal.register.actions.relations import what_hangs
from portal.register.forms import (
    DeputyForm,
    DismissForm,
)
from portal.register.permissions import DESK
from portal.register.services import posts, undoing


def _posts(held: Appointment, user: User) -> Home:
    """The list of posts, or the own page for who may not read that."""
    if DESK.may(user, "see_posts", held.neighbourhood):
        return Home(_("Who holds which post"), held.get_absolute_url())
    return Home(_("My page"), reverse("register:me"))


APPOINTMENT = {
    "dismiss": Action(
        _("End today"),
        posts.dismiss,
        DismissForm,
        text=_("What the post allows ends at once. What was done in it stays done."),
        done=_("The post has ended."),
        tone="danger",
        template="register/appointment.html",
        shows=what_hangs,
        home=_posts,
        effect=Effect.ENDS,
        way_back=WayBack("reinstate"),
    ),
    "name_deputy": Action(
        _("Name a deputy for a leave"),
        posts.name_deputy,
        DeputyForm,
        submit=_("Name the deputy"),
        text=_(
            "On these days the deputy holds the post too: its promises and news reach both. It ends by itself "
            "after the last day."
        ),
        done=_("The deputy is named, and told."),
        tone="quiet",
        ready=lambda held, user: held.deputy_for_id is None,
        template="register/appointment.html",
        home=_posts,
        effect=Effect.PUBLISHES,
        way_back=WayBack("dismiss"),
    ),
    "reinstate": Action(
        _("Give the post back"),
        undoing.reinstate,
        text=_(
            "For a post that was ended by mistake. What it allows is allowed again at once, for the "
            "days it had; what was "
            "handed over meanwhile stays with whoever has it now."
        ),
        done=_("The post is held again."),
        tone="quiet",
        template="register/appointment.html",
        effect=Effect.REPLACES,
        way_back=WayBack("dismiss"),
        until=undoing.post_ended_for_good_at,
        ready=lambda held, user: held.dismissed_at is not None,
    ),
}
