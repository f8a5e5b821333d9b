"""The gate of a vote: every ballot passes it, and the count shuts it once those inside are through.

Ballots hold the gate together, so no voter waits for another. The count holds it alone: it waits for the ballots
that came before it, and those that come later wait, and then find the vote closed. PostgreSQL keeps both as
advisory locks until the transaction ends, in the order in which they were asked for. On SQLite a transaction that
writes is alone anyway.
"""

from __future__ import annotations

from django.db import connections, router

from portal.voting.models import Vote

TOGETHER = "SELECT pg_advisory_xact_lock_shared('voting_vote'::regclass::oid::int, %s)"
ALONE = "SELECT pg_advisory_xact_lock('voting_vote'::regclass::oid::int, %s)"


def enter(vote_pk: int) -> None:
    """Pass the gate with a ballot, until the transaction ends; what is read of the vote afterwards holds."""
    _ask(TOGETHER, vote_pk)


def shut(vote_pk: int) -> None:
    """Wait for the ballots inside, and keep all others outside until the transaction ends."""
    _ask(ALONE, vote_pk)


def _ask(lock: str, vote_pk: int) -> None:
    connection = connections[router.db_for_write(Vote)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(lock, [vote_pk])
