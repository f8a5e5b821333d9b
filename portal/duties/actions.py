"""What can be done to a public notice, and to promises on the workbench."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.actions.actions import Action, Effect, Home
from portal.actions.ways import STAYS
from portal.community.models import Area, User
from portal.duties.forms import GiveBackForm, HandForm, ObjectionForm, TakeForm, UrgeForm
from portal.duties.services import give_back, hand_to, object_to, take_on, urge

ACTIONS = {
    "object": Action(
        _("Object to this notice"),
        object_to,
        ObjectionForm,
        submit=_("Publish my objection"),
        done=_("Your objection is published below; the committee was told."),
        ready=lambda notice, user: (
            not notice.is_over and not notice.objections.filter(person=user.person_id).exists()
        ),
        effect=Effect.PUBLISHES,
        text=_("Everybody can read it, with the name neighbours know. The committee is told."),
        way_back=STAYS,
    )
}


@dataclass(frozen=True)
class Several:
    """How many promises it was done to, and what the workbench was asked for before."""

    count: int
    back: str

    def desk(self, here: Area) -> str:
        """The workbench as it was looked at, on its first page."""
        asked = QueryDict(self.back, mutable=True)
        asked.pop("page", None)
        return f"{_home(here, None).url}?{asked.urlencode()}".rstrip("?")


def _several(work: Callable[..., int]) -> Callable[..., Several]:
    def run(user: User, slug: str, *, back: str, **asked: Any) -> Several:
        return Several(work(user, slug, **asked), back)

    return run


def _home(here: Area, _user: User | None) -> Home:
    return Home(_("Workbench"), reverse("duties:workbench", args=[here.slug]))


def _then(here: Area, done: Several) -> str:
    return done.desk(here)


DESK_ACTIONS = {
    "take": Action(
        _("I have it"),
        _several(take_on),
        TakeForm,
        text=_(
            "Your colleagues and those who wait for it see that you have it in hand. You can give it back."
        ),
        done=lambda done: (
            ngettext("You have %(n)s in hand.", "You have %(n)s in hand.", done.count) % {"n": done.count}
        ),
        home=_home,
        then=_then,
        effect=None,
    ),
    "give_back": Action(
        _("Give it back"),
        _several(give_back),
        GiveBackForm,
        text=_("It is your team’s as before, and nobody has it in hand."),
        done=lambda done: ngettext("%(n)s given back.", "%(n)s given back.", done.count) % {"n": done.count},
        home=_home,
        then=_then,
        tone="quiet",
        effect=None,
    ),
    "hand": Action(
        _("Hand to a colleague"),
        _several(hand_to),
        HandForm,
        text=_("The colleague is told and has it in hand from then on, and can give it back."),
        done=lambda done: ngettext("%(n)s handed on.", "%(n)s handed on.", done.count) % {"n": done.count},
        home=_home,
        then=_then,
        tone="quiet",
        effect=None,
    ),
    "urge": Action(
        _("Remind"),
        _several(urge),
        UrgeForm,
        text=_("Those who owe it get a notice with your name; once a day, whoever reminds them."),
        done=lambda done: (
            ngettext("Reminded of %(n)s.", "Reminded of %(n)s.", done.count) % {"n": done.count}
        ),
        home=_home,
        then=_then,
        tone="quiet",
        effect=None,
    ),
}
