"""What staff type about the roll, mandates, ballots handed over, and ballots on paper."""

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
from portal.kit import clock
from portal.kit.fields import CharField, MomentField, longest, offer, offer_rows, reason_field
from portal.voting import finding, methods
from portal.voting.models import (
    INVALID,
    Channel,
    MandateKind,
    Method,
    RollEntry,
    RollObjection,
    Served,
    Service,
    Vote,
)

EMPTY, VALID = "-", "valid"
OFFLINE = [(str(way.value), way.label) for way in (Channel.PAPER, Channel.PHONE, Channel.COUNTER)]
SPECIAL = [
    (EMPTY, _("Empty ballot: abstains")),
    (INVALID, _("Invalid: two ticks, or it cannot be read")),
]
LISTS = frozenset({Method.APPROVAL, Method.ELECTION})


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
    def people(self) -> list[tuple[str, str]]:
        """Value and label of each who was found."""
        words = self.find.cleaned_data["q"] if self.find.is_valid() else ""
        return finding.missing_like(self.thing, words)

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
        offer_rows(self, "building", Area.objects.filter(pk__in=waiting).order_by("path"))


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


class ReadForm(ActionForm[Any]):
    """What a paper says, for whatever is asked. `cleaned_data["choice"]` is written as methods.py does."""

    @property
    def vote(self) -> Vote:
        """The vote whose ballot it is: the form is about the vote, or about one of its papers."""
        vote: Vote = self.thing if isinstance(self.thing, Vote) else self.thing.vote
        return vote

    def prepare(self) -> None:
        """What can be read."""
        self.fields.update(_reading(self.vote))

    def values(self) -> dict[str, Any]:
        """What was read."""
        return {"choice": self.cleaned_data["choice"]}

    def clean(self) -> dict[str, Any]:
        """The marks of the paper in one line; two special marks at once say nothing."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        cleaned["choice"] = self._written(cleaned)
        return cleaned

    def _written(self, cleaned: dict[str, Any]) -> str:
        ticked = cleaned["mark"]
        marks = ticked if isinstance(ticked, list) else [ticked]
        if INVALID in marks:
            return INVALID
        if EMPTY in marks:
            return ""
        if self.vote.method in {Method.RANKED, Method.SCORE}:
            return self._numbers(cleaned)
        return methods.write(self.vote.method, self.vote.options, ticked)

    def _numbers(self, cleaned: dict[str, Any]) -> str:
        given = {
            option: cleaned[f"n_{option}"]
            for option in self.vote.options
            if cleaned.get(f"n_{option}") is not None
        }
        if self.vote.method is Method.SCORE:
            return methods.write(Method.SCORE, self.vote.options, given)
        if len(set(given.values())) != len(given):
            raise forms.ValidationError(_("Two options have the same place: then the ballot is invalid."))
        return ">".join(sorted(given, key=lambda option: given[option]))


class EnterForm(ReadForm):
    """The first clerk's reading: which paper, how and when it came, what it says."""

    code = CharField(label=_("Code on the ballot"), max_length=12)
    channel = forms.ChoiceField(label=_("How it came"), choices=OFFLINE, initial=Channel.PAPER)
    received_at = MomentField(label=_("Received, day and time"), initial=clock.now)
    scan = FilesField(most=1, required=False, label=_("Photo or scan of the paper"))

    def prepare(self) -> None:
        """A sheet of a secret vote has a number, and nobody knows whose it is nor when it came."""
        super().prepare()
        self.order_fields(["code", *_reading(self.vote)])
        if self.vote.secret:
            self.fields["code"] = CharField(
                label=_("Number on the sheet"),
                max_length=6,
                required=False,
                help_text=_("Empty: the next one."),
            )
            del self.fields["received_at"], self.fields["channel"]

    def values(self) -> dict[str, Any]:
        """What was read, from which paper, how and when it came."""
        data = self.cleaned_data
        came: dict[str, Any] = {name: data[name] for name in ("channel", "received_at") if name in data}
        scan = next(iter(data["scan"]), None)
        return {"code_or_sheet": data["code"], "choice": data["choice"], "scan": scan, **came}


class EnvelopeForm(ActionForm[Vote]):
    """An outer envelope of a secret vote."""

    code = CharField(label=_("Code on the envelope"), max_length=12)
    received_at = MomentField(label=_("Received, day and time"), initial=clock.now)


def _reading(vote: Vote) -> dict[str, forms.Field]:
    options: list[tuple[str, Any]] = [(option, vote.label_of(option)) for option in vote.options]
    what = _("What the paper says")
    if vote.method in LISTS:
        ticks = forms.MultipleChoiceField(
            label=what, choices=[*options, *SPECIAL], widget=forms.CheckboxSelectMultiple
        )
        return {"mark": ticks}
    if vote.method in {Method.RANKED, Method.SCORE}:
        help_text = _("1 for the first place, 2 for the second …") if vote.method is Method.RANKED else ""
        top = len(options) if vote.method is Method.RANKED else vote.rule["points"]
        numbers = {
            f"n_{option}": forms.IntegerField(
                label=label,
                required=False,
                min_value=0 if vote.method is Method.SCORE else 1,
                max_value=top,
                help_text=help_text,
            )
            for option, label in options
        }
        valid = [(VALID, _("Numbers, as typed below")), *SPECIAL]
        return {"mark": forms.ChoiceField(label=what, choices=valid, widget=forms.RadioSelect), **numbers}
    special = SPECIAL[1:] if vote.method is Method.MOTION else SPECIAL
    mark = forms.ChoiceField(label=what, choices=[*options, *special], widget=forms.RadioSelect)
    return {"mark": mark}
