"""What of boards one person can hold only once, when two records of one human become one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.boards.models import CallConsent, Face
from portal.community import uniting
from portal.community.uniting import Double

uniting.register(
    "faces",
    Double(
        Face,
        ("board_id",),
        ("pk",),
        lambda one: _("Both are shown on the board of one building. The earlier photo stays."),
    ),
)
uniting.register(
    "calls",
    Double(
        CallConsent,
        ("board_id",),
        ("pk",),
        lambda one: _("Both agreed to be called by the head of one building. The earlier number stays."),
    ),
)
