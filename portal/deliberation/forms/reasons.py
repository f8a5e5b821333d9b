"""What several steps of a topic ask alike: a reason, one of two decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from portal.actions.forms import ActionForm
from portal.deliberation.models import Topic
from portal.kit.fields import reason_field

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def decision(label: StrOrPromise, yes: StrOrPromise, no: StrOrPromise) -> forms.TypedChoiceField:
    """One of two decisions; cleans to whether it is the first."""
    choices = [("1", yes), ("0", no)]
    return forms.TypedChoiceField(
        label=label, choices=choices, coerce=lambda value: value == "1", widget=forms.RadioSelect
    )


class ReasonForm(ActionForm[Topic]):
    """A reason that will be published."""

    reason = reason_field()


class OptionalReasonForm(ActionForm[Topic]):
    reason = reason_field(required=False)
