"""The published result of a vote: all that is needed to count again, and nothing that names a person."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import IntegerField, QuerySet, Value

from portal.kit import ready
from portal.kit.ready import Piece
from portal.record.hashing import digest_of, pieces
from portal.record.models import Entry
from portal.voting import methods, tally
from portal.voting.models import INVALID, Ballot, Method, OpenedBallot, RollEntry, Vote
from portal.voting.recount import FORMAT

log = logging.getLogger(__name__)
CHUNK = 2000
RULE = (
    "name",
    "participation",
    "approval",
    "silence",
    "method",
    "seats",
    "choose",
    "points",
    "tie",
    "withdrawn",
)


def body(vote: Vote) -> dict[str, Any]:
    """The result without its place in the record. Rows of a counted vote never change, nor does this."""
    return {name: _whole(value) for name, value in flowing(vote).items()}


def flowing(vote: Vote) -> dict[str, Any]:
    """The same, with the rows of roll and ballots as iterators: of a whole district they are never all in memory."""
    content = {
        "format": FORMAT,
        "vote": {
            "id": str(vote.public_id),
            "title": vote.title,
            "electorate": vote.electorate,
            "options": _options(vote),
            "secret": vote.secret,
            "opened_at": _utc(vote.opens_at),
            "closed_at": _utc(vote.closes_at),
        },
        "rule": {name: vote.rule[name] for name in RULE if name in vote.rule},
        "roll": _roll(vote),
        "ballots": _ballots(vote),
        "outcome": vote.outcome,
    }
    return content if vote.method is Method.MOTION else _with_winners(vote, content)


def _options(vote: Vote) -> list[str]:
    """The options, and `invalid` where a ballot on paper could not be read."""
    return [*vote.options, INVALID] if INVALID in vote.totals["cast"] else list(vote.options)


def _with_winners(vote: Vote, content: dict[str, Any]) -> dict[str, Any]:
    found = tally.contest_of(vote)
    content["vote"]["labels"] = vote.labels
    if vote.lot:
        content["rule"]["lot"] = vote.lot
    return {**content, "winners": list(found.winners), "tied": list(found.tied)}


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of a body, as the record's entry holds it and the recount program prints it; uses up its iterators."""
    return digest_of(pieces(content))


def document(vote: Vote) -> dict[str, Any]:
    """The whole published file of a counted vote."""
    return {**body(vote), "record": _place(vote)}


def text(vote: Vote) -> Iterator[bytes]:
    """The same as it is published, in pieces."""
    return pieces({**flowing(vote), "record": _place(vote)})


def ready_text(vote: Vote) -> list[Piece]:
    """The same in a ready file, written when it is first asked for; nothing where none can be written.

    Its name says which result it is, and which entry of the record: a file of another history is not taken.
    """
    folder = Path(settings.DATA_DIR) / "results"
    stem = f"{vote.public_id.hex}-{vote.result_sha256[:32]}-{_place(vote)['hash'][:32]}"
    try:
        return ready.pieces(folder, stem)[:1] or [ready.write(folder, stem, text(vote))]
    except OSError:
        log.exception("the result of vote %s could not be written", vote.pk)
        return []


def _place(vote: Vote) -> dict[str, Any]:
    entry = Entry.objects.get(chain=vote.neighbourhood.slug, sequence=vote.record_sequence or 0)
    return {"sequence": entry.sequence, "hash": entry.hash}


def _whole(value: Any) -> Any:
    return list(value) if isinstance(value, Iterator) else value


def _roll(vote: Vote) -> Iterator[dict[str, Any]]:
    """Code, area (not of a secret vote), served, voted, in the order of the codes."""
    lines = RollEntry.objects.active().filter(vote=vote).order_by("number")
    rows = lines.values_list("number", "area", "served", "ballot").iterator(chunk_size=CHUNK)
    for number, area, served, ballot in rows:
        line = {"entry": f"e{number}", "area": area, "served": served, "voted": ballot is not None}
        if vote.secret:
            del line["area"]
        yield line


def _ballots(vote: Vote) -> Iterator[dict[str, Any]]:
    """Receipt (of a secret vote the check code), code of the entry, choice as methods.py reads it."""
    found: QuerySet[Any, tuple[str, int | None, str]]
    if vote.secret:
        found = OpenedBallot.objects.filter(vote=vote).values_list(
            "code", Value(None, output_field=IntegerField()), "choice"
        )
    else:
        found = Ballot.objects.filter(vote=vote).values_list("receipt", "entry__number", "choice")
    # Sorted here, not by the database, whose collation may not be that of code points.
    for receipt, number, line in sorted(found.order_by().iterator(chunk_size=CHUNK), key=itemgetter(0)):
        yield {
            "receipt": receipt,
            "entry": f"e{number}" if number else None,
            "choice": methods.read(vote.method, line),
        }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
