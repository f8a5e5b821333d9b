"""What is entered in the resource map, offered, asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.actions.forms import ActionForm
from portal.kit.fields import CharField, longest, number_field, reason_field
from portal.pages.cards.forms import telephone_field
from portal.pages.files import OptionalPictureForm
from portal.pages.resources.models import EDGE, Kind, Resource

WORDS = ("title", "about", "address", "hours", "telephone", "conditions")


class PlaceForm(OptionalPictureForm):
    """A place, an organisation, a partner."""

    title = CharField(label=pgettext_lazy("a place", "Name"), max_length=longest(Resource, "title"))
    about = CharField(
        label=gettext_lazy("What there is"), max_length=longest(Resource, "about"), rows=3, required=False
    )
    address = CharField(
        label=gettext_lazy("Address"), max_length=longest(Resource, "address"), required=False
    )
    hours = CharField(
        label=gettext_lazy("Opening hours"), max_length=longest(Resource, "hours"), required=False
    )
    telephone = telephone_field(label=gettext_lazy("Telephone"), required=False)
    conditions = CharField(
        label=gettext_lazy("Conditions of use"),
        max_length=longest(Resource, "conditions"),
        rows=3,
        required=False,
        help_text=gettext_lazy("Who may use it, what it costs, how to book it."),
    )
    field_order = (*WORDS, "photo", "alt")


class EditForm(PlaceForm, ActionForm[Resource]):
    """What stands there now."""

    def prepare(self) -> None:
        """Begin with it."""
        self.begin({name: getattr(self.thing, name) for name in WORDS})


class PinForm(ActionForm[Resource]):
    """Where on the plan; the arrows of a number field move the pin, a press on the plan sets it."""

    x = number_field(
        label=gettext_lazy("From the left, in thousandths"), min_value=0, max_value=EDGE, required=False
    )
    y = number_field(
        label=gettext_lazy("From the top, in thousandths"), min_value=0, max_value=EDGE, required=False
    )

    def prepare(self) -> None:
        """Where it is now."""
        self.begin({"x": self.thing.x, "y": self.thing.y})

    def clean(self) -> dict[str, Any]:
        """Both or none."""
        data = super().clean() or {}
        if (data.get("x") is None) != (data.get("y") is None):
            raise forms.ValidationError(_("Please give both numbers, or neither."))
        return data


class SkillForm(forms.Form):
    """A skill, with the consent to be shown by the chosen name."""

    title = CharField(label=gettext_lazy("What you can do"), max_length=longest(Resource, "title"))
    about = CharField(
        label=gettext_lazy("A few words about it"),
        max_length=longest(Resource, "about"),
        rows=3,
        required=False,
    )
    conditions = CharField(
        label=gettext_lazy("When and for whom"),
        max_length=longest(Resource, "conditions"),
        rows=2,
        required=False,
    )
    agree = forms.BooleanField(
        label=gettext_lazy(
            "I agree that everybody can read this with the name I chose; no telephone number is shown"
        )
    )


class RefuseForm(ActionForm[Resource]):
    """Why a skill is not shown."""

    reason = reason_field(300, help_text=gettext_lazy("The neighbour who offers it can read it."))


class AskForm(ActionForm[Resource]):
    """The first message."""

    text = CharField(label=gettext_lazy("Your message"), max_length=500, rows=4)


class AnswerForm(ActionForm[Any]):
    """The answer."""

    text = CharField(label=gettext_lazy("Your answer"), max_length=500, rows=4)


class PlanForm(OptionalPictureForm):
    """The site plan."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photo"].required = self.fields["alt"].required = True


class FilterForm(forms.Form):
    """What the list shows."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[("", gettext_lazy("All")), *Kind.choices], required=False
    )
    q = CharField(label=gettext_lazy("Words"), max_length=40, required=False)
