"""The candidates of an election as its page and its ballot show them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from portal.community.models import Visitor
from portal.voting.models import Candidate, Method, Vote
from portal.voting.states import Phase


@dataclass(frozen=True)
class Standing:
    """One option of an election: its name, who was named for it, and whether the reader writes or takes back."""

    option: str
    name: str
    candidate: Candidate | None
    may_write: bool
    may_take_back: bool

    @property
    def introduced(self) -> Candidate | None:
        """With the introduction that was handed in; None where there is none."""
        return self.candidate if self.candidate and self.candidate.introduced_at else None

    @property
    def write_url(self) -> str:
        """Where the introduction is written."""
        return self._url("introduce") if self.may_write else ""

    @property
    def take_back_url(self) -> str:
        """Where staff take back who stands."""
        return self._url("unname") if self.may_take_back else ""

    def _url(self, action: str) -> str:
        return reverse("voting:candidate_act", args=[self.candidate.pk, action]) if self.candidate else ""


def standing(vote: Vote, user: Visitor, *, may_run: bool) -> list[Standing]:
    """All options of an election but the withdrawn, in the ballot's order, once somebody was named. One query.

    `may_run`: whether the reader may still say who stands, and so write down or take back any of them.
    """
    if vote.method is not Method.ELECTION:
        return []
    named = {one.option: one for one in vote.candidates.select_related("photo")}
    if not named:
        return []
    own = getattr(user, "person_id", None) if vote.phase is Phase.COMING else None
    gone = vote.rule.get("withdrawn", [])
    found = ((option, named.get(option)) for option in vote.options if option not in gone)
    return [_standing(vote, option, one, own, may_run) for option, one in found]


def _standing(vote: Vote, option: str, one: Candidate | None, own: int | None, may_run: bool) -> Standing:
    mine = one is not None and own is not None and one.person_id == own
    may_run = may_run and one is not None
    return Standing(option, vote.label_of(option), one, may_run or mine, may_run)
