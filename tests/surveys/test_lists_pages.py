"""What everybody reads of the profile and the three lists, and that long lists cost no more queries than short ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.community.models import Area, Usage
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.pages.home_blocks import Setting, Visit
from portal.surveys.lists import answering, offering, profile, services
from portal.surveys.lists.hooks import on_home
from portal.surveys.lists.permissions import DEMANDS, SERVICES
from portal.surveys.models import Demand, ProfileFact, Reply, Service
from tests.factories import make_building, make_dwelling, make_estate, make_neighbourhood, make_user
from tests.surveys.factories import Asking
from tests.surveys.list_factories import BASE, demand_of, make_listed, make_published, make_wave_before

pytestmark = pytest.mark.django_db


def read(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, address
    return page.content.decode()


def queries(client: Client, address: str) -> int:
    read(client, address)
    caches["drawn"].clear()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        read(client, address)
    return len(asked)


def test_everybody_reads_what_was_asked_for_with_the_change_and_what_became_of_it(client: Client) -> None:
    asking = make_published()
    make_wave_before(asking)
    services.list_demands(asking.worker, asking.pk)
    pk = demand_of(asking, "market").pk
    answering.answer(asking.worker, pk, Reply.NOT_POSSIBLE, "没有可用的商铺")

    page = read(client, reverse("surveys:demands", args=[asking.here.slug]))

    assert "老人助餐点" in page
    assert "▲ 8" in page
    assert "没有可用的商铺" in page
    assert "门前坡道" in page  # what was promised a year ago and is not done yet
    assert "0 / 2" in page
    filtered = read(client, reverse("surveys:demands", args=[asking.here.slug]) + "?state=not_possible")
    assert "小区菜店" in filtered
    assert "电动车充电插座" not in filtered


def test_a_demand_that_nobody_listed_and_a_survey_of_another_place_are_not_found(client: Client) -> None:
    asking = make_listed()

    listed = reverse("surveys:demands", args=[asking.here.slug])

    assert client.get(f"{listed}?survey=abc").status_code == 404
    assert client.get(reverse("surveys:demand", args=[999_999])).status_code == 404
    assert "还没有公布过问卷结果" in read(
        client, reverse("surveys:demands", args=[make_neighbourhood().slug])
    )


def test_the_committee_sees_the_next_step_on_the_page_of_a_demand_and_others_do_not(client: Client) -> None:
    asking = make_listed()
    address = demand_of(asking, "canteen").get_absolute_url()
    step = reverse("surveys:demand_act", args=[demand_of(asking, "canteen").pk, "answer-topic"])

    assert step not in read(client, address)
    client.force_login(asking.worker)
    assert step in read(client, address)


def test_an_answer_is_given_by_a_form_and_a_bad_one_is_asked_again(client: Client) -> None:
    asking = make_listed()
    client.force_login(asking.worker)
    pk = demand_of(asking, "canteen").pk
    address = reverse("surveys:demand_act", args=[pk, "answer-fund"])
    day = (clock.today() + timedelta(days=20)).isoformat()

    bad = client.post(address, {"text": "报项目", "promised_on": "2020-01-01"})
    good = client.post(address, {"text": "报项目", "promised_on": day})
    late = client.post(address, {"text": "报项目", "promised_on": day})

    assert (bad.status_code, good.status_code, late.status_code) == (422, 302, 409)


def test_the_list_is_made_by_a_form_that_leads_to_it(client: Client) -> None:
    asking = make_published()
    client.force_login(asking.worker)

    done = client.post(reverse("surveys:list_act", args=[asking.pk, "list-demands"]), {})

    assert done.status_code == 302
    assert done["Location"].startswith(reverse("surveys:demands", args=[asking.here.slug]))


def test_a_service_is_put_on_the_list_edited_and_found(client: Client) -> None:
    asking = make_listed()
    client.force_login(asking.worker)
    new = reverse("surveys:service_new", args=[asking.here.slug])
    demand = demand_of(asking, "canteen")

    client.post(new, {"title": "送餐上门", "provider": "社区食堂", "demand": demand.pk})
    service = Service.objects.get()
    client.post(
        reverse("surveys:service_act", args=[service.pk, "edit"]),
        {"title": "送餐上门", "provider": "社区食堂", "hours": "每天 11 点"},
    )

    page = read(client, reverse("surveys:services", args=[asking.here.slug]) + "?words=送餐")
    assert "每天 11 点" in page
    service.refresh_from_db()
    assert service.demand is None
    assert "送餐上门" not in read(
        client, reverse("surveys:services", args=[asking.here.slug]) + "?words=理发"
    )


def test_what_is_offered_no_more_is_read_only_where_that_is_asked_for(client: Client) -> None:
    asking = make_listed()
    service = offering.add(asking.worker, asking.here.slug, title="磨刀", provider="老陈")
    listed = reverse("surveys:services", args=[asking.here.slug])
    assert "磨刀" in read(client, listed)

    offering.end(asking.worker, service.pk, "老陈退休了")

    assert "磨刀" not in read(client, listed)
    assert "磨刀" in read(client, f"{listed}?over=over")
    assert "老陈退休了" in read(client, service.get_absolute_url())


def test_every_page_of_an_action_can_be_asked_for(client: Client) -> None:
    asking = make_listed()
    client.force_login(asking.worker)
    service = offering.add(asking.worker, asking.here.slug, title="磨刀", provider="老陈")
    pk = demand_of(asking, "canteen").pk
    told: dict[str, int] = {}

    for state in ("owed", "in_hand", "done", "not_possible"):
        Demand.objects.filter(pk=pk).update(state=state, reply="fund", promised_on=clock.today())
        for name, need in DEMANDS.needs.items():
            if need.states is None or state in need.states:
                address = reverse("surveys:demand_act", args=[pk, name.replace("_", "-")])
                told[name] = client.get(address).status_code
    for name in SERVICES.needs:
        told[f"service {name}"] = client.get(
            reverse("surveys:service_act", args=[service.pk, name.replace("_", "-")])
        ).status_code
    for name in ("service_new", "fact_new"):
        told[name] = client.get(reverse(f"surveys:{name}", args=[asking.here.slug])).status_code

    refused = {name: status for name, status in told.items() if status != 200}
    # Only whoever was asked to come answers for it, nothing was named that could be named no more, nothing had ended.
    assert refused == {"appear": 403, "unmatch": 409, "service put_back": 409}


def test_lists_of_ten_and_a_thousand_rows_ask_the_same_questions(client: Client) -> None:
    asking = make_listed()
    listed = reverse("surveys:demands", args=[asking.here.slug])
    offered = reverse("surveys:services", args=[asking.here.slug])
    shown = reverse("surveys:profile", args=[asking.here.slug])
    grow(asking, 10)
    few = [queries(client, address) for address in (listed, offered, shown)]

    grow(asking, 990)

    assert [queries(client, address) for address in (listed, offered, shown)] == few


def grow(asking: Asking, number: int) -> None:
    before = Demand.objects.count()
    first = demand_of(asking, "canteen")
    Demand.objects.bulk_create(
        Demand(
            survey=asking.survey,
            key=f"more{before + n}",
            title=f"需求{n}",
            base=BASE,
            needed=99,
            percent=20,
            rank=before + n,
            over=False,
            state="below",
            previous=first,
        )
        for n in range(number)
    )
    Service.objects.bulk_create(
        Service(neighbourhood=asking.here, title=f"服务{n}", provider="食堂", demand=first)
        for n in range(number)
    )
    ProfileFact.objects.bulk_create(
        ProfileFact(
            neighbourhood=asking.here,
            area=asking.here,
            name="people",
            value=str(n + 100),
            source="街道",
            entered_by=asking.survey.created_by,
        )
        for n in range(number)
    )


def used(within: Any, usage: Usage, number: int, first: int) -> None:
    for n in range(number):
        dwelling = make_dwelling(within=within, room=str(first + n))
        dwelling.usage = usage
        dwelling.save(update_fields=["usage"])


def test_how_flats_are_used_is_told_only_where_nobody_can_be_told_from_it(client: Client) -> None:
    here = make_neighbourhood()
    one, other = make_estate(parent=here, name="甲苑"), make_estate(parent=here, name="乙苑")
    first, second = make_building(parent=one), make_building(parent=other)
    for building in (first, second):
        for start, usage in ((100, Usage.OWN), (200, Usage.LET), (300, Usage.EMPTY)):
            used(building, usage, 10, start)

    whole, *estates = profile.places(here)
    assert [part["count"] for part in whole.parts] == [20, 20, 20]
    assert [len(place.parts) for place in estates] == [3, 3]
    second.dwellings.filter(usage=Usage.EMPTY).first().delete()
    whole, *estates = profile.places(here)

    # The whole less the other estate would tell the nine.
    assert [part["count"] for part in whole.parts] == [20, 20, 19]
    assert [place.parts for place in estates] == [[], []]
    assert [(place.buildings, place.dwellings) for place in estates] == [(1, 29), (1, 30)]


def test_the_newest_figure_holds_and_small_ones_are_not_told(client: Client) -> None:
    asking = make_listed()
    worker, slug, here = asking.worker, asking.here.slug, asking.here
    today = clock.today()
    enter = offering.enter
    enter(worker, slug, here.pk, "people", "2310", today - timedelta(days=400), "街道统计")
    enter(worker, slug, here.pk, "people", "2355", today, "街道统计")
    enter(worker, slug, here.pk, "households", "7", today, "居委会台账")
    enter(worker, slug, here.pk, "estate_type", "动迁安置房", today, "规划")
    enter(worker, slug, here.pk, "lift", "有", today, "物业")

    page = read(client, reverse("surveys:profile", args=[slug]))

    assert "2,355" in page
    assert "2,310" not in page
    assert "不足 10" in page
    assert "动迁安置房" in page
    assert "1,131 份中收回 498 份（44%，RR1）" in page  # 498 of 1,131 answered
    history = reverse("surveys:profile_history", args=[slug])
    assert "街道统计" in read(client, history)
    assert "2,310" not in read(client, history)
    client.force_login(worker)
    assert "2,310" in read(client, history)


def test_a_small_number_cannot_be_reckoned_from_its_fellows_or_from_the_other_estates() -> None:
    asking = make_listed()
    here, today = asking.here, clock.today()
    one, other = make_estate(parent=here, name="甲苑"), make_estate(parent=here, name="乙苑")

    def enter(area: Area, **values: str) -> None:
        for name, value in values.items():
            offering.enter(asking.worker, here.slug, area.pk, name, value, today, "街道")

    enter(here, people="200", households="90", owners="84", tenants="6", age_18_30="120", age_31_50="80")
    enter(one, people="195", households="50", age_18_30="115", age_31_50="7")
    enter(other, households="30")
    whole, *others = profile.places(here)

    # The whole is told, but neither owners nor tenants: the flats would give them away.
    assert {known.item.name for known in whole.known} == {"people", "households", "age_18_30", "age_31_50"}
    # 195 of 200 would tell the 5 of the other estate, as a band would its small fellow.
    told = {place.area: {known.item.name for known in place.known} for place in others}
    assert told[one] == told[other] == {"households"}


def test_a_figure_that_cannot_be_is_refused() -> None:
    asking = make_listed()
    wrong = [
        ("people", "-3"),
        ("people", "十"),
        ("elders_alone", "101"),
        ("build_year", "1492"),
        ("lift", "也许"),
    ]

    for name, value in [*wrong, ("nothing", "1")]:
        with pytest.raises(NotPossible):
            offering.enter(
                asking.worker, asking.here.slug, asking.here.pk, name, value, clock.today(), "街道"
            )

    assert not ProfileFact.objects.exists()
    elsewhere = make_neighbourhood()
    with pytest.raises(NotPossible):
        offering.enter(asking.worker, asking.here.slug, elsewhere.pk, "people", "9", clock.today(), "街道")


def test_answers_are_weighted_to_what_the_profile_says() -> None:
    asking = make_listed()
    worker, slug, pk = asking.worker, asking.here.slug, asking.here.pk

    assert profile.margins(asking.here) == {}
    for name, value in (("age_18_30", "700"), ("age_31_50", "500"), ("age_66", "900"), ("owners", "800")):
        offering.enter(worker, slug, pk, name, value, clock.today(), "街道")
    offering.enter(worker, slug, pk, "owners", "", clock.today(), "街道")

    assert profile.margins(asking.here) == {"age": {"18-30": 700, "31-50": 500, "66-": 900}}


def test_the_home_says_what_was_asked_for(client: Client) -> None:
    asking = make_listed()
    visit = Visit(make_user(), asking.here, None, member=False)

    shown = on_home(visit, Setting())

    assert shown is not None
    assert [row.demand.title for row in shown["rows"]] == ["老人助餐点", "电动车充电插座", "小区菜店"]
    assert on_home(Visit(make_user(), make_neighbourhood(), None, member=False), Setting()) is None
