"""Duties and objections of two records of one human: one of each is enough."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double, Union
from portal.duties.models import Duty, Objection
from portal.kit import clock


def _drop(union: Union, earlier: Duty, later: Duty) -> None:
    union.changes.change(later, dropped_at=clock.now())


uniting.register(
    "duties",
    Double(
        Duty,
        ("kind", "subject"),
        ("opened_at",),
        lambda duty: _("Both owe the same: “%(what)s”. It is owed once.") % {"what": duty.title},
        _drop,
        Q(done_at=None, dropped_at=None),
    ),
)
uniting.register(
    "objections",
    Double(
        Objection,
        ("notice_id",),
        ("at",),
        lambda made: _("Both objected to one public notice. The earlier objection stands."),
    ),
)
