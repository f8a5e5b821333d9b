"""Whether those who opened a socket are still signed in: asked for all of them at once, every few seconds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from portal.community.models import User
from portal.kit import clock


class Ticket(NamedTuple):
    """The session somebody came with, and whose it was."""

    session: str
    user: int


def ended(tickets: Iterable[Ticket]) -> set[Ticket]:
    """Those of the tickets that no longer hold: signed out, password changed, account closed. Two queries."""
    asked = set(tickets)
    sessions = Session.objects.filter(expire_date__gt=clock.now()).in_bulk(
        [ticket.session for ticket in asked]
    )
    users = User.objects.filter(is_active=True).in_bulk([one.user for one in asked])
    return {one for one in asked if not _holds(one, sessions, users)}


def _holds(ticket: Ticket, sessions: dict[str, Session], users: dict[int, User]) -> bool:
    session, user = sessions.get(ticket.session), users.get(ticket.user)
    if session is None or user is None:
        return False
    kept = session.get_decoded()
    same = constant_time_compare(kept.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    return same and kept.get(SESSION_KEY) == str(user.pk)
