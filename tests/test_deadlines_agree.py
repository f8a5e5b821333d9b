"""A deadline is the same moment in the same words wherever it is shown: page, list, workbench, notice, calendar.

An end at midnight is 24:00 of the day that ends then, nowhere 00:00 of the next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from portal.community.models import Area, Post, User
from portal.community.permissions import Role
from portal.duties import services as duties
from portal.funds.calls import services as calls
from portal.funds.models import Call
from portal.funds.states import CallState
from portal.kit import clock
from portal.kit.wording import deadline, moment
from portal.meetings.states.hearing import HearingState
from portal.notifications.models import Notice
from portal.record.services import key
from portal.surveys.course import services as surveys
from portal.surveys.models import Survey
from portal.surveys.states import SurveyState
from tests.duties.factories import make_duty, make_notice
from tests.factories import make_neighbourhood, make_user
from tests.funds.factories import make_call, make_fund, make_source
from tests.meetings.factories import HELD_AT, hearing_at
from tests.surveys.factories import make_survey
from tests.volunteers.factories import make_activity, make_crew, make_shift
from tests.voting.factories import CALLED_AT, CLOSES_AT, call, make_place

ROOT = Path(settings.BASE_DIR)
DAY = timedelta(days=1)
# What ends: shown by `deadline`, by what is left until it, or as the end of a span.
ENDS = (
    r"closes_at|due_at|late_from|notice_until|posted_until|state_until|discussed_until|may_extend_to|answer_due_at"
    r"|expires_at|back_until|download_until|cancel_until|extended_from"
)


@dataclass
class Shown:
    """Where a deadline stands: pages with who reads them, the kind of the notice that names it, its calendar entry."""

    here: Area
    end: datetime
    reader: User
    pages: list[str]
    now: datetime
    notice: str = ""
    entry: str = ""
    words: str = ""
    also: list[Callable[[], str]] = field(default_factory=list)


def of_a_duty() -> Shown:
    here = make_neighbourhood()
    worker = make_user(post=Post.WORKER, neighbourhood=here)
    end = clock.end_of(clock.today() + 10 * DAY)
    make_duty(here, due=end)
    with clock.at(end - 2 * timedelta(hours=1)):
        duties.remind()
    pages = [reverse("duties:workbench", args=[here.slug])]
    return Shown(here, end, worker, pages, clock.now(), "duty.soon")


def of_a_vote() -> Shown:
    place = make_place()
    with clock.at(CALLED_AT):
        vote = call(place)
    here = place.neighbourhood
    pages = [vote.get_absolute_url(), reverse("voting:votes", args=[here.slug])]
    return Shown(here, CLOSES_AT, place.people[0], pages, CALLED_AT, "vote.called", f"vote-{vote.pk}-closes")


def of_a_survey() -> Shown:
    world = make_survey(state=SurveyState.APPROVED)
    end = clock.end_of(clock.today() + 20 * DAY)
    Survey.objects.filter(pk=world.pk).update(
        opens_at=None, closes_at=end, opened_at=None, told_at=None, frozen_at=None
    )
    world.survey.units.all().delete()
    surveys.open_survey(world.director, world.pk)
    here = world.survey.neighbourhood
    pages = [world.survey.get_absolute_url(), reverse("surveys:surveys", args=[here.slug])]
    return Shown(here, end, world.resident, pages, clock.now(), "survey.opened", f"survey-{world.pk}")


def of_a_round() -> Shown:
    funding = make_fund()
    make_source(funding)
    made = make_call(funding, state=CallState.DRAFT)
    end = clock.end_of(clock.today() + 20 * DAY)
    Call.objects.filter(pk=made.pk).update(closes_at=end)
    calls.open_call(funding.director, made.pk)
    here = made.neighbourhood
    pages = [made.get_absolute_url(), reverse("funds:funds", args=[here.slug])]
    return Shown(here, end, funding.resident, pages, clock.now(), "call.opened", f"call-{made.pk}-closes")


def of_a_hearing() -> Shown:
    """One signs up until it begins."""
    scene = hearing_at(HearingState.REGISTRATION)
    reader = make_user(Role.RESIDENT, neighbourhood=scene.here)
    pages = [scene.hearing.get_absolute_url(), reverse("meetings:meetings", args=[scene.here.slug])]
    return Shown(
        scene.here,
        HELD_AT,
        reader,
        pages,
        scene.now,
        "hearing.announced",
        f"hearing-{scene.pk}",
        moment(HELD_AT),
    )


def of_a_shift() -> Shown:
    """One cancels, and is counted on, from a moment that hangs on its beginning."""
    crew = make_crew()
    start = (clock.now() + 5 * DAY).replace(minute=0, second=0, microsecond=0)
    shift = make_shift(make_activity(crew), starts_at=start)
    pages = [shift.get_absolute_url(), shift.activity.get_absolute_url()]
    reader = crew.member("甲")
    return Shown(crew.here, start, reader, pages, clock.now(), entry=f"shift-{shift.pk}", words=moment(start))


def of_a_public_notice() -> Shown:
    here = make_neighbourhood()
    made = make_notice(here)
    end = clock.end_of(clock.today() + 6 * DAY)
    type(made).objects.filter(pk=made.pk).update(ends_at=end)
    reader = make_user(Role.RESIDENT, neighbourhood=here)
    pages = [made.get_absolute_url()]
    return Shown(here, end, reader, pages, clock.now(), entry=key(made).replace(":", "-"))


KINDS = [of_a_duty, of_a_vote, of_a_survey, of_a_round, of_a_hearing, of_a_shift, of_a_public_notice]


def page(client: Client, url: str) -> str:
    """What is read there, in one line."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    return " ".join(unescape(answer.content.decode()).split())


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_the_same_moment_in_the_same_words_wherever_it_is_shown(kind: Callable[[], Shown]) -> None:
    shown = kind()
    words, client = shown.words or deadline(shown.end), Client()
    client.force_login(shown.reader)

    with clock.at(shown.now):
        missing = [url for url in shown.pages if words not in page(client, url)]
        feed = client.get(reverse("meetings:calendar_feed", args=[shown.here.slug]))
    told = Notice.objects.filter(kind=shown.notice).first()
    entries = {one.uid.partition("@")[0]: one for one in Calendar.from_ical(feed.content).events}

    assert missing == []
    assert not shown.notice or words in f"{told.title} {told.body}", told  # type: ignore[union-attr]
    if shown.entry:
        entry = entries[shown.entry]
        whole_day = not isinstance(entry.start, datetime)
        assert entry.start == (clock.last_day(shown.end) if whole_day else shown.end)
        assert not whole_day or words in str(entry["DESCRIPTION"])


def test_no_page_says_an_end_as_a_mere_moment_or_day() -> None:
    """Case: a survey that ended on the 20th at 24:00 was open until the 21st at 00:00 on its question pages."""
    wrong = re.compile(rf"\b({ENDS})\|(moment|day)\b")
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for hit in wrong.finditer(path.read_text())
    ]

    assert found == []


def test_no_code_says_an_end_as_a_mere_moment_or_day() -> None:
    """The last day until an end is `clock.last_day`: `day_of` an end at midnight is the day after."""
    wrong = re.compile(rf"\b(moment|day|day_of)\([\w.]*\b({ENDS})\)")
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in sorted((ROOT / "portal").rglob("*.py"))
        for hit in wrong.finditer(path.read_text())
    ]

    assert found == []
