"""What somebody asks of the desk, and its answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.kit.fields import CharField, longest, offer
from portal.register.models import Wish, WishKind


class WishForm(forms.Form):
    """What is asked for, in one's own words. Only who holds a post is offered a deputy."""

    kind = forms.ChoiceField(label=gettext_lazy("What is it about?"), widget=forms.RadioSelect)
    text = CharField(
        label=gettext_lazy("What is wrong, and what is right?"),
        help_text=gettext_lazy("Only the committee's staff read it. Please write no ID number."),
        max_length=longest(Wish, "text"),
        rows=4,
    )

    def __init__(self, *args: Any, holds_post: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [kind for kind in WishKind if holds_post or kind != WishKind.DEPUTY]
        offer(self, "kind", [(kind.value, kind.label) for kind in kinds])


class AnswerForm(ActionForm[Wish]):
    """What was done."""

    answer = CharField(label=gettext_lazy("What was done"), max_length=longest(Wish, "answer"), rows=3)


class DeclineForm(ActionForm[Wish]):
    """Why it is not done."""

    reason = CharField(label=gettext_lazy("Reason"), max_length=longest(Wish, "answer"), rows=3)
