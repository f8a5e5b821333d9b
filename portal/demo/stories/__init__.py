"""The stories of the demo: one matter each, told by its people through the portal's own services."""

from __future__ import annotations

from datetime import datetime

from portal.demo.engine import Story
from portal.demo.stories import (
    ballots,
    boards,
    cash_book,
    charging_survey,
    closed,
    conventions,
    funds,
    gate,
    lists,
    meetings_coordination,
    meetings_gatherings,
    meetings_halls,
    meetings_lots,
    meetings_reviews,
    meetings_summons,
    newcomers,
    open_house,
    opinion_map,
    pictures,
    reception,
    standing,
    surveys,
    talks,
    turned_down,
    volunteers,
)
from portal.demo.world import World


def all_stories(world: World, now: datetime) -> list[Story]:
    """Every story, relative to `now`."""
    return [
        gate.story(world, now),
        *closed.stories(world, now),
        *standing.stories(world, now),
        opinion_map.story(world, now),
        talks.story(world, now),
        *turned_down.stories(world, now),
        *ballots.stories(world, now),
        *volunteers.stories(world, now),
        *conventions.stories(world, now),
        boards.story(world, now),
        cash_book.story(world, now),
        lists.story(world, now),
        *reception.stories(world, now),
        *meetings_reviews.stories(world, now),
        *meetings_coordination.stories(world, now),
        newcomers.story(world, now),
        pictures.story(world, now),
        open_house.story(world, now),
        surveys.story(world, now),
        charging_survey.story(world, now),
        *funds.stories(world, now),
        *meetings_gatherings.stories(world, now),
        *meetings_summons.stories(world, now),
        meetings_halls.story(world, now),
        meetings_lots.story(world, now),
    ]
