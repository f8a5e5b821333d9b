"""What the clock does to rounds. Each is its own transaction, checked again under its lock."""

from __future__ import annotations

from django.db.models import F, Q

from portal.conventions import services
from portal.conventions.models import ConventionRound
from portal.conventions.states import State
from portal.duties.tick import job
from portal.kit import clock
from portal.voting.jobs import end_votes, freeze_rolls


@job
def end_comments() -> None:
    """Close the comments of texts whose time is over."""
    over = ConventionRound.objects.filter(state=State.COMMENTING, state_until__lte=clock.now())
    for pk in list(over.order_by("pk").values_list("pk", flat=True)):
        services.end_comments(pk)


@job
def settle_convention_votes() -> None:
    """Take rounds where their votes lead: closed, called off, or extended."""
    freeze_rolls()
    end_votes()
    waiting = ConventionRound.objects.filter(state=State.VOTING)
    ended = Q(state_until__lte=clock.now()) | Q(vote__aborted_at__isnull=False)
    moved = ~Q(state_until=F("vote__closes_at"))
    for pk in list(waiting.filter(ended | moved).order_by("pk").values_list("pk", flat=True)):
        services.settle_vote(pk)


@job
def bring_into_force() -> None:
    """Let editions come into force whose day has come."""
    due = ConventionRound.objects.filter(state=State.FILED, in_force_from__lte=clock.today())
    for pk in list(due.order_by("pk").values_list("pk", flat=True)):
        services.come_into_force(pk)
