"""The published result of a vote: all that is needed to count again, and nothing that names a person."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Case, IntegerField, QuerySet, Value, When

from portal.kit import ready
from portal.kit.ready import Piece
from portal.record.hashing import Rows, digest_of, pieces, text_of
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
    return {name: value.read() if isinstance(value, Rows) else value for name, value in flowing(vote).items()}


def flowing(vote: Vote) -> dict[str, Any]:
    """The same, with roll and ballots row by row as text: of a whole district they are never all in memory."""
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
    return {**body(vote), "record": place(vote)}


def text(vote: Vote) -> Iterator[bytes]:
    """The same as it is published, in pieces."""
    return pieces({**flowing(vote), "record": place(vote)})


def ready_text(vote: Vote) -> list[Piece]:
    """The same in a ready file, written when it is first asked for; nothing where none can be written.

    Its name says which result it is, and which entry of the record: a file of another history is not taken.
    """
    folder = Path(settings.DATA_DIR) / "results"
    stem = f"{vote.public_id.hex}-{vote.result_sha256[:32]}-{place(vote)['hash'][:32]}"
    try:
        return ready.pieces(folder, stem)[:1] or [ready.write(folder, stem, text(vote))]
    except OSError:
        log.exception("the result of vote %s could not be written", vote.pk)
        return []


def place(vote: Vote) -> dict[str, Any]:
    """Where the public record has the count of a vote: the number and the hash of its entry."""
    entry = Entry.objects.get(chain=vote.neighbourhood.slug, sequence=vote.record_sequence or 0)
    return {"sequence": entry.sequence, "hash": entry.hash}


def _roll(vote: Vote) -> Rows:
    """Code, area (not of a secret vote), served, voted, in the order of the codes."""
    lines = RollEntry.objects.active().filter(vote=vote).order_by("number")
    found = lines.annotate(reached=_word(served=True), cast=_word(ballot__isnull=False))
    shape, columns = '"entry":"e%d","served":%s,"voted":%s}', ["number", "reached", "cast"]
    shape, columns = ("{" + shape, columns) if vote.secret else ('{"area":%d,' + shape, ["area", *columns])
    return Rows(map(shape.__mod__, found.values_list(*columns).iterator(chunk_size=CHUNK)))


def _word(**fact: bool) -> Case:
    return Case(When(**fact, then=Value("true")), default=Value("false"))


def _ballots(vote: Vote) -> Rows:
    """Receipt (of a secret vote the check code), code of the entry, choice as methods.py reads it."""
    found: QuerySet[Any, tuple[str, int | None, str]]
    if vote.secret:
        found = OpenedBallot.objects.filter(vote=vote).values_list(
            "code", Value(None, output_field=IntegerField()), "choice"
        )
    else:
        found = Ballot.objects.filter(vote=vote).values_list("receipt", "entry__number", "choice")
    entry = "null" if vote.secret else '"e%d"'
    # Receipts are letters, digits and dashes (portal.record.numbers), which a text needs no signs for.
    shape = cache(lambda line: f'{{"choice":{_choice(vote, line)},"entry":{entry},"receipt":"%s"}}')
    # Sorted here, not by the database, whose collation may not be that of code points.
    ballots = sorted(found.order_by().iterator(chunk_size=CHUNK), key=itemgetter(0))
    if vote.secret:
        return Rows(shape(line) % receipt for receipt, _number, line in ballots)
    return Rows(shape(line) % (number, receipt) for receipt, number, line in ballots)


def _choice(vote: Vote, line: str) -> str:
    """A choice as JSON, in a text in which % has a meaning."""
    return text_of(methods.read(vote.method, line)).replace("%", "%%")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
