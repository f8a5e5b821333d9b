"""What happens at the desk: in the record, to the committee that is asked, and to whoever asked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event

REQUESTED = Event(
    "residency.requested",
    title=_("Somebody asks to be verified"),
    body=_("%(building)s: please answer by %(due_at)s."),
)
# Titles are told in the same words; what the record says of them is below.
VERIFIED = Event(
    "residency.verified",
    record=_("Somebody verified as living here"),
    title=_("Your request was confirmed"),
    body=_("You now take part as a neighbour of %(place)s: you can second, discuss and vote."),
)
REFUSED = Event(
    "residency.refused",
    record=_("A request to live here refused"),
    title=_("Your request could not be confirmed"),
    body=_("The committee's reason stands on your page. You can ask again, or come to the counter."),
)
VOTER_NAMED = Event("ownership.voter", record=_("Co-owners named who votes"))
# What the record says of living and of owning, by the state reached.
RECORDED = {
    "residency": {
        "verified": VERIFIED,
        "refused": REFUSED,
        "ended": Event("residency.ended", record=_("Somebody no longer lives here")),
    },
    "ownership": {
        "verified": Event("ownership.verified", record=_("A title verified")),
        "refused": Event("ownership.refused", record=_("A request for a title refused")),
        "ended": Event("ownership.ended", record=_("A title ended")),
    },
}
LETTERS_ISSUED = Event("letters.issued", record=_("Letters with codes printed"))
ROSTER_IMPORTED = Event("roster.imported", record=_("Roster of dwellings brought in"))
ROSTER_TAKEN_BACK = Event("roster.taken_back", record=_("Roster of dwellings taken back"))
ROSTER_WAITS = Event(
    "roster.waits",
    title=_("A roster waits for a second person"),
    body=_("Much would change. Please look at it and confirm it, or turn it down, by %(due_at)s."),
)
ROSTER_CONFIRMED = Event(
    "roster.confirmed",
    title=_("Your roster was confirmed and brought in"),
    body=_("A second person has looked at it. Its page shows what changed."),
)
ROSTER_TURNED_DOWN = Event(
    "roster.turned_down",
    title=_("Your roster was turned down"),
    body=_("The reason: “%(reason)s”. Nothing was changed."),
)
ROSTER_EXPIRED = Event(
    "roster.expired",
    title=_("Your roster was not confirmed in time"),
    body=_("Nothing was changed. You can hand it in again."),
)
TITLE_LOST = Event(
    "ownership.lost",
    title=_("Your title in %(title)s has ended by the new roster"),
    body=_(
        "The roster that the committee brought in does not name you as owner any more. If that is wrong, please tell"
        " the committee's counter: it can be put right."
    ),
)
TITLE_BACK = Event(
    "ownership.back",
    title=_("Your title in %(title)s stands again"),
    body=_("The roster by which it had ended was taken back. Your title holds as it did before."),
)
TITLE_UNDONE = Event(
    "ownership.undone",
    title=_("Your title in %(title)s was taken back"),
    body=_(
        "It came with a roster that the committee has taken back. If you are the owner, please tell the committee's"
        " counter."
    ),
)
DWELLING_CORRECTED = Event("dwelling.corrected", record=_("A dwelling of the register corrected"))
DWELLING_RETIRED = Event(
    "dwelling.retired",
    record=_("A dwelling of the register retired"),
    title=_("A dwelling of yours in %(title)s is no longer in the register"),
    body=_("What tied you to it has ended with it. If that is wrong, please tell the committee's counter."),
)
DWELLING_BACK = Event(
    "dwelling.brought_back",
    record=_("A dwelling of the register brought back"),
    title=_("A dwelling of yours in %(title)s is in the register again"),
    body=_("What tied you to it holds as it did before."),
)
APPOINTED = Event("appointment.made", record=_("Post given"))
DISMISSED = Event("appointment.ended", record=_("Post ended"))
