"""Reactions of two records of one human: one counts for each statement."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double
from portal.meetings.models.opinions import Reaction

uniting.register(
    "reactions",
    Double(
        Reaction,
        ("statement_id",),
        ("at",),
        lambda reaction: (
            _("Both reacted to a statement about “%(title)s”. The earlier reaction stands.")
            % {"title": reaction.statement.title}
        ),
    ),
)
