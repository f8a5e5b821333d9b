"""Ten thousand topics in a neighbourhood: each list begins at the right place of an index, and reads a page only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from portal.community.models import Area
from portal.deliberation.listing import GROUPS, Wish, _after, chosen, mark
from portal.deliberation.models import Category, Topic
from portal.deliberation.states import State
from portal.kit import clock
from portal.search import services as search
from portal.search.kinds import kind_of
from tests import factories

COUNT = 10_000
STATES = [state for state in State if state not in {State.DRAFT, State.MERGED}]
CATEGORIES = list(Category)
WORDS = ["小门", "车棚", "路灯", "花园", "电梯", "楼道", "垃圾", "停车"]


@pytest.fixture
def crowded() -> Area:
    here, elsewhere, proposer = (
        factories.make_neighbourhood(),
        factories.make_neighbourhood(),
        factories.make_person(),
    )
    start = clock.now()
    made = Topic.objects.bulk_create(
        [
            Topic(
                neighbourhood=here if at % 10 else elsewhere,
                area=here,
                proposer=proposer,
                number=f"2026-{at:05d}",
                title=f"{WORDS[at % 8]}{WORDS[at // 8 % 8]}{at}",
                category=CATEGORIES[at % 8],
                state=STATES[at // 8 % len(STATES)],
                reason="理由",
                state_since=start - timedelta(minutes=at),
                submitted_at=start,
            )
            for at in range(COUNT)
        ],
        batch_size=1000,
    )
    kind = kind_of(made[0])
    for begin in range(0, COUNT, 1000):
        search.write([search.document(kind, topic) for topic in made[begin : begin + 1000]])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return here


def plan(here: Area, wish: Wish) -> str:
    marks = _after(chosen(here, AnonymousUser(), wish), wish.after).values_list("state_since", "pk")
    return str(marks[:21].explain())


@pytest.mark.slow
@pytest.mark.django_db
def test_no_list_reads_all_topics(crowded: Area) -> None:
    middle = mark(clock.now() - timedelta(minutes=COUNT // 2), 1)
    wishes = [
        Wish(),
        Wish(after=middle),
        Wish(category="elder"),
        Wish(words="小门车棚"),
        Wish(words="2026-00017"),
    ]
    wishes += [Wish(group=name, after=after) for name in GROUPS for after in ("", middle)]

    for wish in wishes:
        found = plan(crowded, wish)
        whole = (
            "Seq Scan on deliberation_topic "
            if connection.vendor == "postgresql"
            else "SCAN deliberation_topic"
        )
        assert (wish, whole in found) == (wish, False), found


@pytest.mark.slow
@pytest.mark.django_db
def test_the_newest_page_comes_in_the_order_of_an_index(crowded: Area) -> None:
    for wish in (Wish(), Wish(category="elder"), Wish(after=mark(clock.now(), 1))):
        found = plan(crowded, wish)
        sorting = "Sort" if connection.vendor == "postgresql" else "USE TEMP B-TREE FOR ORDER BY"
        assert (wish, sorting in found.replace("Incremental Sort", "")) == (wish, False), found
