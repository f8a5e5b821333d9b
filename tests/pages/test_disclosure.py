"""Disclosure: what is owed when, what the portal publishes itself, corrections with a trace."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from portal.community.models import Area, LegalStatus, Post, User
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.pages.disclosure import catalogue, feeds, services
from portal.pages.disclosure.feeds import Told
from portal.pages.disclosure.models import DisclosureItem, Period, Publication
from portal.pages.disclosure.periods import owed, period_of
from portal.pages.services import found_neighbourhood
from portal.record.models import Entry
from tests.community.pictures import pdf
from tests.factories import make_neighbourhood, make_user
from tests.worlds import kept

BEGIN = datetime(2026, 5, 11, 2, 0, tzinfo=UTC)


@kept
def make_here() -> tuple[Area, User, User]:
    """A neighbourhood with the catalogue, its director and its worker."""
    here = make_neighbourhood(slug="tianxin")
    found_neighbourhood(here)
    director = make_user(post=Post.DIRECTOR, neighbourhood=here)
    worker = make_user(post=Post.WORKER, neighbourhood=here)
    catalogue.seed()
    return here, director, worker


def item_of(here: Area, key: str) -> DisclosureItem:
    return DisclosureItem.objects.get(neighbourhood=here, key=key)


def text(first: date, last: date, **more: Any) -> dict[str, Any]:
    return {"title": "经费", "body": "收入 100 元", "covers_from": first, "covers_to": last, **more}


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.sampled_from([1, 3, 6, 12]))
def test_a_day_lies_in_exactly_one_period(day: date, months: int) -> None:
    first, last = period_of(day, months)

    assert first <= day <= last
    assert period_of(first - timedelta(days=1), months)[1] == first - timedelta(days=1)
    assert period_of(last + timedelta(days=1), months)[0] == last + timedelta(days=1)


def test_a_quarter_is_owed_some_working_days_after_its_end() -> None:
    item = DisclosureItem(period=Period.QUARTERLY, days=10, since=date(2026, 5, 11))

    first = owed(item, None)
    then = owed(item, date(2026, 6, 30))

    assert first is not None
    assert then is not None
    # July 2026: the tenth working day after 30 June is Tuesday the 14th.
    assert (first.first, first.last, first.due.last_day) == (
        date(2026, 4, 1),
        date(2026, 6, 30),
        date(2026, 7, 14),
    )
    assert (then.first, then.last) == (date(2026, 7, 1), date(2026, 9, 30))


def test_what_happens_by_chance_is_owed_when_it_happened_and_a_standing_item_once() -> None:
    chance = DisclosureItem(period=Period.ARISES, days=5, since=date(2026, 5, 11))
    assert owed(chance, None) is None
    chance.arose_on = date(2026, 11, 2)
    found = owed(chance, date(2026, 10, 1))
    assert found is not None
    assert found.due.last_day == date(2026, 11, 9)
    standing = DisclosureItem(period=Period.STANDING, days=5, since=date(2026, 5, 11))
    assert owed(standing, None) is not None
    assert owed(standing, date(2026, 5, 12)) is None


@pytest.mark.django_db
def test_the_catalogue_ships_once_with_six_items_of_the_law_of_committees() -> None:
    with clock.at(BEGIN):
        here, _director, _worker = make_here()
        assert catalogue.seed() == 0

    of_committees = DisclosureItem.objects.filter(
        neighbourhood=here, status=LegalStatus.LAW, basis__contains="第十七条"
    )
    assert of_committees.count() == 6
    assert DisclosureItem.objects.filter(neighbourhood=here).exclude(key="").count() == len(
        catalogue.shipped()
    )


@pytest.mark.django_db
def test_a_period_that_ended_is_owed_once() -> None:
    with clock.at(BEGIN):
        here, _director, worker = make_here()
        services.remind()
        assert not Duty.objects.active().filter(kind=services.OWED).exists()
    expenses = item_of(here, "expenses")
    with clock.at(datetime(2026, 7, 2, 2, 0, tzinfo=UTC)):
        services.remind()
        services.remind()
        duty = Duty.objects.active().get(kind=services.OWED, subject=f"disclosureitem:{expenses.pk}")
        assert (duty.post, clock.day_of(duty.due_at - timedelta(seconds=1))) == (
            Post.WORKER,
            date(2026, 7, 14),
        )
        services.publish(worker, expenses.pk, **text(date(2026, 6, 1), date(2026, 6, 10)))
        assert Duty.objects.active().filter(pk=duty.pk).exists()


@pytest.mark.django_db
def test_publishing_the_owed_days_closes_the_duty() -> None:
    with clock.at(BEGIN):
        here, _director, worker = make_here()
    expenses = item_of(here, "expenses")
    with clock.at(datetime(2026, 7, 2, 2, 0, tzinfo=UTC)):
        services.remind()
        services.publish(worker, expenses.pk, **text(date(2026, 4, 1), date(2026, 6, 30)))

        duty = Duty.objects.get(kind=services.OWED, subject=f"disclosureitem:{expenses.pk}")
        assert (duty.done_by, duty.done_at is not None) == (worker, True)
        assert Entry.objects.filter(chain=here.slug, action="disclosureitem.published").count() == 1


@pytest.mark.django_db
def test_the_public_page_says_what_is_late_since_when(client: Client) -> None:
    with clock.at(BEGIN):
        here, _director, _worker = make_here()
    with clock.at(datetime(2026, 7, 20, 2, 0, tzinfo=UTC)), translation.override("en"):
        page = client.get(
            reverse("pages:disclosure", args=[here.slug]), headers={"accept-language": "en"}
        ).content.decode()

    late = _late_at(here, datetime(2026, 7, 20, 2, 0, tzinfo=UTC))
    assert late == ["expenses", "self_governance_money", "common_revenue"]
    assert page.count("late, was due by") == 3
    assert "3 items are late" in page


def _late_at(here: Area, moment: datetime) -> list[str]:
    with clock.at(moment):
        return [one.item.key for one in catalogue.listed(here) if one.late]


@pytest.mark.django_db
def test_what_the_portal_knows_is_published_from_the_data_and_never_late(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.at(BEGIN):
        here, director, _worker = make_here()
    people = item_of(here, "people")
    page = client.get(reverse("pages:disclosure_item", args=[people.pk])).content.decode()
    assert director.public_name in page

    money = item_of(here, "self_governance_money")
    much_later = datetime(2026, 12, 1, tzinfo=UTC)
    assert "self_governance_money" in _late_at(here, much_later)
    monkeypatch.setitem(feeds.FEEDS, "accounts", lambda area: [Told("9号楼账本")])
    assert "self_governance_money" not in _late_at(here, much_later)
    assert "9号楼账本" in client.get(reverse("pages:disclosure_item", args=[money.pk])).content.decode()


@pytest.mark.django_db
def test_a_correction_stands_in_place_and_the_former_stays_readable(client: Client) -> None:
    with clock.at(BEGIN):
        here, _director, worker = make_here()
    item, day = item_of(here, "expenses"), clock.today()
    wrong = services.publish(worker, item.pk, **text(day, day))
    right = services.correct(worker, wrong.pk, reason="抄错", **text(day, day, body="收入 90 元"))

    assert list(item.publications.current()) == [right]
    former = client.get(reverse("pages:publication", args=[wrong.pk])).content.decode()
    assert reverse("pages:publication", args=[right.pk]) in former
    assert "收入 100 元" in former
    assert "抄错" in client.get(reverse("pages:publication", args=[right.pk])).content.decode()
    with pytest.raises(NotPossible):
        services.correct(worker, wrong.pk, reason="再改", **text(day, day))


@pytest.mark.django_db
def test_a_file_is_checked_and_public_from_then_on(client: Client) -> None:
    with clock.at(BEGIN):
        here, _director, worker = make_here()
    item, day = item_of(here, "expenses"), clock.today()
    bad = SimpleUploadedFile("a.pdf", b"%PDF-1.4 /JavaScript (x) %%EOF", content_type="application/pdf")
    client.force_login(worker)
    sent = {"title": "经费", "covers_from": day.isoformat(), "covers_to": day.isoformat()}

    answer = client.post(reverse("pages:disclosure_act", args=[item.pk, "publish"]), {**sent, "papers": bad})
    assert answer.status_code == 422
    empty = client.post(reverse("pages:disclosure_act", args=[item.pk, "publish"]), sent)
    assert empty.status_code == 409
    good = SimpleUploadedFile("b.pdf", pdf(), content_type="application/pdf")
    done = client.post(reverse("pages:disclosure_act", args=[item.pk, "publish"]), {**sent, "papers": good})
    assert done.status_code == 302
    made = Publication.objects.get()
    assert made.file is not None
    assert made.file.public


@pytest.mark.django_db
def test_items_of_the_law_stay_and_others_go_and_come_back() -> None:
    with clock.at(BEGIN):
        here, director, worker = make_here()
    law, own = item_of(here, "expenses"), item_of(here, "charges")

    with pytest.raises(NotPossible):
        services.retire(director, law.pk, reason="不想公开")
    with pytest.raises(IntegrityError), transaction.atomic():
        DisclosureItem.objects.filter(pk=law.pk).update(retired_on=clock.today())
    with pytest.raises(PermissionDenied):
        services.retire(worker, own.pk, reason="没有收费")
    services.retire(director, own.pk, reason="没有收费")
    assert own not in [one.item for one in catalogue.listed(here)]
    services.restore(director, own.pk)
    assert own in [one.item for one in catalogue.listed(here)]


@pytest.mark.django_db
def test_the_post_an_item_names_publishes_it_and_nobody_of_another_place() -> None:
    with clock.at(BEGIN):
        here, _director, _worker = make_here()
    owners = make_user(post=Post.OWNERS_COMMITTEE, neighbourhood=here)
    elsewhere = make_user(post=Post.WORKER, neighbourhood=make_neighbourhood())
    day = clock.today()

    services.publish(owners, item_of(here, "common_revenue").pk, **text(day, day))
    with pytest.raises(PermissionDenied):
        services.publish(owners, item_of(here, "expenses").pk, **text(day, day))
    with pytest.raises(PermissionDenied):
        services.publish(elsewhere, item_of(here, "expenses").pk, **text(day, day))


@pytest.mark.django_db
def test_what_was_noted_as_happened_is_owed() -> None:
    with clock.at(BEGIN):
        here, _director, worker = make_here()
        item = item_of(here, "entrusted")
        services.arose(worker, item.pk, day=clock.today())
        assert Duty.objects.active().filter(subject=f"disclosureitem:{item.pk}").count() == 1
        with pytest.raises(NotPossible):
            services.arose(worker, item.pk, day=clock.today())
        services.publish(worker, item.pk, **text(clock.today(), clock.today()))
        assert not Duty.objects.active().filter(subject=f"disclosureitem:{item.pk}").exists()


@pytest.mark.django_db
def test_the_catalogue_asks_the_same_however_much_was_published(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with clock.at(BEGIN):
        here, _director, worker = make_here()
    day, item = clock.today(), item_of(here, "expenses")
    Publication.objects.bulk_create(
        Publication(item=item, title=f"{n}", body="x", covers_from=day, covers_to=day, published_by=worker)
        for n in range(50)
    )
    with django_assert_num_queries(2):
        assert len(catalogue.listed(here)) == len(catalogue.shipped())
