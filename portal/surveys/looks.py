"""That somebody of the office saw single answers, or a table that is not published: with which post, and what."""

from __future__ import annotations

from django.db import models

from portal.community.models import User
from portal.community.selectors import signature
from portal.surveys.models import Survey, TableLook


def write_down(user: User, survey: Survey, seen: str) -> TableLook:
    """Write a look down, inside the caller's transaction; what is too long for a line is cut."""
    said = {
        "name": user.public_name,
        "post": signature(user, survey.neighbourhood).name,
        "questions": seen,
    }
    cut = {name: text[: _longest(name)] for name, text in said.items()}
    return TableLook.objects.create(survey=survey, user=user, **cut)


def _longest(name: str) -> int | None:
    column = TableLook._meta.get_field(name)
    return column.max_length if isinstance(column, models.CharField) else None
