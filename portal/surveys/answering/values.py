"""What was typed or chosen, as JSON keeps it: judged by the question's own field, never repaired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.surveys.definition import Definition
from portal.surveys.models import Question


def checked(question: Question, raw: Any) -> Any:
    """The value of a question from what its widget read, or from a value that JSON kept; None: not answered.

    Raises ValidationError: an option that is not there, a text too long, too many or too few choices.
    """
    field = question.form_field()
    if isinstance(field.widget, forms.MultiWidget) and not _is_raw(field, raw):
        raw = field.widget.decompress(_known(question, raw))
    value = question.value_of(field.clean(raw))
    return _several(question, value) if question.kind == "multiple" and value else value


def all_checked(definition: Definition, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of several questions; of each what was read, or a function of the question that reads it.

    Raises ValidationError with the messages by key.
    """
    found, wrong = {}, {}
    for key, raw in values.items():
        question = definition.get(key)
        try:
            if question is None:
                raise ValidationError(_("There is no such question."))
            found[key] = checked(question, raw(question) if callable(raw) else raw)
        except ValidationError as error:
            wrong[key] = error.messages
    if wrong:
        raise ValidationError(wrong)
    return found


def _is_raw(field: forms.Field, raw: Any) -> bool:
    return isinstance(raw, list) and len(raw) == len(field.widget.widgets)  # type: ignore[attr-defined]


def _known(question: Question, raw: Any) -> Any:
    """A value of a table or an order as it was kept; its rows and places must be there."""
    if question.has_rows and raw:
        rows = {key for key, _text in question.pairs(rows=True)}
        if not isinstance(raw, dict) or not rows.issuperset(raw):
            raise ValidationError(_("Please choose among what stands here."))
    elif isinstance(raw, list) and len(raw) > len(question.choices()):
        raise ValidationError(_("Please choose among what stands here."))
    return raw


def _several(question: Question, value: list[str]) -> list[str]:
    """Choices in the order of the options, as many as may be; one that rules the others out stands alone."""
    options = question.choices()
    alone = next((option for option in options if option.exclusive and option.key in value), None)
    if alone is not None and len(value) > 1:
        said = _("“%(choice)s” goes with nothing else. Please take it or the others away.")
        raise ValidationError(said % {"choice": alone.text})
    if question.most is not None and len(value) > question.most:
        said = ngettext("Please choose %(n)s at most.", "Please choose %(n)s at most.", question.most)
        raise ValidationError(said % {"n": question.most})
    if question.least is not None and alone is None and len(value) < question.least:
        said = ngettext("Please choose at least %(n)s.", "Please choose at least %(n)s.", question.least)
        raise ValidationError(said % {"n": question.least})
    return [option.key for option in options if option.key in value]
