"""Reactions of two records of one human: one counts for each statement."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double, Union
from portal.meetings.models.opinions import Reaction
from portal.threads.models import View
from portal.threads.services import draw_anew


def _one_counts(union: Union, earlier: Reaction, later: Reaction) -> None:
    """The earlier stands. Where a post is the statement, its numbers are those of one human."""
    post = later.statement.post
    union.changes.remove(later)
    if post is None:
        return
    if later.value == View.AGREE:
        union.changes.add(post, "agreeing", -1)
    union.changes.add(post, "reacting", -1)
    draw_anew(post.pk)


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
        _one_counts,
    ),
)
