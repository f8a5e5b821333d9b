"""Who may take votes in the hall of a meeting, of whatever kind."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import TextChoices

from portal.actions.doors import Need
from portal.community.permissions import COMMITTEE


def hall_needs(states: type[TextChoices], *, before: Collection[TextChoices] = ()) -> dict[str, Need]:
    """The rows of a kind's NEEDS for votes in its hall. Its states have `in_session`.

    `before`: where mandates can be noted ahead of the session. Votes are a panel's, which the committee calls.
    """
    in_session = frozenset({states("in_session")})
    return {
        "open_vote": Need(COMMITTEE, in_session),
        "note_proxy": Need(COMMITTEE, in_session | frozenset(before)),
        "end_proxy": Need(COMMITTEE, in_session | frozenset(before)),
    }
