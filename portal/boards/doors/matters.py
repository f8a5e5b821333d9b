"""What is open in a building now, and which of its flats each matter asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal.boards.matters import shifts_of
from portal.boards.models import BuildingBoardPage
from portal.community.models import PersonKind, Residency
from portal.community.places import ancestors
from portal.conventions.models import ConventionRound
from portal.conventions.states import State
from portal.kit import clock
from portal.record.services import key
from portal.surveys.models import FrameUnit, Survey
from portal.volunteers.models import Shift
from portal.voting import rolls
from portal.voting.models import Electorate, Vote
from portal.voting.outcome import NONE

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

EACH = 10
HOME, ALL = OuterRef("pk"), Q()
ASKED = (Electorate.OWNERS, Electorate.RESIDENTS, Electorate.HOUSEHOLDS, Electorate.BUILDING)
# Where silence is counted, only what the committee notes on the roll is a ballot handed over.
NOT_SERVED = _("Whoever takes a ballot signs for it with the committee: a mark here is no handing over.")


@dataclass(frozen=True)
class OpenMatter:
    """One open matter. `asked`: which flats it asks, as a condition on a dwelling; an empty one: all.

    `owners`: it asks owners, so that tenants of public housing are not asked. `paper`: whether a paper may be left.
    """

    subject: str
    what: StrOrPromise
    title: str
    url: str
    ends: datetime | None
    asked: Q = ALL
    owners: bool = False
    paper: bool = True
    note: StrOrPromise = ""


def open_matters(board: BuildingBoardPage) -> list[OpenMatter]:
    """What a head may go round for now, what ends first on top; four queries however much there is."""
    found = [*_votes(board), *_surveys(board), *_signings(board), *map(_shift, shifts_of(board)[:EACH])]
    return sorted(found, key=lambda one: (one.ends is None, one.ends or clock.now()))


def open_matter(board: BuildingBoardPage, subject: str) -> OpenMatter | None:
    """One of them, by its key; None for what is over or of another building."""
    return next((one for one in open_matters(board) if one.subject == subject), None)


def _votes(board: BuildingBoardPage) -> list[OpenMatter]:
    here = board.building.path
    open_ = Vote.objects.open().filter(scope__path__in=[*ancestors(here), here], electorate__in=ASKED)
    return [_vote(vote) for vote in open_.select_related("scope").order_by("closes_at")[:EACH]]


def _vote(vote: Vote) -> OpenMatter:
    owners = vote.electorate == Electorate.OWNERS
    silent = vote.rule.get("silence", NONE) != NONE
    return OpenMatter(
        key(vote),
        _("Vote"),
        vote.title,
        vote.get_absolute_url(),
        vote.closes_at,
        _owned(vote) if owners else lived_in(),
        owners,
        paper=not silent,
        note=NOT_SERVED if silent else "",
    )


def _owned(vote: Vote) -> Q:
    """Flats with an owner who votes, as the roll was drawn; a tenant of public housing owns nothing."""
    return Q(Exists(rolls.titles(vote).filter(dwelling=HOME)))


def lived_in() -> Q:
    """Flats in which an adult is known to live today."""
    today = clock.today()
    adults = Residency.objects.on(today).filter(
        person__kind=PersonKind.NATURAL, person__adult_on__lte=today, dwelling=HOME
    )
    return Q(Exists(adults))


def _surveys(board: BuildingBoardPage) -> list[OpenMatter]:
    running = Survey.objects.running().filter(neighbourhood=board.neighbourhood).order_by("closes_at")
    return [
        OpenMatter(
            key(survey),
            _("Survey"),
            survey.title,
            survey.get_absolute_url(),
            survey.closes_at,
            Q(Exists(FrameUnit.objects.filter(survey=survey, dwelling=HOME))),
        )
        for survey in running[:EACH]
    ]


def _signings(board: BuildingBoardPage) -> list[OpenMatter]:
    signed = ConventionRound.objects.filter(state=State.SIGNING, page__area=board.building_id)
    return [
        OpenMatter(
            key(round_),
            _("Signatures"),
            round_.title,
            round_.get_absolute_url(),
            round_.state_until,
            lived_in(),
        )
        for round_ in signed.select_related("page")[:EACH]
    ]


def _shift(shift: Shift) -> OpenMatter:
    return OpenMatter(
        key(shift),
        _("Sign-up"),
        shift.activity.title,
        shift.get_absolute_url(),
        shift.starts_at,
        paper=False,
    )
