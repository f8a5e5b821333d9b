"""Writing an election as Pabulib text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from fractions import Fraction

from portal.funds.allocating.elections import Amount, Election, Rules
from portal.funds.allocating.pabulib.rules import said

# What would end a row or change its cells where a title or a name holds it.
BREAKS = re.compile(r"[\s;]+")
# Written by `write` itself.
OWN = ("num_projects", "num_votes", "budget", "vote_type", "rule", "comment")


def write(election: Election, rules: Rules | None = None, *, unit: str = "") -> str:
    """The text of an election, the same for the same election.

    With the frozen `rules` the comment says every one of them; exclusion groups stand there and in a column of their
    own. `unit`: what one of the amounts is, such as "fen (0.01 yuan)"; portal.funds writes fen.
    """
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";", lineterminator="\n")
    rows.writerows([["META"], ["key", "value"], *_meta(election, rules, unit)])
    grouped = any(one.group for one in election.projects)
    rows.writerows(
        [["PROJECTS"], ["project_id", "cost", "votes", "name", *(["exclusion"] if grouped else [])]]
    )
    for one in election.projects:
        cells = [one.id, _plain(one.cost), election.votes[one.id], _clean(one.title)]
        rows.writerow([*cells, *([_clean(one.group)] if grouped else [])])
    rows.writerows([["VOTES"], ["voter_id", "vote"]])
    rows.writerows([ballot.voter, ",".join(ballot.ticks)] for ballot in election.ballots)
    return out.getvalue()


def _meta(election: Election, rules: Rules | None, unit: str) -> Iterable[list[str]]:
    for key, value in election.meta.items():
        if key not in OWN:
            yield [key, _clean(value)]
    yield ["num_projects", str(len(election.projects))]
    yield ["num_votes", str(len(election.ballots))]
    yield ["budget", _plain(election.budget)]
    yield ["vote_type", "approval"]
    if rules is not None:
        yield ["rule", "equalshares" if rules.rule == "equal-shares" else "greedy"]
        yield ["comment", said(election, rules, unit)]
    else:
        for key in ("rule", "comment"):
            if key in election.meta:
                yield [key, _clean(election.meta[key])]


def _clean(text: str) -> str:
    return BREAKS.sub(" ", text).strip()


def _plain(amount: Amount) -> str:
    """A number without an exponent; what a file can hold has at most six decimals."""
    whole, part = divmod(Fraction(amount) * 10**6, 10**6)
    return f"{whole}.{int(part):06d}".rstrip("0").removesuffix(".") if part else str(whole)
