"""What the committee and the subdistrict do with a summons that was sent: who came, what came of it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.community.selectors import members, person_of, post_users
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline
from portal.meetings.minutes import deciding
from portal.meetings.models import Judgement, Part, Participant, Summons, SummonsJudgement
from portal.meetings.services.attending import require_hour
from portal.meetings.states.summons import SummonsState as S
from portal.meetings.summons import events, links, mailing
from portal.meetings.summons.clocks import go
from portal.meetings.summons.permissions import SUMMONS


@transaction.atomic
def new_link(user: User, pk: int, *, email: str = "") -> Summons:
    """Give the department a new link; the former one is void at once. It is mailed to `email`, which is kept."""
    summons = SUMMONS.take(user, pk, "new_link")
    summons.email = email
    summons.save(update_fields=["email"])
    mailing.mail(links.give(summons, person_of(user)), mailing.RENEWED)
    announce(events.LINK, summons, by=user)
    return summons


@transaction.atomic
def revoke_link(user: User, pk: int) -> Summons:
    """Nobody comes in by its link any more. Raises NotPossible where there is none."""
    summons = SUMMONS.take(user, pk, "revoke_link")
    if not links.withdraw(summons):
        raise NotPossible(_("There is no link that holds."))
    announce(events.LINK_REVOKED, summons, by=user)
    return summons


@transaction.atomic
def agree(user: User, pk: int) -> Summons:
    """The day the department proposes is agreed on."""
    summons = SUMMONS.take(user, pk, "agree")
    if summons.proposed_at is None or clock.passed(summons.proposed_at):
        raise NotPossible(_("The day they proposed is past. Please ask for another one."))
    go(summons, S.ACCEPTED, by=user, starts_at=summons.proposed_at)
    announce(events.ACCEPTED, summons, by=user, data={"on": on(summons.proposed_at)})
    return summons


@transaction.atomic
def ask_again(user: User, pk: int, *, wanted_at: datetime, reason: str) -> Summons:
    """Summon the department once more: the day it proposes does not do, or it stayed away."""
    summons = SUMMONS.take(user, pk, "ask_again")
    return _once_more(summons, user, wanted_at, reason)


@transaction.atomic
def call_in(user: User, pk: int, *, wanted_at: datetime, reason: str) -> Summons:
    """The subdistrict summons the department once more, after it refused, never answered, or did not solve it."""
    summons = SUMMONS.take(user, pk, "call_in")
    return _once_more(summons, user, wanted_at, reason)


@transaction.atomic
def came(user: User, pk: int, *, who: list[str]) -> Summons:
    """The department came; `who` are the names of those who did. Raises NotPossible before its hour."""
    summons = SUMMONS.take(user, pk, "came")
    require_hour(summons)
    now = clock.now()
    Participant.objects.bulk_create(
        Participant(
            meeting=summons,
            name=name,
            part=Part.DEPARTMENT,
            group=summons.department[:40],
            attended_at=now,
            rounds=[summons.round],
        )
        for name in who
    )
    go(summons, S.HELD, by=user, held_at=now)
    announce(events.HELD, summons, by=user, data={"who": "、".join(who)})
    return summons


@transaction.atomic
def stayed_away(user: User, pk: int) -> Summons:
    """The department did not come on the day that was agreed."""
    summons = SUMMONS.take(user, pk, "stayed_away")
    require_hour(summons)
    go(summons, S.ABSENT, by=user)
    announce(events.ABSENT, summons, by=user)
    return summons


@transaction.atomic
def undertake(user: User, pk: int, *, text: str, due_on: date) -> Summons:
    """Note what the department undertook, until the end of a day; the committee watches that it is done.

    With the first one the days for its report run.
    """
    summons = SUMMONS.take(user, pk, "decide")
    deciding.decide(user, pk, text=text, due_on=due_on, body=summons.department)
    if summons.state == S.HELD:
        go(summons, S.UNDERTAKEN, by=user)
        mailing.mail(links.holding(summons), mailing.REPORT)
    return summons


@transaction.atomic
def solved(user: User, pk: int, *, conclusion: str) -> Summons:
    """The matter is solved. Residents are told, and can judge it."""
    summons = SUMMONS.take(user, pk, "solved")
    _conclude(summons, S.SOLVED, conclusion, user)
    data = {"conclusion": conclusion}
    announce(events.SOLVED, summons, by=user, to=members(summons.area), data=data, **data)
    return summons


@transaction.atomic
def unsolved(user: User, pk: int, *, conclusion: str) -> Summons:
    """The matter is not solved: the subdistrict owes an answer how it goes on."""
    summons = SUMMONS.take(user, pk, "unsolved")
    _conclude(summons, S.UNSOLVED, conclusion, user)
    data = {"conclusion": conclusion}
    announce(events.UNSOLVED, summons, by=user, to=officers(summons), data=data, **data)
    return summons


@transaction.atomic
def settle(user: User, pk: int, *, settlement: str) -> Summons:
    """The subdistrict says how it goes on where it does not call the department in again."""
    summons = SUMMONS.take(user, pk, "settle")
    said = {"settlement": settlement, "settled_at": clock.now()}
    if summons.state != S.UNSOLVED:
        _conclude(summons, S.UNSOLVED, settlement, user)
    for name, value in said.items():
        setattr(summons, name, value)
    summons.save(update_fields=list(said))
    duties.close("summons.settle", summons, by=user)
    data = {"settlement": settlement}
    announce(events.SETTLED, summons, by=user, to=committee(summons), data=data, **data)
    return summons


@transaction.atomic
def judge(user: User, pk: int, *, judgement: Judgement | str) -> Summons:
    """A resident says whether what came of it satisfies; can be said anew as long as it is asked."""
    summons = SUMMONS.take(user, pk, "judge")
    SummonsJudgement.objects.update_or_create(
        summons=summons, person=person_of(user), defaults={"judgement": judgement, "at": clock.now()}
    )
    return summons


@transaction.atomic
def cancel(user: User, pk: int, *, reason: str) -> Summons:
    """Withdraw it: nobody owes anything about it any more, and its link is void. Those summoned with it go on."""
    summons = SUMMONS.take(user, pk, "cancel")
    known = summons.sent_at is not None
    stood = {"cancelled_at": clock.now(), "cancelled_from": summons.state}
    go(summons, S.CANCELLED, by=user, reason=reason, together=None, **stood)
    links.withdraw(summons)
    duties.drop(summons)
    if known:
        announce(events.CANCELLED, summons, by=user, data={"reason": reason})
    return summons


def on(moment: datetime) -> str:
    """The day of a moment, as the record keeps and reads it."""
    return clock.day_of(moment).isoformat()


def officers(summons: Summons) -> list[User]:
    """Who answers for the subdistrict."""
    return post_users(Post.OFFICER, summons.neighbourhood)


def committee(summons: Summons) -> list[User]:
    """The committee of the place, each once."""
    held = {one.pk: one for post in (Post.WORKER, Post.DIRECTOR) for one in post_users(post, summons.area)}
    return list(held.values())


def _once_more(summons: Summons, user: User, wanted_at: datetime, reason: str) -> Summons:
    check_wanted(summons, wanted_at)
    anew = {"sent_at": clock.now(), "reminded_at": None, "answered_at": None, "proposed_at": None}
    go(
        summons,
        S.SENT,
        by=user,
        wanted_at=wanted_at,
        starts_at=None,
        words="",
        round=summons.round + 1,
        concluded_at=None,
        conclusion="",
        settled_at=None,
        settlement="",
        **anew,
    )
    mailing.mail(links.give(summons, person_of(user)), mailing.ASKED)
    data = {"on": on(wanted_at), "reason": reason}
    announce(events.ASKED_AGAIN, summons, by=user, data=data)
    return summons


def _conclude(summons: Summons, to: S, conclusion: str, user: User) -> None:
    go(summons, to, by=user, conclusion=conclusion, concluded_at=clock.now())
    links.withdraw(summons)


def check_wanted(summons: Summons, wanted_at: datetime) -> None:
    """Refuse a day that is past, or later than a department has to come."""
    days = rule("summons.come_working_days", summons.neighbourhood)
    latest = add_working_days(clock.now(), days).at
    if clock.passed(wanted_at):
        raise NotPossible(_("The day it is wanted for is past. Please choose another one."))
    if wanted_at > latest:
        said = _("A department comes within %(n)d working days: choose a day before %(until)s.")
        raise NotPossible(said % {"n": days, "until": deadline(latest)})
