"""What the pages of a result show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.community.models import Visitor
from portal.funds.ballot.permissions import CALLS as BALLOTS
from portal.funds.explaining import pictures, saying, selectors
from portal.funds.explaining.pictures import Part
from portal.funds.explaining.told import Project, Told, told
from portal.funds.models import Allocation, AllocationRun, Application, Call
from portal.funds.states import CallState
from portal.kit import charts
from portal.record.fragments import kept

# Of the projects in a bar so many are named below it; the table has all.
NAMED = 8


@dataclass(frozen=True)
class Row:
    """A project with why it was chosen or not. `url`: its explanation, empty where this reader cannot open it."""

    project: Project
    why: str
    url: str


@dataclass(frozen=True)
class Pot:
    """What one rule chose as parts of the pot. `named`: the dearest; `more`: how many others there are."""

    rule: str
    cost: Any
    count: int
    parts: list[Part]
    named: list[Project]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.named)


def rows(user: Visitor, result: Told, projects: Sequence[Project]) -> list[Row]:
    """Projects as a list shows them. One query."""
    known = selectors.open_to(user, [one.application for one in projects])
    return [
        Row(one, saying.why(result, one), _url(one) if one.application in known else "") for one in projects
    ]


def comparison(result: Told) -> dict[str, Any]:
    """What the other rule would have chosen, as two bars of the same pot, and who likes which result better."""
    other = result.other
    theirs = [result.by_id[key] for key in other.winners]
    own = _pot(result, result.rule, result.winners)
    return {
        "this": own,
        "other": _pot(result, other.rule, theirs),
        "same": set(other.winners) == set(result.order),
        "liked": other,
        "segments": pictures.preferred(other.prefer_this, other.same, other.prefer_other),
        "surfaces": _surfaces(result),
        "table": [(one, one.won, one.id in other.winners) for one in _by_votes(result)],
    }


def page(request: HttpRequest, result: Told) -> dict[str, Any]:
    """The page of a result: winners in their order, the others with what they lacked, the other rule."""
    both = rows(request.user, result, [*result.winners, *result.losers])
    return {
        "told": result,
        "winners": both[: len(result.order)],
        "losers": both[len(result.order) :],
        "comparison": comparison(result),
        "pair": result.odd_pair,
    }


def explanation(result: Told, project: Project) -> dict[str, Any]:
    """The page of one project: who ticked it, what they paid or lacked, what would have made it."""
    dots, people = pictures.dots(project.votes, result.voters)
    return {
        "told": result,
        "project": project,
        "dots": dots,
        "rows": 1 + (len(dots) - 1) // pictures.A_ROW,
        "people": people,
        "columns": pictures.columns(project.groups, result.last_share)
        if project.per_head is not None
        else [],
        "before": result.pot - result.paid_before(project.step) if project.step else None,
        "lack": _lack(result, project),
        "short": saying.in_short(result, project),
        "dear_needs": saying.dear_needs(result, project),
        "first": result.first_of(project),
        "behind": result.behind(project),
        "peers": result.peers(project),
        "nearly": result.nearly(project),
        "next_step": result.stopped.share - result.last_share if result.stopped else None,
        "drop_out": saying.titles(result.named(result.stopped.would_lose)) if result.stopped else "",
        "votes_lose": _losing(result, project.votes_lose),
        "cost_lose": _losing(result, project.cost_lose),
        "pair": result.odd_pair if result.odd_pair and project in result.odd_pair else None,
        "cheaper_fails": result.cheaper_fails(project),
        "by_other": project.id in result.other.winners,
        "comparison": comparison(result),
    }


def of_call(request: HttpRequest, call: Call) -> Mapping[str, Any] | None:
    """The result in one line, on the page of the round; while it is computed, how far that is."""
    if call.vote_id is None:
        return _unvoted(call)
    found = _lines(call)
    if found is None:
        run = selectors.under_way(call)
        return under_way(request, call, run) if run else None
    return {"line": found.line, "call": call, "pot": found.pot}


def _unvoted(call: Call) -> dict[str, Any] | None:
    """What a round came to that was decided without a vote: how many projects got money, and how much."""
    if call.state not in {CallState.DECIDED, CallState.CLOSED}:
        return None
    return {"call": call, "unvoted": True, **selectors.granted(call)}


def under_way(request: HttpRequest, call: Call, run: AllocationRun) -> dict[str, Any]:
    """How far a computation is, and by when the result is there; why it broke off is for who can begin it again."""
    may = BALLOTS.may(request.user, "compute_again", call)
    due_at, error = selectors.result_due(call), run.error if may else ""
    return {
        "run": run,
        "call": call,
        "due_at": due_at,
        "error": error,
        "tried": bool(run.failed or run.error),
    }


def of_project(request: HttpRequest, project: Application) -> Mapping[str, Any] | None:
    """Why the project was chosen or not in one line, on its own page."""
    found = _lines(project.call) if project.call.vote_id else None
    said = found.of.get(str(project.number)) if found else None
    return {"project": said, "why": said.why, "application": project} if said else None


@dataclass(frozen=True)
class Line:
    """What became of one project, in one line."""

    won: bool
    votes: int
    why: str


@dataclass(frozen=True)
class Lines:
    """What other pages say of a result: one line of the round with its bar, and one of each project by its number."""

    line: str
    pot: Pot
    of: Mapping[str, Line]


def _lines(call: Call) -> Lines | None:
    """Read once from the whole result, which is never changed, and kept; one small query for each page."""
    newest = call.allocations.order_by("-number").values_list("pk", "sha256").first()
    if newest is None:
        return None
    return kept(f"fund-lines.{newest}|{get_language()}", lambda: _read(newest[0]))


def _read(pk: int) -> Lines:
    result = told(Allocation.objects.values_list("payload", flat=True).get(pk=pk))
    of = {one.id: Line(one.won, one.votes, saying.why(result, one)) for one in result.projects}
    return Lines(saying.in_one_line(result), _pot(result, result.rule, result.winners), of)


def _lack(result: Told, project: Project) -> dict[str, Any] | None:
    """What was there for a project that was not chosen, or that was paid from what was left over."""
    if project.lacking is None:
        return None
    held = project.cost - project.lacking
    shares = result.last_share * project.votes
    return {
        "held": held,
        "percent": charts.bar(int(100 * held / project.cost) if project.cost else 0, need=100),
        "spent": charts.share(int(project.spent), int(shares)) if shares else 0,
        "last": result.chosen_at(project.at_step),
    }


def _losing(result: Told, keys: Sequence[str] | None) -> str:
    """The names of the winners that would then have lost; empty where there are none or it was not noted."""
    return saying.titles(result.named(keys or ()))


def _pot(result: Told, rule: str, projects: Sequence[Project]) -> Pot:
    ordered = sorted(projects, key=lambda one: (-one.cost, one.id))
    cost = sum((one.cost for one in ordered), start=result.pot * 0)
    parts = pictures.pot(ordered, result.pot)
    return Pot(saying.rule_name(rule), cost, len(ordered), parts, ordered[:NAMED])


def _surfaces(result: Told) -> list[tuple[str, str, str]]:
    other = result.other
    said = [
        _("%(n)d: more of what I ticked was chosen this time") % {"n": other.prefer_this},
        _("%(n)d: as much by either") % {"n": other.same},
        _("%(n)d: more by the other way") % {"n": other.prefer_other},
    ]
    (own, fill), (theirs, hatched), _third, (rest, plain) = charts.SURFACES
    return [(own, fill, said[0]), (rest, plain, said[1]), (theirs, hatched, said[2])]


def _by_votes(result: Told) -> list[Project]:
    return sorted(result.projects, key=lambda one: (-one.votes, one.id))


def _url(project: Project) -> str:
    return reverse("funds:why", args=[project.application])
