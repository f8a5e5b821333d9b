"""What may be asked of the workbench, and how somebody objects."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portal.actions.forms import ActionForm
from portal.community.models import Area, Kind, Person, User
from portal.community.places import inside
from portal.duties.kinds import title_of
from portal.duties.models import LONGEST_OBJECTION, Duty, DutyQuerySet, PublicNotice
from portal.duties.services import taking
from portal.kit.fields import CharField
from portal.kit.wording import told

# So many boxes a form of several promises shows; the workbench sends any.
MOST = 50


class DeskForm(forms.Form):
    """What to look for on the workbench; whatever cannot be understood is not asked for."""

    q = CharField(label=_("Find"), required=False, max_length=100, widget=forms.TextInput({"type": "search"}))
    kind = forms.ChoiceField(label=_("What is owed"), required=False)
    when = forms.ChoiceField(
        label=_("Deadline"),
        required=False,
        choices=[
            ("", _("all")),
            ("overdue", _("overdue")),
            ("today", _("due today")),
            ("week", _("within a week")),
            ("later", _("later")),
        ],
    )
    building = forms.ModelChoiceField(
        Area.objects.none(), label=_("Building"), required=False, empty_label=_("all")
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("", _("most urgent first")),
            ("new", _("newest first")),
            ("what", _("by what is owed")),
            ("about", _("by what it is about")),
        ],
    )
    whose = CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, asked: QueryDict, *, here: Area, part: DutyQuerySet) -> None:
        super().__init__(asked, auto_id="id_find_%s")
        kinds = part.order_by("kind").values_list("kind", flat=True).distinct()
        named = sorted(((kind, title_of(kind)) for kind in kinds), key=itemgetter(1))
        cast(forms.ChoiceField, self.fields["kind"]).choices = [("", _("all")), *named]
        cast("forms.ModelChoiceField[Any]", self.fields["building"]).queryset = inside(here, Kind.BUILDING)

    def asked(self) -> dict[str, Any]:
        """What was understood of the question; without the tab."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in ("q", "kind", "when", "building", "sort")}


class SeveralField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Promises of the workbench, the first of them as boxes; whatever the reader may choose counts."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = {
        "required": _("Please choose at least one."),
        "invalid_choice": _("One of them is done, or a colleague has it meanwhile. Please choose again."),
    }

    def offer(self, duties: DutyQuerySet) -> None:
        """Let these be chosen."""
        self.queryset = duties
        first = duties.order_by("due_at", "pk")[:MOST]
        self.widget.choices = [(duty.pk, told(duty.title, duty.what)) for duty in first]


class SeveralForm(ActionForm[Area]):
    """Which of the promises; `back`: what the workbench was asked for before, to come back to."""

    duties = SeveralField(Duty.objects.none(), label=_("Which of them"))
    back = CharField(required=False, max_length=1000, widget=forms.HiddenInput)
    among: Callable[[User, Area], DutyQuerySet]

    def prepare(self) -> None:
        """Only what this reader may do it to."""
        cast(SeveralField, self.fields["duties"]).offer(type(self).among(self.user, self.thing))

    def values(self) -> dict[str, Any]:
        """The keys of the promises."""
        return {**self.cleaned_data, "duties": [duty.pk for duty in self.cleaned_data["duties"]]}


class TakeForm(SeveralForm):
    """What somebody takes in hand."""

    among = staticmethod(taking.to_take)


class GiveBackForm(SeveralForm):
    """What somebody gives back."""

    among = staticmethod(taking.to_give_back)


class UrgeForm(SeveralForm):
    """What somebody reminds others of."""

    among = staticmethod(taking.to_urge)


class HandForm(SeveralForm):
    """What somebody hands to whom."""

    to = forms.ModelChoiceField(Person.objects.none(), label=_("To which colleague"), empty_label=None)
    among = staticmethod(taking.to_hand)

    def prepare(self) -> None:
        """To those who hold the same post."""
        super().prepare()
        people = taking.team_of(self.user, self.thing).people
        field = cast("forms.ModelChoiceField[Any]", self.fields["to"])
        field.queryset = Person.objects.filter(pk__in=people)
        field.widget.choices = list(people.items())


class ObjectionForm(ActionForm[PublicNotice]):
    """An objection to a public notice."""

    text = CharField(
        label=_("What do you object to, and why?"),
        help_text=_("Up to 1,000 characters. It is published under the name neighbours know you by."),
        max_length=LONGEST_OBJECTION,
        rows=5,
    )
