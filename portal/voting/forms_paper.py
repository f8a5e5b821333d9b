"""What is typed about paper: whose it is, what it says, what a third person decides, what should not be there."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.actions.fields import FilesField
from portal.actions.forms import ActionForm
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.fields import CharField, MomentField, offer, reason_field
from portal.voting import methods, papers
from portal.voting.models import INVALID, Channel, Envelope, Fault, Method, OnPaper, RollEntry, Vote
from portal.voting.services.handing_over import looked
from portal.voting.services.paper import STILL_TO_COME, line_of

EMPTY, VALID = "-", "valid"
OFFLINE = [(str(way.value), way.label) for way in (Channel.PAPER, Channel.PHONE, Channel.COUNTER)]
SPECIAL = [
    (EMPTY, _("Empty ballot: abstains")),
    (INVALID, _("Invalid: two ticks, or it cannot be read")),
]
LISTS = frozenset({Method.APPROVAL, Method.ELECTION})

# A paper of a signed vote has no envelope, and nobody but its voter says that it is not theirs.
FAULTS = [choice for choice in Fault.choices if choice[0] != Fault.DENIED]


class CodeForm(forms.Form):
    """Looking up whose a ballot or an envelope is."""

    code = CharField(label=_("Code on the paper"), max_length=12)


class CodedForm(ActionForm[Vote]):
    """About a paper with a code: it is asked for only after somebody looked whose it is, and that it is so printed.

    `?code=` of its address says which line, `?same=` that what is listed is what the paper shows.
    """

    code = CharField(max_length=12, widget=forms.HiddenInput)
    same = CharField(max_length=12, widget=forms.HiddenInput, required=False)

    @cached_property
    def find(self) -> CodeForm:
        """The look-up, as it was sent."""
        return CodeForm({"code": self.wanted}) if self.wanted else CodeForm()

    @property
    def wanted(self) -> str:
        """The code that was typed."""
        return str(self["code"].value() or "")

    @cached_property
    def line(self) -> RollEntry | None:
        """The line of the code, with whose it is; that this was looked at is kept for the auditor."""
        try:
            found = line_of(self.thing, self.wanted, lock=False)
        except NotPossible:
            return None
        looked(self.user, self.thing, [found])
        return found

    @property
    def seen(self) -> bool:
        """Whether it was said that the paper shows the same."""
        return self.line is not None and self["same"].value() == self.line.label

    def clean(self) -> dict[str, Any]:
        """The code is one of this roll, and what belongs to it was compared with the paper."""
        cleaned = super().clean() or {}
        if "code" in cleaned and self.line is not None and not self.seen:
            raise forms.ValidationError(_("Please look first whether the paper shows what is listed here."))
        return cleaned


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


class ReceivedForm(CodedForm):
    """The same, with when it came in: what is still to come was typed wrongly."""

    def clean_received_at(self) -> datetime:
        """The moment, which has passed."""
        received: datetime = self.cleaned_data["received_at"]
        if received > clock.now():
            raise forms.ValidationError(STILL_TO_COME)
        return received


class EnterForm(ReadForm, ReceivedForm):
    """The first clerk's reading: which paper, how and when it came, what it says."""

    channel = forms.ChoiceField(label=_("How it came"), choices=OFFLINE, initial=Channel.PAPER)
    received_at = MomentField(label=_("Received, day and time"), initial=clock.now)
    scan = FilesField(most=1, required=False, label=_("Photo or scan of the paper"))

    def prepare(self) -> None:
        """A sheet of a secret vote has a number, and nobody knows whose it is nor when it came."""
        super().prepare()
        self.order_fields(["code", "same", *_reading(self.vote)])
        if self.vote.secret:
            self.fields["code"] = CharField(
                label=_("Number on the sheet"),
                max_length=6,
                required=False,
                help_text=_("Empty: the next one."),
            )
            del self.fields["received_at"], self.fields["channel"], self.fields["same"]

    @cached_property
    def line(self) -> RollEntry | None:
        """Whose it is; nobody's of a secret vote."""
        return None if self.vote.secret else super().line

    def values(self) -> dict[str, Any]:
        """What was read, from which paper, how and when it came."""
        data = self.cleaned_data
        came: dict[str, Any] = {name: data[name] for name in ("channel", "received_at") if name in data}
        scan = next(iter(data["scan"]), None)
        return {"code_or_sheet": data["code"], "choice": data["choice"], "scan": scan, **came}


class EnvelopeForm(ReceivedForm):
    """An outer envelope of a secret vote."""

    received_at = MomentField(label=_("Received, day and time"), initial=clock.now)

    def values(self) -> dict[str, Any]:
        """Whose envelope came in, and when."""
        return {name: self.cleaned_data[name] for name in ("code", "received_at")}


class WhichForm(ActionForm[Envelope]):
    """A third person's word on which of two ballots stands."""

    stands = forms.TypedChoiceField(
        label=_("Which stands"),
        coerce=lambda value: value == "envelope",
        choices=[
            ("envelope", _("The envelope: it did come in first. The ballot cast online is kept apart.")),
            ("online", _("The ballot cast online. The envelope is kept apart, unopened.")),
        ],
        widget=forms.RadioSelect,
    )
    reason = reason_field(600, rows=3, help_text=_("Kept for staff and the auditor; not published."))


class DoubtForm(ActionForm[OnPaper]):
    """Why a paper should not be there. The voter of the line says only that it is not theirs, and why."""

    fault = forms.ChoiceField(label=_("What is wrong"), choices=FAULTS, widget=forms.RadioSelect)
    reason = reason_field(600, rows=3, help_text=_("Kept for staff and the auditor; not published."))

    def prepare(self) -> None:
        """Only sheets and envelopes of a secret vote can fail to match."""
        if self.own:
            del self.fields["fault"]
        elif not self.thing.vote.secret:
            offer(self, "fault", [choice for choice in FAULTS if choice[0] != Fault.EMPTY])

    @property
    def own(self) -> bool:
        """Whether it was entered for this very person's line."""
        return self.thing.entry is not None and self.thing.entry.person_id == self.user.person_id

    def values(self) -> dict[str, Any]:
        """The kind of fault, and the words."""
        return {"fault": Fault.DENIED.value} | self.cleaned_data


class KeepForm(ActionForm[OnPaper]):
    """Why a doubted paper stays."""

    reason = reason_field(600, rows=3, help_text=_("A voter who said that it is not theirs reads this."))


def _reading(vote: Vote) -> dict[str, forms.Field]:
    options: list[tuple[str, Any]] = [(option, papers.label_of(vote, option)) for option in vote.options]
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
