"""Who was handed a ballot, how, when and into whose hands; and who looked at names on a roll."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import Area, Dwelling, Look, User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.voting.models import Electorate, RollEntry, Served, Service, Vote
from portal.voting.permissions import LINES, VOTES


@transaction.atomic
def serve(user: User, entry_pk: int, how: str, at: datetime, received_by: str) -> Service:
    """Keep how, when and into whose hands a ballot was given. From then on the line counts as served.

    Raises NotPossible after the end, and for a moment before the call or still to come.
    """
    entry = LINES.take(user, entry_pk, "serve")
    return _served(user, entry.vote, [entry], how, at, lambda _entry: received_by.strip())[0]


@transaction.atomic
def serve_building(user: User, vote_pk: int, building: Area, how: str, at: datetime) -> int:
    """Keep that everybody of a building who was not served yet got a ballot into their own hands. Returns how many."""
    vote = VOTES.take(user, vote_pk, "serve")
    lines = RollEntry.objects.active().filter(vote=vote, building=building, served=False)
    waiting = list(lines.select_for_update(of=("self",)).select_related("person").order_by("pk"))
    return len(_served(user, vote, waiting, how, at, lambda entry: entry.person.real_name))


def looked(user: User, vote: Vote, entries: Iterable[RollEntry]) -> None:
    """Keep that somebody read names and flats on a roll: one look a dwelling, for the auditor."""
    people = [entry.person_id for entry in entries]
    inside = Dwelling.objects.filter(building__path__startswith=vote.scope.path)
    owners = vote.electorate == Electorate.OWNERS
    tie = "ownerships__person__in" if owners else "residencys__person__in"
    reason = _("Roll of the vote “%(title)s”") % {"title": vote.title}
    Look.objects.bulk_create(
        Look(user=user, dwelling_id=pk, reason=reason[:200])
        for pk in inside.filter(**{tie: people}).values_list("pk", flat=True).distinct()
    )


def _served(
    user: User,
    vote: Vote,
    entries: list[RollEntry],
    how: str,
    at: datetime,
    received_by: Callable[[RollEntry], str],
) -> list[Service]:
    if not vote.called_at <= at <= clock.now():
        raise NotPossible(_("Please give a day and time between the call of the vote and now."))
    rows = Service.objects.bulk_create(
        Service(
            entry=entry,
            how=Served(how),
            at=at,
            received_by=received_by(entry)[:60],
            recorded_by=user,
            recorded_at=clock.now(),
        )
        for entry in entries
    )
    RollEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(served=True)
    return rows
