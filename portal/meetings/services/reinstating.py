"""A hearing that was cancelled by mistake takes place after all, until it would have begun."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings import events, hooks
from portal.meetings.models import Hearing
from portal.meetings.permissions import HEARINGS
from portal.meetings.selectors import affected, delegates, running_about, taking_part
from portal.meetings.services.transitions import cancelled_for_good_at, iso, step
from portal.meetings.states.hearing import HearingState as H


@transaction.atomic
def reinstate(user: User, pk: int, *, reason: str) -> Hearing:
    """Take a cancelled hearing up where it stood: same day, same panel, same seats. Those who were told are told again.

    Raises NotPossible when its time has come, or where its topic has gone on or another hearing took its place.
    """
    found = HEARINGS.get(user, pk, "reinstate")
    # The lock of what it is about comes before its own, as where a hearing is planned.
    subject = hooks.to_call(user, found.subject, lock=True) if found.subject else None
    hearing = HEARINGS.take(user, pk, "reinstate")
    _require_free(hearing)
    if subject is not None:
        subject.called(user)
    told = delegates(hearing) if hearing.notice_id is None else affected(hearing) | taking_part(hearing)
    to = H(hearing.cancelled_from)
    step(hearing, to, by=user, reason="", cancelled_from="", cancelled_at=None)
    data = {"reason": reason, "starts_at": iso(hearing.starts_at)}
    announce(events.REINSTATED, hearing, by=user, to=told, data=data, reason=reason)
    return hearing


def _require_free(hearing: Hearing) -> None:
    if not hearing.cancelled_from or clock.now() >= cancelled_for_good_at(hearing):
        raise NotPossible(_("The time of this hearing has come. Please plan another one."))
    others = running_about(hearing.subject).exclude(state=H.ANSWERED)
    if hearing.subject and others.exists():
        raise NotPossible(_("Another hearing was called about this since; this one stays cancelled."))
