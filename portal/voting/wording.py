"""What the public record and the duties call a vote and what is owed about it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.permissions import COMMITTEE
from portal.duties.kinds import register_kinds, register_readers
from portal.record.wording import Subject, register_subjects

register_subjects({"vote": Subject(_("Votes"), page="voting:vote")})
register_kinds(
    {
        "vote.keys": _("make the key of the ballot box and try its parts"),
        "vote.open_box": _("open the ballot box with two custodians"),
        "vote.roll_objection": _("answer an objection to the roll"),
        "vote.third": _("decide as a third person about a paper of a vote"),
        "vote.doubt": _("withdraw or keep a paper of a vote that is doubted"),
        "vote.count": _("see to what the count of a vote waits for"),
        "vote.paper": _("enter the paper ballots and close them off"),
    }
)
register_readers(COMMITTEE, "vote.keys", "vote.open_box", "vote.paper", "vote.third", "vote.doubt")
