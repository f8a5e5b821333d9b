"""An allocation as objects: the payload that was written down, with its exact sums. Amounts in fen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from portal.funds.allocating.explaining import GROUPS
from portal.funds.allocating.rules.outcomes import COMPLETION
from portal.funds.models import Completion, Rule


@dataclass(frozen=True)
class Group:
    """So many supporters paid the same (`amount`), had spent the same `before`, and keep the same (`left`)."""

    people: int
    before: Fraction
    amount: Fraction
    left: Fraction


@dataclass(frozen=True)
class Project:
    """What became of one project. `step`: the how manieth choice it was. `per_head`: the most any supporter paid.

    `lacking`: what its supporters had too little after the choice number `at_step`; by the greedy rule, what the pot
    had too little. `more_votes`, `lower_cost`: what would have made it, None where nothing was found; `tried`: both
    were looked for to the end. `sure`: both were seen to suffice; else they are reckoned.
    `votes_lose`, `cost_lose`: which winners would then have lost, None where that was not noted.
    `out`: why it never was in the running, or left it. `tied`: the chosen one it was equal with, and came after.
    """

    id: str
    application: int | None
    title: str
    cost: Fraction
    votes: int
    won: bool
    step: int | None
    by: str
    per_head: Fraction | None
    paid: tuple[Mapping[str, Any], ...]
    lacking: Fraction | None
    at_step: int | None
    more_votes: int | None
    lower_cost: int | None
    tried: bool
    sure: bool
    out: str
    tied: str = ""
    votes_lose: tuple[str, ...] | None = None
    cost_lose: tuple[str, ...] | None = None

    @property
    def left_over(self) -> bool:
        """Whether it was paid from what the shares left over."""
        return self.by == COMPLETION

    @property
    def spread(self) -> int:
        """Over how many neighbours its cost is spread: as if so many had paid the most that anybody paid."""
        return int(self.cost / self.per_head) if self.per_head else 0

    @property
    def held(self) -> Fraction:
        """What there was for it when it lacked money; all of its cost where nothing lacked."""
        return self.cost - (self.lacking or 0)

    @property
    def alike(self) -> bool:
        """Whether all its supporters paid the same."""
        return self.per_head is not None and all(
            Fraction(row["amount"]) == self.per_head for row in self.paid
        )

    @property
    def told_apart(self) -> bool:
        """Whether who paid what is known of each; of very many kinds of supporters neighbouring ones are joined."""
        return len(self.paid) < GROUPS

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Its supporters by what they did; read only where they are shown, for there can be thousands in a round."""
        return tuple(_group(one) for one in self.paid)

    @cached_property
    def full(self) -> int:
        """How many supporters paid as much as anybody."""
        return sum(one.people for one in self.groups if one.amount == self.per_head)

    @cached_property
    def short(self) -> int:
        """How many had less left and paid all of it."""
        return self.votes - self.full

    @cached_property
    def spent(self) -> Fraction:
        """What its supporters had spent on other projects before."""
        return sum((one.before * one.people for one in self.groups), start=Fraction(0))


@dataclass(frozen=True)
class Other:
    """What the other rule would have chosen, and how many have more of their ticks funded by which.

    `none_here`, `none_there`: how many ticked something and got nothing of it.
    """

    rule: str
    winners: tuple[str, ...]
    cost: Fraction
    prefer_this: int
    same: int
    prefer_other: int
    none_here: int
    none_there: int


@dataclass(frozen=True)
class Stopped:
    """What one step more of everybody's share (`share`) would have bought: for more money (`sum`) than the pot.

    `would_win`: what would then be paid from the shares, too; `would_lose`: what would not be any more.
    """

    share: Fraction
    sum: Fraction
    would_win: tuple[str, ...]
    would_lose: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """The allocation of a round. `rule`: the one whose result stands; `asked`: the one that was chosen before.

    `share`: the pot divided by the ballots; `last_share`: what each had in the end. `order`: the winners as chosen.
    `stopped`: why the shares were not raised further; None also in results written before that was noted.
    """

    rule: str
    asked: str
    completion: str
    minimum_votes: int
    pot: Fraction
    voters: int
    tie: str
    share: Fraction
    last_share: Fraction
    cost: Fraction
    left: Fraction
    projects: tuple[Project, ...]
    order: tuple[str, ...]
    other: Other
    stopped: Stopped | None = None

    @property
    def by_shares(self) -> bool:
        """Whether projects were paid from everybody's equal share."""
        return self.rule == Rule.EQUAL_SHARES

    @property
    def raised_by(self) -> Fraction:
        """By how much shares were raised at once: a hundredth of the first share in whole fen, one at least."""
        return Fraction(max(1, int(self.share / 100)))

    @property
    def all_shares(self) -> Fraction:
        """All shares together: more than the pot where they were raised."""
        return self.last_share * self.voters

    @property
    def from_left_over(self) -> list[Project]:
        """What was chosen from what the shares left over."""
        return [one for one in self.winners if one.left_over]

    @property
    def raised(self) -> bool:
        """Whether the shares were raised until no more fitted."""
        return self.by_shares and self.last_share > self.share

    @property
    def completed(self) -> bool:
        """Whether what is left over goes to further projects."""
        return self.by_shares and self.completion != Completion.NONE

    def nearly(self, project: Project) -> bool:
        """Whether only the pot kept everybody's share from being raised so far that it would buy the project."""
        return not project.won and self.stopped is not None and project.id in self.stopped.would_win

    def cheaper_fails(self, project: Project) -> bool:
        """Whether it would not have been chosen even if it had cost no more than its supporters had left.

        What would have made it is tried on steps of a hundredth of the cost, so nearly the same counts as the same.
        """
        if project.won or project.lacking is None or not project.tried:
            return False
        held = project.cost - project.lacking
        return project.lower_cost is None or held - project.lower_cost > project.cost / 50

    @cached_property
    def by_id(self) -> dict[str, Project]:
        """The projects by their numbers."""
        return {one.id: one for one in self.projects}

    @cached_property
    def winners(self) -> list[Project]:
        """Those chosen, in their order."""
        return [self.by_id[key] for key in self.order]

    @cached_property
    def losers(self) -> list[Project]:
        """Those not chosen, most ticks first."""
        return sorted((one for one in self.projects if not one.won), key=lambda one: (-one.votes, one.id))

    def first_of(self, project: Project) -> Project | None:
        """The chosen one that a project was equal with, and that came first by the rule for ties."""
        return self.by_id.get(project.tied)

    def behind(self, project: Project) -> list[Project]:
        """Those that were equal with a chosen one and came after it."""
        return [one for one in self.losers if one.tied == project.id]

    def named(self, keys: Iterable[str]) -> list[Project]:
        """The projects with these numbers."""
        return [self.by_id[key] for key in keys if key in self.by_id]

    def peers(self, project: Project) -> list[Project]:
        """Those chosen that it was equal with: as many neighbours could share them."""
        if not project.per_head:
            return []
        most = project.cost / project.per_head
        others = (one for one in self.winners if one.per_head and one.id != project.id)
        return [one for one in others if one.per_head and one.cost / one.per_head == most]

    @cached_property
    def odd_pair(self) -> tuple[Project, Project] | None:
        """The chosen project with the fewest ticks, and the one with the most whose supporters lacked money."""
        won = [one for one in self.winners if one.per_head is not None]
        lost = [one for one in self.losers if not one.out and one.lacking is not None]
        if not self.by_shares or not won or not lost:
            return None
        few = min(won, key=lambda one: (one.votes, one.id))
        return (few, lost[0]) if few.votes < lost[0].votes else None

    def paid_before(self, step: int) -> Fraction:
        """What the choices before a step cost."""
        return sum((one.cost for one in self.winners[: step - 1]), start=Fraction(0))

    def chosen_at(self, step: int | None) -> Project | None:
        """The project that was chosen as number `step`; None for 0."""
        return self.winners[step - 1] if step and step <= len(self.winners) else None

    @cached_property
    def over(self) -> Fraction:
        """What of the pot the shares left over for the completion."""
        paid = (one.cost for one in self.winners if not one.left_over)
        return self.pot - sum(paid, start=Fraction(0))


def told(payload: Mapping[str, Any]) -> Told:
    """Read a payload "portal-fund-allocation/1" (docs/funds.md)."""
    comparison = payload["comparison"]
    return Told(
        rule=comparison["stands"] if comparison else payload["rule"],
        asked=payload["rule"],
        completion=payload["completion"],
        minimum_votes=payload["minimum_votes"],
        pot=Fraction(payload["pot"]),
        voters=payload["voters"],
        tie=payload["tie"],
        share=Fraction(payload["share"]),
        last_share=Fraction(payload["last_share"]),
        cost=Fraction(payload["cost"]),
        left=Fraction(payload["left"]),
        projects=tuple(_project(row) for row in payload["projects"]),
        order=tuple(payload["order"]),
        other=_other(payload["other"]),
        stopped=_stopped(payload.get("stopped")),
    )


def _stopped(row: Mapping[str, Any] | None) -> Stopped | None:
    if row is None:
        return None
    names = tuple(row["would_win"]), tuple(row["would_lose"])
    return Stopped(Fraction(row["share"]), Fraction(row["sum"]), *names)


def _project(row: Mapping[str, Any]) -> Project:
    would = row["would_have"]
    return Project(
        id=row["id"],
        application=row["application"],
        title=row["title"] or row["id"],
        cost=Fraction(row["cost"]),
        votes=row["votes"],
        won=row["won"],
        step=row["step"],
        by=row["by"] or "",
        per_head=_maybe(row["per_head"]),
        paid=tuple(row["paid"]),
        lacking=_maybe(row["lacking"]),
        at_step=row["at_step"],
        more_votes=would["votes"],
        lower_cost=would["cost"],
        tried=would["tried"],
        sure=would.get("sure", would["tried"]),
        out=row["out"],
        tied=row.get("tied") or "",
        votes_lose=_names(would, "votes_lose"),
        cost_lose=_names(would, "cost_lose"),
    )


def _names(row: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    return tuple(row[key]) if key in row else None


def _group(row: Mapping[str, Any]) -> Group:
    return Group(row["people"], Fraction(row["before"]), Fraction(row["amount"]), Fraction(row["left"]))


def _other(row: Mapping[str, Any]) -> Other:
    counts = {name: row[name] for name in ("prefer_this", "same", "prefer_other", "none_here", "none_there")}
    return Other(row["rule"], tuple(row["winners"]), Fraction(row["cost"]), **counts)


def _maybe(number: str | None) -> Fraction | None:
    return None if number is None else Fraction(number)
