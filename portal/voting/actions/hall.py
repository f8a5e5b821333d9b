"""What a clerk does with a vote in the hall: noting raised hands, checking them, closing it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.actions.actions import Action, Effect
from portal.actions.waiting import until
from portal.actions.ways import STAYS
from portal.community.models import User
from portal.voting import hall, services
from portal.voting.forms_hall import CheckForm, HandsForm
from portal.voting.models import Vote
from portal.voting.services.hall import require_checked

PAGE = "voting/hands.html"


def _not_voted(vote: Vote, user: User) -> dict[str, Any]:
    """By their number alone: how anybody voted, and who did not, is nobody's business before the end."""
    n = hall.missing(vote)
    said = ngettext(
        "%(n)d person with a voice has not voted yet. The vote ends for good and is counted at once.",
        "%(n)d people with a voice have not voted yet. The vote ends for good and is counted at once.",
        n,
    )
    return {"text": said % {"n": n}}


IN_HALL: dict[str, Action] = {
    "raise_hands": Action(
        _("Note raised hands"),
        services.raise_hands,
        HandsForm,
        submit=_("Note these hands"),
        text=_(
            "Call up for, against and abstaining one after the other, and note each seat that raised a hand. Seats "
            "that voted by phone or on paper are not listed. A second person reads the hands again before they count."
        ),
        done=_("Noted. A second person checks the hands now."),
        template=PAGE,
        ready=lambda vote, user: hall.seats(vote).exists(),
        not_ready=_("Everybody with a voice has voted, or waits for a second person."),
        effect=None,
    ),
    "check_hands": Action(
        _("Check the raised hands"),
        services.check_hands,
        CheckForm,
        submit=_("These hands were raised"),
        text=_(
            "Note for each seat what you saw yourself. What the first person noted is not shown; where you two differ "
            "a third person decides."
        ),
        done=_("Checked. What you both saw alike counts."),
        template=PAGE,
        ready=lambda vote, user: hall.to_check(vote, user).exists(),
        not_ready=_("There are no hands that somebody else noted."),
        effect=Effect.COUNTS,
        way_back=_("A hand that was noted wrongly is taken out by two people, on the page of the papers."),
    ),
    "close": Action(
        _("Close the vote"),
        services.close_in_hall,
        text=_("The vote ends for good and is counted at once."),
        done=_("The vote is closed."),
        tone="danger",
        waits=until(require_checked),
        shows=_not_voted,
        effect=Effect.ENDS,
        way_back=STAYS,
    ),
}
