"""One human reviews a round once: what becomes of the second row when two records become one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double, Union
from portal.funds.models import Reviewer


def _stays(union: Union, earlier: Reviewer, later: Reviewer) -> None:
    """What was scored is not thrown away: the later row keeps naming the record that went."""
    union.stays(later)


uniting.register(
    "funds.reviewer",
    Double(
        Reviewer,
        ("call_id",),
        ("named_at",),
        lambda row: _("Both review “%(title)s”. The second stays as it is.") % {"title": row.title},
        _stays,
    ),
)
