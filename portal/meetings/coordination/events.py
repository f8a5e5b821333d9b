"""What happens in a coordination meeting: the record says the outcome alone, its parties are told of each step.

No entry names who acted: a party's name in the public record would tell who has a dispute. Titles are the number.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.meetings.minutes.events import MinuteEvents

_LOOK = _("Please open the page to read it. Only the parties and who mediates can.")


class _Quiet(MinuteEvents):
    """The steps of the record, told to who was there and in no public record."""

    def __init__(self, prefix: str) -> None:
        title, body = _("Please confirm the record: %(title)s"), _("Read it and answer by %(due_at)s.")
        self.draft = Event(f"{prefix}.minutes_draft", title=title, body=body)
        self.changed = Event(f"{prefix}.minutes_changed", title=title, body=body)
        self.marked = Event(f"{prefix}.marked")
        self.replied = Event(
            f"{prefix}.correction_replied", title=_("Your correction of the record was answered: %(title)s")
        )
        self.signed = Event(f"{prefix}.minutes_signed")


MINUTED = _Quiet("coordination")

APPLIED = Event("coordination.applied", title=_("A coordination meeting is asked for: %(title)s"), body=_LOOK)
HANDED = Event("coordination.handed", title=_("You carry out a coordination meeting: %(title)s"), body=_LOOK)
CHAIR = Event("coordination.chair", title=_("You mediate in a coordination meeting: %(title)s"), body=_LOOK)
ACCEPTED = Event(
    "coordination.accepted",
    record=_("coordination meeting taken up"),
    title=_("You are asked to a coordination meeting: %(title)s"),
    body=_("Please read what your rights are, and say by %(due_at)s whether you agree to it."),
)
DECLINED = Event(
    "coordination.declined",
    record=_("coordination meeting not taken up"),
    title=_("Your request for a coordination meeting is not taken up: %(title)s"),
    body=_("The page says why, and what you can do instead."),
)
REFUSED = Event(
    "coordination.refused",
    record=_("no coordination meeting: not all parties agree to it"),
    title=_("There is no coordination meeting: %(title)s"),
    body=_("Not all parties agree to it. The page says what you can do instead."),
)
INVITED = Event(
    "coordination.invited",
    title=_("Invitation to the coordination meeting %(title)s"),
    body=_(
        "%(starts_at)s, %(place)s. The points to settle stand on the page; please bring proof of identity."
    ),
    urgent=True,
)
STOPPED = Event(
    "coordination.stopped",
    record=_("coordination meeting ended by a party"),
    title=_("The coordination meeting was ended: %(title)s"),
    body=_("A party has ended it. The page says what you can do instead."),
    urgent=True,
)
AGREEMENT = Event(
    "coordination.agreement",
    title=_("Please read and sign the agreement: %(title)s"),
    body=_("Please answer by %(due_at)s."),
)
SEALED = Event(
    "coordination.sealed",
    record=_("coordination meeting: agreement reached"),
    title=_("The agreement is in effect: %(title)s"),
    body=_("Until %(until_on)s the parties can ask the court together to confirm it."),
)
CONFIRM_SOON = Event(
    "coordination.confirm_soon",
    title=_("Court confirmation of the agreement, until %(until_on)s: %(title)s"),
    body=_("If you want it, both parties go to the court together, with the agreement."),
)
NOT_AGREED = Event(
    "coordination.not_agreed",
    record=_("coordination meeting: no agreement"),
    title=_("There is no agreement: %(title)s"),
    body=_("The page says what you can do instead."),
)
REFERRED = Event(
    "coordination.referred",
    title=_("What you can do instead: %(title)s"),
    body=_("The other routes stand on the page."),
)
PERFORM = Event(
    "coordination.perform",
    title=_("To be done by the agreement until %(due_on)s: %(title)s"),
    body=_("Please bring the committee the receipt."),
)
PERFORMED = Event(
    "coordination.performed",
    record=_("coordination meeting: agreement carried out"),
    title=_("The agreement is carried out: %(title)s"),
)
BREACHED = Event(
    "coordination.breached",
    record=_("coordination meeting: agreement not carried out"),
    title=_("The agreement was not carried out: %(title)s"),
    body=_("The page says what you can do."),
)
EVIDENCE = Event(
    "coordination.evidence", title=_("Something was handed in for the talks: %(title)s"), body=_LOOK
)
REMOVED = Event(
    "coordination.evidence_removed",
    title=_("Something you handed in was removed: %(title)s"),
    body=_("The page says why. Words and file are deleted; its line stays in the file."),
)
INQUIRED = Event("coordination.inquired", title=_("The mediator has asked somebody: %(title)s"), body=_LOOK)
UNMEDIATED = Event(
    "coordination.mediator_left",
    title=_("The mediator has left: %(title)s"),
    body=_("The worker in charge mediates until somebody else is named. You can say whom you want."),
)
LEFT = Event(
    "coordination.party_left",
    title=_("A party of a coordination meeting has left: %(title)s"),
    body=_("Please ask whether it goes on with an agent, or is ended."),
)
AGENT = Event(
    "coordination.agent", title=_("You act for a party in a coordination meeting: %(title)s"), body=_LOOK
)
