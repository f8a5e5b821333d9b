"""Questions asked of funds and calls: what is at hand, what is promised, which rounds run. Amounts in fen."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from portal.community.models import Area, Residency, User, Visitor
from portal.funds.models import Call, Fund, Grant, Source
from portal.funds.states import CallState, GrantState
from portal.kit import clock
from portal.notifications.audiences import Audience, audience

C = CallState
WHOLE = 100  # percent
# The whole pot of these is promised: what of it is given is not known yet.
RUNNING = frozenset({C.OPEN, C.REVIEWING, C.ON_NOTICE, C.VOTING})
# Nothing more comes of these.
OVER = frozenset({C.CLOSED, C.CANCELLED})
ENDED_GRANTS = frozenset({GrantState.CLOSED, GrantState.GIVEN_UP})


@dataclass(frozen=True)
class Money:
    """What a fund has, in fen. `came`: all that ever came in, less what was taken back. `set_aside`: by agreements.

    `promised`: the pots of rounds that run, and what was approved without an agreement yet.
    """

    came: int
    at_hand: int
    set_aside: int
    promised: int

    @property
    def owed(self) -> int:
        """All that is promised: to projects by agreements, to projects approved, and to rounds that run."""
        return self.set_aside + self.promised

    @property
    def free(self) -> int:
        """What no round and no project was promised; below nothing where a mistake in the book came to light."""
        return self.at_hand - self.owed


def money(fund: Fund) -> Money:
    """What a fund has and has promised: three sums over accounts and rounds, however many lines the book has."""
    held = fund.sources.aggregate(
        at_hand=Sum("at_hand__balance", default=0),
        income=Sum("income__balance", default=0),
        aside=Sum("set_aside", default=0),
    )
    return Money(-held["income"], held["at_hand"], held["aside"], promised(fund))


def sources(fund: Fund) -> QuerySet[Source]:
    """Where money comes from, with the balances kept by the book."""
    return fund.sources.select_related("at_hand", "income").order_by("ended_at", "pk")


def free_in(source: Source) -> int:
    """What a source holds and no agreement set aside."""
    return source.at_hand.balance - source.set_aside


def open_grants(call: Call) -> QuerySet[Grant]:
    """Projects of a round that are not at their end."""
    return Grant.objects.filter(application__call=call).exclude(state__in=ENDED_GRANTS)


def listed(user: Visitor, fund: Fund) -> QuerySet[Call]:
    """The rounds of a fund that a reader knows of, the newest first."""
    return Call.objects.visible_to(user).filter(fund=fund)


def taking_here(here: Area) -> QuerySet[Call]:
    """The rounds of a neighbourhood that take applications, the one that closes first at the top."""
    return Call.objects.taking().filter(fund__neighbourhood=here).order_by("closes_at", "pk")


def last_call(fund: Fund) -> Call | None:
    """The round before: the newest that was opened."""
    return fund.calls.exclude(opened_at=None).order_by("-opened_at", "-pk").first()


@audience("fund.residents")
def of_residents(area_pk: int) -> QuerySet[User]:
    """The accounts of all who live in a neighbourhood today."""
    here = Area.objects.get(pk=area_pk)
    living = Residency.objects.on(clock.today()).in_area(here)
    return User.objects.filter(person__in=living.values("person"), is_active=True)


def residents(here: Area) -> Audience:
    """Everybody who lives there."""
    return Audience("fund.residents", (here.pk,), of_residents(here.pk).count())


def promised(fund: Fund) -> int:
    """The pots of rounds that run, and what was approved without an agreement yet."""
    pots = fund.calls.filter(state__in=RUNNING).aggregate(sum=Sum("pot", default=0))["sum"]
    waiting = Q(application__call__fund=fund, state=GrantState.APPROVED)
    approved = Grant.objects.filter(waiting).aggregate(sum=Sum("approved", default=0))["sum"]
    return int(pots) + int(approved)
