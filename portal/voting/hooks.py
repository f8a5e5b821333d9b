"""What apps above show beside a ballot, and which numbers this app answers for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.sheets import Sheet, register_sheet
from portal.community.models import Dwelling, User
from portal.community.places import ancestors
from portal.community.rolls import Asked, Drawn, register_rolls
from portal.kit import clock
from portal.kit.wording import bracketed, span
from portal.record import numbers
from portal.voting.models import Ballot, BallotChange, Electorate, OpenedBallot, RollEntry, Vote
from portal.voting.permissions import VOTES

if TYPE_CHECKING:
    from portal.voting.forms import BallotForm

# So many rolls of a place are named.
MOST = 20


@dataclass(frozen=True)
class Point:
    """One argument or finding, with what kind it is (for, against, condition …) in the reader's language."""

    text: str
    kind: str = ""
    tone: str = ""


@dataclass(frozen=True)
class BallotNote:
    """A block beside the ballot: some sentences, some points, and where all of it is read."""

    title: str
    text: str = ""
    points: list[Point] = field(default_factory=list)
    url: str = ""


Provider = Callable[[Vote], list[BallotNote]]
_NOTES: dict[str, Provider] = {}


def register_ballot_notes(kind: str, provider: Provider) -> None:
    """Let `provider` speak beside votes whose subject is of a kind, such as "topic"."""
    _NOTES[kind] = provider


def ballot_notes(vote: Vote) -> list[BallotNote]:
    """All blocks beside the ballot of a vote."""
    provider = _NOTES.get(vote.subject.partition(":")[0])
    return provider(vote) if provider else []


@dataclass(frozen=True)
class BallotPage:
    """The page of an open vote for those on its roll, where the app above shows more than a list of options.

    `template` includes the fragments of voting/; `read` gives what it shows besides `vote` and `voting`.
    """

    template: str
    read: Callable[[Vote, BallotForm], Mapping[str, Any]]


_PAGES: dict[str, BallotPage] = {}


def register_ballot_page(kind: str, page: BallotPage) -> None:
    """Let the subjects of a kind have a ballot page of their own."""
    _PAGES[kind] = page


def ballot_page(vote: Vote) -> BallotPage | None:
    """The page for the ballot of a vote; None: the usual one."""
    return _PAGES.get(vote.subject.partition(":")[0])


Barred = Callable[[int], Collection[int]]
_BARRED: dict[str, Barred] = {}


def register_barred(kind: str, barred: Barred) -> None:
    """Let the subjects of a kind say, by their number, which people may not vote about them."""
    _BARRED[kind] = barred


def barred(vote: Vote) -> Collection[int]:
    """The people who may not stand on the roll of a vote, whatever the register says."""
    kind, _colon, number = vote.subject.partition(":")
    found = _BARRED.get(kind)
    return found(int(number)) if found else ()


ComesBack = Callable[[User, Vote], None]
_COME_BACK: dict[str, Callable[[int], ComesBack]] = {}


def register_comes_back(kind: str, hold: Callable[[int], ComesBack]) -> None:
    """Let the subjects of a kind follow a vote that had been called off and takes place after all.

    `hold` locks the subject of a number, before the vote is locked; what it returns is called once the vote is back,
    in the same transaction, and raises NotPossible where the subject has gone on.
    """
    _COME_BACK[kind] = hold


def to_come_back(vote: Vote) -> ComesBack:
    """Lock what a vote is about; returns what is to be called when the vote is back."""
    kind, _colon, number = vote.subject.partition(":")
    hold = _COME_BACK.get(kind)
    return hold(int(number)) if hold else lambda user, vote: None


def knows(number: str) -> bool:
    """Whether a ballot was received under a number, set aside or not, or a sealed one counted under it."""
    opened = OpenedBallot.objects.filter(code=number, vote__counted_at__isnull=False)
    received = (Ballot.objects.filter(receipt=number), BallotChange.objects.filter(receipt=number))
    return any(found.exists() for found in (*received, opened))


numbers.register("vote", numbers.Keeper(knows, "portal.voting.views.reading.receipt"))


def on_rolls(people: Collection[int], dwellings: Collection[int]) -> list[Asked]:
    """The votes without a result on whose roll any of these people or dwellings stands."""
    lines = RollEntry.objects.active().filter(Q(person__in=people) | Q(dwelling__in=dwellings))
    votes = Vote.objects.filter(counted_at=None, aborted_at=None, pk__in=lines.values("vote"))
    return [Asked(vote.title, vote.get_absolute_url()) for vote in votes.order_by("closes_at", "pk")]


def drawn_since(dwellings: Collection[Dwelling], day: date) -> list[Drawn]:
    """The rolls drawn from a day on where any of the dwellings belongs, the newest first; at most MOST a place."""
    paths = {home.building.path for home in dwellings}
    around = {above for path in paths for above in [*ancestors(path), path]}
    votes = Vote.objects.filter(
        scope__path__in=around, called_at__gte=clock.at_time(day, 0), aborted_at=None, annulled_at=None
    )
    return [
        Drawn(vote.title, reverse("voting:roll_notice", args=[vote.pk]), clock.day_of(vote.called_at))
        for vote in votes.order_by("-called_at")[: MOST * len(paths)]
    ]


def voted(people: Collection[int], since: datetime) -> set[int]:
    """Who has a ballot that came since a moment: that it came, never what it says."""
    cast = Ballot.objects.filter(entry__person__in=people, cast_at__gte=since)
    return set(cast.values_list("entry__person", flat=True))


register_rolls(on_rolls, drawn_since, voted)


def _sheet(vote: Vote) -> Sheet:
    """A vote on the notice board: what is asked, who votes, and when."""
    head = _("Owners' vote") if vote.electorate == Electorate.OWNERS else _("Residents' vote")
    who = bracketed(vote.scope.name, str(vote.get_electorate_display()))
    rows = ((_("Who votes"), who), (_("When"), span(vote.opens_at, vote.closes_at)))
    return Sheet(head, vote.explanation, rows)


register_sheet("vote", VOTES, _sheet)
