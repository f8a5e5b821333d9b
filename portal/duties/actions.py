"""What can be done to a public notice, and to promises on the workbench."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from portal.actions.actions import Action, Effect, Home
from portal.actions.ways import STAYS
from portal.community.models import Area, User
from portal.duties.forms import GiveBackForm, HandForm, ObjectionForm, SeveralForm, TakeForm, UrgeForm
from portal.duties.services import give_back, hand_to, object_to, take_on, urge

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ACTIONS = {
    "object": Action(
        _("Object to this notice"),
        object_to,
        ObjectionForm,
        submit=_("Publish my objection"),
        done=_("Your objection is published below."),
        tells=True,
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


def _to_several(
    label: StrOrPromise,
    work: Callable[..., int],
    form: type[SeveralForm],
    *,
    text: StrOrPromise,
    done: Any,
    tone: str = "",
) -> Action:
    """An act of the workbench, done to promises that were chosen; `done`: what is said afterwards of so many, `n`."""
    return Action(
        label,
        _several(work),
        form,
        text=text,
        done=lambda several: done % {"n": several.count},
        home=_home,
        then=_then,
        tone=tone,
        effect=None,
    )


DESK_ACTIONS = {
    "take": _to_several(
        _("I have it"),
        take_on,
        TakeForm,
        text=_(
            "Your colleagues and those who wait for it see that you have it in hand. You can give it back."
        ),
        done=ngettext_lazy("You have %(n)s in hand.", "You have %(n)s in hand.", "n"),
    ),
    "give_back": _to_several(
        _("Give it back"),
        give_back,
        GiveBackForm,
        text=_("It is your team’s as before, and nobody has it in hand."),
        done=ngettext_lazy("%(n)s given back.", "%(n)s given back.", "n"),
        tone="quiet",
    ),
    "hand": _to_several(
        _("Hand to a colleague"),
        hand_to,
        HandForm,
        text=_("The colleague is told and has it in hand from then on, and can give it back."),
        done=ngettext_lazy("%(n)s handed on.", "%(n)s handed on.", "n"),
        tone="quiet",
    ),
    "urge": _to_several(
        _("Remind"),
        urge,
        UrgeForm,
        text=_("Those who owe it get a notice with your name; once a day, whoever reminds them."),
        done=ngettext_lazy("Reminded of %(n)s.", "Reminded of %(n)s.", "n"),
        tone="quiet",
    ),
}
