"""What residents think of a finished project, while its accounts are on notice."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.community.selectors import person_of
from portal.funds.books.permissions import GRANTS
from portal.funds.books.selectors import BEST, WORST
from portal.funds.models import Evaluation, Grant
from portal.kit import clock
from portal.kit.errors import NotPossible


@transaction.atomic
def evaluate(user: User, pk: int, rating: int, comment: str = "") -> Evaluation:
    """Say how well a project was done, from 1 to 5, once a person; said again it replaces what was said.

    NotPossible once the notice is over. ValueError for no rating of the five.
    """
    if not WORST <= rating <= BEST:
        raise ValueError(f"no rating: {rating}")
    grant = GRANTS.take(user, pk, "evaluate")
    require_on_notice(grant)
    said = {"rating": rating, "comment": comment.strip()[:300], "at": clock.now()}
    made, _new = Evaluation.objects.update_or_create(grant=grant, person=person_of(user), defaults=said)
    return made


def require_on_notice(grant: Grant) -> None:
    """The time for it is that of the notice."""
    if grant.posted_until is None or clock.passed(grant.posted_until):
        raise NotPossible(_("The accounts are not on notice any more, so nothing more is counted."))
