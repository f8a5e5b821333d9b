"""What the record calls funds and their rounds."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.models import Post
from portal.duties.kinds import register_kinds
from portal.duties.steps import register_steps
from portal.record.wording import Subject, register_subjects

# What the director owes about a draft that is complete.
OPEN_CALL = "funds.open_call"

register_kinds({OPEN_CALL: _("look through the draft of a round, and open it")}, falls_to=Post.DIRECTOR)
register_subjects(
    {
        "fund": Subject(_("Funds"), "funds:fund"),
        "call": Subject(_("Rounds of a fund"), "funds:call"),
        # What was done is filed under these; the things themselves are the rounds, applications and grants.
        "funds": Subject(_("Applications and projects")),
        "fundreview": Subject(_("Reviews of a round")),
        "fundcall": Subject(_("Residents' votes on projects")),
        "fundapplication": Subject(_("Projects on the ballot")),
    }
)
register_steps("funds:calls_act", {OPEN_CALL: ("open_call",)})
