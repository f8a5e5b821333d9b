"""What is typed about the books of a project."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.actions.fields import FilesField
from portal.actions.forms import ActionForm
from portal.community.selectors import person_of
from portal.funds.books.services.progress import MOST_PHOTOS
from portal.funds.models import Evaluation, Grant, ProgressNote
from portal.kit.fields import CharField, confirm_field, longest, reason_field

RATINGS = (
    (5, _("very well done")),
    (4, _("well done")),
    (3, _("neither well nor badly done")),
    (2, _("not so well done")),
    (1, _("badly done")),
)


class ReasonForm(ActionForm[Any]):
    """Why, for everybody to read."""

    reason = reason_field(200, rows=2)


class ProgressForm(ActionForm[Grant]):
    """How far a project is, with photos."""

    text = CharField(
        label=_("How far it is"),
        max_length=longest(ProgressNote, "text"),
        rows=5,
        help_text=_("What is done, what comes next, what is in the way. Everybody can read it."),
    )
    photos = FilesField(label=_("Photos"), most=MOST_PHOTOS, required=False)
    shows = CharField(
        label=_("What the photos show"),
        max_length=200,
        required=False,
        help_text=_("For those who cannot see them. Please show no faces of people who did not agree."),
    )


class PostForm(ActionForm[Grant]):
    """The accounts were looked at."""

    sure = confirm_field(_("I have compared the accounts with the invoices and the book of the fund."))

    def values(self) -> dict[str, Any]:
        """The tick is for this page alone."""
        return {}


class EvaluateForm(ActionForm[Grant]):
    """How well it was done, in words, and what somebody wants to say."""

    rating = forms.TypedChoiceField(
        label=_("How well was it done?"), choices=RATINGS, coerce=int, widget=forms.RadioSelect
    )
    comment = CharField(
        label=_("What you want to say"),
        max_length=longest(Evaluation, "comment"),
        rows=3,
        required=False,
        help_text=_("Those who carried it out and the office read it, without your name."),
    )

    def prepare(self) -> None:
        """As somebody said it before."""
        said = Evaluation.objects.filter(grant=self.thing, person=person_of(self.user)).first()
        if said:
            self.begin({"rating": said.rating, "comment": said.comment})
