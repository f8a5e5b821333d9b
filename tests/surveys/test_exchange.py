"""Answers as a file: no key is lost, no row is short, nothing tells whose answers they are, nothing runs."""

from __future__ import annotations

import copy
import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.community.models import User
from portal.kit import clock
from portal.kit.apart import LEAN
from portal.kit.sheets import safe_cell
from portal.surveys.definition import definition_of
from portal.surveys.exchange import codebook, exports, services
from portal.surveys.exchange.columns import UNANSWERED, layout
from portal.surveys.models import ExportFile, ExportForm, Option, Question, Survey, TableLook
from portal.surveys.states import ResponseState, SurveyState
from tests.examples import examples
from tests.surveys.factories import add_questions, hand_in, make_survey
from tests.voting.servers import address

pytestmark = pytest.mark.django_db

GIVEN: dict[str, Any] = {
    "age": "60-",
    "tenure": "owner",
    "elders": "yes",
    "help": ["meals"],
    "clean": 4,
    "order": ["light", "ramp"],
    "people": 3,
    "since": "2019-05-17",
    "wish": '=HYPERLINK("x")',
    "canteen": "needed",
    "satisfied": {"firm": "good"},
}


@pytest.fixture(autouse=True)
def _apart(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def checked(survey: Survey) -> Survey:
    Survey.objects.filter(pk=survey.pk).update(state=SurveyState.CLEANED)
    return Survey.objects.get(pk=survey.pk)


def table(survey: Survey, *, earlier: bool = False) -> list[dict[str, Any]]:
    header, *rows = exports.Answers(survey, earlier=earlier).rows()
    assert {len(row) for row in rows} <= {len(header)}
    assert len(set(header)) == len(header)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def before(survey: Survey) -> Survey:
    """A wave of the same family a year ago, with questions of its own keys."""
    earlier = copy.copy(survey)
    earlier.pk = earlier.id = None
    earlier.title, earlier.created_at = "2025 年秋季", survey.created_at - timedelta(days=365)
    earlier.state, earlier._state.adding = SurveyState.ARCHIVED, True
    earlier.save()
    add_questions(earlier)
    return earlier


def test_each_answer_is_a_row_with_a_cell_for_each_part_of_a_question() -> None:
    survey = make_survey().survey
    hand_in(survey, GIVEN)

    (row,) = table(survey)

    assert [row[f"help.{key}"] for key in ("meals", "escort", "none")] == [1, 0, 0]
    assert [row[f"order.{key}"] for key in ("ramp", "light", "bench")] == [2, 1, UNANSWERED]
    assert [row["satisfied.firm"], row["satisfied.committee"]] == ["good", UNANSWERED]
    assert (row["age"], row["clean"], row["people"], row["canteen"]) == ("60-", 4, 3, "needed")
    assert (row["wish"], row["place"], row["charging"], row["weight"]) == (1, UNANSWERED, UNANSWERED, "1.000")


def test_not_shown_differs_from_left_out() -> None:
    survey = make_survey().survey
    hand_in(survey, {"age": "18-44", "elders": "no"})

    (row,) = table(survey)

    assert (row["help.meals"], row["canteen"]) == ("", UNANSWERED)


def test_nothing_in_a_row_tells_whose_it_is_or_when_it_came() -> None:
    survey = make_survey().survey
    responses = [hand_in(survey, {**GIVEN, "people": people}) for people in range(1, 9)]
    (archive,) = [_made(survey, "csv")]

    written = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8-sig", "ignore")

    assert not any(str(response.pk) in written for response in responses)
    assert "2019-05-17" not in written
    assert "2019-05" in written
    assert clock.today().isoformat() not in written
    assert not {"channel", "handed_in_on", "seconds", "pk", "id"} & set(table(survey)[0])


def test_rows_come_in_another_order_each_time() -> None:
    survey = make_survey().survey
    for people in range(1, 13):
        hand_in(survey, {"people": people})

    orders = {tuple(row["people"] for row in table(survey)) for _time in range(4)}

    assert len(orders) > 1
    assert {tuple(sorted(order)) for order in orders} == {tuple(range(1, 13))}


def test_what_is_not_counted_is_not_taken_away() -> None:
    survey = make_survey().survey
    hand_in(survey, {"people": 1})
    gone = hand_in(survey, {"people": 2})
    type(gone).objects.filter(pk=gone.pk).update(state=ResponseState.REMOVED)

    assert [row["people"] for row in table(survey)] == [1]


def test_no_key_is_lost_when_options_are_removed_added_and_renamed_between_waves() -> None:
    survey = make_survey(state=SurveyState.DRAFT).survey
    earlier = before(survey)
    hand_in(earlier, {**GIVEN, "help": ["escort"]})
    now = Question.objects.get(survey=survey, key="help")
    Option.objects.filter(question=now, key="escort").delete()
    Option.objects.filter(question=now, key="meals").update(text="送餐到家")
    Option.objects.create(question=now, number=9, key="hair", text="理发")
    Question.objects.filter(survey=survey, key="charging").delete()
    hand_in(survey, {**GIVEN, "help": ["hair"]})

    rows = {row["wave"]: row for row in table(survey, earlier=True)}
    words = list(codebook.rows(exports.Answers(survey, earlier=True).layout))

    assert [rows[survey.title][f"help.{key}"] for key in ("hair", "escort", "meals")] == [1, 0, 0]
    assert [rows[earlier.title][f"help.{key}"] for key in ("hair", "escort", "meals")] == [0, 1, 0]
    assert (rows[survey.title]["charging"], rows[earlier.title]["charging"]) == ("", UNANSWERED)
    titles = {tuple(row[3:5]) for row in words if row[0] == "help.meals"}
    assert titles == {
        (survey.title, "老人最需要哪几样 – 送餐到家"),
        (earlier.title, "老人最需要哪几样 – 助餐"),
    }


def test_an_option_that_is_stored_and_in_no_questionnaire_any_more_is_a_column() -> None:
    survey = make_survey(state=SurveyState.DRAFT).survey
    hand_in(survey, {**GIVEN, "help": ["meals", "escort"]})
    Option.objects.filter(question__survey=survey, key="escort").delete()
    Question.objects.filter(survey=survey, key="people").delete()

    (row,) = table(survey)

    assert (row["help.escort"], row["people"]) == (1, 3)


VALUES = st.dictionaries(
    st.sampled_from(["age", "help", "order", "satisfied", "gone", "clean"]),
    st.one_of(
        st.none(),
        st.integers(-5, 5),
        st.sampled_from(["meals", "=1", "-x"]),
        st.lists(st.sampled_from(["meals", "ramp", "old"]), max_size=3),
        st.dictionaries(st.sampled_from(["firm", "shop"]), st.sampled_from(["good", "bad"])),
    ),
)


def test_every_row_has_as_many_cells_as_the_heading_whatever_was_stored() -> None:
    survey = make_survey().survey
    definition = definition_of(survey)

    @settings(max_examples=examples(30))
    @given(st.lists(VALUES, max_size=6))
    def holds(stored: list[dict[str, Any]]) -> None:
        made = layout([definition], stored, waves=True)
        header = made.header
        assert len(set(header)) == len(header)
        for values in stored:
            row = made.row(survey.pk, 1000, values)
            assert len(row) == len(header)
            for key, value in values.items():
                several = key in ("help", "order", "satisfied") and isinstance(value, list | dict)
                assert all(f"{key}.{part}" in header for part in (value if several else ()))
                assert several or value in (None, [], {}) or any(name.startswith(key) for name in header)

    holds()


@pytest.mark.parametrize(
    "text", ["=1", " =1", "\u200b=1", "\ufeff\u200d +1", "\u3000＝1", "\u00a0@x", "﹦1", "\u2060\t-1", "＋1"]
)
def test_nothing_a_spreadsheet_would_run_leaves_the_portal(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "3–5", "60-", "\u200b你好", " 好"])
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


def test_the_archive_can_be_read_back_by_its_own_description() -> None:
    survey = make_survey().survey
    answer = hand_in(survey, GIVEN)
    answer.open_answers.update(shown='=HYPERLINK("x")', group="停车")

    archive = _made(survey, "csv")

    said = json.loads(archive.read("datapackage.json"))
    for resource in said["resources"]:
        written = csv.reader(io.StringIO(archive.read(resource["path"]).decode("utf-8-sig")))
        header, *rows = list(written)
        assert header == [field["name"] for field in resource["schema"]["fields"]]
        assert {len(row) for row in rows} == {len(header)}
    fields = {field["name"]: field for field in said["resources"][0]["schema"]["fields"]}
    assert fields["help.meals"]["type"] == "integer"
    assert fields["age"]["constraints"]["enum"][2] == "60-"
    assert "'=HYPERLINK" in archive.read("texts.csv").decode()
    assert "HYPERLINK" not in archive.read("answers.csv").decode()


def test_workbook_and_json_hold_the_same_rows() -> None:
    survey = make_survey().survey
    hand_in(survey, GIVEN)

    book = openpyxl.load_workbook(io.BytesIO(_bytes(survey, "xlsx")))
    said = json.loads(_bytes(survey, "json"))

    header, row = list(book["answers"].values)
    assert list(header) == said["header"] == [field["name"] for field in said["schema"]["fields"]]
    assert [["" if cell is None else cell for cell in row]] == said["answers"]
    assert book.sheetnames == ["answers", "texts", "codebook"]


def test_texts_that_were_not_released_stay_here() -> None:
    survey = make_survey().survey
    hand_in(survey, {**GIVEN, "wish": "三号楼王阿姨家的狗"})

    assert "王阿姨" not in _bytes(survey, "json").decode()


def _bytes(survey: Survey, form: str) -> bytes:
    file = ExportFile.objects.create(survey=survey, form=form, purpose="核对")
    exports.make(file)
    return exports.path_of(file).read_bytes()


def _made(survey: Survey, form: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(_bytes(survey, form)))


def test_a_file_is_asked_for_with_a_purpose_that_is_kept_and_fetched_by_whoever_asked(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    asking = make_survey()
    survey = checked(asking.survey)
    hand_in(survey, GIVEN)
    client.force_login(asking.worker)
    url = reverse("surveys:export_act", args=[survey.pk, "export"])
    once = {"once": uuid4().hex}

    assert client.post(url, {"form": "csv", **once}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(url, {"form": "csv", "purpose": "算各楼栋的差别", "once": uuid4().hex})

    file = ExportFile.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == file.get_absolute_url()
    look = TableLook.objects.get()
    assert (look.user, look.survey, "算各楼栋的差别" in look.questions) == (asking.worker, survey, True)
    assert (
        reverse("surveys:export_content", args=[file.pk]) in client.get(answer["Location"]).content.decode()
    )
    content = client.get(reverse("surveys:export_content", args=[file.pk]))
    assert zipfile.is_zipfile(io.BytesIO(b"".join(content)))
    client.force_login(asking.director)
    assert client.get(file.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("worker", 200), ("director", 200), ("resident", 403)])
def test_only_the_office_takes_answers_away(client: Client, who: str, status: int) -> None:
    asking = make_survey()
    survey = checked(asking.survey)
    user: User = getattr(asking, who)
    client.force_login(user)

    assert client.get(reverse("surveys:export_act", args=[survey.pk, "export"])).status_code == status


def test_nothing_is_taken_away_while_answers_come_in(client: Client) -> None:
    asking = make_survey()
    client.force_login(asking.worker)

    answer = client.post(
        reverse("surveys:export_act", args=[asking.pk, "export"]),
        {"form": "csv", "purpose": "x", "once": uuid4().hex},
    )

    assert answer.status_code == 409
    assert not ExportFile.objects.exists()


def test_a_long_file_shows_how_far_it_is_without_script(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = make_survey()
    survey = checked(asking.survey)
    hand_in(survey, GIVEN)
    monkeypatch.setattr(services, "AT_ONCE", 0)
    file = services.ask(asking.worker, survey.pk, form="xlsx", earlier=False, purpose="核对")
    ExportFile.objects.filter(pk=file.pk).update(total=1000, done=400)
    client.force_login(asking.worker)

    body = client.get(file.get_absolute_url()).content.decode()

    assert 'http-equiv="refresh"' in body
    assert "40%" in body
    assert client.get(reverse("surveys:export_content", args=[file.pk])).status_code == 404


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", list(ExportForm))
def test_a_long_file_is_made_by_a_process_that_loads_models_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: ExportForm
) -> None:
    survey = checked(make_survey().survey)
    hand_in(survey, GIVEN)
    file = ExportFile.objects.create(survey=survey, form=form, purpose="核对")
    for name, value in {"DATABASE_URL": address(), "DATA_DIR": str(tmp_path)}.items():
        monkeypatch.setenv(f"PORTAL_{name}", value)

    exports.make_waiting()

    apart = exports.path_of(file).read_bytes()
    exports.make(file)
    assert contents(apart) == contents(exports.path_of(file).read_bytes())
    assert not ExportFile.objects.filter(Q(made_at=None) | ~Q(done=1) | ~Q(failed=0)).exists()


def contents(file: bytes) -> dict[str, bytes]:
    """What a file holds, by name; moments of packing left aside."""
    if not file.startswith(b"PK"):
        return {"": file}
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"}


@pytest.mark.postgres
def test_the_process_that_makes_files_loads_neither_pages_nor_hooks() -> None:
    code = (
        "import sys, django; django.setup(); import portal.surveys.exchange.exports;"
        "print([name for name in ('wagtail', 'portal.pages', 'portal.urls', 'portal.surveys.course.hooks')"
        " if name in sys.modules])"
    )

    said = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | LEAN, stdout=subprocess.PIPE, check=True, text=True
    )

    assert said.stdout.strip() == "[]"


def test_a_file_goes_after_a_week_and_who_asked_stays() -> None:
    asking = make_survey()
    survey = checked(asking.survey)
    with clock.at(clock.now() - timedelta(days=8)):
        file = services.ask(asking.worker, survey.pk, form="json", earlier=False, purpose="核对")
        exports.make(file)
    assert exports.path_of(file).is_file()

    services.take_away()
    services.take_away()

    file.refresh_from_db()
    assert file.gone_at is not None
    assert not exports.path_of(file).exists()
    assert TableLook.objects.count() == 1
