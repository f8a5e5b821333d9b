"""What comes into an opinion map."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.actions.forms import ActionForm
from portal.kit.fields import CharField
from portal.meetings.models.opinions import LONGEST, OpinionMap, Statement
from portal.threads.models import HideReason, View


def _sentence() -> CharField:
    return CharField(
        label=_("Your statement"),
        max_length=LONGEST,
        help_text=_(
            "One sentence, one thought, so that others can agree or disagree. Your name is not shown."
        ),
    )


class FirstForm(forms.Form):
    """The first statement about a thing."""

    text = _sentence()


class PutForm(ActionForm[OpinionMap]):
    """One more statement."""

    text = _sentence()


class ReactForm(ActionForm[Statement]):
    """Agree, disagree or not sure."""

    value = forms.TypedChoiceField(
        label=_("What do you think?"), choices=View.choices, coerce=int, widget=forms.RadioSelect
    )

    def prepare(self) -> None:
        """With what the reader said before."""
        said: Any = self.thing.reactions.filter(person=self.user.person_id).first()
        if said is not None:
            self.begin({"value": said.value})


class TakeDownForm(ActionForm[Statement]):
    """One reason of the fixed list."""

    reason = forms.ChoiceField(label=_("Reason"), choices=HideReason.choices, widget=forms.RadioSelect)
