"""Votes for tests: an estate with owners who have accounts, and a vote in any phase."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.community.models import Area, Post, Upload, User
from portal.kit import clock
from portal.voting import services
from portal.voting.models import Ballot, Electorate, LegalEffect, RollEntry, Vote
from tests import factories
from tests.worlds import kept

CALLED_AT = datetime(2026, 11, 2, 2, tzinfo=UTC)
# 0:00 on 18 November to 24:00 on 24 November in Shanghai: fifteen full days after the call.
OPENS_AT = datetime(2026, 11, 17, 16, tzinfo=UTC)
CLOSES_AT = datetime(2026, 11, 24, 16, tzinfo=UTC)
DURING = datetime(2026, 11, 20, 4, tzinfo=UTC)
AFTER = CLOSES_AT + timedelta(minutes=1)


@dataclass
class Place:
    """A neighbourhood with one estate, whose owners and staff have accounts."""

    neighbourhood: Area
    estate: Area
    director: User
    people: list[User] = field(default_factory=list)


@kept
def make_place(areas: tuple[int, ...] = (8642, 12000, 5000), *, residents: bool = False) -> Place:
    """A place with one owner (and, if asked, resident) a floor area, each in a building of their own."""
    estate = factories.make_estate()
    neighbourhood = Area.objects.get(path=estate.path[: -Area.steplen])
    place = Place(neighbourhood, estate, factories.make_user(post=Post.DIRECTOR, neighbourhood=neighbourhood))
    for area in areas:
        dwelling = factories.make_dwelling(within=estate, exclusive_area=area)
        owner = factories.make_owner(dwelling=dwelling)
        if residents:
            factories.make_residency(factories.person_of(owner), dwelling)
        place.people.append(owner)
    return place


@kept
def document(place: Place) -> Upload:
    """A file the staff keep, such as adopted rules, a written mandate or a scan."""
    return Upload.objects.create(
        area=place.neighbourhood,
        owner=factories.person_of(place.director),
        name="议事规则.pdf",
        content_type="application/pdf",
        size=9,
        sha256="0" * 64,
    )


@kept
def call(place: Place, **changes: Any) -> Vote:
    """Call an owners' vote at CALLED_AT, open from OPENS_AT to CLOSES_AT."""
    values: dict[str, Any] = {
        "neighbourhood": place.neighbourhood,
        "scope": place.estate,
        "subject": "topic:1",
        "subject_url": "/topics/1/",
        "title": "是否同意开通红林路小门？",
        "explanation": "夜间关闭，刷卡出入。",
        "electorate": Electorate.OWNERS,
        "matter": "ordinary",
        "opens_at": OPENS_AT,
        "closes_at": CLOSES_AT,
        "legal_effect": LegalEffect.CONSULTATIVE,
    }
    user = changes.pop("user", place.director)
    with clock.at(changes.pop("at", CALLED_AT)):
        return services.call_vote(user, **(values | changes))


@kept
def call_residents(place: Place, **changes: Any) -> Vote:
    """Call a sounding of the residents."""
    return call(place, **({"electorate": Electorate.RESIDENTS, "matter": "sounding"} | changes))


@kept
def cast(user: User, vote: Vote, choice: str = "for", *, at: datetime = DURING) -> Ballot:
    """Cast a ballot while the vote is open."""
    with clock.at(at):
        return services.cast(user, vote.pk, choice)


@kept
def cast_all(place: Place, vote: Vote, *choices: str) -> list[Ballot]:
    """Cast one ballot a person, in the order of the place's people; further people stay away."""
    return [cast(user, vote, choice) for user, choice in zip(place.people, choices, strict=False)]


@kept
def count(vote: Vote, *, at: datetime = AFTER) -> Vote:
    """Count a vote after its end."""
    with clock.at(at):
        return services.count(vote.pk)


@kept
def counted(place: Place, *choices: str, **changes: Any) -> Vote:
    """A vote that was called, held and counted."""
    vote = call(place, **changes)
    cast_all(place, vote, *choices)
    return count(vote)


def line(user: User, vote: Vote) -> RollEntry:
    """Somebody's line of the roll."""
    return RollEntry.objects.get(vote=vote, person=user.person)
