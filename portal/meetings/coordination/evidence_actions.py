"""What can be done with what the file of a coordination meeting rests on: things handed in, notes of inquiries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.community.models import User
from portal.meetings.coordination import forms, services
from portal.meetings.coordination.permissions import retractable
from portal.meetings.coordination.selectors import party_of
from portal.meetings.models import Coordination

IN_THE_FILE = _("There is no way back: it stands in the file. What is wrong is noted with the next step.")


def _has_own(meeting: Coordination, user: User) -> bool:
    party = party_of(meeting, user.person_id)
    return party is not None and retractable(meeting, party).exists()


EVIDENCE: dict[str, Action] = {
    "hand_in": Action(
        _("Hand something in"),
        services.hand_in,
        forms.HandInForm,
        submit=_("Hand it in"),
        text=_(
            "Words, a photo or a paper that shows how it was. The other side and who mediates read it; nobody "
            "else, no office either. Nobody has to."
        ),
        done=_("It is handed in."),
        tells=True,
        effect=Effect.PUBLISHES,
        way_back=WayBack("take_back"),
    ),
    "take_back": Action(
        _("Take back what I handed in"),
        services.take_back,
        forms.TakeBackForm,
        submit=_("Take back"),
        text=_("Words and file are deleted; the line in the register says that you took it back."),
        done=_("It is taken back."),
        tone="quiet",
        ready=_has_own,
        not_ready=_("Only what you handed in for the coming talks can be taken back."),
        effect=Effect.REPLACES,
        way_back=WayBack("hand_in"),
    ),
    "hand_in_for": Action(
        _("Enter what a party brought"),
        services.hand_in_for,
        forms.HandInForForm,
        text=_("On paper or at the counter. Give the original back; the file keeps words and a picture."),
        done=_("Entered."),
        tells=True,
        effect=Effect.PUBLISHES,
        way_back=WayBack("remove_evidence"),
    ),
    "note_inquiry": Action(
        _("Note whom you asked"),
        services.note_inquiry,
        forms.InquiryForm,
        text=_(
            "What a neighbour, a craftsman or an office said when you asked. Say to them beforehand that the "
            "parties read it. Then it is read back to them."
        ),
        done=_("Noted. Read it back to whom you asked, and note what they say."),
        effect=Effect.PUBLISHES,
        way_back=_("There is no way back: what is wrong is corrected when it is read back."),
    ),
    "read_back": Action(
        _("Note that it was read back"),
        services.read_back,
        forms.ReadBackForm,
        text=_(
            "You read the note to whom you asked, or they read it: right, with a correction, or not signed."
        ),
        done=_("Noted."),
        tells=True,
        ready=lambda meeting, user: meeting.inquiries.filter(read="").exists(),
        not_ready=_("Every note was read back."),
        effect=Effect.COUNTS,
        way_back=IN_THE_FILE,
    ),
    "remove_evidence": Action(
        _("Remove something from the file"),
        services.remove_evidence,
        forms.RemoveForm,
        text=_(
            "Only what does not belong there: handed in by mistake, or private matters of somebody else. "
            "Words and file are deleted; number, party, day and your reason stay. Its party is told."
        ),
        done=_("It is removed; its line stays."),
        tone="danger",
        ready=lambda meeting, user: meeting.evidence.standing().exists(),
        not_ready=_("Nothing is in the file that could be removed."),
        effect=Effect.ENDS,
        way_back=_("There is no way back: what was deleted is gone. Its party can hand it in once more."),
    ),
}
