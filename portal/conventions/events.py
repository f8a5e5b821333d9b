"""What happens to texts, in the record and to those whom it concerns."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.conventions.states import State, SuggestionState

_REASON = _("The reason: “%(reason)s”.")

BEGUN = Event("convention.begun", record=_("a new text is being drafted: %(reason)s"))
CAME_TO: dict[State, Event] = {
    State.COMMENTING: Event(
        "convention.commenting",
        _("draft %(number)d put to comment (SHA-256 %(short)s…)"),
        _("Read the draft: %(title)s"),
        _("Say what you think, article by article, and suggest other wordings by %(until_at)s."),
    ),
    State.ANSWERING: Event("convention.answering", _("comments closed; suggestions are being answered")),
    State.CHECKING: Event(
        "convention.checking", _("handed to the subdistrict for checking (SHA-256 %(short)s…)")
    ),
    State.TABLED: Event("convention.tabled", _("ready for the vote (SHA-256 %(short)s…)")),
    State.VOTING: Event("convention.voting", _("put to the vote: edition %(number)d (SHA-256 %(short)s…)")),
    State.SIGNING: Event(
        "convention.signing",
        _("the households sign (SHA-256 %(short)s…)"),
        _("Please sign, or say no: %(title)s"),
        _("It is adopted when more than half of the households sign; who does not agree is counted."),
    ),
    State.ADOPTED: Event("convention.adopted", _("adopted"), _("%(title)s was adopted")),
    State.FILED: Event(
        "convention.published",
        _("edition %(number)d published (SHA-256 %(short)s…)"),
        _("Edition %(number)d of %(title)s"),
        _("It is in force from %(from_on)s."),
    ),
    State.IN_FORCE: Event("convention.in_force", _("edition %(number)d is in force")),
    State.NOT_ADOPTED: Event(
        "convention.not_adopted",
        _("not adopted"),
        _("%(title)s was not adopted"),
        _("The former text stands."),
    ),
    State.WITHDRAWN: Event(
        "convention.withdrawn", _("draft withdrawn: %(reason)s"), _("Draft withdrawn: %(title)s"), _REASON
    ),
}
# Whom everybody of the place hears of; of the other steps the record tells.
TOLD = frozenset({State.COMMENTING, State.SIGNING, State.ADOPTED, State.FILED, State.NOT_ADOPTED})

CHECK_WITHDRAWN = Event("convention.check_withdrawn", record=_("taken back from the check: %(reason)s"))
OBJECTED = Event("convention.objected", record=_("the subdistrict objects: %(reason)s"))
VOTE_AGAIN = Event("convention.vote_again", record=_("the vote decided nothing; it can be called again"))
SIGNING_STOPPED = Event("convention.signing_stopped", record=_("collecting signatures stopped: %(reason)s"))
FILING_CORRECTED = Event(
    "convention.filing_corrected",
    record=_("filing corrected from %(was)s (%(was_on)s) to %(filing)s (%(filed_on)s): %(reason)s"),
)
SUGGESTED = Event("suggestion.made", record=_("suggested another wording"))
TAKEN_BACK = Event("suggestion.taken_back", record=_("took a suggestion back"))
CARRIED = Event(
    "suggestion.carried",
    title=_("A new draft: %(title)s"),
    body=_("Your suggestion still stands, with the article it is about in the new draft."),
    mail=False,
)
ANSWERED: dict[SuggestionState, Event] = {
    SuggestionState.ADOPTED: Event(
        "suggestion.adopted",
        _("suggestion adopted: %(reason)s"),
        _("Your suggestion was adopted: %(title)s"),
        _REASON,
    ),
    SuggestionState.PARTLY: Event(
        "suggestion.partly",
        _("suggestion adopted in part: %(reason)s"),
        _("Your suggestion was adopted in part: %(title)s"),
        _REASON,
    ),
    SuggestionState.DECLINED: Event(
        "suggestion.declined",
        _("suggestion not adopted: %(reason)s"),
        _("Your suggestion was not adopted: %(title)s"),
        _REASON,
    ),
}
SIGNATURES_ENTERED = Event(
    "convention.signatures_entered",
    record=_("signatures of %(n)d households entered from paper (SHA-256 %(sha256)s)"),
)
SIGNATURES_STRUCK = Event(
    "convention.signatures_struck",
    record=_(
        "signatures of %(n)d households struck that were entered from paper: %(reason)s (SHA-256 %(sha256)s)"
    ),
)
