"""Posts that wait to be looked at, who may not write for a time, and the log in counts."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse
from wagtail.snippets.models import get_snippet_models

from portal.community.models import Post as Office
from portal.community.models import RuleSet, User
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.search.kinds import kind_of
from portal.threads import services
from portal.threads.models import Post, Thread
from portal.threads.moderating import Hold, Mute, folded
from portal.threads.moderation_log import log
from portal.threads.states import State
from tests.factories import make_user
from tests.threads.factories import make_manager, make_neighbour, make_thread, make_worker, say

pytestmark = pytest.mark.django_db
SECRET = "加我 薇.信 买红酒"


@pytest.fixture
def thread() -> Thread:
    return make_thread()


@pytest.fixture
def worker(thread: Thread) -> User:
    return make_worker(thread)


@pytest.fixture
def author(thread: Thread) -> User:
    return make_neighbour(thread)


def again(post: Post) -> Post:
    return Post.objects.select_related("thread__neighbourhood").get(pk=post.pk)


def kinds(user: User) -> list[str]:
    return sorted(Notice.objects.filter(user=user).values_list("kind", flat=True))


def held(author: User, worker: User, thread: Thread, *, asks: str = "") -> Post:
    services.add_word(worker, thread.neighbourhood.slug, word="薇信")
    return say(author, thread, SECRET, asks=asks)


# --- waiting to be looked at ---


@pytest.mark.parametrize("text", ["薇信", "薇 信", "薇.信", "薇\u200b信", "ＡＢＣ薇信"])
def test_a_word_is_found_however_it_is_spaced(text: str) -> None:
    assert folded("薇信") in folded(text)


def test_a_post_with_a_word_waits_and_its_author_is_told_at_once(
    thread: Thread, worker: User, author: User
) -> None:
    post = held(author, worker, thread)

    due = add_working_days(clock.now(), 1).at
    duty = Duty.objects.active().get()
    assert (again(post).state, duty.kind, duty.post, duty.due_at) == (
        State.HELD,
        "thread.review",
        "worker",
        due,
    )
    assert kinds(author) == ["thread.held"]


def test_until_then_only_author_and_committee_read_it(
    thread: Thread, worker: User, author: User, client: Client
) -> None:
    post = held(author, worker, thread)
    other = make_neighbour(thread)
    pages = [reverse("threads:thread", args=[thread.pk]), post.get_absolute_url()]
    pages.append(reverse("threads:news", args=[thread.pk]))

    for reader, sees in [(None, False), (other, False), (author, True), (worker, True)]:
        client.logout()
        if reader:
            client.force_login(reader)
        texts = [client.get(url).text for url in pages]
        assert (SECRET in texts[1]) is sees
        assert SECRET not in texts[0] + texts[2]
        assert post.author_name not in texts[2]
    assert again(post).state == State.HELD


def test_it_is_not_found_by_search_before_it_is_shown(thread: Thread, worker: User, author: User) -> None:
    post = held(author, worker, thread)
    finds = kind_of(post)

    assert not finds.visible_to(author).filter(pk=post.pk).exists()
    assert finds.shown(post) is False
    services.release(worker, post.pk)
    assert finds.visible_to(author).filter(pk=post.pk).exists()


def test_shown_it_asks_whom_it_was_to_ask(thread: Thread, worker: User, author: User) -> None:
    make_manager(thread)
    post = held(author, worker, thread, asks=Office.PROPERTY)
    assert again(post).asks == ""

    later = clock.now() + timedelta(hours=3)
    with clock.at(later):
        services.release(worker, post.pk)

    shown = again(post)
    assert (shown.state, shown.due_at) == (State.ASKED, add_working_days(later, 5).at)
    assert [duty.kind for duty in Duty.objects.active()] == ["thread.answer"]
    assert (Hold.objects.get().released, kinds(author)) == (True, ["thread.held", "thread.released"])


def test_hidden_instead_it_can_be_appealed(thread: Thread, worker: User, author: User) -> None:
    post = held(author, worker, thread)

    services.hide(worker, post.pk, "advertising")

    assert (again(post).state, Duty.objects.active().count()) == (State.HIDDEN, 0)
    services.appeal(author, post.pk, text="不是广告。")
    assert again(post).state == State.APPEALED


def test_shown_it_tells_whom_it_answers(thread: Thread, worker: User, author: User) -> None:
    other = make_neighbour(thread)
    first = say(other, thread, "早上好。")
    services.add_word(worker, thread.neighbourhood.slug, word="薇信")
    post = services.post(author, thread.pk, body=SECRET, key=uuid4(), to=first.sequence)
    assert kinds(other) == []

    services.release(worker, post.pk)

    assert kinds(other) == ["thread.replied"]


def test_taken_back_instead_nobody_owes_a_look(thread: Thread, worker: User, author: User) -> None:
    post = held(author, worker, thread)

    services.withdraw(author, post.pk)

    assert (again(post).state, again(post).held_at) == (State.WITHDRAWN, None)
    assert not Duty.objects.active().filter(kind="thread.review").exists()


def test_a_word_is_not_edited_into_a_post_that_is_shown(thread: Thread, worker: User, author: User) -> None:
    services.add_word(worker, thread.neighbourhood.slug, word="薇信")
    post = say(author, thread, "早上好。")

    with pytest.raises(NotPossible):
        services.edit(author, post.pk, body=SECRET)

    assert again(post).body == "早上好。"


def test_the_database_lets_nothing_wait_and_be_hidden(thread: Thread, worker: User, author: User) -> None:
    post = held(author, worker, thread)

    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(hidden_at=clock.now(), hidden_reason="insult")


def test_a_word_put_away_holds_nothing(thread: Thread, worker: User, author: User) -> None:
    word = services.add_word(worker, thread.neighbourhood.slug, word="薇信")
    with pytest.raises(NotPossible):
        services.add_word(worker, thread.neighbourhood.slug, word="薇 信")

    services.put_word_away(worker, word.pk)

    assert say(author, thread, SECRET).state == State.VISIBLE
    services.bring_word_back(worker, word.pk)
    assert again(say(author, thread, SECRET)).state == State.HELD


def test_a_discussion_is_looked_at_first_with_a_public_reason(
    thread: Thread, worker: User, author: User
) -> None:
    with pytest.raises(PermissionDenied):
        services.read_first(author, thread.pk, reason="吵")
    services.read_first(worker, thread.pk, reason="多人互相谩骂")

    assert again(say(author, thread)).state == State.HELD
    assert say(worker, thread, "请冷静。").state == State.VISIBLE
    assert Entry.objects.get(action="thread.read_first").data == {"reason": "多人互相谩骂"}
    services.read_at_once(worker, thread.pk)
    assert say(author, thread).state == State.VISIBLE


def test_a_neighbourhood_can_look_at_every_post_first(thread: Thread, author: User) -> None:
    RuleSet.objects.create(
        area=thread.neighbourhood, key="thread.read_first", valid_from=clock.today(), value=1, source="会议"
    )

    assert again(say(author, thread)).state == State.HELD


# --- writing nothing for a time ---


@pytest.fixture
def hidden(thread: Thread, worker: User, author: User) -> Post:
    post = say(author, thread, "骂人的话")
    services.hide(worker, post.pk, "insult")
    return post


def test_it_has_a_reason_an_end_and_is_told(thread: Thread, worker: User, author: User, hidden: Post) -> None:
    begun = services.mute(worker, hidden.pk, days=3)

    assert (begun.reason, begun.until - begun.since) == ("insult", timedelta(days=3))
    assert "thread.muted" in kinds(author)
    with pytest.raises(NotPossible):
        say(author, thread)
    with clock.at(begun.until):
        assert say(author, thread).state == State.VISIBLE


def test_meanwhile_nothing_is_changed_agreed_with_or_asked_too(
    thread: Thread, worker: User, author: User, hidden: Post
) -> None:
    make_manager(thread)
    said, other = say(author, thread), make_neighbour(thread)
    statement, question = (
        say(other, thread, "小门十点关。"),
        say(other, thread, "谁锁门？", asks=Office.PROPERTY),
    )
    services.mute(worker, hidden.pk, days=3)

    for act in (
        lambda: services.edit(author, said.pk, body="别的话"),
        lambda: services.react(author, statement.pk, value=1),
        lambda: services.ask_too(author, question.pk),
    ):
        with pytest.raises(NotPossible, match="通知里|notice says why"):
            act()


@pytest.mark.parametrize("days", [0, 8])
def test_no_longer_than_the_rule(worker: User, hidden: Post, days: int) -> None:
    with pytest.raises(NotPossible):
        services.mute(worker, hidden.pk, days=days)


def test_once_a_post(worker: User, hidden: Post) -> None:
    begun = services.mute(worker, hidden.pk, days=1)

    with clock.at(begun.until + timedelta(days=1)), pytest.raises(NotPossible):
        services.mute(worker, hidden.pk, days=1)


def test_the_appeal_is_decided_by_others_once(
    thread: Thread, worker: User, author: User, hidden: Post
) -> None:
    overseer = make_user(post=Office.OVERSIGHT, neighbourhood=thread.neighbourhood)
    begun = services.mute(worker, hidden.pk, days=3)
    services.appeal_mute(author, begun.pk, text="我不会再这样。")
    duty = Duty.objects.active().get()
    assert (duty.kind, duty.post) == ("thread.mute_appeal", "oversight")
    with pytest.raises(NotPossible):
        services.appeal_mute(author, begun.pk, text="再一次。")
    with pytest.raises(PermissionDenied):
        services.uphold_mute(worker, begun.pk)

    services.lift(overseer, begun.pk)

    assert say(author, thread).state == State.VISIBLE
    assert Duty.objects.active().count() == 0
    with pytest.raises(NotPossible):
        services.uphold_mute(overseer, begun.pk)


def test_upheld_it_lasts_until_its_end(thread: Thread, worker: User, author: User, hidden: Post) -> None:
    overseer = make_user(post=Office.OVERSIGHT, neighbourhood=thread.neighbourhood)
    begun = services.mute(worker, hidden.pk, days=3)
    services.appeal_mute(author, begun.pk, text="请看看。")
    services.uphold_mute(overseer, begun.pk)

    with pytest.raises(NotPossible):
        services.lift(worker, begun.pk)
    with pytest.raises(NotPossible):
        say(author, thread)


def test_only_those_concerned_read_its_page(
    thread: Thread, worker: User, author: User, hidden: Post, client: Client
) -> None:
    url = services.mute(worker, hidden.pk, days=3).get_absolute_url()
    got = {}
    for name, reader in {"author": author, "worker": worker, "other": make_neighbour(thread)}.items():
        client.force_login(reader)
        got[name] = client.get(url).status_code
    assert got == {"author": 200, "worker": 200, "other": 403}


# --- the log ---


def test_the_log_counts_what_happened_and_names_nobody(
    thread: Thread, worker: User, author: User, client: Client
) -> None:
    overseer = make_user(post=Office.OVERSIGHT, neighbourhood=thread.neighbourhood)
    post = held(author, worker, thread)
    services.release(worker, post.pk)
    for decide in (services.restore, services.uphold):
        one = say(author, thread, "不同意")
        services.flag(make_neighbour(thread), one.pk, reason="insult")
        services.hide(worker, one.pk, "insult")
        services.appeal(author, one.pk, text="请再看看。")
        decide(overseer, one.pk)
    back = say(author, thread, "另一条")
    services.hide(worker, back.pk, "off_topic")
    services.restore(worker, back.pk)

    with clock.at(clock.now() + timedelta(seconds=1)):
        line = log(thread.neighbourhood)[0]
    found = (
        line.reported,
        line.held,
        line.released,
        line.hidden,
        line.appeals,
        line.decided,
        line.overturned,
    )
    assert found == (2, 1, 1, 3, 2, 2, 1)
    assert line.overturned_share == 50
    page = client.get(reverse("threads:moderation", args=[thread.neighbourhood.slug]))
    assert page.status_code == 200
    assert "50%" in page.text
    assert author.person is not None
    assert author.person.public_name not in page.text


def test_the_committee_switches_and_keeps_words_on_pages(
    thread: Thread, worker: User, client: Client
) -> None:
    here = thread.neighbourhood
    client.force_login(worker)
    page = client.get(reverse("threads:moderation", args=[here.slug])).text
    assert reverse("threads:reading_act", args=[thread.pk, "read-first"]) in page
    url = reverse("threads:words", args=[here.slug])
    once = client.get(url).text.split('name="once" value="')[1].split('"')[0]
    assert client.post(url, {"word": "薇信", "once": once}).status_code == 302
    assert "薇信" in client.get(url).text


def test_the_operator_keeps_words_for_all_that_committees_read(
    thread: Thread, worker: User, client: Client
) -> None:
    operator = make_user(post=Office.OPERATOR, neighbourhood=thread.neighbourhood.get_root(), name="平台老师")
    for_all, own = (
        reverse("threads:words_for_all"),
        reverse("threads:words", args=[thread.neighbourhood.slug]),
    )
    word = services.add_word_for_all(operator, word="博彩")
    services.add_word(worker, thread.neighbourhood.slug, word="博彩")

    elsewhere = make_thread()
    assert say(make_neighbour(elsewhere), elsewhere, "来玩博 彩").state == State.HELD
    client.force_login(worker)
    assert "博彩" in client.get(own).text
    assert client.get(for_all).status_code == 404
    with pytest.raises(PermissionDenied):
        services.put_word_away(worker, word.pk)
    with pytest.raises(Http404):
        services.add_word_for_all(worker, word="别的")
    client.force_login(operator)
    assert "博彩" in client.get(for_all).text
    with pytest.raises(NotPossible):
        services.add_word_for_all(operator, word="博 彩")
    services.put_word_away(operator, word.pk)
    assert "已收起" in client.get(for_all).text or "put away" in client.get(for_all).text


# --- nothing is deleted ---


def test_a_discussion_cannot_be_deleted(thread: Thread) -> None:
    for delete in (thread.delete, Thread.objects.all().delete, Thread.objects.filter(pk=thread.pk).delete):
        with pytest.raises(TypeError):
            delete()
    assert Thread.objects.filter(pk=thread.pk).exists()


def test_no_desk_offers_to_delete_one() -> None:
    assert not apps.is_installed("django.contrib.admin")
    assert {Thread, Post, Mute, Hold}.isdisjoint(get_snippet_models())
