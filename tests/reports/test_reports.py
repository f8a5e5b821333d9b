"""The report of a month: who writes, signs and corrects it, what is fixed, and who reads it when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from portal.community.models import Appointment, Area, Post, User
from portal.community.permissions import Role
from portal.duties.models import Duty
from portal.duties.steps import step_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline
from portal.record.models import Entry
from portal.reports import jobs, services
from portal.reports.counting import count
from portal.reports.forms import BeginForm
from portal.reports.models import MonthlyReport
from portal.reports.permissions import PLACES, REPORTS
from portal.reports.states import ReportState
from tests import factories
from tests.duties.factories import make_duty

pytestmark = pytest.mark.django_db
OCTOBER, NOW = date(2026, 10, 1), clock.at_time(date(2026, 11, 20), 9)


@pytest.fixture
def here() -> Area:
    return factories.make_neighbourhood(name="天馨")


@pytest.fixture
def worker(here: Area) -> User:
    return factories.make_user(post=Post.WORKER, neighbourhood=here)


@pytest.fixture
def director(here: Area) -> User:
    return factories.make_user(post=Post.DIRECTOR, neighbourhood=here)


def handed_in(worker: User, here: Area) -> MonthlyReport:
    report = services.begin(worker, here.slug, OCTOBER)
    services.write(worker, report.pk, "十月开了一次听证会。")
    return services.hand_in(worker, report.pk)


def owed(report: MonthlyReport) -> list[tuple[str, str]]:
    return list(
        Duty.objects.active().about(f"monthlyreport:{report.pk}").values_list("kind", "post").order_by("kind")
    )


def test_the_worker_owes_the_draft_and_the_director_the_signature(
    here: Area, worker: User, director: User
) -> None:
    with clock.at(NOW):
        report = services.begin(worker, here.slug, OCTOBER)
        assert owed(report) == [("report.write", Post.WORKER)]
        services.write(worker, report.pk, "十月开了一次听证会。")
        services.hand_in(worker, report.pk)
        assert owed(report) == [("report.publish", Post.DIRECTOR)]
        services.give_back(director, report.pk, "请写上表决结果")
        assert owed(report) == [("report.write", Post.WORKER)]
        assert "请写上表决结果" in page(worker, report.get_absolute_url())
        services.hand_in(worker, report.pk)
        assert "请写上表决结果" not in page(director, report.get_absolute_url())
        publish = f"/monthly-reports/{report.pk}/publish/"
        assert page(director, report.get_absolute_url()).count(publish) == 1
        services.publish(director, report.pk)
        assert owed(report) == []
        assert "请写上表决结果" not in page(worker, report.get_absolute_url())


def test_only_a_month_that_is_over_is_offered_to_begin_a_report_with() -> None:
    with clock.at(NOW):
        offered = [value for value, _label in BeginForm().fields["first"].choices]
    assert offered[0] == str(OCTOBER)


def test_what_was_published_never_changes_and_is_corrected_beside_it(
    here: Area, worker: User, director: User
) -> None:
    with clock.at(NOW):
        report = services.publish(director, handed_in(worker, here).pk)
        assert report.figures["promises"] == []
        with clock.at(clock.at_time(OCTOBER, 9)):
            make_duty(here)
        made = services.correct(director, report.pk, text="更正后", reason="漏了一件")
        assert made.figures["promises"] == [{"post": "worker", "all": 1, "kept": 0, "late": 1}]
        report.refresh_from_db()
        assert report.figures["promises"] == []
        assert (made.edition, made.corrects_id) == (2, report.pk)
        with pytest.raises(NotPossible):
            services.correct(director, report.pk, text="再改", reason="又漏了")
    told = Entry.objects.filter(action__startswith="report.").order_by("pk").values_list("action", flat=True)
    assert list(told) == ["report.published", "report.corrected"]


def test_a_month_that_is_not_over_is_not_handed_in(here: Area, worker: User) -> None:
    with clock.at(NOW):
        report = services.begin(worker, here.slug, date(2026, 11, 1))
        services.write(worker, report.pk, "还没完")
        with pytest.raises(NotPossible, match="没有结束|not over"):
            services.hand_in(worker, report.pk)
        with pytest.raises(NotPossible):
            services.begin(worker, here.slug, date(2026, 12, 1))
    with clock.at(NOW + timedelta(days=11)):
        assert services.hand_in(worker, report.pk).state is ReportState.HANDED_IN


def test_the_report_of_the_month_that_ended_is_owed_until_it_is_begun(
    client: Client, here: Area, worker: User, director: User
) -> None:
    new = factories.make_neighbourhood(name="新村")
    factories.make_user(post=Post.DIRECTOR, neighbourhood=new)
    standing = Duty.objects.active().filter(kind="report.begin")
    client.force_login(worker)

    with clock.at(clock.at_time(date(2026, 11, 1), 1)):
        Appointment.objects.filter(area=here).update(since=date(2026, 9, 1))
        Appointment.objects.filter(area=new).update(since=date(2026, 11, 1))
        jobs.ask_for_reports()
        jobs.ask_for_reports()
        duty = standing.get()
        way = step_of(duty, worker)
        client.post(str(way and way.url), {"first": "2026-10-01"})
        jobs.ask_for_reports()

    assert (duty.neighbourhood, duty.post) == (here, Post.WORKER)
    assert duty.due_at == clock.end_of(date(2026, 11, 6))
    assert not standing.exists()
    assert MonthlyReport.objects.get().month.first == OCTOBER


def test_a_month_is_begun_once_and_not_handed_in_empty(here: Area, worker: User) -> None:
    with clock.at(NOW):
        report = services.begin(worker, here.slug, OCTOBER)
        with pytest.raises(NotPossible):
            services.begin(worker, here.slug, OCTOBER)
        with pytest.raises(NotPossible):
            services.hand_in(worker, report.pk)


TABLE = {
    "write": {Role.WORKER, Role.DIRECTOR},
    "hand_in": {Role.WORKER, Role.DIRECTOR},
    "return": {Role.DIRECTOR},
    "publish": {Role.DIRECTOR},
    "correct": {Role.DIRECTOR},
}
PLACE_TABLE = {
    "begin": {Role.WORKER, Role.DIRECTOR},
    "take_lists": {
        Role.WORKER,
        Role.DIRECTOR,
        Role.OFFICER,
        Role.PARTY,
        Role.OVERSIGHT,
        Role.AUDITOR,
    },
    "take_homes": {Role.WORKER, Role.DIRECTOR},
    "take_posts": {Role.WORKER, Role.DIRECTOR, Role.OFFICER},
}


def test_who_may_what() -> None:
    assert {name: set(need.roles) for name, need in REPORTS.needs.items()} == TABLE
    assert {name: set(need.roles) for name, need in PLACES.needs.items()} == PLACE_TABLE


def test_the_worker_does_not_sign(here: Area, worker: User) -> None:
    with clock.at(NOW):
        report = handed_in(worker, here)
        with pytest.raises(PermissionDenied):
            services.publish(worker, report.pk)


def test_everybody_reads_it_once_it_is_published(here: Area, worker: User, director: User) -> None:
    visitor = Client(headers={"Accept-Language": "en"})
    with clock.at(NOW):
        report = handed_in(worker, here)
        assert visitor.get(report.get_absolute_url()).status_code == 404
        assert "waits for the director" not in visitor.get(f"/n/{here.slug}/reports/").content.decode()
        inside = Client(headers={"Accept-Language": "en"})
        inside.force_login(director)
        assert "Sign off and publish" in inside.get(report.get_absolute_url()).content.decode()
        services.publish(director, report.pk)
        page = visitor.get(report.get_absolute_url()).content.decode()
    assert "十月开了一次听证会。" in page
    assert "None in this month." in page


def test_counting_asks_as_much_of_many_as_of_none(here: Area, django_assert_num_queries: object) -> None:
    month = MonthlyReport(neighbourhood=here, first=OCTOBER).month
    with clock.at(clock.at_time(OCTOBER, 9)):
        count(here, month)
        for many in (1, 20):
            for _each in range(many):
                make_duty(here)
            with django_assert_num_queries(10):  # type: ignore[operator]
                count(here, month)


def test_why_it_cannot_be_handed_in_is_what_the_service_would_say(here: Area, worker: User) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(worker)

    def refusal(report: MonthlyReport) -> str:
        return client.get(f"/monthly-reports/{report.pk}/hand-in/").content.decode()

    with clock.at(NOW):
        assert "Please write first what the committee says" in refusal(
            services.begin(worker, here.slug, OCTOBER)
        )
        present = services.begin(worker, here.slug, date(2026, 11, 1))
        services.write(worker, present.pk, "十一月")
        assert "This month is not over yet" in refusal(present)


def test_one_button_is_the_main_one_and_both_sides_read_the_date(
    here: Area, worker: User, director: User
) -> None:
    with clock.at(NOW):
        report = handed_in(worker, here)
        signs, waits = (page(user, report.get_absolute_url()) for user in (director, worker))
        duty = Duty.objects.active().get()
    sign = f"/monthly-reports/{report.pk}/publish/"
    assert signs.count(f'class="btn" href="{sign}"') == 1
    assert 'class="btn quiet"' in signs
    assert "Yours to do:" not in waits
    assert "Waiting for:" in waits
    assert deadline(duty.due_at) in waits
    assert "Waiting for:" not in signs


def test_what_is_signed_stands_beside_the_signature(here: Area, worker: User, director: User) -> None:
    with clock.at(NOW):
        report = handed_in(worker, here)
        signing = page(director, f"/monthly-reports/{report.pk}/publish/")
    assert "十月开了一次听证会。" in signing
    assert "None in this month." in signing
    assert f"/monthly-reports/{report.pk}/return/" in signing


def page(user: User, url: str) -> str:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client.get(url).content.decode()
