"""From when on there is a map, and when groups are told. Numbers of practice, from Polis (docs/opinion-map.md)."""

from __future__ import annotations

# Below these a map would say more than it knows.
LEAST_PEOPLE, LEAST_STATEMENTS = 15, 5
# Who reacted to so many statements (or to all there are) is placed on the map.
LEAST_REACTIONS = 7
MOST_GROUPS, PEOPLE_A_GROUP = 5, 12
# Groups are shown where they stand apart so well, and none has fewer people: groups of small or weak conversations
# change from day to day, and a group of four is nearly four names.
LEAST_SILHOUETTE, LEAST_GROUP = 0.35, 5
# Of fewer reactions no shares are told: they would tell who.
LEAST_TOLD = 5
# How many per cent marks keep from the edges of the picture, to the sides and above and below.
EDGE = (8, 14)


def least_reactions(statements: int) -> int:
    """To how many of so many statements somebody reacts who is placed on the map."""
    return max(1, min(LEAST_REACTIONS, statements))
