"""A walk through the life of a vote, beside a plain Python model of what must be true at each step."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.voting import recount, result, services
from portal.voting.models import Ballot, BallotChange, Vote
from tests import factories as places
from tests.examples import examples
from tests.voting import factories

pytestmark = pytest.mark.django_db
OPTIONS = ["for", "against", "abstain"]
AREAS = (8642, 12000, 5000, 10000)


class VoteWalk(RuleBasedStateMachine):
    """Time passes, voters vote and change their minds, strangers try, somebody counts."""

    people = Bundle("people")
    place: factories.Place
    stranger: User

    def __init__(self) -> None:
        super().__init__()
        self.vote = factories.call(self.place)
        self.now: datetime = factories.CALLED_AT
        self.choices: dict[int, str] = {}
        self.receipts: dict[int, str] = {}
        self.changes = 0
        self.counted: str | None = None

    @initialize(target=people)
    def someone(self) -> int:
        return 0

    @rule(target=people, number=st.integers(0, len(AREAS) - 1))
    def voter(self, number: int) -> int:
        return number

    @rule(hours=st.sampled_from([1, 24, 24 * 7, 24 * 15]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(seconds=st.sampled_from([-1, 0, 1]), end=st.sampled_from([factories.OPENS_AT, factories.CLOSES_AT]))
    def time_comes_close_to_an_edge(self, seconds: int, end: datetime) -> None:
        self.now = max(self.now, end + timedelta(seconds=seconds))

    @rule(number=people, choice=st.sampled_from([*OPTIONS, "yes"]))
    def cast(self, number: int, choice: str) -> None:
        user = self.place.people[number]
        with clock.at(self.now):
            if not self.is_open or choice not in OPTIONS:
                with pytest.raises(NotPossible):
                    services.cast(user, self.vote.pk, choice)
                return
            ballot = services.cast(user, self.vote.pk, choice)
        self.changes += number in self.choices and self.choices[number] != choice
        self.choices[number] = choice
        assert self.receipts.setdefault(number, ballot.receipt) == ballot.receipt

    @rule(choice=st.sampled_from(OPTIONS))
    def a_stranger_tries(self, choice: str) -> None:
        with clock.at(self.now), pytest.raises(NotPossible):
            services.cast(self.stranger, self.vote.pk, choice)

    @rule()
    def count(self) -> None:
        with clock.at(self.now):
            if self.now < factories.CLOSES_AT:
                with pytest.raises(NotPossible):
                    services.count(self.vote.pk)
                return
            vote = services.count(self.vote.pk)
        assert vote.outcome == self.expected
        assert self.counted in (None, vote.outcome)
        self.counted = vote.outcome

    @invariant()
    def the_ballots_are_the_models(self) -> None:
        kept = {
            ballot.entry.person_id: (ballot.choice, ballot.receipt)
            for ballot in Ballot.objects.filter(vote=self.vote).select_related("entry")
        }
        assert kept == {
            self.place.people[number].person_id: (choice, self.receipts[number])
            for number, choice in self.choices.items()
        }
        assert BallotChange.objects.filter(entry__vote=self.vote).count() == self.changes

    @invariant()
    def what_was_counted_can_be_counted_again(self) -> None:
        vote = Vote.objects.get(pk=self.vote.pk)
        assert (vote.outcome or None) == self.counted
        if self.counted:
            outcome, _, faults = recount.recount(result.document(vote))
            assert (outcome, faults) == (self.counted, [])

    @property
    def is_open(self) -> bool:
        return factories.OPENS_AT <= self.now < factories.CLOSES_AT

    @property
    def expected(self) -> str:
        """The law: two thirds take part, more than half of those agree, by heads and by area."""
        took_part = [AREAS[number] for number in self.choices]
        agreed = [AREAS[number] for number, choice in self.choices.items() if choice == "for"]
        if 3 * len(took_part) < 2 * len(AREAS) or 3 * sum(took_part) < 2 * sum(AREAS):
            return "no_quorum"
        return "passed" if 2 * len(agreed) > len(took_part) and 2 * sum(agreed) > sum(took_part) else "failed"


def test_any_walk_through_a_vote_agrees_with_the_model() -> None:
    VoteWalk.place = factories.make_place(AREAS)
    VoteWalk.stranger = places.make_owner(within=factories.make_place(()).estate)
    walk = settings(
        max_examples=examples(25),
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(VoteWalk, settings=walk)  # type: ignore[no-untyped-call]
