"""The tables of permissions.py a second time, written by hand, and tried through every door."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from portal.community.models import Area, Visitor
from portal.community.models import Post as Office
from portal.community.permissions import Role
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.threads import services
from portal.threads.actions import ACTIONS
from portal.threads.models import HideReason, Post, Thread
from portal.threads.permissions import NEEDS, POSTS, THREADS, may_read, may_speak
from portal.threads.states import NEXT, State
from tests.factories import make_neighbourhood, make_user, make_visitor
from tests.threads.factories import make_neighbour, make_thread, make_worker, say
from tests.worlds import kept

pytestmark = pytest.mark.django_db

ROLES = [
    "visitor",
    "account",
    "resident",
    "owner",
    "building_head",
    "property",
    "owners_committee",
    "worker",
    "director",
    "party",
    "oversight",
    "officer",
    "auditor",
    "editor",
]
SPEAKERS = {
    "resident",
    "owner",
    "building_head",
    "property",
    "owners_committee",
    "worker",
    "director",
    "party",
    "oversight",
    "officer",
}
COMMITTEE = {"worker", "director"}
OVERSEERS = {"oversight", "officer"}

# action, state of the post, whom the post asks, the roles in the neighbourhood that may
TABLE = [
    ("ask", "visible", "", {"author"} | COMMITTEE),
    ("ask", "asked", "property", set()),
    ("ask", "hidden", "", set()),
    ("acknowledge", "asked", "property", {"property"}),
    ("acknowledge", "acknowledged", "property", set()),
    ("acknowledge", "asked", "director", {"director"}),
    ("ask_too", "asked", "property", {"resident", "owner", "author"}),
    ("ask_too", "visible", "", set()),
    ("ask_too", "answered", "property", set()),
    ("ask_no_more", "acknowledged", "property", {"resident", "owner", "author"}),
    ("answer", "asked", "property", {"property"}),
    ("answer", "asked", "worker", COMMITTEE),
    ("answer", "asked", "director", {"director"}),
    ("answer", "acknowledged", "property", {"property"}),
    ("answer", "visible", "", set()),
    ("answer", "answered", "property", set()),
    ("answer", "hidden", "property", set()),
    ("answer_again", "answered", "property", {"property"}),
    ("answer_again", "asked", "property", set()),
    ("outcome", "answered", "property", {"author"}),
    ("outcome", "asked", "property", set()),
    ("callback", "answered", "property", COMMITTEE),
    ("callback", "acknowledged", "property", set()),
    ("hand_on", "asked", "property", {"property"}),
    ("hand_on", "asked", "worker", COMMITTEE),
    ("hand_on", "acknowledged", "property", {"property"}),
    ("hand_on", "visible", "", set()),
    ("hand_on", "answered", "property", set()),
    ("hand_on", "hidden", "property", set()),
    ("more_time", "asked", "property", {"property"}),
    ("more_time", "acknowledged", "director", {"director"}),
    ("more_time", "answered", "property", set()),
    ("more_time", "hidden", "property", set()),
    ("flag", "visible", "", SPEAKERS | {"author"}),
    ("flag", "hidden", "", set()),
    ("edit", "visible", "", {"author"}),
    ("edit", "asked", "property", {"author"}),
    ("edit", "acknowledged", "property", set()),
    ("edit", "answered", "property", set()),
    ("edit", "hidden", "", set()),
    ("withdraw", "visible", "", {"author"}),
    ("withdraw", "held", "", {"author"}),
    ("withdraw", "acknowledged", "property", {"author"}),
    ("withdraw", "answered", "property", set()),
    ("withdraw", "hidden", "", set()),
    ("hide", "withdrawn", "", set()),
    ("flag", "withdrawn", "", set()),
    ("answer", "withdrawn", "property", set()),
    ("react", "visible", "", {"resident", "owner", "author"}),
    ("react", "asked", "property", set()),
    ("react", "hidden", "", set()),
    ("keep", "visible", "", COMMITTEE),
    ("hide", "visible", "", COMMITTEE),
    ("hide", "asked", "property", COMMITTEE),
    ("hide", "answered", "property", COMMITTEE),
    ("hide", "hidden", "", set()),
    ("hide", "held", "", COMMITTEE),
    ("release", "held", "", COMMITTEE),
    ("release", "visible", "", set()),
    ("flag", "held", "", set()),
    ("ask", "held", "", set()),
    ("mute", "hidden", "", COMMITTEE),
    ("mute", "removed", "", COMMITTEE),
    ("mute", "visible", "", set()),
    ("restore", "visible", "", set()),
    ("restore", "hidden", "", COMMITTEE | OVERSEERS),
    ("restore", "appealed", "", COMMITTEE | OVERSEERS),
    ("restore", "removed", "", set()),
    ("appeal", "visible", "", set()),
    ("appeal", "hidden", "", {"author"}),
    ("appeal", "appealed", "", set()),
    ("appeal", "removed", "", set()),
    ("uphold", "hidden", "", set()),
    ("uphold", "appealed", "", OVERSEERS),
    ("uphold", "removed", "", set()),
]


@pytest.fixture
def thread() -> Thread:
    return make_thread()


@kept
def post_in(thread: Thread, state: str, asks: str = "") -> tuple[Post, Visitor]:
    """A neighbour's post that has come to a state, and its author."""
    author, worker = make_neighbour(thread), make_worker(thread)
    overseer = make_user(post=Office.OVERSIGHT, neighbourhood=thread.neighbourhood)
    asked = make_user(post=Office(asks), neighbourhood=thread.neighbourhood) if asks else worker
    if state == "held":
        services.add_word(worker, thread.neighbourhood.slug, word="赞成")
    said = say(author, thread, asks=asks)
    if state in {"acknowledged", "answered"}:
        services.acknowledge(asked, said.pk)
    if state == "answered":
        services.answer(asked, said.pk, body="好。", key=uuid4())
    if state == "withdrawn":
        services.withdraw(author, said.pk)
    if state in {"hidden", "appealed", "removed"}:
        services.hide(worker, said.pk, "insult")
    if state in {"appealed", "removed"}:
        services.appeal(author, said.pk, text="请再看看。")
    if state == "removed":
        services.uphold(overseer, said.pk)
    fresh = Post.objects.get(pk=said.pk)
    assert fresh.state == state
    return fresh, author


def people_for(thread: Thread, author: Visitor, area: Area) -> dict[str, Visitor]:
    return {role: make_visitor(Role(role), area) for role in ROLES} | {"author": author}


@pytest.mark.parametrize(("action", "state", "asks", "allowed"), TABLE)
def test_who_may_do_what(thread: Thread, action: str, state: str, asks: str, allowed: set[str]) -> None:
    post, author = post_in(thread, state, asks)
    people = people_for(thread, author, thread.neighbourhood)

    assert {role for role, user in people.items() if POSTS.may(user, action, post)} == allowed


def test_the_table_covers_every_action() -> None:
    assert {row[0] for row in TABLE} == set(NEEDS) == set(ACTIONS)


@pytest.mark.parametrize("role", ROLES)
def test_who_may_speak(thread: Thread, role: str) -> None:
    user = make_visitor(Role(role), thread.neighbourhood)

    assert may_speak(user, thread) is (role in SPEAKERS)
    if role in SPEAKERS:
        assert THREADS.get(user, thread.pk, "speak") == thread
    else:
        with pytest.raises(PermissionDenied):
            THREADS.get(user, thread.pk, "speak")


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"visitor"}))
def test_a_role_elsewhere_is_none_here(thread: Thread, role: str) -> None:
    stranger = make_visitor(Role(role), make_neighbourhood())
    post, _author = post_in(thread, "visible")
    hidden, _author = post_in(thread, "hidden")

    assert may_speak(stranger, thread) is False
    assert [
        action for action in NEEDS if POSTS.may(stranger, action, post) or POSTS.may(stranger, action, hidden)
    ] == []
    assert may_read(stranger, hidden) is False


@pytest.mark.parametrize("state", ["hidden", "appealed", "removed", "withdrawn"])
def test_who_reads_what_was_hidden(thread: Thread, state: str) -> None:
    post, author = post_in(thread, state)
    people = people_for(thread, author, thread.neighbourhood)

    readers = {role for role, user in people.items() if may_read(user, post)}
    assert readers == {"author"} | COMMITTEE | OVERSEERS


def test_who_reads_what_waits(thread: Thread) -> None:
    post, author = post_in(thread, "held")
    people = people_for(thread, author, thread.neighbourhood)

    assert {role for role, user in people.items() if may_read(user, post)} == {"author"} | COMMITTEE


@pytest.mark.parametrize("action", sorted(NEEDS))
def test_the_services_stand_behind_the_table(thread: Thread, action: str) -> None:
    post, _author = post_in(thread, "visible")
    data = {"body": "好", "key": uuid4(), "asks": "worker", "reason": HideReason.INSULT, "text": "请看。"}
    data |= {"days": 1, "value": 1}
    data |= {"because": "", "said": "solved", "words": "", "channel": "phone"}
    data |= {"also": [], "photos": [], "to": "worker", "last_day": clock.today()}
    stranger = make_user(Role.ACCOUNT)

    fields = ACTIONS[action].form.base_fields
    with pytest.raises(PermissionDenied):
        ACTIONS[action].run(stranger, post.pk, **{name: data[name] for name in fields})


@pytest.mark.parametrize(
    "action", ["answer", "hide", "restore", "uphold", "keep", "acknowledge", "hand-on", "more-time"]
)
def test_the_address_of_an_act_is_no_way_round(thread: Thread, client: Client, action: str) -> None:
    post, _author = post_in(thread, "visible")
    client.force_login(make_neighbour(thread))
    values = {"body": "好", "once": uuid4().hex, "reason": "insult"}

    answer = client.post(reverse("threads:act", args=[post.pk, action]), values)

    assert answer.status_code == 403
    assert Post.objects.filter(thread=thread).count() == 1


def test_who_moved_too_late_is_told(thread: Thread) -> None:
    post, _author = post_in(thread, "hidden")

    with pytest.raises(NotPossible):
        services.hide(make_worker(thread), post.pk, "insult")


def test_every_state_is_reached_and_left_as_the_table_says() -> None:
    assert {state.value for state in State} == {
        "visible",
        "asked",
        "acknowledged",
        "answered",
        "held",
        "hidden",
        "appealed",
        "removed",
        "withdrawn",
    }
    ways = {(state.value, to.value) for state, after in NEXT.items() for to in after}
    assert ways == {
        ("visible", "asked"),
        ("visible", "hidden"),
        ("visible", "withdrawn"),
        ("held", "withdrawn"),
        ("asked", "withdrawn"),
        ("acknowledged", "withdrawn"),
        ("asked", "asked"),
        ("acknowledged", "asked"),
        ("acknowledged", "acknowledged"),
        ("asked", "acknowledged"),
        ("asked", "answered"),
        ("asked", "hidden"),
        ("acknowledged", "answered"),
        ("acknowledged", "hidden"),
        ("answered", "hidden"),
        ("answered", "answered"),
        ("answered", "asked"),
        ("answered", "acknowledged"),
        ("held", "visible"),
        ("held", "asked"),
        ("held", "hidden"),
        ("hidden", "visible"),
        ("hidden", "asked"),
        ("hidden", "acknowledged"),
        ("hidden", "answered"),
        ("hidden", "appealed"),
        ("appealed", "visible"),
        ("appealed", "asked"),
        ("appealed", "acknowledged"),
        ("appealed", "answered"),
        ("appealed", "removed"),
    }
