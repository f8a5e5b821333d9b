"""Finding topics: the list and its pages, words, similar ones, and the line who owes the next step."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.community.models import Area, Person
from portal.deliberation import similar
from portal.deliberation.listing import GROUPS, Wish, mark, page
from portal.deliberation.models import Topic
from portal.deliberation.next_step import next_steps
from portal.deliberation.services import execution, forum, screening, topics
from portal.deliberation.states import ENDED, State
from portal.kit import clock
from portal.meetings.models import Hearing
from portal.meetings.states.hearing import HearingState
from portal.record.services import key
from portal.search.likeness import pieces_of
from tests import factories
from tests.deliberation.factories import World, make_step, make_topic
from tests.examples import examples

db = pytest.mark.django_db
NOBODY = AnonymousUser()


# --- words ---


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", set()),
        ("门", {"门"}),
        ("开小门", {"开小", "小门"}),
        ("ＷiFi 门", {"wi", "if", "fi", "门"}),
        ("开门，开门！", {"开门"}),
        ("a_b", {"a", "b"}),
    ],
)
def test_a_text_is_known_by_pairs_of_characters(text: str, pieces: set[str]) -> None:
    assert pieces_of(text) == pieces


@given(st.text())
def test_every_piece_fits_its_column(text: str) -> None:
    assert all(0 < len(piece) <= 2 for piece in pieces_of(text))


@given(st.text(alphabet="开小门地铁站 ab", max_size=30), st.text(alphabet="开小门地铁站 ab", max_size=30))
def test_a_part_of_a_text_has_a_part_of_its_pieces(one: str, other: str) -> None:
    assert pieces_of(one) <= pieces_of(f"{one} {other}")


@db
def test_the_most_alike_topic_comes_first() -> None:
    here = factories.make_neighbourhood()
    mine = make_topic(here, title="开通红林路小门")
    alike = make_topic(here, title="红林路小门什么时候开通")
    less = make_topic(here, title="红林路的路灯不亮", problem="晚上看不见", wish="修路灯", place="红林路")
    make_topic(title="开通红林路小门")
    make_topic(here, title="开通红林路小门", state=State.DRAFT)

    found = similar.similar(mine, NOBODY)

    assert found[0] == alike
    assert less not in found


@db
def test_a_title_being_typed_finds_the_topics_that_hold_half_of_it() -> None:
    here = factories.make_neighbourhood()
    mine = make_topic(here, title="二号楼加装电梯")
    other = make_topic(here, title="加装电梯的费用怎么分")
    make_topic(here, title="路灯不亮", problem="旧", wish="新", place="园")
    make_topic(title="加装电梯")
    make_topic(here, title="加装电梯", state=State.DRAFT)

    assert similar.named_alike("加装电梯", here, NOBODY) == [other, mine]
    assert similar.named_alike("加装电梯", here, NOBODY, but=other.pk) == [mine]
    assert set(similar.named_alike("加梯", here, NOBODY)) == {mine, other}
    assert similar.named_alike("加", here, NOBODY) == similar.named_alike(" 。", here, NOBODY) == []


@db
@pytest.mark.parametrize(
    ("words", "count"),
    [("小门", 2), ("红林 小门", 1), ("门", 2), ("地铁站", 0), ("2025-777", 1), ("2025-778", 0), ("ETC", 1)],
)
def test_topics_are_found_by_all_the_words(words: str, count: int) -> None:
    here = factories.make_neighbourhood()
    plain = {"problem": "旧", "wish": "新", "place": "园"}
    make_topic(here, title="红林路小门", number="2025-777", **plain)
    make_topic(here, title="小门加装 etc 栏杆", **plain)
    make_topic(here, title="路灯", **plain)
    make_topic(title="小门", **plain)

    assert len(page(here, NOBODY, Wish(words=words)).topics) == count


# --- pages ---


@db
@settings(deadline=None, max_examples=examples(40), suppress_health_check=list(HealthCheck))
@given(sizes=st.lists(st.integers(0, 3), min_size=1, max_size=12), size=st.integers(1, 5))
def test_the_pages_hold_every_topic_once_in_order(sizes: list[int], size: int) -> None:
    """`sizes`: how many topics changed at the same moment, moment after moment."""
    here, proposer = factories.make_neighbourhood(), factories.make_person()
    start = clock.now()
    for at, count in enumerate(sizes):
        for _ in range(count):
            make_bare(here, proposer, start + timedelta(microseconds=at))

    seen, after = [], ""
    while True:
        found = page(here, NOBODY, Wish(after=after), size=size)
        seen += [topic.pk for topic in found.topics]
        after = found.more
        if not after:
            break

    expected = Topic.objects.filter(neighbourhood=here).order_by("-state_since", "-pk")
    assert seen == list(expected.values_list("pk", flat=True))


def make_bare(here: Area, proposer: Person, since: datetime) -> Topic:
    return Topic.objects.create(
        neighbourhood=here,
        area=here,
        proposer=proposer,
        state=State.DISCUSSING,
        state_since=since,
        submitted_at=since,
        title="题",
    )


@db
def test_the_groups_hold_each_topic_once_and_drafts_are_only_mine() -> None:
    here = factories.make_neighbourhood()
    user = factories.make_resident(within=here)
    for state in State:
        make_topic(here, state=state)
        make_topic(here, state=state, proposer=factories.person_of(user))

    groups = [page(here, user, Wish(group=name), size=100).topics for name in GROUPS]
    listed = [topic for group in groups for topic in group]
    merged_into = Topic.objects.filter(neighbourhood=here, merged__isnull=False)

    assert len(listed) == len(set(listed)) == 2 * (len(State) - 1) + merged_into.count()
    assert {topic.state for topic in groups[-1]} == ENDED
    mine = page(here, user, Wish(group="mine"), size=100).topics
    assert {topic.state for topic in mine} == set(State)
    assert {topic.proposer_id for topic in mine} == {user.person_id}


@db
def test_a_draft_that_was_given_up_stays_among_ones_own() -> None:
    """Lists of a neighbourhood are drawn once for all readers, so they may hold nothing of one reader's own."""
    world = World()
    topic = world.draft()
    with world.at():
        topics.withdraw(world.proposer, topic.pk)

    assert [page(world.here, world.proposer, Wish(group=name)).topics for name in ("", "ended")] == [[], []]
    assert page(world.here, world.proposer, Wish(group="mine")).topics == [topic]


@db
def test_mine_are_also_those_i_second() -> None:
    world = World()
    topic, user = world.sent(), world.resident()
    with world.at():
        topics.second(user, topic.pk)

    assert page(world.here, user, Wish(group="mine")).topics == [topic]
    assert page(world.here, NOBODY, Wish(group="mine")).topics == []


def test_a_mark_is_read_back_exactly() -> None:
    moment = clock.now()

    assert mark(moment, 17) == f"{int(moment.timestamp()) * 10**6 + moment.microsecond}-17"


# --- who owes the next step ---


def owed(world: World, topic: Topic) -> tuple[str, str, object]:
    with world.at(), translation.override("en"):
        listed = Topic.objects.for_list().get(pk=topic.pk)
        step = next_steps([listed])[topic.pk]
        return str(step.who), str(step.what), step.by


@db
def test_the_next_step_along_the_track() -> None:
    world = World()
    topic = world.sent()
    for _ in range(3):
        with world.at():
            topics.second(world.resident(), topic.pk)

    assert owed(world, topic) == ("neighbours", "2 more households to second it", topic.state_until)
    topic = world.screening()
    assert owed(world, topic)[::2] == ("the residents’ committee", topic.state_until)
    topic = world.announced()
    assert owed(world, topic)[::2] == ("neighbours", topic.state_until)
    world.wait(8)
    assert owed(world, topic)[1] == "open the discussion"
    topic = world.discussing()
    assert owed(world, topic) == ("neighbours", "say what you think", topic.state_until)
    world.wait(20)
    who, _what, by = owed(world, topic)
    # Five working days after the end of the discussion, not the end itself.
    assert who == "the residents’ committee"
    assert by > topic.state_until  # type: ignore[operator]


@db
def test_the_next_step_of_carrying_out_is_the_first_open_step() -> None:
    world = World()
    topic = world.executing(steps=3)
    first, second, _third = topic.steps.all()

    assert owed(world, topic) == ("物业 李经理", "第1步", clock.end_of(first.due_on))
    with world.at():
        execution.report_step(world.manager, first.pk, "好了")
    assert owed(world, topic) == ("物业 李经理", "第2步", clock.end_of(second.due_on))
    with world.at():
        for step in topic.steps.filter(done_at=None):
            execution.report_step(world.manager, step.pk, "好了")
    assert owed(world, topic)[1] == "report the whole as done"


@db
def test_a_hearing_speaks_for_its_topic() -> None:
    world = World()
    topic = world.in_forum()
    when = world.now + timedelta(days=9)
    chair = factories.person_of(world.worker)
    Hearing.objects.create(
        neighbourhood=world.here,
        area=topic.area,
        subject=key(topic),
        title="小门听证会",
        called_by=chair,
        chair=chair,
        plan_owner="物业",
        quorum=[2, 3],
        starts_at=when,
        state=HearingState.REGISTRATION,
    )

    assert owed(world, topic) == ("the residents’ committee", "hold the hearing", when)


@db
def test_the_subdistrict_owes_an_answer_to_an_appeal() -> None:
    world = World()
    topic = world.screening()
    with world.at():
        screening.reject(world.worker, topic.pk, "不属于")
        assert next_steps([world.fresh(topic)]) == {}
        screening.appeal(world.proposer, topic.pk, "请再看")

    assert owed(world, topic)[:2] == ("the subdistrict office", "decide on the appeal")


@db
def test_what_is_late_says_so() -> None:
    world = World()
    topic = world.screening()
    world.wait(30)

    with world.at():
        assert next_steps([world.fresh(topic)])[topic.pk].late is True


@db
def test_all_owners_vote_on_an_owners_matter() -> None:
    world = World()
    factories.make_owner(within=world.building)
    topic = world.discussed("owners.ordinary")  # type: ignore[arg-type]
    with world.at():
        motion = world.motion(
            topic, electorate="owners", matter="owners.ordinary", opens_at=world.now + timedelta(days=17)
        )
        motion = forum.Motion(**{**motion.__dict__, "closes_at": motion.opens_at + timedelta(days=7)})
        topic = forum.call_vote(world.worker, topic.pk, motion)

    assert owed(world, topic) == ("all owners", "vote", topic.state_until)


@db
def test_every_open_state_waits_for_somebody(django_assert_max_num_queries: object) -> None:
    here = factories.make_neighbourhood()
    for state in State:
        topic = make_topic(here, state=state)
        make_step(topic)
    listed = list(Topic.objects.filter(neighbourhood=here).for_list())

    with django_assert_max_num_queries(3):  # type: ignore[operator]
        steps = next_steps(listed)

    waiting = {topic.state for topic in listed if topic.pk in steps}
    assert waiting == set(State) - ENDED
