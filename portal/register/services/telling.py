"""Whoever loses a home or a title by the desk's hand is told, and told again when it is taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from portal.actions.events import each_time, notify
from portal.community.models import Ownership, User
from portal.community.selectors import accounts_of
from portal.register.events import HOME_AGAIN, HOME_ENDED, TITLE_AGAIN, TITLE_ENDED
from portal.register.permissions import Tie


def ended(ties: Iterable[Tie], day: date, *, by: User) -> None:
    """From a day on these homes and titles hold no more: the people hear it and read whom to tell of a mistake."""
    for tie in ties:
        event = TITLE_ENDED if isinstance(tie, Ownership) else HOME_ENDED
        told = accounts_of(tie.person_id).exclude(pk=by.pk)
        notify(
            event, tie, told, once_per=each_time(tie), url=reverse("register:me"), until_on=day.isoformat()
        )


def holds_again(ties: Iterable[Tie], *, by: User) -> None:
    """The end of these was taken back."""
    for tie in ties:
        event = TITLE_AGAIN if isinstance(tie, Ownership) else HOME_AGAIN
        told = accounts_of(tie.person_id).exclude(pk=by.pk)
        notify(event, tie, told, once_per=each_time(tie), url=reverse("register:me"))
