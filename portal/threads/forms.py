"""What comes into a discussion, and how it is checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.actions.forms import ActionForm
from portal.community.models import Post as Office
from portal.threads.models import LONGEST, HideReason, Post

ASKS = [
    ("", _("nobody in particular")),
    (Office.PROPERTY.value, _("the property manager")),
    (Office.WORKER.value, _("the residents' committee")),
]


class _Text(forms.CharField):
    def __init__(self, label: Any, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST})
        super().__init__(label=label, max_length=LONGEST, widget=widget, **kwargs)


class SayForm(forms.Form):
    """A post. `once` is the key under which a repeated sending is the same post."""

    body = _Text(
        _("Say what you think"),
        help_text=_(
            "Everybody can read it, with your chosen name and your building. It cannot be changed later."
        ),
    )
    asks = forms.ChoiceField(label=_("Ask for an official answer from"), choices=ASKS, required=False)
    once = forms.UUIDField(widget=forms.HiddenInput)


class AnswerForm(ActionForm[Post]):
    """An official answer, signed with post and name."""

    body = _Text(
        _("Official answer"), help_text=_("Signed with your post and name; the public record notes it.")
    )


class AskForm(ActionForm[Post]):
    """Whom to ask for an official answer."""

    asks = forms.ChoiceField(
        label=_("Ask for an official answer from"), choices=ASKS[1:], widget=forms.RadioSelect
    )


class HideForm(ActionForm[Post]):
    """One reason of the fixed list."""

    reason = forms.ChoiceField(label=_("Reason"), choices=HideReason.choices, widget=forms.RadioSelect)


class AppealForm(ActionForm[Post]):
    """Why a hidden post should be shown again."""

    text = forms.CharField(
        label=_("Why should the post be shown?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
