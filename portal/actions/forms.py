"""Forms of actions: made for a thing and the person who fills them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from django import forms

from portal.community.models import User

T = TypeVar("T")


class ActionForm(forms.Form, Generic[T]):
    """A form about `thing` for `user`. Without fields it is a question to confirm.

    Its cleaned fields are what the service is called with, by name; `values` where they differ.
    """

    def __init__(self, *args: Any, thing: T, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thing, self.user = thing, user
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the thing and the person."""

    def begin(self, values: Mapping[str, Any]) -> None:
        """What the fields hold at first, unless something else was typed before."""
        self.initial = {**values, **self.initial}

    def values(self) -> dict[str, Any]:
        """What the service takes besides the user and the thing's key."""
        return self.cleaned_data
