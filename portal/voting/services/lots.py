"""What a choice between options may still meet: somebody withdraws, and a lot between equals."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.kit.errors import NotPossible
from portal.voting.contests import LOT
from portal.voting.models import Method, Vote
from portal.voting.services.telling import locked_for, note
from portal.voting.states import Phase


@transaction.atomic
def withdraw(user: User, vote_pk: int, option: str, reason: str) -> Vote:
    """Take an option back before voting ends. Ballots that name it stay valid, but it is not chosen.

    Raises PermissionDenied for others than the bodies that call such votes; NotPossible for a motion, after the
    end, for an unknown option and a second time.
    """
    vote = locked_for(user, vote_pk, "withdraw")
    gone = vote.rule.get("withdrawn", [])
    if vote.method is Method.MOTION or option not in vote.options:
        raise NotPossible(_("Please choose one of the options."))
    if vote.phase not in {Phase.COMING, Phase.OPEN}:
        raise NotPossible(_("An option can be withdrawn only before voting ends."))
    if option in gone:
        raise NotPossible(_("%(name)s has withdrawn already.") % {"name": vote.label_of(option)})
    vote.rule["withdrawn"] = [*gone, option]
    vote.save(update_fields=["rule"])
    told = {"option": option, "name": vote.label_of(option), "reason": reason.strip()}
    note(vote, "vote.withdrawn", user, told)
    return vote


@transaction.atomic
def enter_lot(user: User, vote_pk: int, text: str) -> Vote:
    """Enter, once, what came of the event that was announced to break a tie, such as the numbers of a lottery.

    Between those who are equal at the last place the fingerprints of this text and the option's code decide
    (contests.py). Raises PermissionDenied as `withdraw`; NotPossible unless the vote is closed, not counted, and
    its rule asks for a lot.
    """
    vote = locked_for(user, vote_pk, "lot")
    if vote.rule.get("tie") != LOT:
        raise NotPossible(_("The rule of this vote knows no lot."))
    if vote.phase is not Phase.CLOSED:
        raise NotPossible(_("The lot is entered after voting ends and before the count."))
    if vote.lot:
        raise NotPossible(
            _("The lot was entered already: “%(lot)s”. It cannot be changed.") % {"lot": vote.lot}
        )
    if not text.strip():
        raise NotPossible(_("Please write down what came of the announced event."))
    vote.lot = text.strip()
    vote.save(update_fields=["lot"])
    note(vote, "vote.lot", user, {"lot": vote.lot})
    return vote
