"""The published result of a vote: all that is needed to count again, and nothing that names a person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from portal.record.hashing import digest
from portal.record.models import Entry
from portal.voting.models import Ballot, RollEntry, Vote
from portal.voting.recount import FORMAT

RULE = ("name", "participation", "approval", "silence")


def body(vote: Vote) -> dict[str, Any]:
    """The result without its place in the record. Rows of a counted vote never change, nor does this."""
    return {
        "format": FORMAT,
        "vote": {
            "id": str(vote.public_id),
            "title": vote.title,
            "electorate": vote.electorate,
            "options": vote.options,
            "secret": vote.secret,
            "opened_at": _utc(vote.opens_at),
            "closed_at": _utc(vote.closes_at),
        },
        "rule": {name: vote.rule[name] for name in RULE},
        "roll": _roll(vote),
        "ballots": _ballots(vote),
        "outcome": vote.outcome,
    }


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of a body, as the record's entry holds it and the recount program prints it."""
    return digest(content)


def document(vote: Vote) -> dict[str, Any]:
    """The whole published file of a counted vote."""
    entry = Entry.objects.get(chain=vote.neighbourhood.slug, sequence=vote.record_sequence or 0)
    return {**body(vote), "record": {"sequence": entry.sequence, "hash": entry.hash}}


def _roll(vote: Vote) -> list[dict[str, Any]]:
    rows = RollEntry.objects.standing().filter(vote=vote).order_by("number")
    return [
        {"entry": f"e{number}", "area": area, "served": served, "voted": ballot is not None}
        for number, area, served, ballot in rows.values_list("number", "area", "served", "ballot")
    ]


def _ballots(vote: Vote) -> list[dict[str, Any]]:
    rows = Ballot.objects.filter(vote=vote).values_list("receipt", "entry__number", "choice")
    # Sorted here, not by the database, whose collation may not be that of code points.
    return [
        {"receipt": receipt, "entry": f"e{number}", "choice": choice}
        for receipt, number, choice in sorted(rows)
    ]


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
