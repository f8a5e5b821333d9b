"""What time does to draws: one whose hearing was cancelled ends; what volunteers said goes when the hearing is over."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.duties.tick import job
from portal.meetings.lots.permissions import lock_hearing
from portal.meetings.lots.services import end
from portal.meetings.models import PanelDraw, Volunteered
from portal.meetings.states.hearing import OVER
from portal.meetings.states.hearing import HearingState as H
from portal.meetings.states.lots import RUNNING, LotState


@job
def end_draws() -> None:
    """Call off the draws of cancelled hearings, and tell who signed up."""
    for pk in PanelDraw.objects.filter(state__in=RUNNING, hearing__state=H.CANCELLED).values_list(
        "pk", flat=True
    ):
        _end(pk)


@job
def forget_volunteers() -> None:
    """Delete who signed up, and what they said, once a hearing is over; the published codes name nobody then."""
    Volunteered.objects.filter(draw__state=LotState.DRAWN, draw__hearing__state__in=OVER).delete()


@transaction.atomic
def _end(pk: int) -> None:
    lock_hearing(pk)
    running = PanelDraw.objects.select_for_update(of=("self",), no_key=True).filter(
        pk=pk, state__in=RUNNING, hearing__state=H.CANCELLED
    )
    for draw in running.select_related("hearing__neighbourhood"):
        # A seed that was written down is taken back first: the draw ends from there.
        if draw.state == LotState.SEEDED:
            draw.state, draw.seed, draw.seeded_by = LotState.COMMITTED, "", None
            draw.save(update_fields=["state", "seed", "seeded_by"])
        end(draw, _("The hearing was cancelled."))
