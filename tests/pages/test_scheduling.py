"""Pages at a set time: told as if published by hand, once; on nobody's word who may not publish any more."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.community.models import Area, Post, User
from portal.community.permissions import Role
from portal.duties.tick import run
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.pages import scheduling, services
from portal.pages.models import NoticePage
from portal.pages.stock_admin import tell
from portal.record.models import Entry
from tests.factories import make_neighbourhood, make_user
from tests.worlds import kept

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@kept
def office() -> tuple[Area, User, User, int]:
    """A neighbourhood with two who may publish, and a notice one of them has drafted."""
    here = make_neighbourhood(slug="tianxin")
    services.found_neighbourhood(here)
    one, other = (make_user(post=post, neighbourhood=here) for post in (Post.WORKER, Post.DIRECTOR))
    make_user(Role.RESIDENT, neighbourhood=here)
    fields = {"title": "停水", "body": "周三停水。", "day": clock.today(), "shown_until": None}
    return here, one, other, services.add_page(one, here, "notice", fields).pk


def page_of(pk: int) -> NoticePage:
    return NoticePage.objects.get(pk=pk)


def tick(at: datetime) -> None:
    with clock.at(at), suppress(RuntimeError):
        scheduling.bring_out_due()


def news() -> int:
    return Notice.objects.filter(kind="page.notice").count()


def test_what_is_scheduled_appears_is_recorded_and_told_once_and_goes_again() -> None:
    _here, one, _other, pk = office()
    now = clock.now()
    scheduling.schedule(one, pk, now + HOUR, now + 3 * HOUR)

    seen = []
    for passed in (0, 2, 2, 4):
        tick(now + passed * HOUR)
        seen.append((page_of(pk).live, Entry.objects.filter(action="page.published").count(), news() > 0))

    assert seen == [(False, 0, False), (True, 1, True), (True, 1, True), (False, 1, True)]
    assert Entry.objects.filter(action="page.expired").count() == 1


def test_a_district_editors_schedule_of_the_stock_admin_is_told_as_well() -> None:
    """Case: a page scheduled in /cms/ never appeared, because nothing ran what brings it out."""
    _here, _one, _other, pk = office()
    page, now = page_of(pk), clock.now()
    page.go_live_at = now + HOUR
    page.save_revision().publish()

    with clock.at(now + 2 * HOUR):
        run()

    assert page_of(pk).live
    assert (Entry.objects.filter(action="page.published").count(), news() > 0) == (1, True)


def test_a_schedule_can_be_called_off_and_a_new_one_takes_the_place_of_the_old() -> None:
    _here, one, _other, pk = office()
    now = clock.now()
    scheduling.schedule(one, pk, now + HOUR)
    scheduling.schedule(one, pk, now + 5 * HOUR)

    tick(now + 2 * HOUR)
    early = page_of(pk).live
    scheduling.unschedule(one, pk)
    tick(now + 6 * HOUR)

    assert (early, page_of(pk).live) == (False, False)
    with pytest.raises(NotPossible):
        scheduling.unschedule(one, pk)


def test_what_an_ended_post_scheduled_waits_for_the_word_of_somebody_who_may() -> None:
    _here, one, other, pk = office()
    now = clock.now()
    scheduling.schedule(one, pk, now + HOUR)
    assert one.person is not None
    one.person.appointments.update(until=clock.today())
    director = Client()
    director.force_login(other)

    tick(now + 2 * HOUR)
    held = page_of(pk).live
    shown = director.get(reverse("pages:preview", args=["tianxin", pk])).content.decode()
    with clock.at(now + 2 * HOUR):
        scheduling.confirm(other, pk)

    assert (held, page_of(pk).live) == (False, True)
    assert reverse("pages:act", args=["tianxin", pk, "confirm"]) in shown
    assert Entry.objects.filter(action="page.published").count() == 1


def test_what_fails_at_its_time_stays_scheduled_and_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, one, _other, pk = office()
    now = clock.now()
    fields = {"title": "另一件", "body": "x", "day": clock.today(), "shown_until": None}
    second = services.add_page(one, here, "notice", fields).pk
    scheduling.schedule(one, pk, now + HOUR)
    scheduling.schedule(one, second, now + 2 * HOUR)
    whole = services.told

    def torn(page: NoticePage, **more: object) -> None:
        if page.pk == pk:
            raise RuntimeError
        whole(page, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "told", torn)
    tick(now + 3 * HOUR)
    torn_off = (page_of(pk).live, scheduling.scheduled(page_of(pk)) is not None, page_of(second).live)
    monkeypatch.undo()
    tick(now + 4 * HOUR)

    assert torn_off == (False, True, True)
    assert page_of(pk).live


def test_the_time_to_go_is_set_and_taken_back_and_holds_for_later_drafts() -> None:
    _here, one, _other, pk = office()
    now = clock.now()
    services.publish(one, pk)
    scheduling.end(one, pk, now + HOUR)
    services.publish(one, pk)
    set_to = page_of(pk).expire_at
    scheduling.end(one, pk, None)
    tick(now + 2 * HOUR)

    assert (set_to, page_of(pk).live) == (now + HOUR, True)


def test_it_is_scheduled_on_a_page_that_refuses_what_is_past_or_goes_before_it_appears() -> None:
    _here, one, _other, pk = office()
    client = Client()
    client.force_login(one)
    url = reverse("pages:act", args=["tianxin", pk, "schedule"])

    def sends(at: datetime, until: datetime) -> int:
        texts = {
            name: clock.SHANGHAI.fromutc(moment.replace(tzinfo=clock.SHANGHAI)).strftime("%Y-%m-%dT%H:%M")
            for name, moment in (("at", at), ("until", until))
        }
        # Whatever time of the day the test runs at.
        meant = {f"{name}_meant": text for name, text in texts.items()}
        return client.post(url, texts | meant | {"once": uuid.uuid4().hex}).status_code

    now = clock.now()
    assert sends(now - HOUR, now + HOUR) == 422
    assert sends(now + 2 * HOUR, now + HOUR) == 422
    assert sends(now + HOUR, now + 2 * HOUR) == 302
    assert scheduling.scheduled(page_of(pk)) is not None


def test_what_is_published_in_the_stock_admin_is_recorded_and_told() -> None:
    _here, _one, other, pk = office()
    page = page_of(pk)
    page.get_latest_revision().publish()
    request = RequestFactory().post("/cms/")
    request.user = other

    tell(request, page)

    assert (Entry.objects.filter(action="page.published").count(), news() > 0) == (1, True)


def test_the_district_edits_the_same_sections_in_the_stock_admin() -> None:
    here, _one, _other, pk = office()
    client = Client()
    client.force_login(make_user(post=Post.EDITOR, neighbourhood=here.get_parent()))

    page = client.get(f"/cms/pages/{pk}/edit/")

    assert page.status_code == 200
    assert page.context["form"].initial["body"].get_prep_value()[0]["value"] == "周三停水。"


def test_what_was_changed_after_scheduling_is_said_and_the_list_shows_the_time(client: Client) -> None:
    _here, one, _other, pk = office()
    at = clock.now() + HOUR
    client.force_login(one)
    scheduling.schedule(one, pk, at)
    preview, index = f"/n/tianxin/edit/{pk}/preview/", reverse("pages:edit_index", args=["tianxin"])

    newer = [client.get(preview).context["newer"]]
    services.edit_page(one, page_of(pk), page_of(pk).version, {"title": "停水改期"})
    newer.append(client.get(preview).context["newer"])

    assert newer == [False, True]
    assert [page.appears for page in client.get(index).context["pages"]] == [at]
    assert "停水改期" in client.get(f"/n/tianxin/edit/{pk}/schedule/").content.decode()


def test_it_appears_then_on_every_list_feed_and_search_and_not_before() -> None:
    """Case 21: also for somebody who knows the address, and from the time it goes, nowhere any more."""
    _here, one, _other, pk = office()
    services.edit_page(one, page_of(pk), page_of(pk).version, {"title": "水箱清洗"})
    now = clock.now()
    scheduling.schedule(one, pk, now + HOUR, now + 3 * HOUR)
    reader = Client()
    places = (
        "/n/tianxin/",
        "/n/tianxin/notices/",
        "/n/tianxin/notices.atom",
        "/n/tianxin/search/?q=水箱清洗",
    )
    page = reverse("pages:page", args=["tianxin", pk])

    shown, status = [], []
    for passed in (0, 2, 4):
        tick(now + passed * HOUR)
        with clock.at(now + passed * HOUR):
            texts = [reader.get(url).content.decode() for url in places]
            # What was searched for stands in the field of the search itself.
            shown.append([page in text for text in texts])
            status.append(reader.get(page).status_code)

    assert shown == [[False] * len(places), [True] * len(places), [False] * len(places)]
    assert (status[0], status[1]) == (404, 200)
    assert status[2] in {404, 410}
