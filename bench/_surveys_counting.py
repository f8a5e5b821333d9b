"""Counting, closing, publishing and showing a large survey, measured within one process; prints lines of JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median

import django

django.setup()

from django.conf import settings  # noqa: E402 - after setup
from django.core.cache import caches  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from bench._bulk import bulk, lay_tables, multiply  # noqa: E402
from portal.community.rules import load  # noqa: E402
from portal.kit import clock  # noqa: E402
from portal.management.commands.serve import collect_changed_static_files  # noqa: E402
from portal.surveys.course.services import checking, running  # noqa: E402
from portal.surveys.models import Question, Response, Survey  # noqa: E402
from portal.surveys.results import counting, services  # noqa: E402
from portal.surveys.states import ResponseState, SurveyState  # noqa: E402
from tests.surveys.factories import AGES, add_question, make_survey  # noqa: E402

ANSWERS, QUESTIONS = 54_000, 40
TABLE = "surveys_answer"
# The same answers in each run: drawn by a multiplier modulo a prime from the number of the response and the question.
FILL = f"""INSERT INTO {TABLE} (survey_id, response_id, question_id, base, row_id, option_id, number)
SELECT response.survey_id, response.id, asked.question, TRUE, NULL,
    asked.least + response.at * (2 * asked.question + 1) * 48271 %% 2147483647 / 7 %% asked.many, NULL
FROM (SELECT id, survey_id, ROW_NUMBER() OVER (ORDER BY id) AS at FROM surveys_response WHERE survey_id = %s) response
CROSS JOIN (
    SELECT question_id AS question, MIN(id) AS least, COUNT(*) AS many FROM surveys_option
    WHERE question_id IN ({{keys}}) GROUP BY question_id
) asked ORDER BY response.at, asked.question"""
BARE = f"SELECT option_id, COUNT(*) FROM {TABLE} WHERE survey_id = %s AND question_id = %s GROUP BY option_id"
# What has to be counted for the tables by one background, and nothing of what is made of it.
BARE_BANDS = f"""SELECT band.option_id, other.question_id, other.option_id, COUNT(*) FROM {TABLE} band
JOIN {TABLE} other ON other.response_id = band.response_id
WHERE band.survey_id = %s AND band.question_id = %s AND band.base GROUP BY 1, 2, 3"""
MARGINS = {
    "age": {"18-44": 41_000, "45-59": 33_000, "60-": 26_000},
    "tenure": {"owner": 70_000, "tenant": 30_000},
}
TIMES = 5


def main() -> None:
    """Fill, count, close, weigh, publish, show."""
    settings.ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
    lay_tables()
    collect_changed_static_files()
    load()
    asking = make_survey(state=SurveyState.OPEN)
    survey, questions = asking.survey, ask(asking.survey)
    say("filled", once(lambda: fill(survey, questions)))
    bare(questions)
    say("counted", taken(lambda: counting.count(survey)))
    say("bare", taken(lambda: bare(questions)))
    say("closed", once(running.close_due))
    Survey.objects.filter(pk=survey.pk).update(state=SurveyState.CLEANED)
    say("weighed", once(lambda: checking.analyse(asking.worker, asking.pk)))
    say("bands", once(lambda: bare_bands(questions[:2])))
    say("published", once(lambda: services.publish(asking.worker, asking.pk)))
    show(survey)


def ask(survey: Survey) -> list[Question]:
    """Forty questions of five options, with age and tenure."""
    survey.questions.all().delete()
    section = survey.sections.all()[0]
    five = tuple((f"o{at}", f"选项 {at}") for at in range(5))
    made = [add_question(section, "single", "age", "年龄", options=AGES, place=1, background="age")]
    tenures = (("owner", "业主"), ("tenant", "租户"))
    made.append(
        add_question(section, "single", "tenure", "您是", options=tenures, place=2, background="tenure")
    )
    return made + [
        add_question(
            section, "demand" if at % 2 else "single", f"q{at}", f"问题 {at}", options=five, place=at
        )
        for at in range(3, QUESTIONS + 1)
    ]


def fill(survey: Survey, questions: list[Question]) -> None:
    """Answers of everybody to everything, as rows the database makes itself: keys of options follow one another."""
    opened = clock.now() - timedelta(days=20)
    Survey.objects.filter(pk=survey.pk).update(
        opened_at=opened, closes_at=clock.now(), margins=MARGINS, odd_at=clock.now(), odd_of=ANSWERS
    )
    one = Response.objects.create(survey=survey, state=ResponseState.HANDED_IN, handed_in_on=clock.today())
    multiply(Response.objects.filter(pk=one.pk), ANSWERS - 1)
    keys = ", ".join(str(question.pk) for question in questions)
    with bulk(TABLE), connection.cursor() as cursor:
        cursor.execute(FILL.format(keys=keys), [survey.pk])


def bare(questions: list[Question]) -> None:
    """One plain aggregate a question."""
    with connection.cursor() as cursor:
        for question in questions:
            cursor.execute(BARE, [question.survey_id, question.pk])
            cursor.fetchall()


def bare_bands(backgrounds: list[Question]) -> None:
    """One plain aggregate over the answers of each band, for each background."""
    with connection.cursor() as cursor:
        for question in backgrounds:
            cursor.execute(BARE_BANDS, [question.survey_id, question.pk])
            cursor.fetchall()


def show(survey: Survey) -> None:
    """The page of the results that were published, first drawn and then kept."""
    address = reverse("surveys:results", args=[survey.pk])
    client = Client()
    client.get("/")
    say("page.cold", taken(lambda: anew(client, address)))
    get(client, address)
    say("page.warm", taken(lambda: get(client, address)))


def anew(client: Client, address: str) -> None:
    """The same, with nothing kept."""
    for kept in caches.all():
        kept.clear()
    get(client, address)


def get(client: Client, address: str) -> None:
    """A page that has to be there."""
    found = client.get(address)
    if found.status_code != 200:
        raise RuntimeError(f"{address}: {found.status_code}")


def taken(work: Callable[[], object]) -> float:
    """The median of a few runs, in seconds."""
    times = []
    for _run in range(TIMES):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return median(times)


def once(work: Callable[[], object]) -> float:
    """What can be done once, in seconds."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def say(what: str, seconds: float) -> None:
    """One figure for whoever started this process."""
    print(json.dumps([what, seconds]), flush=True)


if __name__ == "__main__":
    main()
