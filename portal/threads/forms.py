"""What comes into a discussion, and how it is checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.actions.forms import ActionForm
from portal.community.models import Post as Office
from portal.kit.fields import CharField, longest
from portal.threads.models import LONGEST, HideReason, Post

ASKS = [
    ("", _("nobody in particular")),
    (Office.PROPERTY.value, _("the property manager")),
    (Office.WORKER.value, _("the residents' committee")),
]


def _text(label: Any, help_text: Any) -> CharField:
    return CharField(label=label, max_length=LONGEST, rows=3, help_text=help_text)


class SayForm(forms.Form):
    """A post. `once` is the key under which a repeated sending is the same post."""

    body = _text(
        _("Say what you think"),
        help_text=_(
            "Everybody can read it, with your chosen name and your building. It cannot be changed later."
        ),
    )
    asks = forms.ChoiceField(label=_("Ask for an official answer from"), choices=ASKS, required=False)
    once = forms.UUIDField(widget=forms.HiddenInput)


class AnswerForm(ActionForm[Post]):
    """An official answer, signed with post and name."""

    body = _text(
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

    text = CharField(label=_("Why should the post be shown?"), max_length=longest(Post, "appeal"), rows=3)
