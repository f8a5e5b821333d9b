"""News by other ways than mail at once: how soon, by what, never empty, never twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portal.community.models import Area, User
from portal.kit import clock
from portal.kit.handover import Away, Refused, Unclear
from portal.kit.sms import Message
from portal.notifications import carriers, choosing, jobs, parcels, services, told
from portal.notifications.delivery import day_end
from portal.notifications.kinds import Kind
from portal.notifications.models import Channel, Notice, Pace, Parcel, Preference, Way
from portal.notifications.parcels import Load
from tests import factories
from tests.concurrency import at_once
from tests.notifications.factories import kind, make_news

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[object]]
NOON = datetime(2026, 11, 27, 12, tzinfo=timezone.get_default_timezone())


class Stub:
    """A way that keeps what it carried, or answers with what it is told to."""

    def __init__(self) -> None:
        self.loads: list[Load] = []
        self.answer: Exception | None = None

    def __call__(self, load: Load) -> None:
        self.loads.append(load)
        if self.answer:
            raise self.answer


@pytest.fixture
def push(monkeypatch: pytest.MonkeyPatch) -> Stub:
    stub = Stub()
    monkeypatch.setitem(parcels.CARRIERS, Channel.PUSH, stub)
    return stub


@pytest.fixture
def chen() -> User:
    return factories.make_user()


def wants(user: User, channel: str, pace: str) -> None:
    choosing.choose_ways(user, {channel: pace})


def at(hour: int, *, days: int = 0) -> AbstractContextManager[object]:
    return clock.at(NOON.replace(hour=hour) + timedelta(days=days))


def test_who_chose_nothing_gets_mail_at_once_and_nothing_else(chen: User, here: Area, opened: Kind) -> None:
    notice = make_news(chen, here, opened)

    assert (notice.by_mail, Parcel.objects.count()) == (True, 0)


def test_at_once_goes_at_once_and_once(chen: User, here: Area, opened: Kind, push: Stub) -> None:
    wants(chen, Channel.PUSH, Pace.AT_ONCE)
    make_news(chen, here, opened, title="水箱")

    assert [parcels.send_due(), parcels.send_due()] == [1, 0]
    assert [carriers.headline(load) for load in push.loads] == ["Opened: 水箱"]


def test_once_a_day_all_go_together_at_six(chen: User, here: Area, opened: Kind) -> None:
    wants(chen, Channel.MAIL, Pace.DAILY)
    with at(12):
        first = make_news(chen, here, opened, title="第一件", occasion="a")
        make_news(chen, here, opened, title="第二件", occasion="b")
        jobs.send_mail()
        jobs.send_parcels()
    assert (first.by_mail, mail.outbox) == (False, [])

    with at(18):
        jobs.send_parcels()
        jobs.send_parcels()

    (sent,) = mail.outbox
    assert str(sent.subject).startswith("2 条新通知")
    assert str(sent.body).index("第二件") < str(sent.body).index("第一件")
    assert "/out/" in sent.extra_headers["List-Unsubscribe"]


def test_a_day_without_news_has_no_mail(chen: User) -> None:
    wants(chen, Channel.MAIL, Pace.DAILY)

    with at(18):
        jobs.send_parcels()

    assert mail.outbox == []


def test_what_was_read_meanwhile_does_not_go_out(chen: User, here: Area, opened: Kind) -> None:
    wants(chen, Channel.MAIL, Pace.DAILY)
    with at(12):
        make_news(chen, here, opened)
        services.read_all(chen)

    with at(18):
        jobs.send_parcels()

    assert mail.outbox == []
    assert not Parcel.objects.filter(sent_at=None).exists()


def test_what_is_about_one_matter_stands_together_and_the_newest_first(
    chen: User, here: Area, opened: Kind
) -> None:
    for occasion, matter in (("1", "topic:1"), ("2", "topic:2"), ("3", "topic:1")):
        services.send(
            opened, [chen], neighbourhood=here, occasion=occasion, url="/x/", matter=matter, params={}
        )

    shown = parcels.matters(list(Notice.objects.all()))

    assert [[one.occasion for one in matter] for matter in shown] == [["3", "1"], ["2"]]


def test_nothing_goes_by_a_way_that_is_off(chen: User, here: Area, opened: Kind) -> None:
    wants(chen, Channel.MAIL, Pace.OFF)

    assert not make_news(chen, here, opened).by_mail
    assert not Parcel.objects.exists()


def test_what_is_about_a_right_is_mailed_at_once_whatever_was_chosen(
    chen: User, here: Area, push: Stub
) -> None:
    wants(chen, Channel.MAIL, Pace.DAILY)
    wants(chen, Channel.PUSH, Pace.DAILY)
    choosing.choose_groups(chen, [])

    with kind("test.right", title="A right", urgent=True) as urgent:
        assert make_news(chen, here, urgent).by_mail
        parcels.send_due()

    assert list(Parcel.objects.values_list("channel", flat=True)) == ["push"]
    assert len(push.loads) == 1


def test_a_group_that_stays_in_the_portal_goes_out_by_no_way(chen: User, here: Area, opened: Kind) -> None:
    wants(chen, Channel.PUSH, Pace.AT_ONCE)
    choosing.choose_groups(chen, [])

    assert not make_news(chen, here, opened).by_mail
    assert not Parcel.objects.exists()


def test_only_what_is_news_and_no_more_can_be_switched_off_in_the_portal(
    chen: User, here: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Kind, "optional", {"test.news"})
    Preference.objects.create(user=chen, hidden=["test"])

    with kind("test.news") as news, kind("test.owed") as owed:
        with told.listening() as heard:
            services.send(news, [chen], neighbourhood=here, occasion="1", url="/x/")
        assert heard.accounts == set()
        services.send(owed, [chen], neighbourhood=here, occasion="1", url="/x/")

    assert list(Notice.objects.values_list("kind", flat=True)) == ["test.owed"]


def test_calls_to_vote_and_what_is_owed_are_not_among_what_can_be_switched_off(chen: User) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(chen)

    page = client.get("/me/notices/preferences/")

    offered = {group for group, _label in page.context["form"].fields["hidden"].choices}
    assert "topic" in offered
    assert not offered & {"vote", "duty", "notice", "hearing", "account"}
    assert "cannot be switched off" in page.content.decode()
    client.post("/me/notices/preferences/", {"mail": ["vote"], "hidden": ["vote"], "way_mail": "at_once"})
    assert not Preference.objects.exists()


def test_how_soon_is_chosen_on_the_page_and_shown_as_chosen(chen: User) -> None:
    client = Client()
    client.force_login(chen)

    client.post("/me/notices/preferences/", {"way_mail": "daily", "hidden": ["topic"]})

    assert list(Way.objects.values_list("channel", "pace")) == [("mail", "daily")]
    form = client.get("/me/notices/preferences/").context["form"]
    assert (form.initial["way_mail"], form.initial["hidden"]) == ("daily", ["topic"])


def test_what_waits_for_the_evening_goes_at_once_when_that_is_chosen_and_never_when_off(
    chen: User, here: Area, opened: Kind, push: Stub
) -> None:
    wants(chen, Channel.PUSH, Pace.DAILY)
    make_news(chen, here, opened, occasion="a")

    wants(chen, Channel.PUSH, Pace.AT_ONCE)
    assert parcels.send_due() == 1

    make_news(chen, here, opened, occasion="b")
    wants(chen, Channel.PUSH, Pace.OFF)
    assert parcels.send_due() == 0


@pytest.mark.parametrize(("answer", "tries"), [(Away("x"), 0), (Unclear("x"), 1), (Refused("x"), 1)])
def test_what_was_not_taken_waits(
    chen: User, here: Area, opened: Kind, push: Stub, answer: Exception, tries: int
) -> None:
    wants(chen, Channel.PUSH, Pace.AT_ONCE)
    make_news(chen, here, opened)
    push.answer = answer

    parcels.send_due()

    parcel = Parcel.objects.get()
    assert (parcel.sent_at, parcel.tries) == (None, tries)


def test_a_sender_that_dies_hands_the_same_over_under_the_same_key(
    chen: User, here: Area, opened: Kind, push: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    wants(chen, Channel.PUSH, Pace.DAILY)
    with at(12):
        for occasion in "abc":
            make_news(chen, here, opened, occasion=occasion)
    with at(18), monkeypatch.context() as patch:
        patch.setattr(parcels.handing, "settle", _dies)
        with pytest.raises(KeyboardInterrupt):
            parcels.send_due()

    with at(19):
        make_news(chen, here, opened, occasion="d")
        assert parcels.send_due() == 1

    first, again = push.loads
    assert (first.key, len(first.notices)) == (again.key, len(again.notices))


def _dies(*_args: object) -> bool:
    raise KeyboardInterrupt


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_three_senders_at_once_send_the_day_of_each_once_and_whole(opened: Kind, push: Stub) -> None:
    here, people = factories.make_neighbourhood(), [factories.make_user() for _ in range(8)]
    for user in people:
        wants(user, Channel.PUSH, Pace.DAILY)
    for occasion in "abc":
        services.send(opened, people, neighbourhood=here, occasion=occasion, url="/")
    Parcel.objects.update(send_after=clock.now())

    outcome = at_once(3, parcels.send_due)

    assert outcome.errors == []
    assert sorted(load.user.pk for load in push.loads) == sorted(user.pk for user in people)
    assert {len(load.notices) for load in push.loads} == {3}


def test_a_closed_account_gets_nothing(chen: User, here: Area, opened: Kind, push: Stub) -> None:
    wants(chen, Channel.PUSH, Pace.AT_ONCE)
    make_news(chen, here, opened)
    User.objects.update(is_active=False)

    assert (parcels.send_due(), push.loads) == (0, [])


@pytest.mark.parametrize(("hour", "day"), [(12, 27), (17, 27), (18, 28), (23, 28)])
def test_the_hour_of_a_day(hour: int, day: int) -> None:
    with at(hour):
        due = timezone.localtime(day_end(clock.now()))

    assert (due.day, due.hour) == (day, 18)


@pytest.mark.parametrize("n", [1, 20])
def test_telling_many_by_several_ways_costs_the_same(
    here: Area, opened: Kind, n: int, django_assert_max_num_queries: Queries
) -> None:
    people = [factories.make_user() for _ in range(n)]
    for user in people:
        wants(user, Channel.PUSH, Pace.AT_ONCE)

    with django_assert_max_num_queries(6):
        services.send(opened, people, neighbourhood=here, occasion="1", url="/x/")

    assert Parcel.objects.count() == n


# --- text messages ---


@pytest.fixture
def texted(settings: Settings) -> list[tuple[str, str, str]]:
    """What a provider was told: number, words, key."""
    TOLD.clear()
    settings.SMS_BACKEND = f"{__name__}.provider"
    return TOLD


TOLD: list[tuple[str, str, str]] = []


def provider(number: str, message: Message) -> None:
    TOLD.append((number, message.params["news"], message.key))


def test_a_text_message_says_the_newest_and_how_many(
    chen: User, here: Area, opened: Kind, texted: list[tuple[str, str, str]]
) -> None:
    User.objects.filter(pk=chen.pk).update(phone="13900000001", phone_verified=True)
    wants(chen, Channel.TEXT, Pace.DAILY)
    with at(12):
        for title in ("第一件", "第二件"):
            make_news(chen, here, opened, title=title)

    with at(18):
        parcels.send_due()

    key = f"parcel-{Parcel.objects.order_by('pk')[0].pk}"
    assert texted == [("13900000001", "2 条新通知。最新一条：Opened: 第二件", key)]


def test_no_text_goes_to_a_number_that_was_not_verified(
    chen: User, here: Area, opened: Kind, texted: list[tuple[str, str, str]]
) -> None:
    User.objects.filter(pk=chen.pk).update(phone="13900000001", phone_verified=False)
    wants(chen, Channel.TEXT, Pace.AT_ONCE)
    make_news(chen, here, opened)

    assert (parcels.send_due(), texted) == (0, [])
    assert Channel.TEXT not in choosing.ways_of(factories.make_user())
