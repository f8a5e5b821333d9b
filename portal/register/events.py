"""What happens at the desk: in the record, to the committee that is asked, and to whoever asked."""

from __future__ import annotations

from typing import Any

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
WISHED = Event(
    "wish.asked", title=_("Somebody asks the desk: %(title)s"), body=_("Please answer by %(due_at)s.")
)
WISH_ANSWERED = Event("wish.answered", title=_("The committee has answered: %(title)s"), body="%(answer)s")
VOTER_NAMED = Event("ownership.voter", record=_("Co-owners named who votes"))
# What the record says of living and of owning, by the state reached.
RECORDED = {
    "residency": {
        "verified": VERIFIED,
        "refused": REFUSED,
        "ended": Event("residency.ended", record=_("Somebody no longer lives here")),
        "reconsidered": Event("residency.taken_back", record=_("An answer about living here taken back")),
        "restored": Event("residency.restored", record=_("An end of living here taken back")),
    },
    "ownership": {
        "verified": Event("ownership.verified", record=_("A title verified")),
        "refused": Event("ownership.refused", record=_("A request for a title refused")),
        "ended": Event("ownership.ended", record=_("A title ended")),
        "reconsidered": Event("ownership.taken_back", record=_("An answer about a title taken back")),
        "restored": Event("ownership.restored", record=_("The end of a title taken back")),
    },
}
ANSWER_TAKEN_BACK = Event(
    "residency.reconsidered",
    title=_("The answer to your request was taken back"),
    body=_("The committee looks at it again and answers anew. Its reason: %(reason)s"),
)
TITLE_ENDED = Event(
    "ownership.ended_for",
    title=_("Your title in %(title)s has ended"),
    body=_(
        "From %(until_on)s, as the committee entered it. If that is wrong, please tell its counter: "
        "it can be put right."
    ),
)
HOME_ENDED = Event(
    "residency.ended_for",
    title=_("By the register you no longer live in %(title)s"),
    body=_(
        "From %(until_on)s, as the committee entered it. If that is wrong, please tell its counter: "
        "it can be put right."
    ),
)
TITLE_AGAIN = Event(
    "ownership.again",
    title=_("Your title in %(title)s stands again"),
    body=_("Its end was taken back: it holds as it did before."),
)
HOME_AGAIN = Event(
    "residency.again",
    title=_("By the register you live in %(title)s again"),
    body=_("Its end was taken back: it holds as it did before."),
)
LETTERS_ISSUED = Event("letters.issued", record=_("Letters with invitation codes made"))
ROSTER_IMPORTED = Event("roster.imported", record=_("Roster of dwellings brought in"))
ROSTER_TAKEN_BACK = Event(
    "roster.taken_back",
    record=_("Roster of dwellings taken back"),
    title=_("Your roster was taken back"),
    body=_(
        "Somebody else of the committee took back what it had changed. Its page shows which rows are as before."
    ),
)
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
GIVEN = Event(
    "appointment.given",
    title=_("You hold a post: %(who)s"),
    body=_("What it allows is open to you from its first day, behind a second step at sign-in."),
)
CONTACT_CHANGED = Event("contact.changed", record=_("How the committee is reached was changed"))
DEPUTY_NAMED = Event(
    "appointment.deputy",
    record=_("deputy named from %(since)s to %(last)s"),
    title=_("%(deputy)s stands in for %(who)s"),
    body=_("From %(since_on)s to %(last_on)s: what the post owes, and its news, reach the deputy too."),
)


def _heir(params: dict[str, Any]) -> dict[str, Any]:
    return {"heir": params.get("heir") or _("whoever holds the post")}


DISMISSED = Event(
    "appointment.ended",
    record=_("Post ended"),
    title=_("Post ended: %(who)s"),
    body=_(
        "It was ended by hand. What hung on it now lies with: %(heir)s. If this is a mistake, it can be given back "
        "until %(until_at)s."
    ),
    words=_heir,
)
# What staff change about a person. The record names nobody, and no dwelling.
NAME_CORRECTED = Event("person.name", record=_("A name in the register corrected"))
PHONE_CORRECTED = Event("person.phone", record=_("A phone number in the register corrected"))
PHONE_RELEASED = Event(
    "person.phone_released",
    record=_("A phone number released"),
    title=_("Your phone number was taken off your account"),
    body=_(
        "The committee knows that somebody else has this number now. Please sign in with your e-mail or user name, "
        "or come to the counter with your new number."
    ),
)
REPRESENTED = Event("person.represented", record=_("Who acts for a company was noted"))
DECEASED = Event("person.deceased", record=_("Somebody who lived or owned here has died"))
PASSED_ON = Event("person.passed_on", record=_("A title passed on to an heir"))
UNITED = Event(
    "person.united",
    record=_("Two records of one person united"),
    title=_("Two records about you are one now"),
    body=_(
        "The committee found that both are yours; nothing counts twice. If this is not so, please tell its counter: "
        "they can be parted again."
    ),
)
TAKEN_BACK = Event("person.taken_back", record=_("A change of a person's record taken back"))
REINSTATED = Event(
    "appointment.reinstated",
    record=_("Post given back"),
    title=_("Post given back: %(who)s"),
    body=_(
        "It is held again. First contacts that had been handed over and were still there come back with it."
    ),
)
CODE_GIVEN = Event("account.code_given", record=_("A code for signing in given at the counter"))
FACTOR_RESET = Event(
    "account.factor_reset",
    record=_("A lost second step at sign-in taken away at the counter"),
    title=_("Your second step at sign-in was taken away"),
    body=_(
        "This was done at the counter because the phone or the codes are lost. It was not you? Call the committee."
    ),
)
PROOF_FAILED = Event(
    "account.proof_failed",
    title=_("Somebody tried to sign in to your account"),
    body=_(
        "They had a code sent to your number, but did not know your name and room. Is the number still yours? "
        "If not, change it at the counter."
    ),
)
SIGNED_IN_ANEW = Event(
    "account.new_device",
    title=_("Your account was opened on a new device"),
    body=_(
        "Your name and room, or a code of the counter, were told there. It was not you? Call the committee."
    ),
)
