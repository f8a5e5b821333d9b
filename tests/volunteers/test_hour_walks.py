"""Random walks over everything that can be done to hours: totals are the sums of their records after each step."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.volunteers import sums
from portal.volunteers.models import Finding, HourDispute, HourRecord, Shift
from portal.volunteers.services import disputes, hours
from portal.volunteers.spans import Span
from portal.volunteers.states import HOURS, LIVE, HourState
from tests.examples import ALL
from tests.factories import make_resident, person_of
from tests.volunteers.factories import make_activity, make_attendance, make_crew, make_shift, make_signup

pytestmark = pytest.mark.django_db
# The first two walks go every way there is; in .ci/run all are walked.
SEEDS = (0, 4, 1, 2, 3, 5)[: 6 if ALL else 2]
STEPS, HALF_HOUR = 120, timedelta(minutes=30)


PENDING = (HourState.CLAIMED, HourState.ENTERED)


class Walk:
    """A team, people who do things in any order, and a clock that goes on. Refusals are part of the walk."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # the same walk each time
        self.now = clock.at_time(date(2026, 8, 31), 9)
        with clock.at(self.now):
            self.crew = make_crew()
            self.members = [self.crew.member() for _one in range(3)]
            neighbour = make_resident(within=self.crew.here)
        keepers = [self.crew.leader, self.crew.recorder, self.crew.worker, self.crew.director]
        self.users = [*self.members, *keepers, neighbour]
        self.done: list[str] = []

    def step(self) -> None:
        """One attempt of somebody, and where it is refused of a few others."""
        verbs: list[Callable[[User], object]] = [
            self.hold,
            self.close,
            self.claim,
            self.claim,
            self.enter,
            self.verify,
            self.verify,
            self.verify,
            self.verify,
            self.reject,
            self.correct,
            self.revoke,
            self.dispute,
            self.dispute,
            self.find,
            self.find,
            self.confirm,
            self.confirm,
            self.confirm,
            self.tick,
            self.tick,
            self.tick,
        ]
        verb = self.dice.choice(verbs)
        with clock.at(self.now):
            for user in self.dice.sample(self.users[:3] if verb == self.claim else self.users[3:], 3):
                if self.did(verb, user):
                    break

    def did(self, verb: Callable[[User], object], user: User) -> bool:
        try:
            verb(user)
        except (NotPossible, PermissionDenied, Http404):
            return False
        self.done.append(verb.__name__)
        return True

    def hold(self, user: User) -> None:
        start = self.now - self.dice.randrange(2, 20) * HALF_HOUR
        shift = make_shift(
            make_activity(self.crew), starts_at=start, length=self.dice.randrange(1, 5) * HALF_HOUR
        )
        for member in self.dice.sample(self.users[:5], 3):
            left = shift.starts_at + self.dice.randrange(1, 130) * timedelta(minutes=1)
            make_attendance(make_signup(shift, person_of(member)), self.crew.leader, out_at=left)

    def close(self, user: User) -> None:
        every = Shift.objects.filter(activity__team=self.crew.team)
        hours.close_list(user, self._any(every.filter(closed_at=None) if self.likely() else every).pk)

    def claim(self, user: User) -> None:
        shift = self.shift()
        hours.claim(user, shift.pk, self.span(shift))

    def enter(self, user: User) -> None:
        shift = self.shift()
        hours.enter(user, shift.pk, person_of(self.dice.choice(self.users)), self.span(shift))

    def verify(self, user: User) -> None:
        hours.verify(user, [self.record(*PENDING).pk])

    def reject(self, user: User) -> None:
        hours.reject(user, self.record(self.dice.choice(PENDING)).pk, "没来")

    def correct(self, user: User) -> None:
        record = self.record(self.dice.choice([*PENDING, HourState.BOOKED, HourState.BOOKED]))
        hours.correct(user, record.pk, self.span(record.shift), "时间不对")

    def revoke(self, user: User) -> None:
        hours.revoke(user, self.record(HourState.BOOKED).pk, "冒名")

    def dispute(self, user: User) -> None:
        disputes.dispute(
            user, self.record(self.dice.choice([HourState.BOOKED, HourState.ON_NOTICE])).pk, "不对"
        )

    def find(self, user: User) -> None:
        made = self.open(found=False)
        span = self.span(made.record.shift)
        disputes.find(user, made.record_id, self.dice.choice(list(Finding)), "看过了", span)

    def confirm(self, user: User) -> None:
        disputes.confirm(user, self.open(found=True).record_id)

    def tick(self, user: User) -> None:
        self.now += timedelta(days=self.dice.randrange(4))
        with clock.at(self.now):
            hours.owe_lists()
            hours.post_verified()
            hours.book_due()
            hours.settle_due()

    def shift(self) -> Shift:
        return self._any(Shift.objects.filter(activity__team=self.crew.team))

    def record(self, *states: HourState) -> HourRecord:
        records = HourRecord.objects.filter(team=self.crew.team)
        return self._any(records.filter(state__in=states) if self.likely() else records)

    def open(self, *, found: bool) -> HourDispute:
        disputed = HourDispute.objects.filter(confirmed_at=None, record__team=self.crew.team)
        return self._any(disputed.filter(found_at__isnull=not found) if self.likely() else disputed)

    def span(self, shift: Shift) -> Span:
        start = shift.starts_at + self.dice.randrange(-1, 2) * HALF_HOUR
        return Span(start, start + self.dice.randrange(1, 3) * HALF_HOUR)

    def likely(self) -> bool:
        return self.dice.random() < 0.9

    def _any(self, found: Iterable[Any]) -> Any:
        listed = list(found)
        if not listed:
            raise Http404
        return self.dice.choice(listed)


def check(walk: Walk) -> None:
    """What holds after every step, computed from the rows alone."""
    records = list(HourRecord.objects.filter(team=walk.crew.team).select_related("shift"))
    booked = [one for one in records if one.state == HourState.BOOKED and not one.mutual_aid]
    with clock.at(walk.now):
        years = {one.day.year for one in booked} | {walk.now.year}
        assert sum(sums.of_team(walk.crew.team, year).minutes for year in years) == sum(
            one.minutes for one in booked
        )
        for year in years:
            total = sums.of_team(walk.crew.team, year)
            assert sum(part.minutes for part in total.parts) == total.minutes
    by_person = defaultdict(list)
    for one in booked:
        by_person[one.person_id].append(one.span)
        assert one.minutes % 30 == 0
        assert one.shift.starts_at <= one.starts_at < one.ends_at <= one.shift.ends_at
        assert one.recorder_id not in {None, one.person_id}
        assert one.notice is not None
        assert one.booked_at is not None
        assert one.booked_at >= one.notice.ends_at
    for spans in by_person.values():
        spans.sort(key=lambda span: span.starts_at)
        assert all(not first.overlaps(second) for first, second in zip(spans, spans[1:], strict=False))
    live = [(one.shift_id, one.person_id) for one in records if one.state in LIVE]
    assert len(live) == len(set(live))
    for shift in Shift.objects.filter(activity__team=walk.crew.team, settled_at__isnull=False):
        open_ones = [
            one for one in records if one.shift_id == shift.pk and one.state in LIVE - {HourState.BOOKED}
        ]
        assert not open_ones


def states(walk: Walk) -> dict[int, HourState]:
    """How every record stands."""
    rows = HourRecord.objects.filter(team=walk.crew.team).order_by()
    return {pk: HourState(state) for pk, state in rows.values_list("pk", "state")}


def test_totals_are_always_the_sums_of_their_records_and_every_way_of_the_table_is_gone() -> None:
    done: set[str] = set()
    begun: set[HourState] = set()
    gone: set[tuple[HourState, HourState]] = set()
    for seed in SEEDS:
        walk, before = Walk(seed), dict[int, HourState]()
        for _step in range(STEPS):
            walk.step()
            check(walk)
            after = states(walk)
            begun |= {after[pk] for pk in after.keys() - before.keys()}
            gone |= {(before[pk], after[pk]) for pk in before if before[pk] != after[pk]}
            before = after
        done |= set(walk.done)
    assert gone == {(state, to) for state, following in HOURS.next.items() for to in following}
    assert begun == {HOURS.first, *HOURS.also_first}
    every = "hold close claim enter verify reject correct revoke dispute find confirm tick"
    assert done == set(every.split())
