"""What happens to a summons, in the public record and to those concerned."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.meetings.minutes.events import MinuteEvents

MINUTED = MinuteEvents("summons")
SENT = Event("summons.sent", record=_("%(department)s summoned, for %(wanted_at)s"))
LINK = Event("summons.link", record=_("a new link given to the department; the former one is void"))
LINK_REVOKED = Event("summons.link_revoked", record=_("the link of the department was withdrawn"))
ACCEPTED = Event(
    "summons.accepted",
    record=_("accepted: they come on %(starts_at)s"),
    title=_("The department comes: %(title)s"),
    body=_("On %(starts_at)s. Please note on the page afterwards who came."),
)
PROPOSED = Event(
    "summons.proposed",
    record=_("another day proposed: %(proposed_at)s. %(words)s"),
    title=_("The department proposes another day: %(title)s"),
    body=_("%(proposed_at)s. %(words)s"),
)
REFUSED = Event(
    "summons.refused",
    record=_("refused: %(words)s"),
    title=_("The department refuses to come: %(title)s"),
    body=_("The reason: “%(words)s”. The subdistrict says how it goes on."),
)
REMINDED = Event(
    "summons.reminded",
    record=_("no answer in time; the department is asked once more"),
    title=_("No answer in time, please ask the department once more: %(title)s"),
    body=_("Call them, or give them a new link. Without an answer it goes to the subdistrict."),
)
ESCALATED = Event(
    "summons.escalated",
    record=_("never answered; passed to the subdistrict"),
    title=_("A department never answered its summons: %(title)s"),
    body=_("The subdistrict calls it in, or says how it goes on."),
)
ASKED_AGAIN = Event("summons.asked_again", record=_("summoned once more, for %(wanted_at)s. %(reason)s"))
HELD = Event("summons.held", record=_("they came: %(who)s"))
ABSENT = Event("summons.absent", record=_("they did not come"))
REPORTED = Event(
    "summons.reported",
    record=_("reported what was done"),
    title=_("The department has reported: %(title)s"),
    body=_("Please say on the page whether it is solved."),
)
SOLVED = Event(
    "summons.solved",
    record=_("solved: %(conclusion)s"),
    title=_("Solved after the department came: %(title)s"),
    body=_("%(conclusion)s You can say on the page whether you are satisfied."),
    mail=False,
)
UNSOLVED = Event(
    "summons.unsolved",
    record=_("not solved, passed to the subdistrict: %(conclusion)s"),
    title=_("Not solved by its summons: %(title)s"),
    body=_("%(conclusion)s The subdistrict says how it goes on."),
)
SETTLED = Event(
    "summons.settled",
    record=_("the subdistrict says: %(settlement)s"),
    title=_("The subdistrict has answered about a summons: %(title)s"),
    body=_("%(settlement)s"),
)
RATED = Event("summons.rated", record=_("judged by %(n)s residents"))
CANCELLED = Event("summons.cancelled", record=_("withdrawn: %(reason)s"))
