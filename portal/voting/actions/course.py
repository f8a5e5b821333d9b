"""What changes the course of a vote: more time, a withdrawal, a lot, calling it off, annulling it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.actions.ways import STAYS
from portal.kit import clock
from portal.voting import services
from portal.voting.actions.candidates import NAME
from portal.voting.actions.hall import IN_HALL
from portal.voting.contests import LOT
from portal.voting.forms_calling import ExtendForm, LotForm, WhyForm, WithdrawForm
from portal.voting.models import Method

COURSE: dict[str, Action] = {
    **IN_HALL,
    "extend": Action(
        _("Extend the vote"),
        services.extend,
        ExtendForm,
        text=_("Only once, and only as far as the notice said."),
        done=_("The vote was extended."),
        tells=True,
        ready=lambda vote, user: vote.may_extend_to is not None and vote.extended_from is None,
        effect=Effect.REPLACES,
        way_back=_("There is no way back: the end is moved once, and all voters are told."),
    ),
    "abort": Action(
        _("Call the vote off"),
        services.abort,
        WhyForm,
        text=_("Possible until voting begins. The reason is published."),
        done=_("The vote was called off."),
        tells=True,
        tone="danger",
        ready=lambda vote, user: clock.now() < vote.opens_at,
        effect=Effect.ENDS,
        way_back=WayBack("reinstate"),
    ),
    "reinstate": Action(
        _("Let the vote take place after all"),
        services.reinstate,
        WhyForm,
        text=_(
            "For a vote that was called off by mistake. The same roll votes on the same days, and all voters are told "
            "again with your reason."
        ),
        done=_("The vote takes place as announced."),
        tells=True,
        tone="quiet",
        effect=Effect.PUBLISHES,
        way_back=WayBack("abort"),
        until=lambda vote: vote.opens_at,
    ),
    "name_candidate": NAME,
    "withdraw": Action(
        _("Note a withdrawal"),
        services.withdraw,
        WithdrawForm,
        text=_("Ballots that name it stay valid, but it is not chosen. The reason is published."),
        done=_("The withdrawal was noted."),
        tone="danger",
        ready=lambda vote, user: vote.method is not Method.MOTION,
        effect=Effect.ENDS,
        way_back=STAYS,
    ),
    "lot": Action(
        _("Enter the lot"),
        services.enter_lot,
        LotForm,
        text=_("What came of the event that was announced beforehand, word for word. It cannot be changed."),
        done=_("The lot was entered; the votes are counted within minutes."),
        tone="danger",
        ready=lambda vote, user: vote.rule.get("tie") == LOT and not vote.lot,
        effect=Effect.COUNTS,
        way_back=STAYS,
    ),
    "annul": Action(
        _("Annul the vote"),
        services.annul,
        WhyForm,
        text=_(
            "After a court's decision or a grave fault. The count stays published; the result loses its effect."
        ),
        done=_("The vote was annulled."),
        tells=True,
        tone="danger",
        effect=Effect.ENDS,
        way_back=STAYS,
    ),
}
