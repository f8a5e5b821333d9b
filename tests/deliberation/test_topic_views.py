"""The pages of topics: what each reader finds on them, and that forms do what services do."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse
from PIL import Image

from portal.community.models import Post, Upload, User
from portal.deliberation.models import Topic
from portal.deliberation.services import execution, forum, merging, screening, topics
from portal.deliberation.states import State
from portal.kit import clock
from portal.kit.paging import FEW, at_once
from portal.threads.services import post
from tests import factories
from tests.deliberation.factories import World, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def door(user: User | None) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    if user is not None:
        client.force_login(user)
    return client


def act(topic: Topic, action: str) -> str:
    return reverse("deliberation:act", args=[topic.pk, action])


def photo(name: str = "gate.jpg") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def send(client: Client, world: World, url: str, **data: Any) -> Any:
    with world.at():
        return client.post(url, {"once": uuid.uuid4().hex, **data})


# --- raising ---


def test_a_topic_is_raised_in_steps(world: World) -> None:
    client, here = door(world.proposer), world.here
    first = {"title": "开通小门", "area": here.pk, "place": "北墙", "category": "traffic"}
    why = {"problem": "要绕行", "affected": "大家", "wish": "开门"}
    own = {"cost": "48000.50", "own_role": "affected", "interest": "", "version": 2}

    answer = send(client, world, reverse("deliberation:propose", args=[here.slug]), **first)
    topic = Topic.objects.get()
    assert answer.url == reverse("deliberation:draft", args=[topic.pk, 2])
    answer = send(client, world, answer.url, **why, version=1)
    assert answer.url == reverse("deliberation:draft", args=[topic.pk, 3])
    answer = send(client, world, answer.url, **own, photos=[photo(), photo("b.jpg")])
    assert answer.url == reverse("deliberation:check", args=[topic.pk])
    assert client.get(answer.url).status_code == 200
    assert [upload.public for upload in Upload.objects.all()] == [False, False]
    answer = send(client, world, answer.url)

    topic.refresh_from_db()
    assert answer.url == topic.get_absolute_url()
    assert (topic.state, topic.number, topic.cost) == (State.SECONDING, "2026-001", 4_800_050)
    assert [upload.public for upload in Upload.objects.all()] == [True, True]


def test_similar_topics_are_shown_before_sending(world: World) -> None:
    alike, other = (
        world.sent(),
        world.sent(title="儿童乐园换软垫", place="中心花园", problem="旧", wish="换新"),
    )
    draft = world.draft(title="在红林路开一扇小门")

    page = door(world.proposer).get(reverse("deliberation:check", args=[draft.pk]))

    assert [topic.pk for topic in page.context["similar"]] == [alike.pk]
    assert page.context["similar"][0].next_step is not None
    assert other.pk not in [topic.pk for topic in page.context["similar"]]


def test_similar_topics_are_shown_while_the_title_is_typed(world: World) -> None:
    alike, draft = world.sent(), world.draft(title="在红林路开一扇小门")
    form = door(world.proposer).get(reverse("deliberation:propose", args=[world.here.slug])).content.decode()
    typed = reverse(
        "deliberation:alike", args=[world.here.slug], query={"title": "红林路小门", "but": draft.pk}
    )

    assert f'hx-get="{typed.partition("?")[0]}"' in form
    assert alike.get_absolute_url() in door(None).get(typed).content.decode()
    assert draft.get_absolute_url() not in door(world.proposer).get(typed).content.decode()
    assert door(None).get(typed + "x" * 5000).status_code == 200
    assert not door(None).get(reverse("deliberation:alike", args=[world.here.slug])).content.strip()


def test_nobody_reads_anothers_draft(world: World) -> None:
    draft = world.draft()
    pages = [
        draft.get_absolute_url(),
        reverse("deliberation:draft", args=[draft.pk, 1]),
        reverse("deliberation:check", args=[draft.pk]),
        act(draft, "withdraw"),
    ]

    for user in (world.worker, world.resident()):
        assert [door(user).get(page).status_code for page in pages] == [404] * 4
    assert [door(world.proposer).get(page).status_code for page in pages] == [200] * 4


def test_a_visitor_signs_in_first_and_a_stranger_reads_how_to_join(world: World) -> None:
    page = reverse("deliberation:propose", args=[world.here.slug])

    assert door(None).get(page).url == f"{reverse('account_login')}?next={page}"
    answer = door(factories.make_resident()).get(page)
    assert (answer.status_code, answer.templates[0].name) == (200, "deliberation/topic_join.html")
    assert door(factories.make_resident()).post(page).status_code == 403


def test_photos_can_be_taken_away_again(world: World) -> None:
    client, draft = door(world.proposer), world.draft()
    page = reverse("deliberation:draft", args=[draft.pk, 3])
    send(client, world, page, own_role="affected", photos=[photo()], version=1)

    send(client, world, page, own_role="affected", without=[str(draft.photos.get().pk)], version=2)

    assert draft.photos.count() == 0


# --- the buttons ---


def labels(user: User | None, topic: Topic, world: World) -> list[str]:
    with world.at():
        context = door(user).get(topic.get_absolute_url()).context
    return [offer.name for offer in [*context["main_offers"], *context["more_offers"]]]


def test_each_reader_finds_what_is_theirs(world: World, django_capture_on_commit_callbacks: Any) -> None:
    topic = world.sent()
    other = world.resident()

    assert labels(None, topic, world) == []
    assert labels(world.manager, topic, world) == []
    assert labels(world.proposer, topic, world) == ["picture", "withdraw"]
    assert labels(other, topic, world) == ["second"]
    with world.at(), django_capture_on_commit_callbacks(execute=True):
        topics.second(other, topic.pk)
    assert labels(other, topic, world) == ["unsecond"]
    assert labels(world.resident(), topic, world) == ["second"]


def test_the_committee_finds_what_it_owes(world: World) -> None:
    topic = world.screening()
    assert labels(world.worker, topic, world) == ["accept", "return", "merge", "redirect", "reject"]
    with world.at():
        screening.reject(world.worker, topic.pk, "不属于")
    assert labels(world.proposer, topic, world) == ["appeal"]
    assert labels(world.officer, topic, world) == []
    with world.at():
        screening.appeal(world.proposer, topic.pk, "请再看")
    assert labels(world.proposer, topic, world) == []
    assert labels(world.officer, topic, world) == ["decide_appeal"]


def test_the_committee_of_an_owners_matter_is_not_offered_to_decide(world: World) -> None:
    ordinary, owners = world.in_forum(), world.in_forum("owners.special")  # type: ignore[arg-type]

    assert labels(world.worker, ordinary, world) == [
        "call_vote",
        "decide",
        "reclassify",
        "summarise",
        "back_to_discussion",
        "suspend",
    ]
    assert labels(world.worker, owners, world) == [
        "call_vote",
        "reclassify",
        "summarise",
        "back_to_discussion",
        "suspend",
    ]
    with world.at():
        form = door(world.worker).get(act(owners, "call-vote")).context["form"]
    assert [way for way, _label in form.fields["way"].choices] == ["special"]


# --- each action through its page ---


def test_seconding_is_one_press(world: World) -> None:
    topic, user = world.sent(), world.resident()

    answer = send(door(user), world, act(topic, "second"))

    assert answer.url == topic.get_absolute_url()
    assert topic.secondings.get().person == user.person


def test_who_has_two_homes_is_asked_for_which(world: World) -> None:
    topic, owner = world.sent(), factories.make_owner(within=world.building)
    second_home = factories.make_dwelling(within=world.building)
    factories.make_ownership(factories.person_of(owner), second_home)
    client = door(owner)

    assert offered(client, topic, world) == {"second": False}
    assert offered(door(world.resident()), topic, world) == {"second": True}
    assert client.get(act(topic, "second")).context["form"].fields["dwelling"].required is True
    assert send(client, world, act(topic, "second")).status_code == 422
    elsewhere = factories.make_dwelling()
    assert send(client, world, act(topic, "second"), dwelling=elsewhere.pk).status_code == 422
    assert topic.secondings.count() == 0
    send(client, world, act(topic, "second"), dwelling=second_home.pk)

    assert topic.secondings.get().dwelling == second_home


def offered(client: Client, topic: Topic, world: World) -> dict[str, bool]:
    """What the page offers, and whether one press does it."""
    with world.at():
        context = client.get(topic.get_absolute_url()).context
    return {offer.name: offer.direct for offer in context["main_offers"]}


def test_what_publishes_is_asked_first(world: World) -> None:
    topic = world.announced()
    world.wait(8)

    assert offered(door(world.worker), topic, world) == {"start_discussion": False}
    with world.at():
        page = door(world.worker).get(act(topic, "start-discussion"))
    assert (page.status_code, list(page.context["form"].fields)) == (200, [])
    assert world.fresh(topic).state == State.ANNOUNCED


def test_of_two_colleagues_the_second_reads_both_summaries(world: World) -> None:
    topic = world.discussing()
    colleague = door(factories.make_user(post=Post.DIRECTOR, neighbourhood=world.here))
    with world.at():
        opened = colleague.get(act(topic, "summarise")).context["form"]["version"].value()
        forum.summarise(world.worker, topic.pk, "赞成的多")

    answer = send(colleague, world, act(topic, "summarise"), summary="反对的多", version=opened)

    assert answer.status_code == 409
    assert [other.text for other in answer.context["other_texts"]] == ["赞成的多"]
    again = answer.context["form"]["version"].value()
    assert send(colleague, world, act(topic, "summarise"), summary="各半", version=again).status_code == 302
    assert world.fresh(topic).summary == "各半"


def test_of_two_windows_with_one_draft_the_second_reads_both(world: World) -> None:
    draft, client = world.draft(), door(world.proposer)
    page = reverse("deliberation:draft", args=[draft.pk, 2])
    why = {"problem": "要绕行", "affected": "大家"}

    first = send(client, world, page, **why, wish="开门", version=1)
    second = send(client, world, page, **why, wish="开小门", version=1)

    assert (first.status_code, second.status_code) == (302, 409)
    assert [other.text for other in second.context["other_texts"]] == ["开门"]
    assert second.context["form"].data["wish"] == "开小门"
    assert world.fresh(draft).wish == "开门"


def test_from_screening_to_the_end_through_the_pages(world: World) -> None:
    topic = world.screening()
    worker, manager = door(world.worker), door(world.manager)

    def do(client: Client, action: str, **data: Any) -> str:
        answer = send(client, world, act(topic, action), **data)
        assert answer.status_code == 302, answer.context["form"].errors
        return world.fresh(topic).state

    assert do(worker, "accept", matter="neighbourhood", category="elder") == State.ANNOUNCED
    assert do(door(world.neighbours[0]), "object", text="太吵") == State.ANNOUNCED
    world.wait(8)
    assert do(worker, "start-discussion") == State.DISCUSSING
    assert do(worker, "summarise", summary="赞成的多，见 #3", version=1) == State.DISCUSSING
    assert do(worker, "suspend", reason="诉讼") == State.SUSPENDED
    assert do(worker, "resume") == State.DISCUSSING
    world.wait(15)
    topic = world.fresh(topic)
    Topic.objects.filter(pk=topic.pk).update(state=State.IN_FORUM)
    assert do(worker, "decide", adopted="1", reason="大家都赞成") == State.ADOPTED
    day = clock.day_of(world.now).isoformat()
    plan = {"post": Post.PROPERTY.value, "name": "物业 李经理", "budget": "48000"}
    form = worker.get(reverse("deliberation:act", args=[topic.pk, "start-execution"])).content.decode()
    assert form.index("step_3") < form.index("<details") < form.index("step_4")
    assert do(worker, "start-execution", **plan, step_1="装门", until_1=day) == State.EXECUTING
    assert do(worker, "plan-steps", step="刷漆", until=day, reason="居民建议") == State.EXECUTING
    for step in topic.steps.all():
        page = reverse("deliberation:step_act", args=[step.pk, "report"])
        assert send(manager, world, page, note="做好了", photos=[photo()]).status_code == 302
    assert do(manager, "finish") == State.EVALUATING
    assert do(door(world.neighbours[0]), "rate", level="not", text="门太响") == State.EVALUATING
    assert do(worker, "rework", reason="门太响", step_1="换门锁", until_1=day) == State.EXECUTING
    page = reverse("deliberation:step_act", args=[topic.steps.get(done_at=None).pk, "report"])
    send(manager, world, page, note="换好了")
    assert do(manager, "finish") == State.EVALUATING
    world.wait(15)
    assert do(worker, "close", reason="谢谢大家") == State.CLOSED

    assert world.fresh(topic).budget == 4_800_000
    assert Upload.objects.filter(public=True).count() == 2


def test_a_vote_is_called_from_its_page(world: World) -> None:
    topic = world.discussed()
    with world.at():
        form = door(world.worker).get(act(topic, "call-vote")).context["form"]
    # The question and what speaks for and against are written by whoever calls it.
    assert not {"question", "explanation"} & set(form.initial)
    typed = {name: form.initial[name] for name in ("way", "legal_effect")}
    typed |= {"question": "是否同意开通红林路小门？", "explanation": "近了，也会吵。"}
    days = {name: form.initial[name].isoformat() for name in ("opens_on", "closes_on")}

    answer = send(door(world.worker), world, act(topic, "call-vote"), **typed, **days, scope=world.here.pk)

    assert answer.status_code == 302
    called = world.fresh(topic)
    assert called.state == State.VOTING
    assert called.vote is not None
    assert called.vote.closes_at == clock.end_of(form.initial["closes_on"])
    with world.at():
        page = door(world.neighbours[0]).get(topic.get_absolute_url())
    assert page.context["voting"].entry.person == world.neighbours[0].person


def test_the_page_shows_the_ballot_and_then_the_result(world: World) -> None:
    topic = world.discussed()
    with world.at():
        topic = forum.call_vote(world.worker, topic.pk, world.motion(topic))
        assert topic.vote is not None
        before = door(world.neighbours[0]).get(topic.get_absolute_url())
    world.now = topic.vote.opens_at
    with world.at():
        during = door(world.neighbours[0]).get(topic.get_absolute_url())
    world.now = topic.vote.closes_at
    with world.at():
        forum.settle_vote(topic.pk)
        after = door(world.neighbours[0]).get(topic.get_absolute_url())

    assert [page.context["voting"].phase for page in (before, during)] == ["coming", "open"]
    assert [meter.numerator for meter in during.context["voting"].running] == [0]
    # Turnout and seconders while it runs, then the result and the seconders.
    assert [page.content.decode().count('class="meter"') for page in (before, during, after)] == [1, 2, 2]
    assert "voting" not in after.context
    assert len(after.context["parts"].meters) == 1


# --- what the page shows ---


def test_the_page_shows_where_the_topic_stands_in_every_state(world: World) -> None:
    for state in State:
        topic = make_topic(world.here, state=state, proposer=factories.person_of(world.proposer))
        page = door(world.proposer).get(topic.get_absolute_url())
        assert (state, page.status_code) == (state, 200)
        assert topic.title in page.content.decode()


def test_elders_read_what_it_is_and_what_is_next_and_find_the_rest_folded(world: World) -> None:
    topic = world.discussing(wish="坡道")
    elder = door(world.neighbours[0])
    elder.cookies["elder"] = "1"
    page = BeautifulSoup(elder.get(topic.get_absolute_url()).content, "html.parser")
    folded = page.select_one("details.rest:not([open])")
    assert folded is not None
    assert [len(folded.select(part)) for part in ("#thread", "#why")] == [1, 1]
    said = [
        part for part in page.select("main h1, main h2, main .btn") if not part.find_parent(class_="rest")
    ]
    assert [part.get_text(strip=True) for part in said if part.name != "button"][:3] == [
        topic.title,
        "Next step: say what you think",
        "Say something",
    ]
    assert elder.get(topic.get_absolute_url(), {"all": "1"}).content.count(b'class="rest" open') == 1

    for _ in range(at_once(RequestFactory().get("/")) + 1):
        make_topic(world.here, state=State.DISCUSSING)
    listed = BeautifulSoup(
        elder.get(reverse("deliberation:topics", args=[world.here.slug])).content, "html.parser"
    )
    assert len(listed.select("main .list > li")) == FEW
    assert listed.select_one(".pager a[rel=next]").get_text() == "More"  # type: ignore[union-attr]


def test_what_somebody_wrote_is_shown_as_text(world: World) -> None:
    bad = "<script>alert(1)</script>"
    topic = world.discussing(title=bad, place=bad, problem=bad, wish=bad, affected=bad, interest=bad)
    with world.at():
        forum.summarise(world.worker, topic.pk, f"{bad} #1")
        forum.suspend(world.worker, topic.pk, bad)

    for page in (topic.get_absolute_url(), reverse("deliberation:topics", args=[world.here.slug])):
        text = door(world.worker).get(page).content.decode()
        assert bad not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_the_public_reads_no_real_name_phone_or_flat(world: World) -> None:
    topic = world.evaluating()
    with world.at():
        execution.rate(world.neighbours[0], topic.pk, "not", "太吵")
    text = door(None).get(topic.get_absolute_url()).content.decode()

    for user in (world.proposer, *world.neighbours):
        person = factories.person_of(user)
        home = person.residencys.get().dwelling
        for secret in (person.real_name, person.phone, f"{home.entrance} {home.room}"):
            assert secret not in text
    assert "周先生" in text


def test_a_summary_leads_to_the_posts_it_names(world: World) -> None:
    topic = world.discussing()
    with world.at():
        forum.summarise(world.worker, topic.pk, "赞成的多 (#12)")

    assert '<a href="?at=12#post-12">#12</a>' in door(None).get(topic.get_absolute_url()).content.decode()


def test_the_committee_sees_what_a_new_topic_could_be_merged_into(world: World) -> None:
    known, topic = world.announced(), world.screening(title="在红林路开一扇小门")

    page = door(world.worker).get(topic.get_absolute_url())

    assert page.context["parts"].similar == [known]
    assert known.get_absolute_url() in page.content.decode()
    assert door(None).get(known.get_absolute_url()).context["parts"].similar == []


def test_a_merged_topic_leads_to_the_one_it_goes_on_in(world: World) -> None:
    parent, topic = world.sent(title="开小门"), world.screening()
    with world.at():
        merging.merge(world.worker, topic.pk, parent.pk)

    assert parent.get_absolute_url() in door(None).get(topic.get_absolute_url()).content.decode()
    assert topic.get_absolute_url() in door(None).get(parent.get_absolute_url()).content.decode()


# --- speed ---


def forget() -> None:
    """Let everything be drawn anew."""
    for store in ("drawn", "posts", "pages"):
        caches[store].clear()


def test_the_page_costs_the_same_however_much_was_said(
    world: World, django_assert_max_num_queries: Any
) -> None:
    topic = world.discussing()
    reader = door(world.neighbours[0])
    assert topic.thread is not None
    with world.at():
        post(world.neighbours[1], topic.thread.pk, body="好", key=uuid.uuid4())
        reader.get(topic.get_absolute_url())
        forget()
        with django_assert_max_num_queries(20) as few:
            reader.get(topic.get_absolute_url())
    said = topic.thread.posts.get()
    topic.thread.posts.bulk_create(copies(said, 500))
    type(topic.thread).objects.filter(pk=topic.thread.pk).update(length=501)
    topic.secondings.bulk_create(seconders(world, topic, 100))
    forget()
    with world.at(), django_assert_max_num_queries(20) as many:
        reader.get(topic.get_absolute_url())

    assert len(many) == len(few)


def copies(said: Any, count: int) -> list[Any]:
    model = type(said)
    same = {"thread": said.thread, "author": said.author, "author_name": said.author_name, "body": said.body}
    return [model(**same, sequence=at, revision=at) for at in range(2, count + 2)]


def seconders(world: World, topic: Topic, count: int) -> list[Any]:
    model = topic.secondings.model
    return [
        model(
            topic=topic,
            person=factories.make_person(),
            dwelling=factories.make_dwelling(within=world.building),
        )
        for _ in range(count)
    ]


def test_the_fullest_page_takes_twenty_two_queries(world: World, django_assert_max_num_queries: Any) -> None:
    topic = world.evaluating(area=world.building)
    merged = world.screening()
    with world.at():
        merging.merge(world.worker, merged.pk, world.sent().pk)
    Topic.objects.filter(pk=merged.pk).update(merged_into=topic)
    topic.photos.add(*[stored(world) for _ in range(3)])
    topic.steps.all()[0].photos.add(stored(world))
    reader = door(world.neighbours[0])

    for days in (0, 20):
        world.wait(days)
        with world.at():
            reader.get(topic.get_absolute_url())
            forget()
            with django_assert_max_num_queries(22):
                page = reader.get(topic.get_absolute_url())
    parts = page.context["parts"]
    assert len(parts.photos) == 3
    assert [len(stage.photos) for stage in parts.steps] == [1, 0]


def stored(world: World) -> Upload:
    values = {"name": "a.jpg", "content_type": "image/jpeg", "size": 1, "sha256": "", "public": True}
    return Upload.objects.create(
        area=world.here, owner=factories.person_of(world.proposer), file=f"{uuid.uuid4()}.jpg", **values
    )


@pytest.mark.parametrize("count", [1, 60])
def test_the_list_costs_the_same_however_long(
    world: World, django_assert_max_num_queries: Any, count: int
) -> None:
    reader = door(world.resident())
    for at in range(count):
        make_topic(world.here, state=list(State)[1 + at % 17], number=f"2026-{at + 1:03d}")
    page = reverse("deliberation:topics", args=[world.here.slug])
    reader.get(page)

    for query in ("", "?group=mine", "?group=ended", "?q=红林路小门&category=traffic"):
        forget()
        with django_assert_max_num_queries(16):
            assert reader.get(page + query).status_code == 200
