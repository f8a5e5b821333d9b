"""Reports of a post by two records of one human: one counts."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double
from portal.threads.models import Flag

uniting.register(
    "flags",
    Double(
        Flag,
        ("post_id",),
        ("at",),
        lambda flag: _("Both reported the same post. The earlier report stands."),
    ),
)
