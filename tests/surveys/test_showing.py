"""What everybody reads of results: pictures, words, files, all from the same snapshot."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from portal.surveys.models import Survey, Wave
from portal.surveys.showing import pictures, reading, tables
from portal.surveys.states import DemandState, SurveyState
from tests.factories import person_of
from tests.surveys.factories import make_survey
from tests.surveys.published import demand, payload, publish, wave_before

pytestmark = pytest.mark.django_db


def page(client: Client, survey: Survey, **query: Any) -> BeautifulSoup:
    response = client.get(reverse("surveys:results", args=[survey.pk]), query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(soup: Any) -> str:
    return " ".join(soup.get_text(" ").split())


def drawn(survey: Survey) -> pictures.Page:
    snapshot = reading.newest(survey)
    assert snapshot is not None
    return pictures.page_of(reading.read(survey, snapshot))


def test_nothing_is_told_before_the_results_are_published(client: Client) -> None:
    survey = make_survey().survey

    said = words(page(client, survey))

    assert "Answers are taken until" in said or "答" in said
    assert "%" not in said.split("Everything", 1)[0] or "41%" not in said
    assert client.get(reverse("surveys:results_file", args=[survey.pk, "json"])).status_code == 404
