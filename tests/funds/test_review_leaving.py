"""What becomes of the scores a reviewer owes who leaves, and of a human who reviewed under two records."""

from __future__ import annotations

import pytest

from portal.community import leaving
from portal.community.leaving import Leaving
from portal.community.models import Appointment, Residency, User
from portal.community.uniting import Union, unite
from portal.duties.models import Duty
from portal.funds.models import Call, Review, Reviewer
from portal.funds.review import services
from portal.funds.review.owing import next_of
from portal.funds.review.wording import NAME, SCORES
from portal.record.services import key
from tests.factories import make_resident, person_of
from tests.funds.factories_review import Reviewing, make_checked, make_scoring, score

pytestmark = pytest.mark.django_db


def moves_away(user: User) -> Leaving:
    """The last home here ends."""
    home = Residency.objects.select_related("dwelling__building", "person").get(person=user.person_id)
    return Leaving(person_of(user), home)


def post_ends(user: User) -> Leaving:
    """Somebody is no delegate any more, and lives here as before."""
    held = Appointment.objects.select_related("area", "person").get(person=user.person_id)
    return Leaving(person_of(user), held)


def active(world: Reviewing) -> list[int]:
    found = Reviewer.objects.active().filter(call=world.pk).values_list("person", flat=True)
    return [n for n, user in enumerate(world.reviewers) if user.person_id in set(found)]


def test_who_moves_away_owes_nothing_what_was_scored_counts_and_another_is_owed() -> None:
    world = make_scoring()
    score(world, world.reviewers[1], world.applications[0], 6)

    leaving.hand_over(moves_away(world.reviewers[1]))
    leaving.hand_over(moves_away(world.reviewers[1]))

    row = world.reviewer(1)
    assert active(world) == [0, 2]
    assert [one.application_id for one in Review.objects.filter(reviewer=row)] == [world.applications[0].pk]
    assert not Duty.objects.active().filter(kind=SCORES, subject=key(row)).exists()
    assert next_of(Call.objects.get(pk=world.pk)) == NAME


def test_a_delegate_whose_post_ends_reviews_no_more_and_others_do() -> None:
    world = make_scoring()
    leaving.hand_over(post_ends(world.reviewers[0]))
    assert active(world) == [1, 2]


def test_of_two_records_of_one_human_the_scores_stay() -> None:
    world = make_checked()
    other = make_resident(within=world.here)
    services.name_reviewer(world.worker, world.pk, person_of(other))

    unite(Union(person_of(world.reviewers[1]), person_of(other), world.director, reason="同一人"))

    assert Reviewer.objects.filter(call=world.pk).count() == 4
