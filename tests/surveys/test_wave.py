"""A survey from the draft to the answer to each need over the line, by pages alone and without JavaScript."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from portal.community.models import Area, Dwelling, User
from portal.community.permissions import Role
from portal.duties import tick
from portal.kit import clock, printing
from portal.record import services as record
from portal.surveys.models import Channel, FrameUnit, Question, Response, Survey
from portal.surveys.paper import codes, papers
from portal.surveys.showing import press
from portal.surveys.states import SurveyState
from tests.browser.words import zh
from tests.browserless import Person
from tests.factories import make_building, make_dwelling, make_neighbourhood, make_resident, make_user
from tests.surveys.factories import hand_in
from tests.worlds import kept

pytestmark = pytest.mark.django_db
TITLE = "2026 年社区居民需求问卷"
CLEAN = "楼道里的干净整洁，您打几分？"
# How many homes there are, and how many of them answer as rows besides those that come by pages.
HOMES, OTHERS = 60, 40
SAID = {"age": "66-", "tenure": "owner", "elders": "no", "children": "no"}
Done = TypeVar("Done")


@dataclass
class Place:
    """A neighbourhood with its homes, its committee and two who live there."""

    here: Area
    homes: list[Dwelling]
    worker: User
    director: User
    tang: User
    wu: User

    @property
    def survey(self) -> Survey:
        """The one that was made, as it stands now."""
        return Survey.objects.get(neighbourhood=self.here)

    def unit(self, place: int) -> FrameUnit:
        """Of the home at a place."""
        return self.survey.units.select_related("survey").get(dwelling=self.homes[place])


@kept
def make_place() -> Place:
    """Sixty homes in one building."""
    here = make_neighbourhood()
    building = make_building(parent=here)
    homes = [make_dwelling(within=building, room=str(101 + at)) for at in range(HOMES)]
    worker, director = (make_user(role, neighbourhood=here) for role in (Role.WORKER, Role.DIRECTOR))
    tang, wu = (make_resident(dwelling=home) for home in homes[:2])
    return Place(here, homes, worker, director, tang, wu)


@pytest.fixture(autouse=True)
def drawn_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report is drawn in this process: that another one does it is tested in test_showing.py."""
    monkeypatch.setattr(press, "apart", draw)


def draw(html: str, path: Path) -> None:
    """What the other process does."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(printing.pdf(html, press.STYLES))


def test_from_the_draft_to_the_answer_to_each_need() -> None:
    place = make_place()
    worker, director, tang, wu = map(at_a_browser, (place.worker, place.director, place.tang, place.wu))
    day = clock.now()

    on(day, lambda: drafts(worker, place))
    on(day, lambda: changes_a_question(worker, place))
    on(day, lambda: settles(worker, place, day + timedelta(days=14)))
    on(day, lambda: approves_and_opens(director, worker, place))
    day += timedelta(days=1)
    on(day, lambda: goes_back_and_changes_a_parent(tang, place))
    on(day, lambda: answers_by_letter(Person(), place))
    on(day, lambda: hands_in_twice(wu, place))
    on(day, lambda: paper_is_read_by_two(worker, director, place))
    on(day, lambda: answers_by_telephone(worker, place))
    on(day, lambda: others_answer(place))
    day += timedelta(days=14)
    work_is_done(day)
    on(day, lambda: is_checked_and_counted(worker, director, place))
    on(day, lambda: lists_and_answers(worker, place))

    on(day, lambda: reads_what_became_of_it(Person(), place))
    on(day, lambda: files_say_the_same(Person(), place))
    assert record.verify(place.here.slug).holds


def at_a_browser(user: User) -> Person:
    """Somebody who is signed in."""
    person = Person()
    person.client.force_login(user)
    return person


def on(moment: datetime, doing: Callable[[], Done]) -> Done:
    """Do something at a moment."""
    with clock.at(moment):
        return doing()


def work_is_done(moment: datetime) -> None:
    """The periodic work of a moment is done."""
    with clock.at(moment):
        assert tick.run() == []


def drafts(worker: Person, place: Place) -> None:
    """A draft with the ready questionnaire, found from the list of surveys."""
    worker.open(f"/n/{place.here.slug}/surveys/")
    worker.press(zh("Prepare a survey"))
    worker.send(title=TITLE, start="ready")
    assert worker.at == place.survey.get_absolute_url()
    assert TITLE in worker.text


def changes_a_question(worker: Person, place: Place) -> None:
    """One question gets other words."""
    question = Question.objects.get(survey=place.survey, key="clean")
    worker.open(reverse("surveys:build_question", args=[question.pk, "edit-question"]))
    worker.send(text=CLEAN)
    assert worker.at.startswith(reverse("surveys:build", args=[place.survey.pk]))
    assert CLEAN in worker.text


def settles(worker: Person, place: Place, ends: datetime) -> None:
    """What it is for, and until when."""
    worker.open(place.survey.get_absolute_url())
    worker.press(zh("Settle whom it asks and when"))
    worker.send(intro="想知道先办什么。", closes_at=timezone.localtime(ends).strftime("%Y-%m-%dT18:00"))


def approves_and_opens(director: Person, worker: Person, place: Place) -> None:
    """The director approves it; whoever prepared it opens it, and every home is asked."""
    director.open(place.survey.get_absolute_url())
    director.press(zh("Approve it"))
    director.send()
    worker.open(place.survey.get_absolute_url())
    worker.press(zh("Open the survey"))
    worker.send()
    assert place.survey.units.count() == HOMES
    codes.mint(place.survey)


def says(person: Person, place: Place, **answers: Any) -> None:
    """Answer some questions at their own pages."""
    for key, value in answers.items():
        address = reverse("surveys:question", args=[place.survey.pk, key])
        if person.at != address:
            person.open(address)
        person.send(a=value)


def goes_back_and_changes_a_parent(tang: Person, place: Place) -> None:
    """What hangs on the answer that was changed at the check is asked no more, and not handed in."""
    tang.open(place.survey.get_absolute_url())
    tang.open(reverse("surveys:answer", args=[place.survey.pk]))
    tang.send()
    says(tang, place, **SAID | {"elders": "yes"}, meals="needed", elder_help=["meals", "escort"])
    assert "助餐送餐" in tang.open(reverse("surveys:check", args=[place.survey.pk]))
    tang.open(reverse("surveys:question", args=[place.survey.pk, "elders"]) + "?check=1")
    tang.send(a="no")
    assert tang.at == reverse("surveys:check", args=[place.survey.pk])
    assert "助餐送餐" not in tang.text
    tang.send()
    assert zh("Handed in, thank you") in tang.text
    values = Response.objects.get(survey=place.survey, channel=Channel.ONLINE).values
    assert values == SAID | {"meals": "needed"}


def answers_by_letter(chen: Person, place: Place) -> None:
    """Nobody signs in: the code of the letter lets in."""
    letter = codes.code_of(place.unit(2))
    chen.open(f"/n/{place.here.slug}/surveys/code/?code={letter}")
    chen.send(code=letter)
    assert letter not in chen.at
    says(chen, place, **SAID, meals="needed", wish="多放几把长椅")
    chen.open(reverse("surveys:check", args=[place.survey.pk]))
    chen.send()
    assert zh("Handed in, thank you") in chen.text
    assert Response.objects.get(survey=place.survey, channel=Channel.LETTER).unit_id is None


def hands_in_twice(wu: Person, place: Place) -> None:
    """The page is sent a second time: it is one answer, and both times the thanks stand there."""
    wu.open(reverse("surveys:answer", args=[place.survey.pk]))
    wu.send()
    says(wu, place, **SAID, meals="needed", parking="not")
    wu.open(reverse("surveys:check", args=[place.survey.pk]))
    page, at = wu.page, wu.at
    for _time in range(2):
        wu.page, wu.at = page, at
        wu.send()
        assert zh("Handed in, thank you") in wu.text
    assert place.survey.responses.filter(channel=Channel.ONLINE).count() == 2


def paper_is_read_by_two(first: Person, second: Person, place: Place) -> None:
    """Only the question both read differently is compared; then it counts."""
    code = codes.code_of(place.unit(3))
    typed = {"age": "4", "tenure": "1", "elders": "2", "children": "2", "meals": "1", "people": "2"}
    takes_up(first, place, code)
    first.send(**typed)
    takes_up(second, place, code)
    second.send(**typed | {"people": "3"})
    assert "平时一起住的有几口人" in second.text
    assert "家里有 14 岁以下的孩子吗" not in second.text
    second.send(which__people="2")
    assert Response.objects.get(survey=place.survey, channel=Channel.PAPER).values["people"] == 3


def takes_up(clerk: Person, place: Place, code: str) -> None:
    """A paper by its code, from the page of the survey's paper."""
    clerk.open(reverse("surveys:papers", args=[place.survey.pk]))
    clerk.press(zh("Enter a paper"))
    clerk.send(code=code, version=papers.version_of(place.survey))


def answers_by_telephone(worker: Person, place: Place) -> None:
    """The clerk types what is said, reads it out, and it counts."""
    worker.open(reverse("surveys:papers", args=[place.survey.pk]))
    worker.press(zh("Take answers by telephone or at the counter"))
    worker.send(code=str(place.unit(4).number), channel="phone")
    worker.send(age="4", tenure="1", elders="2", children="2", meals="1")
    assert "老年助餐点" in worker.text
    worker.send()
    assert Response.objects.filter(survey=place.survey, channel=Channel.PHONE).exists()


def others_answer(place: Place) -> None:
    """So many that something can be published: as rows, with the mark that their homes handed in."""
    for at in range(OTHERS):
        hand_in(place.survey, SAID | {"meals": "needed" if at % 2 else "not", "parking": "no_view"})
    homes = [home.pk for home in place.homes[5 : 5 + OTHERS]]
    place.survey.units.filter(dwelling__in=homes).update(handed_in_on=clock.today())


def is_checked_and_counted(worker: Person, director: Person, place: Place) -> None:
    """The clock closed it; it is looked through, counted and published, each by its button."""
    assert place.survey.state == SurveyState.CLOSED
    for words in (
        "Look for odd answers",
        "The answers were looked through",
        "Count it",
        "Publish the results",
    ):
        worker.open(place.survey.get_absolute_url())
        worker.press(zh(words))
        worker.send()
    assert place.survey.state == SurveyState.PUBLISHED


def lists_and_answers(worker: Person, place: Place) -> None:
    """The list is made; each need over the line is answered, and then so is the survey."""
    worker.open(place.survey.get_absolute_url())
    worker.press(zh("Make the demand list"))
    worker.send()
    (meals,) = place.survey.demands.filter(over=True)
    assert meals.title == "老年助餐点"
    worker.open(meals.get_absolute_url())
    worker.press(zh("A project of the micro-fund"))
    promised = clock.today() + timedelta(days=60)
    worker.send(text="活动室改成助餐点。", promised_on=promised.isoformat())
    assert place.survey.state == SurveyState.RESPONDED


def reads_what_became_of_it(anybody: Person, place: Place) -> None:
    """Everybody reads how many need it, and what becomes of it."""
    anybody.open(place.survey.get_absolute_url())
    page = anybody.open(reverse("surveys:results", args=[place.survey.pk]))
    assert "老年助餐点" in page
    assert "活动室改成助餐点" in page
    assert "56%" in page  # 25 of 45
    page = anybody.open(f"/n/{place.here.slug}/demands/")
    assert "活动室改成助餐点" in page


def files_say_the_same(anybody: Person, place: Place) -> None:
    """The page's number stands in every file; the report is a PDF."""

    def read(form: str) -> bytes:
        address = reverse("surveys:results_file", args=[place.survey.pk, form])
        return bytes(anybody.client.get(address).content)

    said = json.loads(read("json"))
    (need,) = (one for one in said["demands"] if one["key"] == "meals")
    assert (said["n"], need["needed"], need["base"], need["percent"]) == (45, 25, 45, 56)
    lines = list(csv.reader(io.StringIO(read("csv").decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(read("xlsx")), read_only=True)
    sheet = [
        ["" if cell is None else str(cell) for cell in row]
        for row in book.worksheets[0].iter_rows(values_only=True)
    ]
    assert sheet == lines
    assert {tuple(row[7:10]) for row in lines if row[0] == "meals" and row[3] == "needed" and not row[6]} == {
        ("45", "25", "56")
    }
    if printing.can_print():
        report = read("pdf")
        assert report.startswith(b"%PDF")
        assert "老年助餐点" in "".join(page.extract_text() for page in PdfReader(io.BytesIO(report)).pages)
