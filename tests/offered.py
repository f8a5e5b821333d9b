"""What is offered, and the least that its form takes: for tests that open and send whatever a page offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import Http404

from portal.actions.actions import Action, Actions, ready
from portal.actions.doors import Door
from portal.actions.forms import ActionForm
from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import refusal_of

WORDS = "这是一段说明情况的文字。"


@dataclass(frozen=True)
class Offered:
    """An act that somebody is offered towards a thing; `name`: of its address."""

    name: str
    act: str
    action: Action
    user: User
    door: Door[Any]
    thing: Any

    def refusal(self) -> str:
        """With what its service refuses the least that its form takes; nothing where it is done, or not valid."""
        sent = least(self.action.form(thing=self.thing, user=self.user))
        form = self.action.form(sent, thing=self.thing, user=self.user)
        if not form.is_valid():
            return ""
        with transaction.atomic():
            said = refusal_of(lambda: self.action.run(self.user, self.door.key(self.thing), **form.values()))
            transaction.set_rollback(True)
        return said


def offered(
    door: Door[Any], actions: Actions, name: str, key: Any, people: Iterable[User]
) -> Iterator[Offered]:
    """What people are offered towards a thing, each act once: to the first who may."""
    seen: set[str] = set()
    for user in people:
        thing = found_by(door, user, key)
        for act in door.allowed(user, thing) if thing is not None else ():
            if act in actions and act not in seen and ready(actions, act, thing, user):
                seen.add(act)
                yield Offered(name, act, actions[act], user, door, thing)


def found_by(door: Door[Any], user: User, key: Any) -> Model | None:
    """A thing as somebody finds it; nothing where it is hidden from them."""
    try:
        return door.get(user, key)
    except (Http404, PermissionDenied):
        return None


def least(form: ActionForm[Any]) -> dict[str, Any]:
    """What a form asks for and no more: what stands in it already, the first choice, a day in a month, a few words."""
    sent = {}
    for name, field in form.fields.items():
        if field.required and not isinstance(field, forms.FileField):
            begun = form.get_initial_for_field(field, name)
            sent[name] = begun if begun not in (None, "", []) else _least(field)
    return {name: _as_sent(value) for name, value in sent.items() if value is not None}


def _least(field: forms.Field) -> Any:
    match field:
        case forms.MultipleChoiceField() | forms.ModelMultipleChoiceField():
            return [_first(field)]
        case forms.ChoiceField():
            return _first(field)
        case forms.BooleanField():
            return "on"
        case forms.DateTimeField():
            return clock.now() + timedelta(days=30)
        case forms.DateField():
            return clock.today() + timedelta(days=30)
        case forms.TimeField():
            return "10:00"
        case forms.IntegerField():
            return field.min_value or 1
        case forms.EmailField():
            return "a@example.org"
        case _:
            return WORDS


def _first(field: Any) -> str | None:
    flat = [
        one
        for value, label in field.choices
        for one in (label if isinstance(label, list | tuple) else [(value, label)])
    ]
    return next(
        (str(getattr(value, "value", value)) for value, _label in flat if value not in ("", None)), None
    )


def _as_sent(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(clock.SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    return value.isoformat() if isinstance(value, date) else value
