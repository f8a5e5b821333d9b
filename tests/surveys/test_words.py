"""Words that other apps use too say here what they mean here."""

from __future__ import annotations

from django.utils import translation

from portal.surveys.course.forms import SettingsForm
from portal.surveys.models import Disposition
from portal.surveys.reception.forms import BuildingField
from portal.surveys.states import BookingState, DayState, SurveyState


def test_a_survey_and_a_reception_day_are_not_spoken_of_as_votes_or_books_are() -> None:
    said = {
        Disposition.NOT_REACHED: "没有联系上",
        SurveyState.CLOSED: "已截止",
        BookingState.BOOKED: "已预约",
        DayState.PLANNED: "已安排",
    }
    with translation.override("zh-hans"):
        assert {one: str(one.label) for one in said} == said
        assert str(SettingsForm.base_fields["mode"].label) == "是否记名"
        assert str(SettingsForm.base_fields["reach"].label) == "问谁"


def test_the_whole_neighbourhood_is_named_in_the_language_of_the_reader() -> None:
    with translation.override("en"):
        field = BuildingField()
    with translation.override("zh-hans"):
        assert str(field.empty_label) == "整个小区"
