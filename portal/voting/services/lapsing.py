"""Mandates of somebody who leaves: who can no longer vote for another, and who still votes for them."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM, log, notify
from portal.actions.lifecycles import advance
from portal.community.leaving import Item, Leaving
from portal.community.selectors import accounts_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.voting.events import MANDATE_ENDED, MANDATE_LAPSED
from portal.voting.models import Ballot, Candidate, Custodian, Mandate, MandateKind, RollEntry, Vote
from portal.voting.states import MandateState


def held_by(leaving: Leaving) -> QuerySet[Mandate]:
    """Mandates for votes not over that somebody can use no more: without an account, or as one of the household.

    A ballot that was cast under one stands, and so does its mandate. A proxy who moves away still is one.
    """
    household = leaving.within("entry__vote__neighbourhood", leaving.moved_from) & Q(
        kind=MandateKind.HOUSEHOLD
    )
    lapses = Q() if leaving.closes_account else household
    used = Ballot.objects.filter(mandate__isnull=False).values("mandate")
    return _standing().filter(lapses, holder=leaving.person).exclude(pk__in=used)


def held_shown(leaving: Leaving, mandate: Mandate) -> Item:
    """One of them, as the page of the leaving lists it; in which vote somebody stands for others, only they read."""
    vote, becomes = mandate.entry.vote, _("ends; whoever gave it is told and votes again")
    own = leaving.by is not None and leaving.by.person_id == leaving.person.pk
    return Item(vote.title, becomes, vote.get_absolute_url()) if own else Item(_("one vote"), becomes)


def lapse(leaving: Leaving, mandates: list[Mandate]) -> None:
    """End them; who gave one is told, and can vote or name somebody else."""
    for mandate in mandates:
        vote = mandate.entry.vote
        advance(mandate, MandateState.ENDED, revoked_at=clock.now())
        log(MANDATE_ENDED, vote, by=SYSTEM, data={"ballots_cancelled": 0})
        notify(MANDATE_LAPSED, vote, accounts_of(mandate.entry.person_id), once_per=key(mandate))


def given_by(leaving: Leaving) -> QuerySet[Mandate]:
    """Mandates that somebody gave who closes the account: they are on paper, and stay."""
    given = _standing().filter(entry__person=leaving.person)
    return given if leaving.closes_account else given.none()


def given_shown(leaving: Leaving, mandate: Mandate) -> Item:
    """One of them, as the page of the leaving lists it."""
    vote, name = mandate.entry.vote, mandate.holder.public_name
    return Item(
        vote.title, _("stays: %(name)s still casts the ballot") % {"name": name}, vote.get_absolute_url()
    )


def stay(leaving: Leaving, mandates: list[Mandate]) -> None:
    """Nothing becomes of them: a written mandate ends by its giver's word alone."""


def parts_of(leaving: Leaving) -> QuerySet[Custodian]:
    """The parts of keys somebody keeps who closes the account, of ballot boxes that are not counted."""
    kept = Custodian.objects.filter(user__person=leaving.person, vote__counted_at=None, vote__aborted_at=None)
    kept = kept if leaving.closes_account else kept.none()
    return kept.select_related("vote").order_by("vote", "number")


def part_shown(leaving: Leaving, part: Custodian) -> Item:
    """One of them, as the page of the leaving lists it."""
    becomes = _("must be opened first, or other custodians named")
    return Item(part.vote.title, becomes, part.vote.get_absolute_url())


def keep_parts(leaving: Leaving, parts: list[Custodian]) -> None:
    """Nobody else has the sheet, so the account stays until the box is counted: NotPossible."""
    raise NotPossible(
        _("You keep a part of the key to the ballot box of “%(title)s”. Please stay until it is counted.")
        % {"title": parts[0].vote.title}
    )


def standing_of(leaving: Leaving) -> QuerySet[Candidate]:
    """The elections that are not over in which somebody stands who moves away or closes the account."""
    here = leaving.within("vote__neighbourhood", leaving.moved_from)
    ahead = Q(vote__closes_at__gt=clock.now(), vote__aborted_at=None)
    return Candidate.objects.filter(here, ahead, person=leaving.person).select_related("vote").order_by("pk")


def standing_shown(leaving: Leaving, candidate: Candidate) -> Item:
    """One of them, as the page of the leaving lists it."""
    becomes = _("stays on the ballot until the committee notes a withdrawal")
    return Item(candidate.vote.title, becomes, candidate.get_absolute_url())


def stay_standing(leaving: Leaving, candidates: list[Candidate]) -> None:
    """Nothing becomes of them: whether somebody may still be elected, those who run the vote decide."""


def lock(mandates: list[Mandate]) -> None:
    """The locks of their votes, then of their lines, always in the same order."""
    lines = [mandate.entry_id for mandate in mandates]
    list(Vote.objects.select_for_update(of=("self",), no_key=True).filter(roll__in=lines).order_by("pk"))
    list(RollEntry.objects.select_for_update(of=("self",)).filter(pk__in=lines).order_by("pk"))


def _standing() -> QuerySet[Mandate]:
    ahead = Q(entry__vote__closes_at__gt=clock.now(), entry__vote__aborted_at=None)
    # What was seen at a meeting holds until its vote is closed, in minutes.
    standing = Mandate.objects.filter(ahead, revoked_at=None, entry__struck_at=None).exclude(
        kind=MandateKind.MEETING
    )
    return standing.select_related("entry__vote__neighbourhood", "holder").order_by("pk")
