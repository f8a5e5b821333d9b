"""The small calendar beside a date: day 0, the days counted, those left out and why; against the official days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from portal.community.models import Area, Post
from portal.community.rules import rule
from portal.duties import services
from portal.duties.calendar import Deadline, add_working_days, calendar_days
from portal.duties.counted import counted, period
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.wording import day
from tests.duties.test_views import browser, text
from tests.factories import make_neighbourhood, make_user

RULE = "thread.answer_working_days"

# 国办发明电〔2025〕7号 (2026) by hand: begun when, how many working days; the last day, what is left out and made up.
BY_HAND = [
    # New Year: 1 to 3 January off, Sunday the 4th worked.
    ("2025-12-30 10:00", 5, "2026-01-07", [("New Year’s Day", "2026-01-01", "2026-01-03")], ["2026-01-04"]),
    # 23:50 on the eve of that Sunday.
    ("2026-01-03 23:50", 1, "2026-01-04", [], ["2026-01-04"]),
    # Spring Festival: Saturday 14 February worked, 15 to 23 off, Saturday the 28th worked.
    (
        "2026-02-12 09:00",
        7,
        "2026-02-28",
        [("Spring Festival", "2026-02-15", "2026-02-23")],
        ["2026-02-14", "2026-02-28"],
    ),
    # On its first day.
    (
        "2026-02-15 08:00",
        5,
        "2026-02-28",
        [("Spring Festival", "2026-02-16", "2026-02-23")],
        ["2026-02-28"],
    ),
    # National Day: 1 to 7 October off, Saturday the 10th worked, Sunday the 11th off.
    (
        "2026-09-29 16:00",
        5,
        "2026-10-12",
        [("National Day", "2026-10-01", "2026-10-07"), ("weekend", "2026-10-11", "2026-10-11")],
        ["2026-10-10"],
    ),
    # 2025: Mid-Autumn falls into the October holiday and is named.
    (
        "2025-09-30 16:00",
        2,
        "2025-10-10",
        [
            ("National Day", "2025-10-01", "2025-10-05"),
            ("Mid-Autumn Festival", "2025-10-06", "2025-10-06"),
            ("National Day", "2025-10-07", "2025-10-08"),
        ],
        [],
    ),
]


@translation.override("en")
def test_days_left_out_and_made_up_are_those_of_the_official_notice() -> None:
    for start, days, last, left_out, made_up in BY_HAND:
        since = clock.at_time(date.fromisoformat(start[:10]), int(start[11:13]), int(start[14:]))
        due = add_working_days(since, days)
        count = period(since, due.at, due.unit)

        assert (due.last_day, count.days) == (date.fromisoformat(last), days), start
        assert [(str(out.why), out.days) for out in count.left_out] == [
            (why, _days(first, end)) for why, first, end in left_out
        ], start
        assert count.made_up == [_words(one) for one in made_up], start


def test_every_calendar_day_counts_where_days_are_calendar_days() -> None:
    due = calendar_days(clock.at_time(date(2026, 9, 29), 9), 7)

    count = period(clock.at_time(date(2026, 9, 29), 9), due.at)

    assert (count.days, count.left_out, count.made_up) == (7, [], [])


@pytest.mark.django_db
def test_a_promise_knows_from_when_in_which_days_and_by_which_rule_it_was_counted() -> None:
    here = make_neighbourhood()
    since = clock.at_time(date(2026, 11, 20), 17)
    with clock.at(since):
        duty = _open(here, add_working_days(since, rule(RULE, here)))
    count = counted(duty, here)

    assert (count.since, count.unit, count.days, count.ends) == (since, "working", 5, duty.due_at)
    assert count.rule is not None
    assert (count.rule.key, count.rule.value) == (RULE, 5)
    named = counted(_open(here, Deadline(clock.end_of(date(2026, 12, 20)))), here)
    assert (named.unit, named.rule, named.left_out) == ("named", None, [])


@pytest.mark.django_db
def test_the_calendar_of_a_promise_has_a_page_for_who_may_see_it() -> None:
    here = make_neighbourhood()
    with clock.at(clock.at_time(date(2026, 9, 29), 16)):
        duty = _open(here, add_working_days(clock.now(), rule(RULE, here)))
        Duty.objects.filter(pk=duty.pk).update(late_at=duty.due_at + timedelta(days=1))
        worker = browser(make_user(post=Post.WORKER, neighbourhood=here))
        page = text(worker.get(reverse("duties:date", args=[duty.pk])))

        assert "5 working days" in page
        assert "Thu 1 Oct – Wed 7 Oct: National Day" in page
        assert "Sat 10 Oct: a weekend day that is worked for a holiday" in page
        assert "Mon 12 Oct, 24:00" in page
        assert "The portal stood still" in page
        assert RULE in page
        listed = text(worker.get(reverse("duties:workbench", args=[here.slug])))
        assert reverse("duties:date", args=[duty.pk]) in listed
    stranger = browser(make_user(post=Post.WORKER, neighbourhood=make_neighbourhood()))
    assert stranger.get(reverse("duties:date", args=[duty.pk])).status_code == 404


def _open(here: Area, due: Deadline) -> Duty:
    subject = f"topic:{due.at:%m%d}"
    return services.open_duty(
        "test.screen",
        subject,
        neighbourhood=here,
        title="加装扶手",
        url="/topics/1/",
        due=due,
        post=Post.WORKER,
    )


def _words(iso: str) -> str:
    return day(date.fromisoformat(iso))


def _days(first: str, last: str) -> str:
    return _words(first) if first == last else f"{_words(first)} – {_words(last)}"
