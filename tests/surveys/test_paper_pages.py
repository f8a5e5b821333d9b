"""The pages of paper: entered by the printed codes, read a second time blindly, compared where it differs, printed."""

from __future__ import annotations

import io
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from portal.community.models import Contact, User
from portal.kit import printing
from portal.surveys.definition import definition_of
from portal.surveys.models import FrameUnit, Mode, PaperEntry, Response
from portal.surveys.paper import codes, papers, press, services
from portal.surveys.paper.actions import ENTRY_ACTIONS
from portal.surveys.paper.readings import boxes, typed_of, value_of
from portal.surveys.states import PaperState
from tests.surveys.factories import Asking, make_survey

pytestmark = pytest.mark.django_db
TYPED = {
    "age": "3",
    "tenure": "1",
    "elders": "1",
    "help": "2,1",
    "clean": "4",
    "order": "3 1",
    "people": "４",
    "since": "20200930",
    "place": "小花园",
    "wish": "谢谢",
    "canteen": "1",
    "charging": "3",
    "satisfied__firm": "2",
    "satisfied__committee": "1",
}
READ: dict[str, Any] = {
    "age": "60-",
    "tenure": "owner",
    "elders": "yes",
    "help": ["meals", "escort"],
    "clean": 4,
    "order": ["bench", "ramp"],
    "people": 4,
    "since": "2020-09-30",
    "place": "小花园",
    "wish": "谢谢",
    "canteen": "needed",
    "charging": "no_view",
    "satisfied": {"firm": "bad", "committee": "good"},
}


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def taken_up(asking: Asking, client: Client, code: str = "1") -> str:
    """The address of the next step of a paper."""
    form = {"code": code, "version": papers.version_of(asking.survey), "received_on": "2026-11-26"}
    url = reverse("surveys:paper_act", args=[asking.pk, "enter"])
    answer = client.post(url, form)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_a_paper_goes_from_hand_to_hand_by_codes_and_only_what_differs_is_shown() -> None:
    asking = make_survey()
    first, second = browser(asking.worker), browser(asking.director)

    step = taken_up(asking, first)
    assert step.endswith("/read/")
    sent = first.post(step, TYPED)
    assert papers.version_of(asking.survey) in sent["Location"]
    step = taken_up(asking, second)
    blind = second.get(step).content.decode()
    assert "小花园" not in blind
    compare = second.post(step, {**TYPED, "age": "1"})["Location"]
    page = second.get(compare).content.decode()
    assert ("您的年龄" in page, "家里几口人" in page) == (True, False)
    counted = second.post(compare, {"which__age": "1"})

    assert counted.status_code == 302
    assert Response.objects.get().values == READ


def test_what_is_typed_means_the_same_as_what_is_kept_for_every_kind() -> None:
    for question in definition_of(make_survey().survey).questions:
        typed = {box.name: TYPED[box.name] for box in boxes(question)}

        assert value_of(question, typed) == READ[question.key]
        assert value_of(question, typed_of(question, READ[question.key])) == READ[question.key]
        assert value_of(question, dict.fromkeys(typed, "")) is None


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("age", "4", "选项号是 1 到 3"),
        ("age", "x", "选项号是 1 到 3"),
        ("help", "1,1", "写了两次"),
        ("help", "1,3", "不能同选"),
        ("clean", "6", "1 到 5"),
        ("people", "21", "1 到 20"),
        ("since", "2020-13-01", "20260930"),
        ("satisfied__firm", "0", "1 到 2"),
        ("place", "长" * 101, "100"),
    ],
)
def test_a_code_that_is_not_printed_is_refused_with_what_was_typed(name: str, typed: str, said: str) -> None:
    asking = make_survey()
    client = browser(asking.worker)

    answer = client.post(taken_up(asking, client), {**TYPED, name: typed})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert PaperEntry.objects.get().state is PaperState.BEGUN


def test_an_empty_paper_is_not_entered() -> None:
    asking = make_survey()
    client = browser(asking.worker)

    assert client.post(taken_up(asking, client), {}).status_code == 422


def test_a_call_is_read_out_before_it_counts() -> None:
    asking = make_survey()
    client = browser(asking.worker)
    url = reverse("surveys:paper_act", args=[asking.pk, "take-call"])

    step = client.post(url, {"code": "2", "channel": "phone"})["Location"]
    heard = client.post(step, TYPED)["Location"]
    assert "助餐；陪诊" in client.get(heard).content.decode()
    client.post(heard, {})

    assert Response.objects.get().values == READ


def test_the_committee_alone_comes_to_paper() -> None:
    asking = make_survey()
    entry = services.begin(asking.worker, asking.pk, "1", papers.version_of(asking.survey))
    building = FrameUnit.objects.filter(survey=asking.survey)[0].dwelling.building_id
    urls = [
        reverse("surveys:papers", args=[asking.pk]),
        reverse("surveys:paper_form", args=[asking.pk]),
        reverse("surveys:paper_collection", args=[asking.pk, building]),
        reverse("surveys:paper_letters", args=[asking.pk, building]),
        reverse("surveys:paper_act", args=[asking.pk, "enter"]),
        reverse("surveys:paper", args=[entry.pk]),
        reverse("surveys:paper_entry_act", args=[entry.pk, "read"]),
    ]

    assert [browser(asking.resident).get(url).status_code for url in urls] == [403] * len(urls)
    shown = [url for url in urls if not url.endswith((".pdf", "/enter/"))]
    assert [browser(asking.director).get(url).status_code for url in shown] == [200] * len(shown)


def test_the_list_for_collecting_tells_flats_and_marks_and_no_names() -> None:
    asking = make_survey()
    FrameUnit.objects.filter(survey=asking.survey, number=2).update(handed_in_on="2026-11-20")
    unit = FrameUnit.objects.filter(survey=asking.survey)[0]

    url = reverse("surveys:paper_collection", args=[asking.pk, unit.dwelling.building_id])
    page = browser(asking.worker).get(url).content.decode()

    assert (page.count("☐"), page.count("✓")) == (2, 1)
    assert asking.resident.person is not None
    assert asking.resident.person.real_name not in page.split("<main")[1]


def test_an_entry_never_shows_what_was_read() -> None:
    asking = make_survey(mode=Mode.NAMED)
    client = browser(asking.worker)
    client.post(taken_up(asking, client), TYPED)
    entry = PaperEntry.objects.get()

    for url in (entry.get_absolute_url(), reverse("surveys:papers", args=[asking.pk])):
        assert "小花园" not in browser(asking.director).get(url).content.decode()


@pytest.mark.skipif(not printing.can_print(), reason="no Pango")
def test_a_letter_with_its_questionnaire_bears_the_code_the_numbers_and_the_version_of_each_page() -> None:
    asking = make_survey(homes=1)
    Contact.objects.create(area=asking.here, telephone="021-5555 1234")
    codes.mint(asking.survey)
    unit = FrameUnit.objects.select_related("survey", "dwelling__building", "person").get(
        survey=asking.survey
    )
    code = codes.code_of(unit)

    drawn = press.letters(asking.survey, [unit], "https://portal.example.org", with_form=True)

    bag, letter, *form = [page.extract_text() for page in PdfReader(io.BytesIO(drawn)).pages]
    assert code not in bag
    assert code in letter
    assert "021-5555 1234" in letter
    version = papers.version_of(asking.survey)
    assert all(code in page and version in page for page in form)
    for number, question in enumerate(definition_of(asking.survey).questions, 1):
        assert any(str(number) in page and question.text in page for page in form)


@pytest.mark.postgres
@pytest.mark.skipif(not printing.can_print(), reason="no Pango")
def test_all_letters_come_as_one_archive_with_a_file_a_building_without_those_who_handed_in() -> None:
    asking = make_survey(homes=2)
    FrameUnit.objects.filter(survey=asking.survey, number=1).update(handed_in_on="2026-11-20")

    answer: Any = browser(asking.worker).get(reverse("surveys:paper_all_letters", args=[asking.pk]))

    with ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as file:
        (name,) = file.namelist()
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(file.read(name))).pages]
    units = FrameUnit.objects.filter(survey=asking.survey).select_related("survey")
    held, open_to = (codes.code_of(unit) for unit in units)
    assert (len(pages), open_to in pages[1], any(held in page for page in pages)) == (2, True, False)


def test_the_desk_and_the_list_ask_as_much_for_many_as_for_few() -> None:
    few, many = make_survey(homes=2), make_survey(homes=12)
    counts = []
    for asking in (few, many):
        for unit in FrameUnit.objects.filter(survey=asking.survey):
            PaperEntry.objects.create(survey=asking.survey, unit=unit, number=unit.number)
        building = FrameUnit.objects.filter(survey=asking.survey)[0].dwelling.building_id
        client = browser(asking.worker)
        for name, args in (("papers", [asking.pk]), ("paper_collection", [asking.pk, building])):
            client.get(reverse(f"surveys:{name}", args=args))
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse(f"surveys:{name}", args=args))
            counts.append(len(asked))

    assert counts[:2] == counts[2:]


def test_every_step_of_an_entry_answers_who_asks_and_who_sends_nothing() -> None:
    asking = make_survey(homes=4)
    version = papers.version_of(asking.survey)
    made = [services.begin(asking.worker, asking.pk, str(number), version) for number in (1, 2, 3, 4)]
    for entry in made[1:]:
        services.read(asking.worker, entry.pk, READ)
    services.confirm(asking.director, made[2].pk, {**READ, "age": "18-44"})
    settled = services.confirm(asking.director, made[3].pk, READ)
    director = browser(asking.director)

    wrong = []
    for entry in (*made[:3], settled):
        for action in ENTRY_ACTIONS:
            url = reverse("surveys:paper_entry_act", args=[entry.pk, action])
            answers = (director.get(url).status_code, director.post(url, {"reason": ""}).status_code)
            if answers not in {(200, 422), (200, 409), (409, 409), (409, 422)}:
                wrong.append((entry.state, action, *answers))
    assert wrong == []
