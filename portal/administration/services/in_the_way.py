"""What stands in the way of retiring a place, or of moving it: said with numbers, and never with names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from portal.community.models import (
    Appointment,
    Area,
    Dwelling,
    Kind,
    Ownership,
    RelationStatus,
    Residency,
)
from portal.community.places import ancestors, inside, neighbourhood_of
from portal.deliberation.models import Topic
from portal.deliberation.states import State
from portal.duties.models import Duty, PublicNotice
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.models import Hearing
from portal.meetings.states.hearing import OVER
from portal.register.models import Import
from portal.register.states import ImportState
from portal.volunteers.models import Team
from portal.voting.models import Vote
from portal.voting.models.votes import VoteQuerySet

if TYPE_CHECKING:
    from django.utils.functional import Promise

SAID: dict[str, Promise] = {
    "dwellings": ngettext_lazy("%(n)d dwelling in use", "%(n)d dwellings in use", "n"),
    "requests": ngettext_lazy(
        "%(n)d request of a resident waits for an answer",
        "%(n)d requests of residents wait for an answer",
        "n",
    ),
    "posts": ngettext_lazy("%(n)d post held", "%(n)d posts held", "n"),
    "topics": ngettext_lazy("%(n)d topic under way", "%(n)d topics under way", "n"),
    "votes": ngettext_lazy("%(n)d vote without a result", "%(n)d votes without a result", "n"),
    "hearings": ngettext_lazy("%(n)d hearing under way", "%(n)d hearings under way", "n"),
    "teams": ngettext_lazy("%(n)d volunteer team at work", "%(n)d volunteer teams at work", "n"),
    "promises": ngettext_lazy("%(n)d open promise", "%(n)d open promises", "n"),
    "notices": ngettext_lazy("%(n)d public notice not over", "%(n)d public notices not over", "n"),
    "rosters": ngettext_lazy(
        "%(n)d roster waits for a second person", "%(n)d rosters wait for a second person", "n"
    ),
    "places": ngettext_lazy(
        "%(n)d subdistrict or neighbourhood in use", "%(n)d subdistricts or neighbourhoods in use", "n"
    ),
}


@dataclass(frozen=True)
class Obstacle:
    """So many of a kind stand in the way."""

    kind: str
    count: int

    def __str__(self) -> str:
        return str(SAID[self.kind] % {"n": self.count})


def refuse(found: list[Obstacle]) -> None:
    """Raise NotPossible that names what stands in the way, if anything does."""
    if found:
        said = _("This stands in the way: %(what)s. Please bring it to its end first.")
        raise NotPossible(said % {"what": "、".join(map(str, found))})


def retiring(area: Area) -> list[Obstacle]:
    """What is still in use, held, open or promised in a place that would be no more."""
    within = {"area__path__startswith": area.path}
    wider = inside(area, Kind.SUBDISTRICT, Kind.NEIGHBOURHOOD).exclude(pk=area.pk)
    hearings, topics = _under_way(area)
    counts = {
        "places": wider.count(),
        "dwellings": Dwelling.objects.in_use().filter(building__path__startswith=area.path).count(),
        "posts": Appointment.objects.standing().filter(**within).count(),
        "topics": topics,
        "votes": _open_votes().filter(scope__path__startswith=area.path).count(),
        "hearings": hearings,
        **_of_neighbourhoods(area),
    }
    return _listed(counts)


def moving(area: Area, target: Area) -> list[Obstacle]:
    """What is about a place and under way, where it would belong to another neighbourhood; and votes it is asked in.

    A vote asks those of its place. One that holds the old place alone, or the new one alone, would ask others in the
    middle of it.
    """
    around = {*ancestors(area.path)} ^ {*ancestors(target.path), target.path}
    touched = Q(scope__path__in=around)
    crosses = _crosses(area, target)
    if crosses:
        touched |= Q(scope__path__startswith=area.path)
    counts = {"votes": _open_votes().filter(touched).count()}
    if crosses:
        hearings, topics = _under_way(area)
        counts |= {"topics": topics, "hearings": hearings, **_waiting(area)}
    return _listed(counts)


def _crosses(area: Area, target: Area) -> bool:
    """Whether it belongs to another neighbourhood afterwards."""
    before, after = neighbourhood_of(area), neighbourhood_of(target)
    return before is not None and after is not None and before.pk != after.pk


def _open_votes() -> VoteQuerySet:
    return Vote.objects.filter(counted_at=None, aborted_at=None)


def _under_way(area: Area) -> tuple[int, int]:
    """Hearings and topics about it that have not come to an end; a draft is its writer's alone."""
    within = {"area__path__startswith": area.path}
    topics = Topic.objects.current().exclude(state=State.DRAFT).filter(**within)
    return Hearing.objects.exclude(state__in=OVER).filter(**within).count(), topics.count()


def _waiting(area: Area) -> dict[str, int]:
    """What somebody waits for of the desk whose neighbourhood it is now."""
    requested = {"status": RelationStatus.REQUESTED, "dwelling__building__path__startswith": area.path}
    posts = Appointment.objects.filter(area__path__startswith=area.path).values_list("pk", flat=True)
    about = Q(area__path__startswith=area.path) | Q(subject__in=[f"appointment:{pk}" for pk in posts])
    return {
        "requests": sum(model.objects.filter(**requested).count() for model in (Residency, Ownership)),
        "promises": Duty.objects.active().filter(about).count(),
    }


def _of_neighbourhoods(area: Area) -> dict[str, int]:
    """What belongs to whole neighbourhoods."""
    here = {"neighbourhood__path__startswith": area.path}
    return {
        "teams": Team.objects.active().filter(**here).count(),
        "rosters": Import.objects.filter(state=ImportState.WAITING, **here).count(),
        "notices": PublicNotice.objects.filter(ends_at__gt=clock.now(), **here).count(),
        "promises": Duty.objects.active().filter(Q(**here) | Q(area__path__startswith=area.path)).count(),
    }


def _listed(counts: dict[str, int]) -> list[Obstacle]:
    return [Obstacle(kind, count) for kind, count in counts.items() if count]
