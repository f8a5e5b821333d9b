"""What staff and candidates fill in before an election opens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portal.actions.fields import FilesField, PersonField, find_in, one_file
from portal.actions.forms import ActionForm
from portal.kit.fields import CharField, offer, reason_field
from portal.voting.models import STATEMENT, WORDS, Candidate, Vote
from portal.voting.services.candidates import unnamed


class NameCandidateForm(ActionForm[Vote]):
    """Which option, and who stands for it."""

    option = forms.ChoiceField(label=gettext_lazy("Which name on the ballot"))
    person = PersonField()

    def prepare(self) -> None:
        """The options for which nobody was named yet; people of this neighbourhood."""
        options = [(option, self.thing.label_of(option)) for option in unnamed(self.thing)]
        offer(self, "option", options)
        find_in(self, "person", self.thing.neighbourhood)


class IntroduceForm(ActionForm[Candidate]):
    """One line, a statement of the same length for all, and a photo."""

    words = CharField(
        label=gettext_lazy("Who you are, in one line"),
        max_length=WORDS,
        help_text=gettext_lazy(
            "At most 60 characters. For example: retired teacher, building 3, twelve years here."
        ),
    )
    statement = CharField(
        label=gettext_lazy("What you stand for"),
        max_length=STATEMENT,
        rows=8,
        help_text=gettext_lazy("At most 500 characters, the same for every candidate."),
    )
    photo = FilesField(most=1, label=gettext_lazy("A photo of the candidate"), required=False)
    remove = forms.BooleanField(label=gettext_lazy("Take the photo away"), required=False)

    def prepare(self) -> None:
        """With what stands there now."""
        if self.thing.photo_id is None:
            del self.fields["remove"]
        self.begin({"words": self.thing.words, "statement": self.thing.statement})

    def values(self) -> dict[str, Any]:
        """One photo, or none."""
        return {**self.cleaned_data, "photo": one_file(self.cleaned_data["photo"])}


class UnnameForm(ActionForm[Candidate]):
    """A published reason."""

    reason = reason_field()
