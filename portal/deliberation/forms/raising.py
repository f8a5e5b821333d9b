"""One small form for each thing that can be done to a topic from its draft to its public notice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.community.models import Dwelling
from portal.deliberation import households
from portal.deliberation.classes import classes
from portal.deliberation.forms.reasons import decision
from portal.deliberation.models import Category, Topic
from portal.deliberation.services.passing_on import bodies
from portal.duties.next_step import body_of
from portal.kit.fields import CharField, longest, offer, offer_rows, reason_field

ELSEWHERE = "elsewhere"


class SecondForm(ActionForm[Topic]):
    """Which household stands behind the topic; asked only where somebody has several."""

    dwelling = forms.ModelChoiceField(
        label=gettext_lazy("For which of your homes"),
        queryset=Dwelling.objects.none(),
        widget=forms.RadioSelect,
    )

    def prepare(self) -> None:
        """Drop the question where there is nothing to choose; a wrong key is refused by the field."""
        dwellings = households.open_to_second(self.user.person_id, self.thing)
        rows = Dwelling.objects.filter(pk__in=[dwelling.pk for dwelling in dwellings])
        offer_rows(self, "dwelling", rows, empty_label=None)
        if len(dwellings) < 2:
            del self.fields["dwelling"]

    def values(self) -> dict[str, Any]:
        """The home by its key, where one was asked for."""
        dwelling = self.cleaned_data.get("dwelling")
        return {"dwelling": dwelling.pk} if dwelling else {}


class TextForm(ActionForm[Topic]):
    """An appeal or an objection."""

    text = CharField(
        label=gettext_lazy("What you have to say"),
        max_length=longest(Topic, "appeal"),
        rows=5,
        help_text=gettext_lazy("Everybody can read it. Please name no private persons."),
    )


class AcceptForm(ActionForm[Topic]):
    """Whose matter it is decides who may decide it."""

    matter = forms.ChoiceField(label=gettext_lazy("Whose matter is it"), widget=forms.RadioSelect)
    category = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Category)

    def prepare(self) -> None:
        """The kind as the proposer chose it; beside each class what it means in law, and the vote it leads to."""
        offer(self, "matter", classes(self.thing.area))
        self.fields["category"].initial = self.thing.category


class ReclassifyForm(AcceptForm):
    """Whose matter it is, put right; the reason is published."""

    reason = reason_field()

    def prepare(self) -> None:
        """What was said until now."""
        super().prepare()
        self.begin({"matter": self.thing.matter, "category": self.thing.category})


class MergeForm(ActionForm[Topic]):
    """Another topic of the neighbourhood, by its number."""

    number = CharField(
        label=gettext_lazy("Number of the other topic"),
        max_length=longest(Topic, "number"),
        help_text=gettext_lazy("For example 2026-017. It must be under way."),
    )
    reason = reason_field(required=False)

    def clean_number(self) -> Topic:
        """The topic of that number in the same neighbourhood."""
        number = self.cleaned_data["number"].strip()
        found = Topic.objects.filter(neighbourhood=self.thing.neighbourhood, number=number).first()
        if found is None:
            raise forms.ValidationError(_("There is no topic with this number here."))
        return found

    def values(self) -> dict[str, Any]:
        """The other topic by its key."""
        return {"into": self.cleaned_data["number"].pk, "reason": self.cleaned_data["reason"]}


class RedirectForm(ActionForm[Topic]):
    """To whom a topic is passed on: a body with a post here, or anybody else by name."""

    body = forms.ChoiceField(label=gettext_lazy("To whom"), widget=forms.RadioSelect)
    to = CharField(
        label=gettext_lazy("Name of the body"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Where it is none of these. For example: street lighting office, 12345."),
    )
    reference = CharField(
        label=gettext_lazy("Reference there"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("The number under which it can be followed."),
    )
    reason = reason_field()

    def prepare(self) -> None:
        """The bodies whose post somebody holds here, and somebody else."""
        here = [(post.value, body_of(post)) for post in bodies(self.thing.neighbourhood)]
        offer(self, "body", [*here, (ELSEWHERE, _("somebody else; the committee asks there"))])

    def clean(self) -> dict[str, Any]:
        """Somebody else has a name."""
        data = super().clean() or {}
        if data.get("body") == ELSEWHERE and not data.get("to") and "to" not in self.errors:
            self.add_error("to", _("Please say to whom it goes."))
        return data

    def values(self) -> dict[str, Any]:
        """Somebody else has no post here."""
        body = self.cleaned_data["body"]
        return {**self.cleaned_data, "body": "" if body == ELSEWHERE else body}


class AnswerForm(ActionForm[Topic]):
    """What becomes of a topic that was passed on."""

    text = CharField(
        label=gettext_lazy("The answer"),
        max_length=longest(Topic, "answer"),
        rows=5,
        help_text=gettext_lazy("What is done and by when, or why not. Please name no private persons."),
    )


class CorrectAnswerForm(AnswerForm):
    """The answer as it should have been, and why."""

    reason = reason_field()

    def prepare(self) -> None:
        """The answer there is."""
        self.begin({"text": self.thing.answer})


class AppealDecisionForm(ActionForm[Topic]):
    granted = decision(
        gettext_lazy("Decision"), gettext_lazy("Back to screening"), gettext_lazy("The refusal stands")
    )
    reason = reason_field()
