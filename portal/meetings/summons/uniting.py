"""Two records of one human have one judgement of a summons."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double
from portal.meetings.models import SummonsJudgement

uniting.register(
    "summons judgements",
    Double(
        SummonsJudgement,
        ("summons_id",),
        ("at",),
        lambda judged: (
            _("Both judged “%(summons)s”. The earlier judgement stands.") % {"summons": judged.summons.title}
        ),
    ),
)
