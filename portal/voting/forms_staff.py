"""What staff type about the roll, mandates, ballots handed over, and ballots on paper."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from portal.actions.fields import FilesField, PersonField, find_in
from portal.community.models import Area
from portal.kit import clock
from portal.kit.fields import CharField, MomentField, longest, offer, offer_rows, reason_field
from portal.voting import finding, methods
from portal.voting.models import INVALID, Channel, MandateKind, Method, RollEntry, Served, Service, Vote

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


class TextForm(forms.Form):
    """An objection to the roll, or its answer."""

    text = CharField(label=_("What is wrong, and how you know"), max_length=2000, rows=4)


class AnswerForm(forms.Form):
    """The answer to an objection."""

    text = CharField(label=_("Answer"), max_length=2000, rows=4)


class FindForm(forms.Form):
    """Looking for somebody in the register."""

    q = CharField(label=_("Name or room"), max_length=60, required=False)


class AddLineForm(forms.Form):
    """Somebody the register knows, for the roll. `found`: value and label of each who could be added."""

    tie = forms.ChoiceField(label=_("Who is missing"), widget=forms.RadioSelect)
    reason = why_field()

    def __init__(self, found: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "tie", found)


class AreaForm(forms.Form):
    """The right floor area of a line. Never rounded: a third decimal is refused."""

    area = CharField(
        label=_("Floor area in square metres"),
        max_length=12,
        validators=[
            RegexValidator(r"^\d{1,8}(\.\d{1,2})?$", _("Please give at most two decimals, such as 86.42."))
        ],
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    area_reason = why_field()

    def clean_area(self) -> int:
        """Hundredths of a square metre."""
        whole, _point, part = self.cleaned_data["area"].partition(".")
        return int(whole) * 100 + int(part.ljust(2, "0") or 0)


class VoterForm(forms.Form):
    """Who votes for a line from now on. `found` as in AddLineForm."""

    person = forms.ChoiceField(label=_("Who votes"), widget=forms.RadioSelect)
    voter_reason = why_field()

    def __init__(self, found: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", found)


class StrikeForm(forms.Form):
    """Why a line is taken off."""

    strike_reason = why_field()


class MandateForm(forms.Form):
    """Who votes for a line, in what quality, with the document."""

    holder = PersonField(
        label=_("Who votes for this line"), help_text=_("Name, room or phone number, as in the register.")
    )
    kind = forms.ChoiceField(label=_("In what quality"), choices=MandateKind.choices)
    document = FilesField(most=1, required=False, label=_("The written mandate"))

    def __init__(self, entry: RollEntry, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        find_in(self, "holder", entry.vote.neighbourhood, partial(finding.holders_like, entry))


class ServeForm(forms.Form):
    """How a ballot reached one voter."""

    how = forms.ChoiceField(label=_("How it was given"), choices=Served.choices)
    at = MomentField(label=_("Day and time"))
    received_by = CharField(label=_("Into whose hands"), max_length=longest(Service, "received_by"))


class ServeBuildingForm(forms.Form):
    """A door round: everybody of a building who was not served yet."""

    building = forms.ModelChoiceField(Area.objects.none(), label=_("Building"))
    round_how = forms.ChoiceField(label=_("How they were given"), choices=Served.choices)
    round_at = MomentField(label=_("Day and time"))

    def __init__(self, vote: Vote, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = vote.roll.filter(struck_at=None, served=False).values("building")
        offer_rows(self, "building", Area.objects.filter(pk__in=waiting).order_by("path"))


class PrintForm(forms.Form):
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

    def __init__(self, vote: Vote, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(
            self, "building", Area.objects.filter(pk__in=vote.roll.values("building")).order_by("path")
        )


class ReadForm(forms.Form):
    """What a paper says, for whatever is asked. `cleaned_data["choice"]` is written as methods.py does."""

    def __init__(self, vote: Vote, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vote = vote
        self.fields.update(_reading(vote))

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
    received_at = MomentField(label=_("Received, day and time"))
    scan = FilesField(most=1, required=False, label=_("Photo or scan of the paper"))

    def __init__(self, vote: Vote, *args: Any, **kwargs: Any) -> None:
        super().__init__(vote, *args, **kwargs)
        self.order_fields(["code", *_reading(vote)])
        self.fields["received_at"].initial = clock.now()
        if not vote.secret:
            return
        self.fields["code"] = CharField(
            label=_("Number on the sheet"), max_length=6, required=False, help_text=_("Empty: the next one.")
        )
        del self.fields["received_at"], self.fields["channel"]


class EnvelopeForm(forms.Form):
    """An outer envelope of a secret vote."""

    envelope = CharField(label=_("Code on the envelope"), max_length=12)
    envelope_at = MomentField(label=_("Received, day and time"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["envelope_at"].initial = clock.now()


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
