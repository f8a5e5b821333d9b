"""Who votes for a dwelling, and from which day on."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.community.models import (
    Dwelling,
    Ownership,
    RelationStatus,
    Right,
    User,
)
from portal.duties.tick import last_good
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.register.events import VOTER_NAMED
from portal.register.permissions import RELATIONS

# How far ahead a change can be entered.
FARTHEST = timedelta(days=90)
WEEK = timedelta(days=7)
# The job that settles who votes. It looks back a week, or as far as its last good run.
JOB = "portal.register.tidy"
MOST = 500


def checked_day(day: date | None, not_before: date | None = None) -> date:
    """From which day something counts; default today. Raises NotPossible for one too far ahead, or too early."""
    today = clock.today()
    if day is None:
        return max(today, not_before or today)
    if day > today + FARTHEST:
        raise NotPossible(_("This day is too far ahead: at most %(days)d days.") % {"days": FARTHEST.days})
    if not_before is not None and day < not_before:
        said = _("This day comes before what it is about began, on %(day)s.")
        raise NotPossible(said % {"day": wording.day(not_before)})
    return day


@transaction.atomic
def name_voter(user: User, pk: int, *, on: date | None = None) -> None:
    """Co-owners have named one of them as the voter (judicial interpretation on owners, one vote a dwelling).

    From a day on, default today; not ahead, because who votes is asked when a roll is drawn.
    """
    title = RELATIONS["ownership"].take(user, pk, "name_voter")
    if title.right != Right.OWNER:
        raise NotPossible(_("A tenant of public housing is not asked as an owner."))
    day = checked_day(on, title.since)
    if day > clock.today():
        raise NotPossible(_("Who votes can be said from today on, or from an earlier day."))
    let_vote(title, day)
    log(VOTER_NAMED, title.dwelling.building, by=user)


def let_next_vote(dwelling: Dwelling) -> None:
    """Where nobody votes for a dwelling any more, the owner entered first does."""
    today = clock.today()
    held = Ownership.objects.on(today).filter(dwelling=dwelling, right=Right.OWNER)
    if held.filter(is_voter=True).exists():
        return
    heir = held.filter(until=None).order_by("pk").first()
    if heir is not None:
        let_vote(heir, today)


@transaction.atomic
def settle_voters() -> int:
    """Let somebody vote where a voter's title ended by its date. Returns for how many dwellings."""
    day = clock.today()
    holds = Ownership.objects.on(day).filter(dwelling=OuterRef("pk"))
    since = min(day - WEEK, clock.day_of(last_good(JOB) or clock.now()))
    ended = Ownership.objects.filter(dwelling=OuterRef("pk"), is_voter=True, until__lte=day, until__gt=since)
    left = Dwelling.objects.filter(Exists(ended), Exists(holds), ~Exists(holds.filter(is_voter=True)))
    dwellings = list(left.select_for_update(of=("self",)).order_by("pk")[:MOST])
    for dwelling in dwellings:
        let_next_vote(dwelling)
    return len(dwellings)


def let_vote(title: Ownership, day: date | None = None) -> None:
    """Let one of the co-owners vote for the dwelling, from a day on, instead of whoever did."""
    titles_on(title.dwelling).exclude(pk=title.pk).update(is_voter=False, voter_since=None)
    title.is_voter, title.voter_since = True, day if day and day >= title.since else None
    title.save(update_fields=["is_voter", "voter_since"])


def votes_from_now(title: Ownership) -> bool:
    """Whether a title that begins to hold carries the vote. An owner takes it from a tenant of public housing."""
    voting = titles_on(title.dwelling).filter(is_voter=True)
    if title.right == Right.OWNER:
        voting.filter(right=Right.PUBLIC_TENANT).update(is_voter=False, voter_since=None)
    return not voting.exists()


def titles_on(dwelling: Dwelling) -> QuerySet[Ownership]:
    """The titles to a dwelling that have no end."""
    return Ownership.objects.filter(dwelling=dwelling, until=None, status=RelationStatus.VERIFIED)
