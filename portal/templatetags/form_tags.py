"""How a form is laid out in the elder view: what has to be answered first, the rest folded below it."""

from __future__ import annotations

from django import forms, template
from django.forms.boundfield import BoundField

register = template.Library()
# A single one is no reason to fold anything.
FEWEST = 2


@register.filter
def besides(form: object, folding: object = True) -> list[BoundField]:
    """The fields that may be left empty and are, where others have to be filled in; none where `folding` is not."""
    if not (folding and isinstance(form, forms.BaseForm)):
        return []
    optional = [field for field in form.visible_fields() if _is_beside(field)]
    wanted = len(form.visible_fields()) > len(optional) >= FEWEST
    return optional if wanted else []


def _is_beside(field: BoundField) -> bool:
    return not (field.field.required or field.errors or field.value())
