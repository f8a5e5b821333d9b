"""The life of what a neighbourhood can use: offered, shown, ended."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle


class ResourceState(TextChoices):
    """A skill is looked at before it is shown; what the committee enters is shown at once."""

    OFFERED = "offered", _("waiting for the committee")
    SHOWN = "shown", _("shown")
    ENDED = "ended", _("not offered any more")


class RequestState(TextChoices):
    """Somebody asked for a skill."""

    ASKED = "asked", _("waiting for an answer")
    ANSWERED = "answered", _("answered")


_O, _S, _E = ResourceState
RESOURCE = LifeCycle(
    "resource",
    {_O: frozenset({_S, _E}), _S: frozenset({_E}), _E: frozenset({_S, _O})},
    _O,
    also_first=(_S,),
)
REQUEST = LifeCycle(
    "resource_request",
    {RequestState.ASKED: frozenset({RequestState.ANSWERED}), RequestState.ANSWERED: frozenset()},
    RequestState.ASKED,
)
