"""What goes on in a building: its topics, votes and activities, as far as the reader may open them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.boards.models import BuildingBoardPage
from portal.community.models import Upload, Visitor
from portal.conventions.models import AgreementKind, AgreementPage, Edition
from portal.deliberation.models import Topic
from portal.deliberation.states import State
from portal.kit import clock, wording
from portal.record.services import key
from portal.volunteers.models import Shift, Visibility
from portal.voting.models import Vote

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

EACH = 4


@dataclass(frozen=True)
class Matter:
    """One row of the list. `tone`: the colour of its mark."""

    tag: StrOrPromise
    title: str
    url: str
    note: str
    tone: str = ""
    picture: Upload | None = None


@dataclass(frozen=True)
class Convention:
    """Where a building's convention is read, and the number of the edition in force; 0: none yet."""

    url: str
    edition: int


def matters(board: BuildingBoardPage, *, neighbour: bool) -> list[Matter]:
    """The newest of each kind that everybody may open, what ends first on top; three queries however many there are.

    `neighbour`: with the activities that are for neighbours.
    """
    found = Topic.objects.public().current()
    topics = list(found.filter(area=board.building_id).select_related("cover")[:EACH])
    asked = Vote.objects.open().filter(scope=board.building_id).order_by("closes_at")
    held = shifts_of(board, topics, neighbour=neighbour)
    return [*map(_vote, asked[:EACH]), *map(_topic, topics), *map(_shift, held[:EACH])]


def shifts_of(
    board: BuildingBoardPage, topics: Sequence[Topic] = (), *, neighbour: bool = True
) -> QuerySet[Shift]:
    """Times to come of activities in the building, the next one first. `neighbour`: with those for neighbours."""
    shown = [Visibility.EVERYONE, *([Visibility.NEIGHBOURS] if neighbour else [])]
    return (
        Shift.objects.to_come()
        .filter(_here(board, topics), activity__neighbourhood=board.neighbourhood)
        .filter(activity__visibility__in=shown)
        .select_related("activity")
        .order_by("starts_at")
    )


def convention_of(user: Visitor, board: BuildingBoardPage) -> Convention | None:
    """The building's convention that the reader may open, with the edition that holds."""
    texts = AgreementPage.objects.visible_to(user)
    page = texts.filter(kind=AgreementKind.BUILDING, area=board.building_id).first()
    if page is None:
        return None
    edition = Edition.objects.filter(page=page, in_force_from__lte=clock.today()).order_by("-number").first()
    return Convention(page.get_absolute_url(), edition.number if edition else 0)


def _here(board: BuildingBoardPage, topics: Sequence[Topic]) -> Q:
    """Activities about one of the building's topics, or whose place begins with the building's name."""
    spaced = board.building.name.replace("号楼", " 号楼")
    place = Q(activity__place__startswith=board.building.name) | Q(activity__place__startswith=spaced)
    return place | Q(activity__about__in=[key(topic) for topic in topics])


def _vote(vote: Vote) -> Matter:
    tag = _("Vote, %(left)s") % {"left": wording.left(vote.closes_at)}
    return Matter(tag, vote.title, vote.get_absolute_url(), wording.deadline(vote.closes_at), "red")


def _topic(topic: Topic) -> Matter:
    seeks = topic.state == State.SECONDING
    return Matter(
        topic.state_label,
        topic.title,
        topic.get_absolute_url(),
        topic.place,
        "amber" if seeks else "",
        topic.picture,
    )


def _shift(shift: Shift) -> Matter:
    tag = _("Activity, %(day)s") % {"day": wording.day(shift.starts_at)}
    return Matter(tag, shift.activity.title, shift.get_absolute_url(), shift.activity.place)
