"""Opinion maps for tests: a topic under discussion with statements, and neighbours who react in groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.community.models import Area, Post, User
from portal.deliberation.models import Topic
from portal.meetings.models.opinions import OpinionMap, Reaction, Statement
from portal.meetings.opinions import services
from portal.record.services import key
from portal.threads.models import HideReason
from tests import factories
from tests.deliberation.factories import make_topic
from tests.worlds import kept


@dataclass
class Opined:
    """A map with its statements, the committee, and neighbours."""

    here: Area
    worker: User
    people: list[User]
    topic: Topic
    statements: list[Statement] = field(default_factory=list)

    @property
    def map(self) -> OpinionMap:
        """The map as the database has it."""
        return OpinionMap.objects.get(subject=key(self.topic))

    def take_down(self, place: int, reason: str = HideReason.INSULT) -> Statement:
        """Take one of the statements down."""
        return services.take_down(self.worker, self.statements[place].pk, reason)

    def reckon(self) -> OpinionMap:
        """Reckon the map as the periodic work does."""
        return services.reckon(self.map.pk)

    def react(self, values: Sequence[Sequence[int | None]]) -> None:
        """A row a person of `people`, a column a statement; None: no reaction. Straight into the table."""
        Reaction.objects.bulk_create(
            Reaction(statement=statement, person_id=user.person_id, value=value)
            for user, row in zip(self.people, values, strict=False)
            for statement, value in zip(self.statements, row, strict=False)
            if value is not None
        )


@kept
def make_opined(here: Area | None = None, *, people: int = 2, statements: int = 3) -> Opined:
    """Statements put by the committee, nobody has reacted yet."""
    here = here or factories.make_neighbourhood()
    opined = Opined(
        here,
        factories.make_user(post=Post.WORKER, neighbourhood=here),
        [factories.make_resident(within=here) for _ in range(people)],
        make_topic(here, state="discussing"),
    )
    opined.statements = [
        services.begin(opined.worker, key(opined.topic), text=f"第 {number} 句话")
        for number in range(1, statements + 1)
    ]
    return opined


@kept
def make_grouped(*, sizes: tuple[int, ...] = (9, 7), statements: int = 8) -> Opined:
    """Groups that disagree about everything but the last statement; reckoned."""
    opined = make_opined(people=sum(sizes), statements=statements)
    groups = [group for group, size in enumerate(sizes) for _ in range(size)]
    opined.react(
        [
            [
                1 if place == statements - 1 or place % len(sizes) == group else -1
                for place in range(statements)
            ]
            for group in groups
        ]
    )
    opined.reckon()
    return opined
