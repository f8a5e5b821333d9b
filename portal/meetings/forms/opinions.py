"""The forms that follow a hearing: minutes with the delegates' views, opinion, answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.versions import MISSING
from portal.kit.fields import CharField, longest
from portal.meetings.forms.hearings import HearingForm
from portal.meetings.minutes import forms as minutes
from portal.meetings.minutes.services import View
from portal.meetings.models import Hearing, ItemKind, OpinionItem, Participant, Stance, Verdict

ITEMS_MOST = 60


class MinutesForm(minutes.MinutesForm):
    """The minutes, and the view of each delegate who attended."""

    def prepare(self) -> None:
        """A position and words for each."""
        super().prepare()
        for member in self.members:
            self._add(member)
            names = self._names(member)
            self.begin(dict(zip(names, (member.stance, member.statement), strict=True)))

    def _add(self, member: Participant) -> None:
        name = {"name": member.shown}
        stance, statement = self._names(member)
        self.fields[stance] = forms.ChoiceField(
            label=_("Position of %(name)s") % name, choices=Stance.choices, widget=forms.RadioSelect
        )
        self.fields[statement] = CharField(
            label=_("What %(name)s said") % name,
            max_length=longest(Participant, "statement"),
            rows=3,
            required=False,
        )

    def held(self, present: Any, name: str) -> Any:
        """Each delegate's view stands in the delegate's own row."""
        field, _sign, pk = name.rpartition("_")
        if not pk.isdecimal():
            return super().held(present, name)
        return getattr(present.participants.filter(pk=pk).first(), field, MISSING)

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Each delegate's view."""
        return [
            (f"{member.shown} · {member.group}", [self[name] for name in self._names(member)])
            for member in self.members
        ]

    def values(self) -> dict[str, Any]:
        """The text, and the views by the participant's key."""
        data = self.cleaned_data
        views = {member.pk: View(*(data[name] for name in self._names(member))) for member in self.members}
        return {"text": data["text"], "version": data["version"], "views": views}

    @staticmethod
    def _names(member: Participant) -> tuple[str, str]:
        return f"stance_{member.pk}", f"statement_{member.pk}"


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
        self.fields["send"] = forms.BooleanField(
            label=_("Send it to the decision-maker at once"), required=False, initial=True
        )

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
        data = self.cleaned_data
        return {"text": data["text"], "items": self.items(), "send": data["send"]}

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
