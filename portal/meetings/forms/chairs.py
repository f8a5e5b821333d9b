"""The form that names another chair of a meeting of any kind."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.community.models import Person
from portal.kit.fields import offer
from portal.meetings.services.chairing import chairs_of


class ChairForm(ActionForm[Any]):
    """Who chairs from now on."""

    chair = forms.TypedChoiceField(label=gettext_lazy("Who chairs"), coerce=int)

    def prepare(self) -> None:
        """Those who can."""
        offer(self, "chair", chairs_of(self.thing).items())

    def clean_chair(self) -> Person:
        """The person behind the post."""
        return Person.objects.get(pk=self.cleaned_data["chair"])
