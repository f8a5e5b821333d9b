"""What the public record calls the steps of a vote."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.record import wording

wording.register(
    {
        "vote.called": _("called a vote"),
        "vote.roll_corrected": _("corrected the roll of a vote"),
        "vote.roll_frozen": _("froze the roll of a vote"),
        "vote.mandate_ended": _("noted the end of a mandate"),
        "vote.keys_tried": _("tried the keys of the ballot box"),
        "vote.extended": _("extended a vote"),
        "vote.withdrawn": _("noted that an option of a vote was withdrawn"),
        "vote.lot": _("entered the lot of a vote"),
        "vote.aborted": _("called a vote off"),
        "vote.paper_done": _("counted in the ballots on paper"),
        "vote.opened": _("opened the sealed ballots"),
        "vote.counted": _("published the result of a vote"),
        "vote.annulled": _("annulled a vote"),
    }
)
register_kinds(
    {
        "vote.keys": _("make the key of the ballot box and try its parts"),
        "vote.open_box": _("open the ballot box with two custodians"),
    }
)
wording.register_subjects({"vote": wording.Subject(_("Votes"), page="voting:vote")})
register_kinds(
    {
        "vote.roll_objection": _("answer an objection to the roll"),
        "vote.paper": _("enter the paper ballots and close them off"),
    }
)
