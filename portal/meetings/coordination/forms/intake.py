"""The forms with which a coordination meeting begins: an application, at the counter."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portal.actions.fields import PersonField, find_in
from portal.community.finding import people_like
from portal.community.models import Area
from portal.kit.fields import CharField, longest
from portal.meetings.coordination.forms.fields import ONLY_YOU, one_of
from portal.meetings.coordination.services import Side
from portal.meetings.models import Coordination, Participant


class MatterForm(forms.Form):
    """What it is about."""

    matter = CharField(
        label=gettext_lazy("What it is about, in a few words"),
        max_length=longest(Coordination, "matter"),
        help_text=ONLY_YOU,
    )
    facts = CharField(
        label=gettext_lazy("What happened, and what you ask for"),
        max_length=longest(Coordination, "facts"),
        rows=6,
        help_text=ONLY_YOU,
    )

    def __init__(self, *args: Any, here: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.here = here


class ApplyForm(MatterForm):
    """A party's application."""

    others = CharField(
        label=gettext_lazy("Who else is concerned"),
        max_length=longest(Coordination, "others"),
        rows=2,
        help_text=gettext_lazy("Name, building and room, as far as you know. The committee asks them."),
    )


class CounterForm(MatterForm):
    """An application taken down at the counter, or a meeting that the committee offers."""

    offered = forms.BooleanField(
        label=gettext_lazy("The committee offers it; nobody applied"), required=False
    )
    first = PersonField(label=gettext_lazy("First party: name, room or phone"), required=False)
    first_name = CharField(
        label=gettext_lazy("Or, if not in the register: the name"),
        max_length=longest(Participant, "name"),
        required=False,
    )
    second = PersonField(label=gettext_lazy("Second party: name, room or phone"), required=False)
    second_name = CharField(
        label=gettext_lazy("Or, if not in the register: the name"),
        max_length=longest(Participant, "name"),
        required=False,
    )
    field_order = ["offered", "first", "first_name", "second", "second_name", "matter", "facts"]

    def __init__(self, *args: Any, here: Area, **kwargs: Any) -> None:
        super().__init__(*args, here=here, **kwargs)
        for name in ("first", "second"):
            find_in(self, name, here, partial(people_like, here))

    def clean(self) -> dict[str, Any]:
        """Of each side either somebody of the register or a name."""
        data = super().clean() or {}
        for name in ("first", "second"):
            one_of(self, data, name, f"{name}_name")
        return data

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        sides = [Side(data[name], data[f"{name}_name"]) for name in ("first", "second")]
        return {name: data[name] for name in ("matter", "facts", "offered")} | {"sides": sides}
