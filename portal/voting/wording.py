"""What the public record and the duties call a vote and what is owed about it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.record.wording import Subject, register_subjects

register_subjects({"vote": Subject(_("Votes"), page="voting:vote")})
register_kinds(
    {
        "vote.keys": _("make the key of the ballot box and try its parts"),
        "vote.open_box": _("open the ballot box with two custodians"),
        "vote.roll_objection": _("answer an objection to the roll"),
        "vote.paper": _("enter the paper ballots and close them off"),
    }
)
