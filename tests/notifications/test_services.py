"""News reaches each account once, in its own language, and by e-mail only where it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import transaction
from django.utils.translation import gettext_lazy, override

from portal.community.models import Area
from portal.notifications import choosing, kinds, services
from portal.notifications.kinds import Kind
from portal.notifications.models import Notice
from tests import factories
from tests.concurrency import at_once
from tests.notifications.factories import kind, make_news

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[object]]


def test_each_account_is_told_once_an_occasion(here: Area, opened: Kind) -> None:
    chen, zhou = factories.make_user(), factories.make_user()

    for people in ([chen, zhou, chen], [chen]):
        services.send(opened, people, neighbourhood=here, occasion="topic:1", url="/topics/1/")
    services.send(opened, [chen], neighbourhood=here, occasion="topic:2", url="/topics/2/")

    told = Notice.objects.order_by("pk").values_list("user", "occasion")
    assert list(told) == [(chen.pk, "topic:1"), (zhou.pk, "topic:1"), (chen.pk, "topic:2")]


def test_a_thousand_people_are_told_in_a_few_statements(
    here: Area, opened: Kind, django_assert_max_num_queries: Queries
) -> None:
    people = [factories.make_user() for _ in range(30)]

    with django_assert_max_num_queries(6), transaction.atomic():
        addressed = services.send(opened, people, neighbourhood=here, occasion="topic:1", url="/")

    assert (addressed, Notice.objects.count()) == (30, 30)


def test_news_is_gone_when_its_change_is_rolled_back(here: Area, opened: Kind) -> None:
    with transaction.atomic():
        make_news(factories.make_user(), here, opened)
        transaction.set_rollback(True)

    assert Notice.objects.count() == 0


def test_by_mail_only_with_an_address_for_a_kind_that_is_mailed_and_unless_unwanted(
    here: Area, opened: Kind
) -> None:
    chen, zhou, without = factories.make_user(), factories.make_user(), factories.make_user(email="")
    choosing.choose_groups(zhou, [])

    with kind("test.quiet", mail=False) as quiet:
        by_mail = [
            make_news(chen, here, opened).by_mail,
            make_news(zhou, here, opened).by_mail,
            make_news(without, here, opened).by_mail,
            make_news(chen, here, quiet).by_mail,
        ]

    assert by_mail == [True, False, False, False]


def test_choosing_again_wins_and_reaches_the_outbox(here: Area, opened: Kind) -> None:
    chen = factories.make_user()
    waiting = make_news(chen, here, opened)

    choosing.choose_groups(chen, [])
    waiting.refresh_from_db()
    assert waiting.by_mail is False

    choosing.choose_groups(chen, ["test"])
    assert make_news(chen, here, opened).by_mail is True


# --- words ---


def test_words_are_made_when_somebody_reads(here: Area) -> None:
    with kind(title=gettext_lazy("Yes"), body="%(title)s") as made:
        notice = make_news(factories.make_user(), here, made)

        with override("en"):
            assert (notice.title, notice.body) == ("Yes", "加装扶手")
        with override("zh-hans"):
            assert notice.title == "是"


def test_moments_and_days_are_written_for_the_reader(here: Area) -> None:
    with kind(body="%(until_at)s / %(closes_at)s / %(held_on)s / %(odd_at)s") as made, override("en"):
        notice = make_news(
            factories.make_user(),
            here,
            made,
            until_at="2026-11-30T16:00:00+00:00",
            closes_at="2026-11-28T06:00:00+00:00",
            held_on="2026-11-28",
            odd_at=7,
        )

        assert notice.body == "Mon 30 Nov, 24:00 / Sat 28 Nov, 14:00 / Sat 28 Nov / 7"


def test_more_words_can_be_made_from_the_parameters(here: Area) -> None:
    with kind(title="%(what)s: %(title)s", words=lambda params: {"what": params["title"] * 2}) as made:
        assert make_news(factories.make_user(), here, made, title="好").title == "好好: 好"


def test_a_missing_parameter_or_kind_never_breaks_a_page(here: Area, opened: Kind) -> None:
    notice = make_news(factories.make_user(), here, opened)

    assert notice.body == "“加装扶手” runs until …."
    notice.kind = "ghost.walked"
    assert (notice.title, notice.body) == ("ghost.walked", "")


def test_the_portals_own_kinds_are_found_and_all_have_words() -> None:
    assert {"duty.soon", "duty.late", "notice.objected"} <= set(kinds.KINDS)
    assert [name for name in kinds.KINDS if not kinds.title_of(name, {})] == []


def test_words_that_cannot_be_made_are_left_out(here: Area) -> None:
    with kind(title="%(what)s: %(title)s", words=lambda params: {"what": params["nothing"]}) as made:
        assert make_news(factories.make_user(), here, made, title="好").title == "…: 好"


def test_groups_that_are_never_mailed_are_not_offered() -> None:
    with kind("quiet.one", mail=False):
        assert "quiet" not in dict(kinds.mail_groups())


# --- reading ---


def test_one_reads_the_own_only(here: Area, opened: Kind) -> None:
    chen, zhou = factories.make_user(), factories.make_user()
    mine, theirs = make_news(chen, here, opened), make_news(zhou, here, opened)

    assert list(Notice.objects.visible_to(chen)) == [mine]
    with pytest.raises(Notice.DoesNotExist):
        services.open_notice(chen, theirs.pk)
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_the_count_of_unread_is_one_query(
    here: Area, opened: Kind, django_assert_num_queries: Queries
) -> None:
    chen = factories.make_user()
    first, _second = make_news(chen, here, opened), make_news(chen, here, opened)
    services.open_notice(chen, first.pk)
    make_news(factories.make_user(), here, opened)

    with django_assert_num_queries(1):
        assert services.unread(chen) == 1
    assert services.read_all(chen) == 1
    assert services.unread(chen) == 0


def test_opening_again_keeps_the_first_time(here: Area, opened: Kind) -> None:
    chen = factories.make_user()
    notice = make_news(chen, here, opened)
    services.open_notice(chen, notice.pk)
    first = Notice.objects.get().read_at

    services.open_notice(chen, notice.pk)

    assert Notice.objects.get().read_at == first


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_told_by_many_at_once_it_is_told_once(opened: Kind) -> None:
    here, chen = factories.make_neighbourhood(), factories.make_user()

    outcome = at_once(
        5, lambda: services.send(opened, [chen], neighbourhood=here, occasion="topic:1", url="/")
    )

    assert outcome.errors == []
    assert Notice.objects.count() == 1
