"""What is done with the candidates of an election before it opens: naming them, introducing, taking it back."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect
from portal.kit import clock
from portal.voting import services
from portal.voting.forms_candidates import IntroduceForm, NameCandidateForm, UnnameForm
from portal.voting.models import Candidate, Vote
from portal.voting.services.candidates import unnamed


def _before(candidate: Candidate, user: object) -> bool:
    return clock.now() < candidate.fixed_from


def _to_name(vote: Vote, user: object) -> bool:
    return clock.now() < vote.opens_at and bool(unnamed(vote))


NAME = Action(
    _("Say who stands"),
    services.name_candidate,
    NameCandidateForm,
    text=_(
        "The name on the ballot stays as it is. Whoever stands and has an account is asked for an introduction; for "
        "others the committee enters it from paper. The vote's page then shows all candidates."
    ),
    done=_("It was noted who stands."),
    tells=True,
    ready=_to_name,
    effect=Effect.PUBLISHES,
    way_back=_("It can be taken back on the vote's page, with a reason, until voting opens."),
)
CANDIDATE: dict[str, Action] = {
    "introduce": Action(
        _("Introduce a candidate"),
        services.introduce,
        IntroduceForm,
        text=_("It stands on the vote's page and beside the name on the ballot, for everybody to read."),
        submit=_("Publish the introduction"),
        done=_("The introduction stands on the vote's page."),
        tells=True,
        main=True,
        ready=_before,
        effect=Effect.PUBLISHES,
        way_back=_("It can be written anew until voting opens; then it stays as it is."),
    ),
    "unname": Action(
        _("Take back who stands"),
        services.unname,
        UnnameForm,
        text=_(
            "The introduction is taken off the page, and the reason is published. The option stays on the ballot."
        ),
        done=_("It was taken back who stands."),
        tells=True,
        tone="danger",
        ready=_before,
        effect=Effect.ENDS,
        way_back=_("Somebody can be named again until voting opens; the introduction is then written anew."),
    ),
}
