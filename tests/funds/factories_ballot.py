"""A round whose projects are put to the residents, in each moment of its vote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from portal.community.models import User
from portal.funds.ballot import services
from portal.funds.models import Application, Ballot, Call
from portal.funds.states import ApplicationState, CallState
from portal.kit import clock
from portal.record import numbers
from portal.voting import sealing
from portal.voting import services as voting
from portal.voting.models import Vote
from tests.factories import make_resident
from tests.funds.factories import YUAN, Funding, make_application, make_call, make_fund, make_source
from tests.worlds import kept

CALLED_AT = datetime(2026, 11, 2, 2, tzinfo=UTC)
OPENS_AT = datetime(2026, 11, 17, 16, tzinfo=UTC)
CLOSES_AT = datetime(2026, 11, 24, 16, tzinfo=UTC)
DURING = datetime(2026, 11, 20, 4, tzinfo=UTC)
AFTER = CLOSES_AT + timedelta(minutes=1)
# Amounts asked in yuan, by which shares and greedy differ.
ASKED = (9_600, 18_600, 38_000, 4_300)


@dataclass
class Round:
    """A round on notice with its projects in the order in which they were handed in, and residents who vote."""

    funding: Funding
    call: Call
    projects: list[Application]
    people: list[User]

    def fresh(self) -> Round:
        """The same as it stands now."""
        call = Call.objects.select_related("fund__neighbourhood", "vote").get(pk=self.call.pk)
        projects = list(call.applications.order_by("pk"))
        return Round(self.funding, call, projects, self.people)

    @property
    def vote(self) -> Vote:
        """The vote of the round."""
        assert self.call.vote is not None
        return self.call.vote

    def choice(self, *places: int) -> str:
        """What somebody ticks who ticks the projects of these places."""
        ticked = {self.projects[place].option for place in places}
        return ",".join(option for option in self.vote.options if option in ticked)


@kept
def make_round(people: int = 3, asked: tuple[int, ...] = ASKED, pot: int = 60_000) -> Round:
    """On public notice, which is over; who applied does not vote."""
    with clock.at(CALLED_AT):
        funding = make_fund()
        make_source(funding)
        call = make_call(
            funding, state=CallState.ON_NOTICE, pot=pot * YUAN, cap=pot * YUAN, ballot=Ballot.ALWAYS
        )
        Call.objects.filter(pk=call.pk).update(notice_until=CALLED_AT - timedelta(hours=1))
        projects = [
            make_application(
                call,
                ApplicationState.ON_NOTICE,
                lead=funding.resident,
                title=f"项目{n}",
                lines=(("materials", "材料", 1, yuan * YUAN, "grant"),),
            )
            for n, yuan in enumerate(asked, 1)
        ]
        voters = [make_resident(within=funding.here) for _ in range(people)]
    return Round(funding, call, projects, voters).fresh()


@kept
def make_vote(people: int = 3, asked: tuple[int, ...] = ASKED, pot: int = 60_000) -> Round:
    """Its vote is called."""
    made = make_round(people, asked, pot)
    with clock.at(CALLED_AT):
        services.call_vote(made.funding.director, made.call.pk, OPENS_AT, CLOSES_AT)
    return made.fresh()


def cast(made: Round, user: User, *places: int, code: str = "") -> str:
    """Somebody ticks the projects of these places; the check code of the ballot."""
    code, vote = code or numbers.draw(), made.vote
    space = sealing.room(len(vote.options))
    envelope = sealing.seal(vote.public_key, vote.public_id, code, made.choice(*places), space)
    with clock.at(DURING):
        voting.cast_sealed(user, vote.pk, envelope)
    return code


def counted(made: Round) -> Round:
    """The vote is over and counted."""
    with clock.at(AFTER):
        voting.count(made.vote.pk)
    return made.fresh()
