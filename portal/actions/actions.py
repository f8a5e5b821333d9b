"""What can be done to a thing, as people meet it: a row of words, a form and a service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.doors import Door
from portal.actions.forms import ActionForm
from portal.community.models import User
from portal.community.web import account, typed_before
from portal.kit import clock

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _always(thing: Any, user: User) -> bool:
    return True


class Effect(Enum):
    """What an act does that is not simply done again otherwise. Such an act is asked about once before it is done."""

    ENDS = "ends"
    PUBLISHES = "publishes"
    REPLACES = "replaces"
    COUNTS = "counts"


@dataclass(frozen=True)
class WayBack:
    """The action of the same table that takes an act back. `until(thing)`: where that is not the action's own."""

    action: str
    until: Callable[[Any], datetime | None] | None = None


@dataclass(frozen=True)
class Home:
    """Where the page of an action belongs: the name of the thing, and the way back."""

    title: StrOrPromise
    url: str


@dataclass(frozen=True)
class Action:
    """One action: `run(user, key, **fields of the form)` does it; `done` is said afterwards.

    `effect`: what it ends, publishes, replaces or counts, said for each action (None: nothing of the kind). One with an
    effect is never `direct`, says in `text` what follows, and has a `way_back`: one, or the sentence why there is none.
    `label`: heading and button, `submit`: the button where it says more. `text`: what will happen.
    `tone`: how its button looks ("", "quiet", "danger"). `main`: the big button of the thing's page, on pages
    that ask for it only while `turn(thing, user)`: a step that was done, or has time, stands among the others, and is
    the last one named to whoever owes it.
    `direct`: one press on the thing's page does it, where the form has nothing to ask; only for what can be
    taken back.
    `until(thing)`: when an action that takes something back can be done no more, told of a thing before and after what
    it takes back; None: as long as the thing stands so.
    `ready(thing, user)`: whether it makes sense now, besides roles and state; `not_ready`: what somebody reads else.
    `waits(thing, user)`: why not yet, and from when, in words; nothing where it can be done (`refusal_of` asks a check
    of the service itself). Who owes it reads that in place of its button.
    `leads_on`: whoever owes the next step of the same thing, and can do it at once, lands on its form; where nothing
    has to happen between the two.
    `tells`: after `done` it is said how many accounts were told, and nothing where nobody was: `done` never claims it.
    `done` may be a function of the service's result, `then` one of thing and result that gives the address to
    go to (default: the thing's page), `warn` one that names what is left to do by hand.
    `from_address`: fields, or questions to the form, that the page's address may bring along (`?code=e12`), in the
    form's `initial`. `home(thing, user)`: what stands for the thing's title and page where a reader may act on it
    without reading it. `template` and `shows(thing, user)`: a page that shows more than the form, and its further
    context; in it `back` leads elsewhere than home, `text` says otherwise what will happen, and `submit` says something
    else on the button.
    """

    label: StrOrPromise
    run: Callable[..., Any]
    form: type[ActionForm[Any]] = ActionForm
    text: StrOrPromise = ""
    done: StrOrPromise | Callable[[Any], StrOrPromise] = ""
    tells: bool = False
    submit: StrOrPromise = ""
    tone: str = ""
    main: bool = False
    turn: Callable[[Any, User], bool] = _always
    direct: bool = False
    ready: Callable[[Any, User], bool] = _always
    then: Callable[[Any, Any], str] | None = None
    leads_on: bool = False
    warn: Callable[[Any], StrOrPromise] | None = None
    from_address: tuple[str, ...] = ()
    template: str = "actions/action.html"
    shows: Callable[[Any, User], dict[str, Any]] | None = None
    home: Callable[[Any, User], Home] | None = None
    waits: Callable[[Any, User], StrOrPromise] | None = None
    not_ready: StrOrPromise = _("This cannot be done now. The page it belongs to says what can.")
    effect: Effect | None = field(kw_only=True)
    way_back: WayBack | StrOrPromise = ""
    until: Callable[[Any], datetime | None] | None = None

    def __post_init__(self) -> None:
        if self.effect and (self.direct or not self.text or not self.way_back):
            raise ValueError(
                f"{self.label}: what follows is asked about, with its way back or why there is none"
            )

    @property
    def button(self) -> StrOrPromise:
        """What the button says."""
        return self.submit or self.label

    def home_of(self, thing: Any, user: User) -> Home:
        """What the page calls the thing, and where it leads back to."""
        return self.home(thing, user) if self.home else Home(thing.title, thing.get_absolute_url())

    def filled(self, request: HttpRequest, thing: Any) -> ActionForm[Any]:
        """The form as it was sent, or as it begins: with what was typed before a session expired."""
        asks: dict[str, Any] = {"thing": thing, "user": account(request)}
        brought = {name: request.GET[name] for name in self.from_address if name in request.GET}
        if request.method == "POST":
            return self.form(request.POST, request.FILES, initial=brought, **asks)
        return self.form(initial=brought | typed_before(request), **asks)


Actions = Mapping[str, Action]


def taken_back(actions: Actions, action: Action, thing: Any) -> dict[str, Any]:
    """What is said of taking an act back: with which action until when, or why not."""
    way = action.way_back
    if not isinstance(way, WayBack):
        return {"no_way_back": way}
    until = way.until or actions[way.action].until
    return {"way_back": actions[way.action].label, "until": until(thing) if until else None}


def ready(actions: Actions, name: str, thing: Any, user: User) -> bool:
    """Whether an action makes sense now, and is not a way back that has closed."""
    return not why_not(actions, name, thing, user)


def why_not(actions: Actions, name: str, thing: Any, user: User) -> StrOrPromise:
    """Why an action cannot be done now: not yet and from when, or not at all; nothing where it can."""
    action = actions[name]
    if not action.ready(thing, user):
        return action.not_ready
    if action.waits and (why := action.waits(thing, user)):
        return why
    until = action.until(thing) if action.until else None
    return action.not_ready if until is not None and clock.passed(until) else ""


class Offer:
    """An action that this reader may do now, as a page offers it."""

    def __init__(self, request: HttpRequest, name: str, actions: Actions, thing: Model, url: str) -> None:
        self.name, self.action, self.url = name, actions[name], url
        self._request, self._thing, self._actions = request, thing, actions

    @property
    def draft(self) -> str:
        """The name under which the page's script keeps what is being typed."""
        return f"{self._thing._meta.model_name}-{self._thing.pk}-{self.name}"

    @property
    def direct(self) -> bool:
        """Whether one press does it: there is nothing to ask this reader."""
        return (
            self.action.direct and not self.action.form(thing=self._thing, user=account(self._request)).fields
        )

    @property
    def main(self) -> bool:
        """Whether it is the next step on the thing's page now."""
        return self.action.main and self.action.turn(self._thing, account(self._request))

    @property
    def until(self) -> datetime | None:
        """When it can be done no more, where it takes something back."""
        return self.action.until(self._thing) if self.action.until else None

    @property
    def taken_back(self) -> dict[str, Any]:
        """What is said of taking it back, for pages that show the form at once."""
        return taken_back(self._actions, self.action, self._thing)

    @property
    def at_once(self) -> bool:
        """Whether a page may show the form itself: an act with an effect is never one press."""
        fields = self.action.form(thing=self._thing, user=account(self._request)).fields.values()
        return self.action.effect is None or any(field.required for field in fields)

    @cached_property
    def form(self) -> ActionForm[Any]:
        """The form, for pages that show it at once."""
        typed = typed_before(self._request, self.url)
        if not self.at_once:
            raise ValueError(f"{self.name} is asked about on its own page: here one press would do it")
        return self.action.form(initial=typed, thing=self._thing, user=account(self._request))


def onward_first(listed: Iterable[Offer], onward: str | None) -> list[Offer]:
    """Offers with the action that leads onwards first, and what puts off or ends last."""
    return sorted(listed, key=lambda offer: (offer.name != onward, bool(offer.action.tone)))


def offers(
    request: HttpRequest,
    door: Door[Any],
    actions: Actions,
    thing: Model,
    route: str,
    allowed: Iterable[str] | None = None,
) -> list[Offer]:
    """What the reader may do to a thing now, in the order of the actions. `route` takes key and action.

    `allowed`: what the door allows, where the page has asked already.
    """
    user = request.user
    if not isinstance(user, User):
        return []
    allowed = set(door.allowed(user, thing) if allowed is None else allowed)
    return [
        Offer(request, name, actions, thing, address(route, thing, name))
        for name in actions
        if name in allowed and ready(actions, name, thing, user)
    ]


def address(route: str, thing: Model, name: str) -> str:
    """Where an action is asked for and done; addresses write names with hyphens."""
    return reverse(route, args=[thing.pk, name.replace("_", "-")])
