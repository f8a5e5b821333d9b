"""What can be done to a notice or a text besides writing it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.pages import scheduling, services
from portal.pages.forms import EndForm, PublishForm, ScheduleForm
from portal.pages.models import WrittenPage


def _preview(page: WrittenPage, result: Any) -> str:
    return reverse("pages:preview", args=[page.neighbourhood.slug, page.pk])


def _home(page: WrittenPage, user: Any) -> Home:
    """Called as its newest draft is, which is what its writer has just read."""
    return Home(page.draft_title, _preview(page, None))


def _corrects(page: WrittenPage, user: Any) -> dict[str, Any]:
    """Of what everybody reads already it says what a correction does: nobody is told unless it is ticked."""
    if not page.live:
        return {}
    told = _(
        "Everybody reads the corrected text from now on. Neighbours are told only where you tick that below."
    )
    label = _("Publish the correction")
    return {"text": told, "submit": label, "called": label}


ACTIONS = {
    "publish": Action(
        _("Publish"),
        services.publish,
        PublishForm,
        text=_("Everybody can read it from now on. A new notice is told to all who live or own here."),
        done=_("Published."),
        then=lambda page, result: page.get_absolute_url(),
        main=True,
        home=_home,
        shows=_corrects,
        effect=Effect.PUBLISHES,
        way_back=WayBack("withdraw"),
    ),
    "schedule": Action(
        _("Publish at a set time"),
        scheduling.schedule,
        ScheduleForm,
        text=_("The draft as it is now appears at that time, and is told as if it were published by hand."),
        done=_("Scheduled."),
        then=_preview,
        home=_home,
        effect=Effect.PUBLISHES,
        way_back=WayBack("unschedule"),
    ),
    "confirm": Action(
        _("Let it appear as planned"),
        scheduling.confirm,
        text=_(
            "Whoever scheduled it holds no post here any more, so it does not appear by itself. "
            "With your word it does: at the set time, or at once if that is past."
        ),
        done=_("It appears on your word."),
        then=_preview,
        ready=lambda page, user: scheduling.waits_for_a_word(page, scheduling.scheduled(page)),
        home=_home,
        effect=Effect.PUBLISHES,
        way_back=WayBack("withdraw"),
    ),
    "unschedule": Action(
        _("Call the schedule off"),
        scheduling.unschedule,
        text=_("It does not appear at the set time. The draft stays, and can be scheduled again."),
        done=_("Called off."),
        then=_preview,
        ready=lambda page, user: scheduling.scheduled(page) is not None,
        home=_home,
        effect=Effect.ENDS,
        way_back=WayBack("schedule"),
    ),
    "end": Action(
        _("Take off at a set time"),
        scheduling.end,
        EndForm,
        text=_("From that time on nobody but the writers can read it; its text is kept as a draft."),
        done=_("Set."),
        then=_preview,
        ready=lambda page, user: page.live,
        home=_home,
        effect=Effect.ENDS,
        way_back=_("Until then another time can be set, or none; afterwards it can be published again."),
    ),
    "withdraw": Action(
        _("Take off the site"),
        services.withdraw,
        text=_("Nobody but the writers can read it any more. It can be published again at any time."),
        done=_("Taken off the site. The text is kept as a draft."),
        tone="danger",
        then=lambda page, result: reverse("pages:edit_index", args=[page.neighbourhood.slug]),
        home=_home,
        effect=Effect.ENDS,
        way_back=WayBack("publish"),
    ),
}
