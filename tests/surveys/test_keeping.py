"""How long single answers are kept: said before, announced with a day, and then they are gone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.surveys.course import jobs, services
from portal.surveys.course.figures import response_rate
from portal.surveys.course.selectors import removed, unready
from portal.surveys.exchange.exports import waves_before
from portal.surveys.exchange.services import ask
from portal.surveys.models import Answer, Mode, OpenAnswer, PaperEntry, PaperTrace, Response, Survey
from portal.surveys.paper import services as paper
from portal.surveys.results import services as results
from portal.surveys.states import ResponseState, SurveyState
from tests.surveys.factories import Asking, hand_in, make_survey

pytestmark = pytest.mark.django_db


def ended(state: SurveyState = SurveyState.PUBLISHED, months: int | None = 24) -> Asking:
    """A survey by name with two answers on line, one left out, and one by telephone, that ended on 2 March 2026."""
    asking = make_survey(mode=Mode.NAMED)
    call = paper.take_call(asking.worker, asking.pk, "3")
    paper.read(asking.worker, call.pk, {"age": "60-", "canteen": "needed"})
    paper.count(asking.worker, call.pk)
    hand_in(asking.survey, {"age": "45-59", "canteen": "needed"})
    closed = clock.at_time(date(2026, 3, 2), 18)
    Survey.objects.filter(pk=asking.pk).update(
        state=state,
        closed_at=closed,
        opens_at=closed - timedelta(days=9),
        closes_at=closed,
        keep_months=months,
    )
    return asking


def after(asking: Asking, day: date) -> Survey:
    """How it stands once the periodic work was done in the morning of a day."""
    with clock.at(clock.at_time(day, 3)):
        jobs.erase_answers()
        jobs.erase_answers()
    return Survey.objects.get(pk=asking.pk)


def test_until_the_last_day_all_stays_and_then_every_answer_is_gone_with_a_line_in_the_record() -> None:
    asking = ended()
    rate = response_rate(asking.survey)

    assert after(asking, date(2028, 3, 2)).erased_at is None
    assert Response.objects.exclude(values={}).count() == 2
    assert after(asking, date(2028, 3, 3)).erased_at is not None

    for response in Response.objects.all():
        assert (response.values, response.unit, response.account, response.handed_in_at) == (
            {},
            None,
            None,
            None,
        )
    for gone in (Answer, OpenAnswer, PaperEntry, PaperTrace):
        assert not gone.objects.exists()
    entry = Entry.objects.get(action="survey.answers_erased")
    assert (entry.data["count"], entry.data["kept_on"]) == (2, "2028-03-02")
    assert response_rate(asking.survey) == rate


def test_texts_that_were_shown_to_everybody_stay_as_they_were_shown() -> None:
    asking = ended()
    response = Response.objects.exclude(paper__isnull=False).get()
    question = asking.survey.questions.first()
    for number, shown in enumerate(("（姓名）想要长椅", "")):
        other = response if number == 0 else Response.objects.exclude(pk=response.pk).get()
        OpenAnswer.objects.create(
            survey=asking.survey, response=other, question=question, text="王阿姨想要长椅", shown=shown
        )

    after(asking, date(2028, 3, 3))

    kept = OpenAnswer.objects.get()
    assert (kept.text, kept.shown) == ("（姓名）想要长椅", "（姓名）想要长椅")


@pytest.mark.parametrize(
    ("state", "months"),
    [(SurveyState.PUBLISHED, None), (SurveyState.OPEN, 24), (SurveyState.CANCELLED, 24)],
)
def test_nothing_goes_where_no_time_was_said_or_it_still_runs(state: SurveyState, months: int | None) -> None:
    asking = ended(state, months)

    assert after(asking, date(2040, 1, 1)).erased_at is None
    assert not Entry.objects.filter(action="survey.answers_erased").exists()


def test_what_was_left_out_is_still_told_in_number_and_reason_without_words() -> None:
    asking = ended(SurveyState.CLOSED)
    Response.objects.exclude(paper__isnull=False).update(
        state=ResponseState.REMOVED, removed_because="quick", removed_reason="两分钟答完四十题"
    )
    told = removed(asking.survey)

    after(asking, date(2028, 3, 3))

    assert removed(asking.survey) == told != []
    assert not Response.objects.exclude(removed_reason="").exists()


def test_nothing_is_counted_published_or_taken_away_any_more() -> None:
    cleaned, analysed, published = (
        ended(state) for state in (SurveyState.CLEANED, SurveyState.ANALYSED, SurveyState.PUBLISHED)
    )
    after(cleaned, date(2028, 3, 3))

    for refused in (
        lambda: services.analyse(cleaned.worker, cleaned.pk),
        lambda: results.publish(analysed.worker, analysed.pk),
        lambda: results.correct(published.worker, published.pk, "补录"),
        lambda: ask(published.worker, published.pk, form="csv", earlier=False, purpose="统计"),
    ):
        with pytest.raises(NotPossible, match="已经"):
            refused()
    follower = Survey(neighbourhood=published.here, family=published.survey.family, created_at=clock.now())
    assert waves_before(follower) == []


def test_the_day_is_announced_on_the_page_and_the_deletion_said_afterwards(client: Client) -> None:
    asking = ended()
    page = client.get(asking.survey.get_absolute_url()).content.decode()
    assert wording.day(date(2028, 3, 2)) in page

    gone = after(asking, date(2028, 3, 3))

    page = client.get(asking.survey.get_absolute_url()).content.decode()
    assert gone.erased_at is not None
    assert wording.day(gone.erased_at) in page
    assert wording.day(date(2028, 3, 2)) not in page


def test_a_draft_says_how_long_before_it_is_approved_and_a_new_one_begins_with_the_rule() -> None:
    asking = make_survey(state=SurveyState.DRAFT)
    made = services.call(asking.worker, asking.here.slug, title="新问卷")
    Survey.objects.filter(pk=asking.pk).update(keep_months=None)
    copied = services.call(
        asking.worker, asking.here.slug, title="又一份", source=Survey.objects.get(pk=asking.pk)
    )

    assert (made.keep_months, copied.keep_months) == (24, 24)
    assert any("保存" in text for text in unready(Survey.objects.get(pk=asking.pk)))
    assert not any("保存" in text for text in unready(made))
