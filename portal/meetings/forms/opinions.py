"""The forms that follow a hearing: minutes, marks, opinion, answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kit.fields import CharField, longest, offer
from portal.meetings.forms.hearings import HearingForm
from portal.meetings.models import Hearing, ItemKind, Mark, OpinionItem, Participant, Stance, Verdict
from portal.meetings.services.minutes import View
from portal.voting.models import Channel

ITEMS_MOST = 60


class MinutesForm(HearingForm):
    """The minutes, and the view of each delegate who attended."""

    text = CharField(
        label=gettext_lazy("Minutes"),
        max_length=longest(Hearing, "minutes"),
        rows=14,
        help_text=gettext_lazy("Questions and answers as they were given. Names as neighbours know them."),
    )

    def prepare(self) -> None:
        """Fit the fields to the hearing."""
        panel = self.thing.participants.exclude(attended_at=None).select_related("person")
        self.members = list(panel)
        given: dict[str, Any] = {"text": self.thing.minutes}
        for member in self.members:
            self._add(member)
            given |= {f"stance_{member.pk}": member.stance, f"statement_{member.pk}": member.statement}
        self.begin(given)

    def _add(self, member: Participant) -> None:
        name = {"name": member.shown}
        self.fields[f"stance_{member.pk}"] = forms.ChoiceField(
            label=_("Position of %(name)s") % name, choices=Stance.choices, widget=forms.RadioSelect
        )
        self.fields[f"statement_{member.pk}"] = CharField(
            label=_("What %(name)s said") % name,
            max_length=longest(Participant, "statement"),
            rows=3,
            required=False,
        )

    @property
    def head(self) -> list[forms.BoundField]:
        """The text of the minutes."""
        return [self["text"]]

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Each delegate's view."""
        return [
            (
                f"{member.shown} · {member.group}",
                [self[f"stance_{member.pk}"], self[f"statement_{member.pk}"]],
            )
            for member in self.members
        ]

    def values(self) -> dict[str, Any]:
        """The text, and the views by panel member's key."""
        data = self.cleaned_data
        views = {
            member.pk: View(data[f"stance_{member.pk}"], data[f"statement_{member.pk}"])
            for member in self.members
        }
        return {"text": data["text"], "views": views}


class MarkForm(HearingForm):
    """What a delegate says of the minutes."""

    mark = forms.ChoiceField(
        label=gettext_lazy("The minutes"),
        choices=[
            (Mark.SIGNED, gettext_lazy("I confirm them")),
            (Mark.CORRECTED, gettext_lazy("I confirm them with a correction")),
            (Mark.REFUSED, gettext_lazy("I refuse to sign")),
        ],
        widget=forms.RadioSelect,
    )
    correction = CharField(
        label=gettext_lazy("The correction, or the reason for refusing"),
        max_length=longest(Participant, "correction"),
        rows=3,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """A correction has to be written down."""
        data = super().clean() or {}
        if data.get("mark") == Mark.CORRECTED and not data.get("correction"):
            self.add_error("correction", _("Please write the correction."))
        return data


class PaperMarkForm(MarkForm):
    """What a delegate signed on paper."""

    member_pk = forms.TypedChoiceField(label=gettext_lazy("Delegate"), coerce=int)
    field_order = ("member_pk", "mark", "correction")

    def prepare(self) -> None:
        """Fit the fields to the hearing."""
        panel = self.thing.participants.exclude(attended_at=None).exclude(channel=Channel.ONLINE)
        offer(self, "mark", Mark.choices)
        panel = panel.select_related("person")
        offer(self, "member_pk", [(one.pk, f"{one.real_name} · {one.group}") for one in panel])


class OpinionForm(HearingForm):
    """The opinion and its items, one a line under their kind."""

    text = CharField(
        label=gettext_lazy("What the hearing found, in short"), max_length=longest(Hearing, "opinion"), rows=6
    )
    KINDS = {
        ItemKind.FOR: gettext_lazy("Arguments for, one a line"),
        ItemKind.AGAINST: gettext_lazy("Arguments against, one a line"),
        ItemKind.CONDITION: gettext_lazy("Conditions, one a line"),
        ItemKind.MINORITY: gettext_lazy("Minority views, one a line"),
    }

    def prepare(self) -> None:
        """Fit the fields to the hearing."""
        for kind, label in self.KINDS.items():
            self.fields[kind.value] = CharField(label=label, max_length=8000, rows=4, required=False)

    def clean(self) -> dict[str, Any]:
        """Items of a length that can be read and answered."""
        data = super().clean() or {}
        for kind in self.KINDS:
            if any(len(line) > 500 for line in _lines(data.get(kind.value, ""))):
                self.add_error(kind.value, _("An item has at most 500 characters. Please divide it."))
        if len(self.items()) > ITEMS_MOST:
            raise forms.ValidationError(_("An opinion has at most %(n)d items.") % {"n": ITEMS_MOST})
        return data

    def values(self) -> dict[str, Any]:
        """The finding and its items."""
        return {"text": self.cleaned_data["text"], "items": self.items()}

    def items(self) -> list[tuple[ItemKind, str]]:
        """(kind, text) of each item in the order of the form."""
        return [(kind, line) for kind in self.KINDS for line in _lines(self.cleaned_data.get(kind.value, ""))]


class AnswerForm(HearingForm):
    """A verdict and a reason for each item of the opinion."""

    def prepare(self) -> None:
        """Fit the fields to the hearing."""
        self.questions = list(self.thing.items.all())
        for item in self.questions:
            self.fields[f"verdict_{item.number}"] = forms.ChoiceField(
                label=_("Answer to item %(n)d") % {"n": item.number},
                choices=Verdict.choices,
                widget=forms.RadioSelect,
            )
            self.fields[f"answer_{item.number}"] = CharField(
                label=_("Reason, or what follows, to item %(n)d") % {"n": item.number},
                max_length=longest(OpinionItem, "answer"),
                rows=3,
                required=False,
                help_text=_("Needed where the item is taken up in part or not."),
            )

    @property
    def head(self) -> list[forms.BoundField]:
        """Nothing stands above the items."""
        return []

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Each item with its answer."""
        return [
            (
                f"{item.number}. {ItemKind(item.kind).label}：{item.text}",
                [self[f"verdict_{item.number}"], self[f"answer_{item.number}"]],
            )
            for item in self.questions
        ]

    def clean(self) -> dict[str, Any]:
        """Declining, wholly or in part, needs a reason."""
        data = super().clean() or {}
        for item in self.questions:
            declined = data.get(f"verdict_{item.number}") in {Verdict.PARTLY, Verdict.NOT}
            if declined and not data.get(f"answer_{item.number}"):
                self.add_error(f"answer_{item.number}", _("Please give the reason."))
        return data

    def values(self) -> dict[str, Any]:
        """(verdict, reason) by the item's number."""
        data = self.cleaned_data
        answers = {
            item.number: (data[f"verdict_{item.number}"], data[f"answer_{item.number}"])
            for item in self.questions
        }
        return {"answers": answers}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
