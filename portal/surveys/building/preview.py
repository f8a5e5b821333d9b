"""A questionnaire as those who answer see it, to be looked at while it is written; nothing is sent from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.surveys.definition import Definition
from portal.surveys.models import Question
from portal.surveys.models.questions import MatrixField, RankingField


@dataclass(frozen=True)
class Asked:
    """A question in the preview: its number, text with neutral words for answers, when it is asked, its fields."""

    number: int
    question: Question
    text: str
    help: str
    condition: str
    fields: list[forms.BoundField]


def asked_of(definition: Definition, questions: Iterable[Question]) -> list[Asked]:
    """Questions as they would be asked of somebody who has answered nothing yet."""
    return [
        Asked(
            question.number,
            question,
            definition.text_for(question, {}),
            definition.help_for(question, {}),
            definition.condition_of(question),
            _fields(question),
        )
        for question in questions
    ]


def _fields(question: Question) -> list[forms.BoundField]:
    """A matrix shows a field for each row, a ranking one for each place, as on a phone."""
    field: Any = question.form_field()
    form = forms.Form(auto_id=f"look_{question.pk}_%s", prefix=f"look{question.pk}")
    if isinstance(field, MatrixField):
        form.fields = {f"r{at}": one for at, one in enumerate(field.fields)}
    elif isinstance(field, RankingField):
        form.fields = {f"p{at}": one for at, one in enumerate(field.fields, 1)}
        for at, one in enumerate(field.fields, 1):
            one.label = _("Place %(place)s") % {"place": at}
    else:
        form.fields = {"value": field}
    for one in form.fields.values():
        one.required = True
        one.widget.is_required = False
    return list(form)
