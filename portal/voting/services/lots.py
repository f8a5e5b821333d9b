"""What a choice between options may still meet: somebody withdraws, and a lot between equals."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.community.models import User
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.voting.contests import LOT
from portal.voting.events import LOT_ENTERED, WITHDRAWN
from portal.voting.models import Method, Vote
from portal.voting.permissions import VOTES
from portal.voting.services.candidates import withdraw_introduction


@transaction.atomic
def withdraw(user: User, vote_pk: int, option: str, reason: str) -> Vote:
    """Take an option back before voting ends. Ballots that name it stay valid, but it is not chosen.

    Raises PermissionDenied for others than the bodies that call such votes; NotPossible for a motion, after the
    end, for an unknown option and a second time.
    """
    vote = VOTES.take(user, vote_pk, "withdraw")
    return void(vote, option, reason, by=user)


@transaction.atomic
def void(vote: Vote, option: str, reason: str, *, by: User | str) -> Vote:
    """The same for a locked vote, decided by the app whose subject it is. Raises NotPossible as `withdraw` does."""
    gone = vote.rule.get("withdrawn", [])
    if vote.method is Method.MOTION or option not in vote.options:
        raise NotPossible(_("Please choose one of the options."))
    if option in gone:
        raise NotPossible(_("%(name)s has withdrawn already.") % {"name": vote.label_of(option)})
    vote.rule["withdrawn"] = [*gone, option]
    vote.save(update_fields=["rule"])
    withdraw_introduction(vote, option)
    told = {"option": option, "name": vote.label_of(option), "reason": reason.strip()}
    log(WITHDRAWN, vote, by=by, data=told)
    return vote


@transaction.atomic
def enter_lot(user: User, vote_pk: int, text: str) -> Vote:
    """Enter, once, what came of the event that was announced to break a tie, such as the numbers of a lottery.

    Between those who are equal at the last place the fingerprints of this text and the option's code decide
    (contests.py). Raises PermissionDenied as `withdraw`; NotPossible unless the vote is closed, not counted, and
    its rule asks for a lot.
    """
    vote = VOTES.take(user, vote_pk, "lot")
    if vote.rule.get("tie") != LOT:
        raise NotPossible(_("The rule of this vote knows no lot."))
    if vote.lot:
        raise NotPossible(
            _("The lot was entered already: “%(lot)s”. It cannot be changed.") % {"lot": vote.lot}
        )
    if blank(text):
        raise NotPossible(_("Please write down what came of the announced event."))
    vote.lot = text.strip()
    vote.save(update_fields=["lot"])
    log(LOT_ENTERED, vote, by=user, data={"lot": vote.lot})
    return vote
