"""Raised hands: one choice a seat, noted by one person and read again by another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.actions.forms import ActionForm
from portal.voting import hall
from portal.voting.models import Choice, RollEntry, Vote

PREFIX = "seat_"


class SeatsForm(ActionForm[Vote]):
    """A row of choices for each seat; a seat where no hand was raised is left alone."""

    def prepare(self) -> None:
        """The seats of this form."""
        self.fields.update({f"{PREFIX}{line.number}": _row(line) for line in self.lines()})

    def lines(self) -> Iterable[RollEntry]:
        """Whose hands are asked for."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """At least one hand."""
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError(
                _("No hand is noted. Please say for at least one seat what was raised.")
            )
        return cleaned

    def values(self) -> dict[str, Any]:
        """The choices by the number of each line."""
        given = {name: choice for name, choice in self.cleaned_data.items() if choice}
        return {"hands": {int(name.removeprefix(PREFIX)): choice for name, choice in given.items()}}


class HandsForm(SeatsForm):
    """The hands as one person sees them, of all who have not voted yet."""

    def lines(self) -> Iterable[RollEntry]:
        """Those with a voice and without a ballot."""
        return hall.seats(self.thing)


class CheckForm(SeatsForm):
    """The hands once more, read by another person, who is not shown what the first one noted."""

    def lines(self) -> Iterable[RollEntry]:
        """Those that somebody else noted."""
        return [paper.entry for paper in hall.to_check(self.thing, self.user) if paper.entry]


def _row(line: RollEntry) -> forms.ChoiceField:
    name = f"{line.label} · {line.person.real_name}"
    mandate = line.voice.mandate
    if mandate is not None:
        name = _("%(name)s, by mandate: %(holder)s") % {"name": name, "holder": mandate.holder.real_name}
    return forms.ChoiceField(label=name, choices=Choice, widget=forms.RadioSelect, required=False)
