"""What can be done about a vote, its roll and its paper, as pages offer it: the words, the service, the form."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from portal.voting.models import Vote


def page(route: str) -> Callable[[Vote, object], str]:
    """Where to go afterwards: another page of the vote."""
    return lambda vote, _result: reverse(route, args=[vote.pk])
