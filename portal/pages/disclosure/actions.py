"""What can be done with an item of the catalogue, and with what was published of it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.actions.ways import STAYS
from portal.community.models import User
from portal.pages.disclosure import services
from portal.pages.disclosure.feeds import FEEDS
from portal.pages.disclosure.forms import AroseForm, CorrectForm, PublishForm, RetireForm
from portal.pages.disclosure.models import DisclosureItem, Period, Publication
from portal.pages.disclosure.permissions import STAYS as LAW_STAYS

BY_CHANCE = {Period.ARISES, Period.CHANGE, Period.STANDING}


def _by_chance(item: DisclosureItem, user: User) -> bool:
    return item.period in BY_CHANCE and item.arose_on is None and item.feed not in FEEDS


def _stands(publication: Publication, user: User) -> bool:
    return not Publication.objects.filter(corrects=publication).exists()


def _page(item: DisclosureItem, result: Any) -> str:
    return str(result.get_absolute_url())


ACTIONS = {
    "publish": Action(
        _("Publish this item"),
        services.publish,
        PublishForm,
        text=_(
            "Everybody can read it at once. Please leave out names and numbers of people who have not agreed."
        ),
        done=_("Published."),
        submit=_("Publish"),
        main=True,
        then=_page,
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "arose": Action(
        _("It happened: to be published"),
        services.arose,
        AroseForm,
        text=_("From that day its working days are counted."),
        done=_("Noted. It stands on the workbench of whoever publishes it."),
        ready=_by_chance,
        effect=None,
    ),
    "retire": Action(
        _("Take it out of the catalogue"),
        services.retire,
        RetireForm,
        text=_("Nobody owes it any more. What was published stays readable."),
        done=_("Taken out."),
        tone="danger",
        ready=lambda item, user: not item.statutory,
        not_ready=LAW_STAYS,
        effect=Effect.ENDS,
        way_back=WayBack("restore"),
    ),
    "restore": Action(
        _("Put it back into the catalogue"),
        services.restore,
        text=_("It is owed again from today on."),
        done=_("Put back."),
        effect=Effect.PUBLISHES,
        way_back=WayBack("retire"),
    ),
}
CORRECTIONS = {
    "correct": Action(
        _("Correct it"),
        services.correct,
        CorrectForm,
        text=_("What you write stands in its place. The former text stays readable, with your reason."),
        done=_("Corrected."),
        ready=_stands,
        then=_page,
        effect=Effect.REPLACES,
        way_back=STAYS,
    ),
}
