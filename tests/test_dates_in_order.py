"""No deadline lies after what it prepares: which date of a thing comes before which, and what holds it.

Where both are columns of one row, the database holds it. Where they belong to two things, the service that sets the
later one does, and says so in the reader's words; the form's own field says how far either may lie from today
(tests/test_fields_of_all_forms.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from portal.community.permissions import Role
from portal.duties.models import Duty
from portal.funds.books.services.progress import ask_for_progress
from portal.funds.books.wording import PROGRESS
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.states.hearing import HearingState
from portal.meetings.states.review import ReviewState
from portal.pages.models import NoticePage
from tests.duties.factories import make_duty
from tests.factories import make_neighbourhood, make_user
from tests.funds import factories_running as running
from tests.meetings import factories as hearings
from tests.meetings import review_factories as reviews

# Model, the earlier field, the later one, and the constraint; "=": the same day or moment will do.
ORDER = [
    ("boards.MustRead", "day", "last_day", "mustread_days", "="),
    ("boards.FormerText", "day", "last_day", "former_text_days", "="),
    ("community.Appointment", "since", "until", "appointment_dates", "="),
    ("community.Residency", "since", "until", "residency_dates", "="),
    ("community.Ownership", "since", "until", "ownership_dates", "="),
    ("community.Representative", "since", "until", "representative_dates", "="),
    ("community.RuleSet", "valid_from", "valid_to", "rule_days", "="),
    ("duties.Duty", "opened_at", "due_at", "duty_due_after_opened", ""),
    ("duties.Duty", "remind_at", "due_at", "duty_reminded_before_due", "="),
    ("duties.Duty", "due_at", "late_at", "duty_late_after_due", "="),
    ("duties.PublicNotice", "starts_at", "ends_at", "public_notice_dates", ""),
    ("funds.Call", "opens_at", "closes_at", "fund_call_window", ""),
    ("funds.PlannedActivity", "begins_on", "ends_on", "fund_activity_days", "="),
    ("funds.Grant", "posted_at", "posted_until", "fund_accounts_posted", ""),
    ("meetings.Meeting", "starts_at", "ends_at", "meeting_times", ""),
    ("meetings.PanelDraw", "closes_at", "seed_at", "lot_sign_up_before_the_seed", ""),
    ("meetings.DepartmentLink", "made_at", "expires_at", "summons_link_time", "="),
    ("pages.NoticePage", "day", "shown_until", "notice_days", "="),
    ("pages.Publication", "covers_from", "covers_to", "publication_days", "="),
    ("register.Mailing", "issued_at", "download_until", "mailing_time", "="),
    ("register.Invitation", "issued_at", "expires_at", "invitation_time", "="),
    ("register.CounterCode", "issued_at", "expires_at", "counter_code_time", "="),
    ("register.Import", "at", "expires_at", "import_waits", "="),
    ("register.Import", "at", "back_until", "import_goes_back", "="),
    ("surveys.Survey", "opens_at", "closes_at", "survey_closes_after_opening", ""),
    ("surveys.ReceptionDay", "starts_at", "ends_at", "reception_ends_later", ""),
    ("surveys.Service", "since", "until", "service_days", "="),
    ("threads.Thread", "opened_at", "closes_at", "thread_dates", "="),
    ("threads.Post", "asked_at", "due_at", "post_due_after_asked", ""),
    ("threads.MoreTime", "was_due_at", "due_at", "more_time_is_later", ""),
    ("threads.Hold", "at", "due_at", "hold_due_after_begun", ""),
    ("threads.Mute", "since", "until", "mute_has_an_end", ""),
    ("volunteers.Shift", "starts_at", "ends_at", "shift_times", ""),
    ("volunteers.HourRecord", "starts_at", "ends_at", "hours_times", ""),
    ("volunteers.HourDispute", "starts_at", "ends_at", "dispute_times", ""),
    ("volunteers.Certificate", "since", "until", "certificate_dates", "="),
    ("voting.Candidate", "changed_at", "fixed_from", "candidate_before_opening", ""),
    ("voting.Vote", "frozen_at", "opens_at", "vote_roll_frozen_before_opening", "="),
    ("voting.Vote", "opens_at", "closes_at", "vote_dates", ""),
    ("voting.Vote", "closes_at", "may_extend_to", "vote_extended_within", "="),
]
# A last moment that no other column of its row comes before: why, and what holds it instead.
ALONE = {
    "boards.FormerText.until": "when it was corrected, not a date to come",
    "community.Appointment.dismissed_until": "the day it was to end before it was ended by hand",
    "conventions.ConventionRound.state_until": "follows the vote it waits for, or was given by the service",
    "deliberation.Topic.state_until": "comes back with a state that is taken up again with the time it had",
    "deliberation.Topic.discussed_until": "between the least and the most time of a discussion (services.forum)",
    "deliberation.Step.due_on": "to come when it is promised (services.execution)",
    "funds.Call.notice_until": "stays from the first public notice on, whatever is listed anew",
    "funds.Grant.ends_on": "to come when the agreement is signed (running.services.agreeing)",
    "meetings.Decision.due_on": "to come when it is decided (minutes.deciding)",
    "meetings.Hearing.answer_due_at": "in working days from the opinion",
    "meetings.PanelDraw.closes_at": "to come when sign-up opens; the hearing gets its day once the panel is drawn",
    "meetings.Obligation.due_on": "a day of the agreement, which may be the day itself",
    "meetings.Review.report_due_on": "days before the meeting begins: test_a_report_is_due_before_the_review",
    "meetings.ReviewMeasure.due_on": "to come when the plan is handed in (reviews.services.following)",
    "meetings.Summons.wanted_at": "to come when it is sent (summons.services.writing)",
    "notifications.Mail.worth_until": "how long a mail is worth sending, from the moment it is put there",
    "notifications.WechatLink.code_until": "ten minutes from the moment the code is made",
    "pages.Resource.shown_until": "a year from the day it is shown",
    "threads.Earlier.until": "when the words were changed, not a date to come",
    "threads.MoreTime.was_due_at": "the date there was before",
    "surveys.Demand.promised_on": "to come when it is promised (lists.answering)",
    "surveys.Demand.answer_by": "in working days from the list",
}
LAST = re.compile(
    r"(^|_)(until|due|closes|ends|expires|wanted|promised|valid_to|last_day|covers_to|answer_by|extend_to)(_|$)"
)
DAY = timedelta(days=1)
DATED = models.DateField
Row = tuple[str, str, str, str, str]


def _dates() -> Iterator[tuple[str, str]]:
    for model in apps.get_models():
        if model.__module__.startswith("portal."):
            for field in model._meta.local_fields:
                if isinstance(field, DATED):
                    yield model._meta.label, field.name


def test_every_last_moment_of_the_portal_stands_in_the_table() -> None:
    """A new column of this kind says what comes before it, or why nothing does."""
    told = {(model, later) for model, _earlier, later, *_held in ORDER}
    told |= {tuple(name.rsplit(".", 1)) for name in ALONE}
    found = {(model, name) for model, name in _dates() if LAST.search(name)}

    assert len(found) > 45
    assert found - told == set()
    assert {(model, name) for model, name in told if (model, name) not in set(_dates())} == set()


def _moments(field: models.Field[Any, Any], days: int) -> date | datetime:
    at = clock.at_time(date(2026, 11, 2), 9) + days * DAY
    return at if isinstance(field, models.DateTimeField) else at.date()


def _holds(row: Row, earlier: int, later: int) -> bool:
    """Whether the constraint lets a row be whose dates lie so many days from the same day."""
    label, first, second, name, _same = row
    model = apps.get_model(label)
    field = model._meta.get_field
    thing = model(**{first: _moments(field(first), earlier), second: _moments(field(second), later)})
    (held,) = [one for one in model._meta.constraints if one.name == name]
    try:
        held.validate(model, thing)
    except ValidationError:
        return False
    return True


@pytest.mark.django_db
@pytest.mark.parametrize("row", ORDER, ids=lambda row: f"{row[0]}.{row[2]}")
def test_the_database_holds_the_order(row: Row) -> None:
    assert (_holds(row, 1, 2), _holds(row, 2, 1)) == (True, False)
    assert _holds(row, 1, 1) == bool(row[4])


@pytest.mark.django_db
def test_the_database_itself_refuses_a_deadline_before_its_beginning() -> None:
    """One row for all: what is compared above is what a database is asked."""
    duty = make_duty(make_neighbourhood())

    with pytest.raises(IntegrityError, match="duty_due_after_opened"), transaction.atomic():
        Duty.objects.filter(pk=duty.pk).update(opened_at=duty.due_at)


@pytest.mark.django_db
def test_the_stock_admin_says_why_a_notice_cannot_go_before_its_day() -> None:
    today = clock.today()
    page = NoticePage(title="停水", slug="stop", day=today, shown_until=today - DAY)

    with pytest.raises(ValidationError, match="早于"):
        page.clean()


# --- dates of two things ---


@pytest.mark.django_db
def test_a_hearing_begins_when_its_notice_is_over() -> None:
    scene = hearings.hearing_at(HearingState.PANEL_SET)
    with clock.at(scene.now), pytest.raises(NotPossible, match="公示"):
        hearings.announce(scene, starts_at=scene.now + DAY)


@pytest.mark.django_db
def test_nobody_signs_up_once_the_hearing_has_begun() -> None:
    scene = hearings.hearing_at(HearingState.REGISTRATION)
    held = scene.fresh().starts_at
    assert held is not None

    with clock.at(held), pytest.raises(NotPossible):
        hearings.register(scene, make_user(Role.RESIDENT, neighbourhood=scene.here))


@pytest.mark.django_db
def test_a_report_is_due_before_the_review() -> None:
    review = reviews.review_at(ReviewState.ANNOUNCED).fresh()
    assert review.starts_at is not None
    assert review.report_due_on is not None

    assert review.report_due_on < clock.day_of(review.starts_at)


@pytest.mark.django_db
def test_a_progress_note_is_not_owed_after_the_project_is_to_be_finished() -> None:
    project = running.make_running()
    grant = project.grant
    soon = clock.today() + 10 * DAY
    type(grant).objects.filter(pk=grant.pk).update(next_report_on=None, ends_on=soon)
    Duty.objects.filter(kind=PROGRESS).update(dropped_at=clock.now())

    grant.refresh_from_db()
    ask_for_progress(grant)

    assert Duty.objects.active().get(kind=PROGRESS).due_at == clock.end_of(soon)
