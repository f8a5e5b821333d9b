"""Who is concerned by a review, who has a ballot, and what the ballots came to."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from portal.community.models import Area, Person, Post, User
from portal.community.permissions import holders
from portal.community.selectors import members, post_users
from portal.meetings.models import Level, Part, Participant, Review, Reviewed
from portal.meetings.reviews.permissions import ANSWERS
from portal.voting.models import Vote
from portal.voting.tally import totals

# Whoever works for the committee has no ballot where it, or one of its members, is judged.
OF_THE_COMMITTEE = (Post.DIRECTOR, Post.WORKER)


def staff_of(review: Review) -> set[int]:
    """The people who work for whom is reviewed: by their posts, and those who were named when it was announced."""
    named = review.participants.filter(part=Part.REVIEWED).exclude(person=None)
    found = {int(pk) for pk in named.values_list("person_id", flat=True) if pk}
    posts = {
        Reviewed.COMMITTEE: OF_THE_COMMITTEE,
        Reviewed.MEMBER: OF_THE_COMMITTEE,
        Reviewed.PROPERTY: (Post.PROPERTY,),
    }
    for post in posts.get(Reviewed(review.reviewed), ()):
        found |= {held.person_id for held in holders(post, review.neighbourhood)}
    return found | ({review.reviewed_person_id} if review.reviewed_person_id else set())


def delegates_of(here: Area) -> dict[int, Person]:
    """The residents' delegates of a neighbourhood, by their keys."""
    return {held.person_id: held.person for held in holders(Post.DELEGATE, here)}


def panel(review: Review) -> QuerySet[Participant]:
    """The delegates who judge."""
    return review.participants.filter(part=Part.DELEGATE).select_related("person").order_by("pk")


def came_to(review: Review) -> tuple[int, int]:
    """How many delegates are noted as present in this round, and how many are invited."""
    rounds = list(panel(review).values_list("rounds", flat=True))
    return sum(review.round in attended for attended in rounds), len(rounds)


def affected(review: Review) -> QuerySet[User]:
    """The accounts of all who live or own where it applies."""
    return members(review.area)


def invited(review: Review) -> QuerySet[User]:
    """The accounts of the delegates; whoever has no phone has none."""
    return User.objects.filter(is_active=True, person__in=panel(review).values("person"))


def answering(review: Review) -> Collection[User]:
    """The accounts of who answers for whom is reviewed: the member, the post; none where it has no account here."""
    if review.reviewed_person_id is not None:
        return User.objects.filter(is_active=True, person=review.reviewed_person_id)
    post = ANSWERS.get(review.reviewed)
    return post_users(post, review.neighbourhood) if post else []


def counts_of(vote: Vote, scale: Collection[Level]) -> dict[Level, int]:
    """How many ballots of a counted vote chose each level, zero too."""
    cast = totals(vote).cast
    options = dict(zip(scale, vote.options, strict=True))
    return {level: cast[option].heads if option in cast else 0 for level, option in options.items()}
