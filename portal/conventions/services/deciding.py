"""The vote or the signatures, the filing, and the day from which an edition is in force."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM, log
from portal.community.models import User
from portal.conventions.events import FILING_CORRECTED, VOTE_AGAIN
from portal.conventions.models import ConventionRound, Edition, Filing, Proposal
from portal.conventions.permissions import EDITIONS, ROUNDS
from portal.conventions.selectors import Signed, next_edition, signed
from portal.conventions.services.rounds import close_threads, latest_or_refuse
from portal.conventions.services.transitions import change
from portal.conventions.states import State
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.search import services as search
from portal.voting import services as voting
from portal.voting.matters import Question
from portal.voting.models import Electorate, LegalEffect, Outcome, Vote
from portal.voting.states import BEFORE_END

# Who may be asked, and under which matter of the voting app: residents adopt conventions and charters (residents'
# committee law, art. 11 and 13), owners their covenant (Civil Code art. 278 (2): more than half of those taking part).
RESIDENTS = {
    Electorate.RESIDENTS: "assembly",
    Electorate.HOUSEHOLDS: "assembly",
    Electorate.DELEGATES: "delegates",
}
OWNERS = {Electorate.OWNERS: "ordinary"}


def electorates(round_: ConventionRound) -> dict[Electorate, str]:
    """Whom a text may be put to, and as which matter."""
    return OWNERS if round_.page.is_covenant else RESIDENTS


@transaction.atomic
def call_vote(
    user: User, pk: int, electorate: str, opens_at: datetime, closes_at: datetime, secret: bool = False
) -> ConventionRound:
    """Put the checked text to the vote. The motion names the edition and its hash, so that nobody votes on another."""
    round_ = ROUNDS.take(user, pk, "call_vote")
    asked = electorates(round_).get(Electorate(electorate))
    if asked is None:
        raise NotPossible(_("This text is not put to these voters."))
    text, number = latest_or_refuse(round_), next_edition(round_.page)
    vote = voting.call_vote(
        user,
        neighbourhood=round_.neighbourhood,
        scope=round_.page.area,
        subject=key(round_),
        subject_url=round_.get_absolute_url(),
        title=_motion(round_, number, text),
        explanation=round_.purpose,
        electorate=electorate,
        matter=asked,
        opens_at=opens_at,
        closes_at=closes_at,
        legal_effect=LegalEffect.BINDING,
        question=Question(secret=secret),
    )
    told = {"vote": key(vote), "number": number, "sha256": text.sha256, "short": text.short_hash}
    return change(round_, State.VOTING, by=user, until=closes_at, data=told, vote=vote)


@transaction.atomic
def settle_vote(pk: int) -> ConventionRound:
    """Take a round where its vote leads: follow a later end, count once it is closed, or do nothing yet.

    Too few votes cast decide nothing, nor does a vote that was called off: the text can be put to the vote again.
    """
    round_ = ConventionRound.objects.locked(pk)
    if round_.state != State.VOTING or round_.vote is None:
        return round_
    if round_.vote.aborted_at is not None:
        return change(round_, State.TABLED, event=VOTE_AGAIN, data={"vote": key(round_.vote)})
    if round_.vote.phase in BEFORE_END:
        return _follow(round_, round_.vote.closes_at)
    try:
        vote = voting.count(round_.vote.pk)
    except NotPossible:  # the paper is not in yet, or the sealed ballots wait for their keys
        return round_
    told = {"vote": key(vote), "outcome": vote.outcome}
    if vote.outcome == Outcome.NO_QUORUM:
        return change(round_, State.TABLED, event=VOTE_AGAIN, data=told)
    close_threads(round_)
    to = State.ADOPTED if vote.outcome == Outcome.PASSED else State.NOT_ADOPTED
    return change(round_, to, by=SYSTEM, data=told)


def vote_came_back(round_: ConventionRound, user: User, vote: Vote) -> None:
    """Take a locked round to its vote again, which had been called off. NotPossible where it has gone on since."""
    if round_.vote_id != vote.pk or round_.state not in {State.TABLED, State.VOTING}:
        raise NotPossible(_("The text has gone on since. Please call a vote anew."))
    if round_.state == State.TABLED:
        text = latest_or_refuse(round_)
        told = {
            "vote": key(vote),
            "number": next_edition(round_.page),
            "sha256": text.sha256,
            "short": text.short_hash,
        }
        change(round_, State.VOTING, by=user, until=vote.closes_at, data=told)


@transaction.atomic
def adopt_signed(user: User, pk: int, in_force_from: date) -> ConventionRound:
    """A building's convention is adopted: more than half of its households signed (assumed default, domain 5.2)."""
    round_ = ROUNDS.take(user, pk, "adopt_signed")
    text, count = latest_or_refuse(round_), require_signed(round_)
    close_threads(round_)
    told = {"agree": count.agree, "dissent": count.dissent, "households": count.households}
    return _publish(user, round_, text, in_force_from, told)


@transaction.atomic
def file(user: User, pk: int, number: str, filed_on: date, in_force_from: date) -> ConventionRound:
    """Enter under which number the adopted text was filed, and from when on it holds: its edition is published.

    For the owners' covenant what is filed is a copy. Raises NotPossible for a filing in the future, or before the
    vote was decided.
    """
    round_ = ROUNDS.take(user, pk, "file")
    _check_filed(filed_on, clock.day_of(round_.state_since))
    told = {"filing": number.strip(), "filed_on": filed_on.isoformat()}
    text = latest_or_refuse(round_)
    filing = {"number": number.strip(), "filed_on": filed_on}
    return _publish(user, round_, text, in_force_from, told, filing)


@transaction.atomic
def correct_filing(user: User, pk: int, number: str, filed_on: date, reason: str) -> Edition:
    """Correct the number or day of a filing; the former one stays readable, with the reason."""
    edition = EDITIONS.take(user, pk, "correct_filing")
    before = edition.filing
    if before is None:
        raise NotPossible(_("This edition was not filed."))
    if (before.number, before.filed_on) == (number.strip(), filed_on):
        raise NotPossible(_("This is how the filing reads already."))
    if filed_on > clock.today():
        raise NotPossible(_("The day of the filing has not come yet."))
    Filing.objects.create(
        edition=edition, number=number.strip(), filed_on=filed_on, reason=reason, by=user, at=clock.now()
    )
    told = {"was": before.number, "was_on": before.filed_on.isoformat()}
    told |= {"filing": number.strip(), "filed_on": filed_on.isoformat(), "reason": reason}
    log(FILING_CORRECTED, edition, by=user, data=told)
    return edition


@transaction.atomic
def come_into_force(pk: int) -> ConventionRound:
    """The day has come from which the new edition is in force; the former one is superseded by that."""
    round_ = ConventionRound.objects.locked(pk)
    if round_.state == State.FILED and round_.in_force_from and round_.in_force_from <= clock.today():
        _in_force(round_)
    return round_


def _publish(
    user: User,
    round_: ConventionRound,
    text: Proposal,
    in_force_from: date,
    told: dict[str, Any],
    filing: dict[str, Any] | None = None,
) -> ConventionRound:
    page = round_.page
    last = Edition.objects.filter(page=page).order_by("-number").first()
    if last is not None and in_force_from < last.in_force_from:
        raise NotPossible(_("The edition before is in force from a later day."))
    if in_force_from < clock.day_of(round_.state_since):
        raise NotPossible(_("A text is in force at the earliest from the day it was adopted."))
    edition = Edition.objects.create(
        page=page,
        proposal=text,
        number=next_edition(page),
        title=page.title,
        text=text.text,
        in_force_from=in_force_from,
        by=user,
        at=clock.now(),
    )
    search.index(edition)
    if filing is not None:
        Filing.objects.create(edition=edition, by=user, at=clock.now(), **filing)
    data = {
        **told,
        "number": edition.number,
        "sha256": edition.sha256,
        "short": edition.short_hash,
        "from_on": in_force_from.isoformat(),
    }
    url = edition.get_absolute_url()
    change(round_, State.FILED, by=user, data=data, url=url, in_force_from=in_force_from)
    return _in_force(round_) if in_force_from <= clock.today() else round_


def _in_force(round_: ConventionRound) -> ConventionRound:
    number = Edition.objects.filter(page=round_.page_id).count()
    return change(round_, State.IN_FORCE, data={"number": number})


def _follow(round_: ConventionRound, until: datetime) -> ConventionRound:
    """The vote was extended: the round waits as long."""
    if round_.state_until != until:
        round_.state_until = until
        round_.save(update_fields=["state_until"])
    return round_


def _motion(round_: ConventionRound, number: int, text: Proposal) -> str:
    # The motion is kept as it is read, in the portal's own language.
    with translation.override(settings.LANGUAGE_CODE):
        said = _("Adopt %(title)s, edition %(number)d (text %(hash)s)?")
        return said % {"title": round_.title[:120], "number": number, "hash": text.short_hash}


def _check_filed(filed_on: date, decided_on: date) -> None:
    if filed_on > clock.today():
        raise NotPossible(_("The day of the filing has not come yet."))
    if filed_on < decided_on:
        raise NotPossible(_("A text is filed after it was adopted, not before."))


def require_signed(round_: ConventionRound) -> Signed:
    """Refuse to adopt a building's convention before more than half of its households signed its newest text."""
    count = signed(latest_or_refuse(round_))
    if not count.is_adopted:
        raise NotPossible(
            _("%(agree)d of %(all)d households signed: more than half are needed.")
            % {"agree": count.agree, "all": count.households}
        )
    return count
