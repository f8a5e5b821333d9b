"""The only writers of votes: calling one, casting a ballot, counting, reminding."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.community.models import Area, Kind, RuleSet, User
from portal.community.rules import rule, rule_set
from portal.community.services import signature
from portal.community.wording import deadline, moment, span
from portal.duties import services as duties
from portal.duties.calendar import calendar_days
from portal.notifications import services as notifications
from portal.notifications.services import Kind as News
from portal.record import clock
from portal.record import services as record
from portal.record.errors import NotPossible
from portal.record.hashing import digest
from portal.voting import receipts, result, rolls, tally
from portal.voting.matters import matter_for
from portal.voting.models import Ballot, BallotChange, Choice, Electorate, LegalEffect, RollEntry, Vote
from portal.voting.news import CALLED, COUNTED, ENDING
from portal.voting.outcome import NONE, outcome
from portal.voting.permissions import entry_of, may
from portal.voting.sentences import rule_sentence
from portal.voting.states import Phase

SYSTEM = "系统"


@transaction.atomic
def call_vote(  # noqa: PLR0913 - a vote has these parts, each named by the caller
    user: User,
    *,
    neighbourhood: Area,
    scope: Area,
    subject: str,
    subject_url: str,
    title: str,
    explanation: str,
    electorate: str,
    matter: str,
    opens_at: datetime,
    closes_at: datetime,
    legal_effect: str = LegalEffect.CONSULTATIVE,
) -> Vote:
    """Put one motion to one electorate: copy its rule, freeze its roll, post the notice, tell the voters.

    `matter` is a key of MATTERS; times are aware moments. Raises PermissionDenied for others than the bodies
    that call such votes; NotPossible for a matter that is not this electorate's, a scope with several
    estates, too short a notice, or an empty roll.
    """
    if not may(user, "call", electorate, neighbourhood):
        raise PermissionDenied("call")
    kind = matter_for(matter, Electorate(electorate), LegalEffect(legal_effect))
    _check_scope(neighbourhood, scope, kind.electorate)
    _check_times(rule(kind.notice, scope), opens_at, closes_at)
    vote = Vote.objects.create(
        neighbourhood=neighbourhood,
        scope=scope,
        subject=subject,
        subject_url=subject_url,
        title=title,
        explanation=explanation,
        electorate=electorate,
        matter=kind.key,
        rule=_copied(rule_set(kind.rule, scope)),
        options=Choice.values,
        legal_effect=legal_effect,
        opens_at=opens_at,
        closes_at=closes_at,
        created_by=user,
    )
    if not rolls.freeze(vote):
        raise NotPossible(_("Nobody would be asked: the register of this place has no such people yet."))
    _publish_call(user, vote)
    return vote


@transaction.atomic
def cast(user: User, vote_pk: int, choice: str) -> Ballot:
    """Cast or change the one ballot of an account's own line on the roll.

    The lock of that line makes simultaneous ballots of one voter wait for each other; the clock is read
    under it. A changed ballot keeps its receipt, which names the ballot and not the choice; the earlier
    choice is kept. Raises NotPossible for somebody who is not on the roll, outside the voting time, and for
    an unknown option.
    """
    entry = entry_of(user, vote_pk, lock=True)
    if entry is None:
        raise NotPossible(_("You are not on the roll of this vote. Please ask the residents' committee."))
    _require_open(entry.vote)
    if choice not in entry.vote.options:
        raise NotPossible(_("Please choose one of the options."))
    ballot = Ballot.objects.filter(entry=entry).first()
    if ballot is None:
        return Ballot.objects.create(
            vote=entry.vote,
            entry=entry,
            choice=choice,
            receipt=receipts.draw(),
            cast_at=clock.now(),
            cast_by=user,
        )
    return ballot if ballot.choice == choice else _changed(ballot, user, choice)


@transaction.atomic
def count(vote_pk: int) -> Vote:
    """Count a closed vote once, fix its outcome, and write its fingerprint to the record.

    Counting twice changes nothing. Raises NotPossible before the vote is closed.
    """
    vote = _locked(vote_pk)
    if vote.phase is Phase.COUNTED:
        return vote
    if vote.phase is not Phase.CLOSED:
        raise NotPossible(_("Votes are counted once the voting time is over."))
    # Under the lock of every line of the roll a ballot is either finished, or finds the vote closed.
    list(RollEntry.objects.select_for_update().filter(vote=vote).order_by("pk").values_list("pk"))
    vote.totals = tally.take(vote)
    vote.outcome = outcome(vote.rule, tally.totals(vote)).result
    vote.counted_at = clock.now()
    vote.result_sha256 = result.fingerprint(result.body(vote))
    entry = record.write(
        vote.neighbourhood.slug,
        "vote.counted",
        actor=SYSTEM,
        subject=vote,
        title=vote.title,
        data={"outcome": vote.outcome, "sha256": vote.result_sha256, "about": vote.subject, **vote.totals},
    )
    vote.record_sequence = entry.sequence
    vote.save(update_fields=["totals", "outcome", "counted_at", "result_sha256", "record_sequence"])
    _tell(COUNTED, vote, _voters(vote), outcome=vote.outcome)
    return vote


@transaction.atomic
def remind(vote_pk: int) -> int:
    """Tell those with an account who have not voted, once, that the end is near. Returns how many."""
    vote = _locked(vote_pk)
    if vote.reminded_at is not None or not vote.is_open:
        return 0
    vote.reminded_at = clock.now()
    vote.save(update_fields=["reminded_at"])
    return _tell(ENDING, vote, _voters(vote, ballot=None))


def _locked(vote_pk: int) -> Vote:
    """The vote, for one change at a time. Its key stays free: a ballot refers to it when it commits."""
    votes = Vote.objects.select_for_update(of=("self",), no_key=True)
    return votes.select_related("neighbourhood").get(pk=vote_pk)


def _check_scope(neighbourhood: Area, scope: Area, electorate: Electorate) -> None:
    if not scope.within(neighbourhood):
        raise NotPossible(_("Please choose a place inside the neighbourhood."))
    estates = Area.objects.filter(path__startswith=scope.path, kind=Kind.ESTATE)
    if electorate is Electorate.OWNERS and estates.count() > 1:
        raise NotPossible(_("The owners of each estate decide for themselves: please choose one estate."))


def _check_times(notice_days: int, opens_at: datetime, closes_at: datetime) -> None:
    earliest = calendar_days(clock.now(), notice_days).at
    if opens_at < earliest:
        raise NotPossible(
            _("Voters need %(days)d full days' notice: voting can open %(day)s at the earliest.")
            % {"days": notice_days, "day": moment(earliest)}
        )
    if closes_at <= opens_at:
        raise NotPossible(_("Voting must end after it opens."))


def _copied(row: RuleSet) -> dict[str, Any]:
    """The rule with its source. Silence may count only where a place has adopted that rule for itself."""
    if row.value["silence"] != NONE and row.area is None:
        raise NotPossible(_("Silence counts only under the estate's own adopted rules of procedure."))
    return {**row.value, "source": row.source, "status": row.status}


def _require_open(vote: Vote) -> None:
    if vote.phase is Phase.COMING:
        raise NotPossible(
            _("Voting opens %(when)s. Please come back then.") % {"when": moment(vote.opens_at)}
        )
    if vote.phase is not Phase.OPEN:
        ended = {"when": deadline(vote.closes_at)}
        raise NotPossible(_("Voting ended %(when)s; this ballot was not counted.") % ended)


def _changed(ballot: Ballot, user: User, choice: str) -> Ballot:
    BallotChange.objects.create(
        ballot=ballot,
        choice=ballot.choice,
        channel=ballot.channel,
        cast_at=ballot.cast_at,
        cast_by_id=ballot.cast_by_id,
    )
    ballot.choice, ballot.cast_at, ballot.cast_by = choice, clock.now(), user
    ballot.save(update_fields=["choice", "cast_at", "cast_by"])
    return ballot


def _publish_call(user: User, vote: Vote) -> None:
    neighbourhood = vote.neighbourhood
    # What is posted is kept as it is read, in the portal's own language.
    with translation.override(settings.LANGUAGE_CODE):
        paragraphs = (vote.explanation, span(vote.opens_at, vote.closes_at), rule_sentence(vote))
        duties.announce(
            vote,
            "vote",
            neighbourhood=neighbourhood,
            title=_("Vote: %(title)s") % {"title": vote.title},
            body="\n\n".join(filter(None, paragraphs)),
            url=_url(vote),
            ends_at=vote.opens_at,
        )
    roll = RollEntry.objects.filter(vote=vote).order_by("number").values_list("number", "area", "served")
    record.write(
        neighbourhood.slug,
        "vote.called",
        actor=signature(user, neighbourhood).name,
        subject=vote,
        title=vote.title,
        data={
            "about": vote.subject,
            "electorate": vote.electorate,
            "rule": vote.rule,
            "opens_at": vote.opens_at.isoformat(),
            "closes_at": vote.closes_at.isoformat(),
            "heads": vote.heads,
            "area": vote.area,
            "roll_sha256": digest({"roll": [list(row) for row in roll]}),
        },
    )
    _tell(CALLED, vote, _voters(vote))


def _voters(vote: Vote, **which: Any) -> QuerySet[User]:
    """The accounts of those on the roll; `which` narrows the lines of the roll."""
    own = RollEntry.objects.filter(vote=vote, person=OuterRef("person"), **which)
    return User.objects.filter(Exists(own), is_active=True)


def _tell(kind: News, vote: Vote, users: QuerySet[User], **more: str) -> int:
    times = {"opens": vote.opens_at.isoformat(), "closes_at": vote.closes_at.isoformat()}
    return notifications.send(
        kind,
        users,
        neighbourhood=vote.neighbourhood,
        occasion=record.key(vote),
        url=_url(vote),
        params={"title": vote.title, **times, **more},
    )


def _url(vote: Vote) -> str:
    return reverse("voting:vote", args=[vote.pk])
