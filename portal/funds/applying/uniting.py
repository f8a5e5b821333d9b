"""Of applying together one human is named once: what becomes of the second row when two records become one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double, Union
from portal.funds.models import CoApplicant


def _not_with_oneself(union: Union) -> None:
    """Who leads an application does not apply together with it under the other record."""
    for row in CoApplicant.objects.filter(person__in=union.both, application__lead__in=union.both):
        union.notes.append(_named(row))
        union.changes.remove(row)


def _named(row: CoApplicant) -> str:
    return _("Both apply for “%(title)s”. The name stands there once.") % {"title": row.application.title}


uniting.register("funds.leading", _not_with_oneself)
uniting.register("funds.together", Double(CoApplicant, ("application_id",), ("asked_at",), _named))
