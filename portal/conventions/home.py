"""What the home of a neighbourhood says of its convention: the edition that holds, and the round that is open."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from portal.conventions.models import AgreementKind, AgreementPage, ConventionRound, Edition
from portal.conventions.states import State
from portal.kit import clock
from portal.pages.home_blocks import Setting, Visit


def read(visit: Visit, _setting: Setting) -> dict[str, Any] | None:
    """The residents' convention that the reader may open; None where there is none yet. Three queries."""
    pages = AgreementPage.objects.visible_to(visit.user).filter(
        area=visit.here, kind=AgreementKind.CONVENTION
    )
    held = Edition.objects.filter(in_force_from__lte=clock.today()).order_by("-number")
    # What is only drafted is nobody's business yet.
    under_way = ConventionRound.objects.open().exclude(state=State.DRAFTING)
    page = pages.prefetch_related(Prefetch("editions", held), Prefetch("rounds", under_way)).first()
    if page is None:
        return None
    return {
        "page": page,
        "edition": next(iter(page.editions.all()), None),
        "round": next(iter(page.rounds.all()), None),
    }
