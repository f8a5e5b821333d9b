"""What can be done to a post."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.community.leaving import Leaving, hanging
from portal.community.models import Appointment, Post, User
from portal.community.places import neighbourhood_of
from portal.register.forms import (
    DeputyForm,
    DismissForm,
)
from portal.register.permissions import DESK, runs_portal
from portal.register.services import posts, undoing


def _posts(held: Appointment, user: User) -> Home:
    """The list of posts: of the desk, or of whoever runs the portal; the own page for who may read neither."""
    here = neighbourhood_of(held.area)
    if here is not None and DESK.may(user, "see_posts", here):
        return Home(_("Who holds which post"), held.get_absolute_url())
    if runs_portal(user, here or held.area):
        return Home(_("Who holds which post"), reverse("administration:posts", args=[held.area_id]))
    return Home(_("My page"), reverse("register:me"))


def _ending(held: Appointment, user: User) -> dict[str, Any]:
    """What hangs on a post that is about to end, and what is said of one that has not begun."""
    going = Leaving(held.person, held, by=user, successor=posts.back_to(held))
    page: dict[str, Any] = {"hanging": hanging(going)}
    return page | (NOT_BEGUN if held.is_to_come else {})


def _powers(held: Appointment, user: User) -> dict[str, Any]:
    return {"powers": POWERS[Post(held.post)]}


def _coming_back(held: Appointment, user: User) -> dict[str, Any]:
    return {"hanging": undoing.coming_back(held, user), "comes_back": True} | (
        {"text": _("This post will begin on the day it was given for.")} if held.is_to_come else {}
    )


NOT_BEGUN = {
    "heading": _("Take back before it begins"),
    "submit": _("Take back"),
    "text": _("This post has not begun. Taken back, it never will; nobody loses anything that holds today."),
}
# In words what a deputy can read and do: whoever names one from another body has to know.
COMMITTEE_POWERS = _(
    "The deputy reads the register with names, rooms and phone numbers, answers requests at the counter, and acts for "
    "the committee on topics, hearings, votes and volunteer teams."
)
POWERS = {
    Post.DIRECTOR: _(
        "The deputy reads the register with names, rooms and phone numbers, answers requests at the counter, acts for "
        "the committee on topics, hearings, votes and volunteer teams, and gives and ends posts."
    ),
    Post.WORKER: COMMITTEE_POWERS,
    Post.OWNERS_COMMITTEE: _(
        "The deputy acts for the owners' committee: on its promises, and in votes of the owners. Not with the register."
    ),
    Post.PROPERTY: _(
        "The deputy answers for the property management and keeps its promises. Not with the register of residents."
    ),
} | dict.fromkeys(
    (
        Post.PARTY,
        Post.OVERSIGHT,
        Post.BUILDING_HEAD,
        Post.DELEGATE,
        Post.OFFICER,
        Post.AUDITOR,
        Post.EDITOR,
        Post.OPERATOR,
    ),
    _("The deputy reads and does all that the post allows, and what it owes waits for both."),
)

APPOINTMENT = {
    "dismiss": Action(
        _("End today"),
        posts.dismiss,
        DismissForm,
        text=_("What the post allows ends at once. What was done in it stays done."),
        done=_("The post has ended."),
        tone="danger",
        template="register/appointment.html",
        shows=_ending,
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
        done=_("The deputy is named."),
        tells=True,
        tone="quiet",
        ready=lambda held, user: held.deputy_for_id is None,
        template="register/appointment.html",
        shows=_powers,
        home=_posts,
        effect=Effect.PUBLISHES,
        way_back=WayBack("dismiss"),
    ),
    "reinstate": Action(
        _("Give the post back"),
        undoing.reinstate,
        text=_(
            "For a post that was ended by mistake. What it allows is allowed again at once, for the "
            "days it had. What is listed here as coming back does; everything else that was handed over stays with "
            "whoever has it now."
        ),
        done=_("The post is held again."),
        tone="quiet",
        template="register/appointment.html",
        shows=_coming_back,
        home=_posts,
        effect=Effect.REPLACES,
        way_back=WayBack("dismiss"),
        until=undoing.post_ended_for_good_at,
        ready=lambda held, user: held.dismissed_at is not None,
    ),
}
