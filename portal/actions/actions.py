"""What can be done to a thing, as people meet it: a row of words, a form and a service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from portal.actions.doors import Door
from portal.actions.forms import ActionForm
from portal.community.models import User
from portal.community.web import account, typed_before

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _always(thing: Any, user: User) -> bool:
    return True


@dataclass(frozen=True)
class Home:
    """Where the page of an action belongs: the name of the thing, and the way back."""

    title: StrOrPromise
    url: str


@dataclass(frozen=True)
class Action:
    """One action: `run(user, key, **fields of the form)` does it; `done` is said afterwards.

    `label`: heading and button, `submit`: the button where it says more. `text`: what will happen.
    `tone`: how its button looks ("", "quiet", "danger"). `main`: the big button of the thing's page.
    `direct`: one press on the thing's page does it, where the form has nothing to ask; only for what can be
    taken back.
    `ready(thing, user)`: whether it makes sense now, besides roles and state.
    `done` may be a function of the service's result, `then` one of thing and result that gives the address to
    go to (default: the thing's page), `warn` one that names what is left to do by hand.
    `from_address`: fields, or questions to the form, that the page's address may bring along (`?code=e12`), in the
    form's `initial`. `home(thing, user)`: what stands for the thing's title and page where a reader may act on it
    without reading it. `template` and `shows(thing, user)`: a page that shows more than the form, and its further
    context; in it `back` leads elsewhere than home, and `submit` says something else on the button.
    """

    label: StrOrPromise
    run: Callable[..., Any]
    form: type[ActionForm[Any]] = ActionForm
    text: StrOrPromise = ""
    done: StrOrPromise | Callable[[Any], StrOrPromise] = ""
    submit: StrOrPromise = ""
    tone: str = ""
    main: bool = False
    direct: bool = False
    ready: Callable[[Any, User], bool] = _always
    then: Callable[[Any, Any], str] | None = None
    warn: Callable[[Any], StrOrPromise] | None = None
    from_address: tuple[str, ...] = ()
    template: str = "actions/action.html"
    shows: Callable[[Any, User], dict[str, Any]] | None = None
    home: Callable[[Any, User], Home] | None = None

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


class Offer:
    """An action that this reader may do now, as a page offers it."""

    def __init__(self, request: HttpRequest, name: str, action: Action, thing: Model, url: str) -> None:
        self.name, self.action, self.url = name, action, url
        self._request, self._thing = request, thing

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

    @cached_property
    def form(self) -> ActionForm[Any]:
        """The form, for pages that show it at once."""
        typed = typed_before(self._request, self.url)
        return self.action.form(initial=typed, thing=self._thing, user=account(self._request))


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
        Offer(request, name, action, thing, address(route, thing, name))
        for name, action in actions.items()
        if name in allowed and action.ready(thing, user)
    ]


def address(route: str, thing: Model, name: str) -> str:
    """Where an action is asked for and done; addresses write names with hyphens."""
    return reverse(route, args=[thing.pk, name.replace("_", "-")])
