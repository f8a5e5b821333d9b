"""What staff type about the roll, mandates, ballots handed over, and which ballots are printed."""

from __future__ import annotations

from functools import cached_property, partial
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from portal.actions.fields import FilesField, PersonField, find_in
from portal.actions.forms import ActionForm
from portal.community.finding import named
from portal.community.models import Area, Dwelling, Person
from portal.kit.fields import CharField, MomentField, longest, offer, offer_rows, reason_field
from portal.voting import finding
from portal.voting.models import MandateKind, RollEntry, RollObjection, Served, Service, Vote

why_field = partial(
    reason_field,
    400,
    rows=0,
    help_text=_("Kept with the correction. The public record shows the new totals, not the reason."),
)


class ObjectionForm(ActionForm[Vote]):
    """An objection to the roll."""

    text = CharField(label=_("What is wrong, and how you know"), max_length=2000, rows=4)


class AnswerForm(ActionForm[RollObjection]):
    """The answer to an objection."""

    text = CharField(label=_("Answer"), max_length=2000, rows=4)


class FindForm(forms.Form):
    """Looking for somebody in the register."""

    q = CharField(label=_("Name or room"), max_length=60, required=False)


class AddLineForm(ActionForm[Vote]):
    """Somebody the register knows, for the roll; `?q=` of its address says whom to look for."""

    tie = forms.ChoiceField(label=_("Who is missing"), widget=forms.RadioSelect)
    reason = why_field()

    def prepare(self) -> None:
        """Who was found is offered."""
        offer(self, "tie", self.people)

    @cached_property
    def find(self) -> FindForm:
        """The search, as it was sent."""
        return FindForm({"q": self.initial.get("q", "")})

    @cached_property
    def found(self) -> finding.Absent:
        """Who was found without a line of their own."""
        words = self.find.cleaned_data["q"] if self.find.is_valid() else ""
        return finding.absent_like(self.thing, words)

    @property
    def people(self) -> list[tuple[str, str]]:
        """Value and label of each whom the roll can take."""
        return self.found.missing

    def values(self) -> dict[str, Any]:
        """The person and the dwelling that ties them to the vote."""
        person, _colon, dwelling = self.cleaned_data["tie"].partition(":")
        return {
            "person": Person.objects.get(pk=person),
            "dwelling": Dwelling.objects.select_related("building").get(pk=dwelling),
            "reason": self.cleaned_data["reason"],
        }


class MandateForm(ActionForm[RollEntry]):
    """Who votes for a line, in what quality, with the document."""

    holder = PersonField(
        label=_("Who votes for this line"), help_text=_("Name, room or phone number, as in the register.")
    )
    kind = forms.ChoiceField(label=_("In what quality"), choices=MandateKind.choices)
    document = FilesField(most=1, required=False, label=_("The written mandate"))

    def prepare(self) -> None:
        """Looked for in the neighbourhood; by a whole phone number anybody known. For a company who acts for it."""
        acting = finding.representative(self.thing)
        if acting is not None:
            self.begin({"holder": acting.real_name, "kind": MandateKind.REPRESENTATIVE})
        find_in(self, "holder", self.thing.vote.neighbourhood, partial(finding.holders_like, self.thing))

    def values(self) -> dict[str, Any]:
        """The holder, and the one file."""
        data = self.cleaned_data
        return {
            "holder": data["holder"],
            "kind": data["kind"],
            "file": next(iter(data["document"]), None),
        }


class AreaForm(ActionForm[RollEntry]):
    """The right floor area of a line. Never rounded: a third decimal is refused."""

    area = CharField(
        label=_("Floor area in square metres"),
        max_length=12,
        validators=[
            RegexValidator(r"^\d{1,8}(\.\d{1,2})?$", _("Please give at most two decimals, such as 86.42."))
        ],
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    reason = why_field()

    def clean_area(self) -> int:
        """Hundredths of a square metre."""
        whole, _point, part = self.cleaned_data["area"].partition(".")
        return int(whole) * 100 + int(part.ljust(2, "0") or 0)


class VoterForm(ActionForm[RollEntry]):
    """Who votes for a line from now on."""

    person = forms.ChoiceField(label=_("Who votes"), widget=forms.RadioSelect)
    reason = why_field()

    def prepare(self) -> None:
        """Whom else the register ties to the flats is offered."""
        offer(self, "person", named(list(finding.could_be_named(self.thing)), self.thing.vote.neighbourhood))

    def values(self) -> dict[str, Any]:
        """The new voter as a person."""
        return self.cleaned_data | {"person": Person.objects.get(pk=self.cleaned_data["person"])}


class StrikeForm(ActionForm[RollEntry]):
    """Why a line is taken off."""

    reason = why_field()


class ServeForm(ActionForm[RollEntry]):
    """How a ballot reached one voter."""

    how = forms.ChoiceField(label=_("How it was given"), choices=Served.choices)
    at = MomentField(label=_("Day and time"))
    received_by = CharField(label=_("Into whose hands"), max_length=longest(Service, "received_by"))


class ServeBuildingForm(ActionForm[Vote]):
    """A door round: everybody of a building who was not served yet."""

    building = forms.ModelChoiceField(Area.objects.none(), label=_("Building"))
    how = forms.ChoiceField(label=_("How they were given"), choices=Served.choices)
    at = MomentField(label=_("Day and time"))

    def prepare(self) -> None:
        """Buildings in which somebody waits."""
        waiting = self.thing.roll.active().filter(served=False).values("building")
        rows = Area.objects.filter(pk__in=waiting).order_by("path")
        offer_rows(self, "building", rows, empty_label=_("Please choose"))


class PrintForm(ActionForm[Vote]):
    """Which ballots are printed, and how many on a sheet."""

    building = forms.ModelChoiceField(
        Area.objects.none(), label=_("Building"), required=False, empty_label=_("all")
    )
    who = forms.ChoiceField(
        label=_("For whom"),
        choices=[("", _("everybody")), ("unserved", _("who got no ballot and no message yet"))],
        required=False,
    )
    small = forms.BooleanField(label=_("Eight on a sheet"), required=False)

    def prepare(self) -> None:
        """Buildings of the roll."""
        offer_rows(
            self, "building", Area.objects.filter(pk__in=self.thing.roll.values("building")).order_by("path")
        )
