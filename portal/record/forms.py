"""What a reader may ask the record for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit.fields import YEAR, CharField, DayField
from portal.record import numbers
from portal.record.models import EntryQuerySet
from portal.record.wording import SUBJECTS, WORDING, subject_label

LARGEST = 2**31 - 1
LONG = 100 * YEAR


def _choices(kinds: set[str]) -> list[tuple[str, Any]]:
    labelled = sorted((kind, subject_label(kind)) for kind in kinds)
    return [("", _("everything")), *labelled]


def _groups() -> list[tuple[str, Any]]:
    return _choices({action.partition(".")[0] for action in WORDING})


def _subjects() -> list[tuple[str, Any]]:
    return _choices({kind for kind in SUBJECTS if SUBJECTS[kind].page})


class NumberForm(forms.Form):
    """A number, as somebody reads it from paper: of a receipt, of a certificate."""

    number = CharField(
        label=_("Number"),
        max_length=40,
        help_text=_("Twelve letters and digits, such as 7K3M-9QXP-2VHT."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_number(self) -> str:
        """The number that is meant; upper and lower case, O and 0 are not told apart."""
        number = numbers.meant(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError(_("A number has twelve letters and digits. Please look again."))
        return number


class FilterForm(forms.Form):
    """The filters of the record's page. Sent with GET; `before` is where an older page begins."""

    action = forms.ChoiceField(label=_("What was done"), choices=_groups, required=False)
    subject = forms.ChoiceField(label=_("What it is about"), choices=_subjects, required=False)
    text = CharField(label=_("Words in the title"), max_length=60, required=False)
    first = DayField(label=_("From day"), back=LONG, required=False)
    last = DayField(label=_("To day"), back=LONG, required=False)
    before = forms.IntegerField(min_value=1, max_value=LARGEST, widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        """The days must follow each other."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", _("This day is before the first one. Exchange the two."))
        return cleaned

    def narrow(self, entries: EntryQuerySet) -> EntryQuerySet:
        """The entries asked for, newest first."""
        asked = self.cleaned_data
        if asked["action"]:
            entries = entries.acting(asked["action"])
        if asked["subject"]:
            entries = entries.of_kind(asked["subject"])
        if asked["text"]:
            entries = entries.filter(title__icontains=asked["text"])
        if asked["before"]:
            entries = entries.filter(sequence__lt=asked["before"])
        return entries.between(asked["first"], asked["last"]).order_by("-sequence")
