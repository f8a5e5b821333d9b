"""What the page of a thing tells every reader of its opinion map."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from portal.meetings.models.opinions import OpinionMap
from portal.meetings.opinions import subjects
from portal.meetings.opinions.pictures import Picture, Row, picture

# How many of what all share a card names.
SHARED = 2


@dataclass(frozen=True)
class OpinionCard:
    """The map of a thing, or the way to begin one. `takes`: whether statements and reactions are taken now."""

    url: str
    takes: bool
    map: OpinionMap | None = None
    picture: Picture | None = None

    @property
    def shared(self) -> list[Row]:
        """The first statements on which all stand together."""
        return list(self.picture.shared[:SHARED]) if self.picture else []


def card_about(subject: str, *, takes: bool) -> OpinionCard | None:
    """The card of a thing's map; None where there is none and none can be begun. `takes`: as subjects.About says."""
    found = OpinionMap.objects.filter(subject=subject).first()
    if found is not None:
        return OpinionCard(found.get_absolute_url(), takes, found, picture(found))
    kind, _colon, number = subject.partition(":")
    begin = reverse("meetings:opinion_begin", args=[kind, number])
    return OpinionCard(begin, takes) if takes and subjects.known(kind) else None
