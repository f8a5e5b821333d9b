"""What everybody reads of results: pictures, words, files, all from the same snapshot."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import openpyxl
import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portal.record.fragments import stir
from portal.surveys.models import Snapshot, Survey, Wave
from portal.surveys.results.services import publish as counted_by
from portal.surveys.showing import pictures, press, reading, tables
from portal.surveys.showing.shapes import Page, Table
from portal.surveys.states import DemandState, SurveyState
from tests.factories import person_of
from tests.surveys.crowd import answer_all
from tests.surveys.factories import make_survey
from tests.surveys.published import NEEDS, demand, payload, publish, wave_before

pytestmark = pytest.mark.django_db


def page(client: Client, survey: Survey, **query: Any) -> BeautifulSoup:
    response = client.get(reverse("surveys:results", args=[survey.pk]), query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(soup: Any) -> str:
    return " ".join(soup.get_text(" ").split())


def only(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    (found,) = soup.select(selector)
    return found


def drawn(survey: Survey) -> Page:
    snapshot = reading.newest(survey)
    assert snapshot is not None
    return pictures.page_of(reading.read(Survey.objects.get(pk=survey.pk), snapshot))


def cells(table: Table | None) -> dict[str, tuple[str, ...]]:
    assert table is not None
    assert {len(row) for row in table.rows} <= {len(table.head)}
    return {row[0]: row[1:] for row in table.rows}


def test_nothing_is_told_before_the_results_are_published(client: Client) -> None:
    survey = make_survey().survey

    assert "%" not in words(page(client, survey).main)
    for form in ("json", "csv", "xlsx", "pdf"):
        assert client.get(reverse("surveys:results_file", args=[survey.pk, form])).status_code == 404


def test_a_survey_that_is_still_written_has_no_page(client: Client) -> None:
    survey = make_survey(state=SurveyState.DRAFT).survey

    assert client.get(reverse("surveys:results", args=[survey.pk])).status_code == 404


def test_each_need_stands_with_its_bar_the_line_the_last_wave_and_what_became_of_it(client: Client) -> None:
    survey = make_survey().survey
    before = wave_before(survey)
    publish(survey)
    demand(survey, "canteen", DemandState.IN_HAND, answer="开在 5 号楼底层")
    demand(before, "ramp", DemandState.DONE, answer="两处完工")
    demand(before, "light", DemandState.OWED)

    soup = page(client, survey)

    wishes = soup.select(".wishes > li")
    assert [words(only(wish, "b"))[3:] for wish in wishes] == [need[1] for need in NEEDS]
    first = wishes[0]
    assert [only(first, ".s1")["width"], only(first, ".need")["x"]] == ["41%", "30%"]
    assert only(first, "svg > svg")["x"] == "38%"
    assert "204" in words(first)
    assert "41%" in words(first)
    assert "▲ 3" in words(first)
    assert "开在 5 号楼底层" in words(first.select_one(".chain"))
    kept = soup.select_one(".paths")
    assert "门前坡道" in words(kept)
    assert "两处完工" in words(kept)
    assert "1 / 2" in words(soup.select_one(".figures"))


def test_every_picture_can_be_read_without_being_seen(client: Client) -> None:
    survey = make_survey().survey
    wave_before(survey)
    publish(survey)

    soup = page(client, survey)

    for svg in soup.select("main svg"):
        if svg.find_parent("svg") is None:
            assert svg.get("aria-hidden") == "true" or (svg.get("role") == "img" and svg.get("aria-label")), (
                svg
            )
    assert all(summary.get_text(strip=True) for summary in soup.select("summary"))
    ids = [tag["id"] for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert [tag["style"] for tag in soup.select("[style]")] == []


def test_chart_table_page_and_files_say_the_same_numbers(client: Client) -> None:
    survey = make_survey().survey
    publish(survey)
    written = list(csv.reader(io.StringIO(client.get(_file(survey, "csv")).content.decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(client.get(_file(survey, "xlsx")).content)).active
    assert book is not None

    assert {len(row) for row in written} == {len(tables.HEAD)}
    assert [["" if cell is None else str(cell) for cell in row] for row in book.values] == written
    rows = [dict(zip(tables.HEAD, row, strict=True)) for row in written[1:]]
    said = json.loads(client.get(_file(survey, "json")).content)
    assert said == Snapshot.objects.get(survey=survey).payload
    for _title, pictured in drawn(survey).sections:
        for picture in pictured:
            if picture.chart is None or picture.payload["rows"]:
                continue
            own = [
                row
                for row in rows
                if row["key"] == picture.payload["key"] and row["answer"] and not row["band"]
            ]
            shown = cells(picture.chart.table)
            assert {row["answer"]: (f"{int(row['count']):,}", f"{row['percent']}%") for row in own} == {
                text: values[:2] for text, values in shown.items()
            }


def _file(survey: Survey, form: str) -> str:
    return reverse("surveys:results_file", args=[survey.pk, form])


def test_files_run_nothing(client: Client) -> None:
    survey = make_survey().survey
    said = payload()
    said["questions"][0]["text"] = "\u200b =1+1"
    said["questions"][0]["options"][0]["text"] = "＝cmd()"
    publish(survey, said)

    written = client.get(_file(survey, "csv")).content.decode("utf-8-sig")

    assert "'\u200b =1+1" in written
    assert "'＝cmd()" in written


def test_answers_put_together_are_named_and_not_taken_for_answers_no_longer_asked() -> None:
    survey = make_survey().survey
    before = wave_before(survey)
    then = Snapshot.objects.get(survey=before)
    question = next(one for one in then.payload["questions"] if one["key"] == "help")
    first, second, *rest = question["options"]
    joined = {**first, "key": f"{first['key']}+{second['key']}", "text": "助餐 / 陪诊"}
    question["options"] = [joined, *rest]
    publish(before, then.payload, number=2)
    said = payload()
    need = next(one for one in said["questions"] if one.get("by"))
    for band in need["by"][0]["bands"]:
        no, unsure = band["options"][1:]
        percent = no["percent"] + unsure["percent"]
        band["options"][1:] = [{"key": "not+no_view", "text": "不需要 / 说不清", "percent": percent}]
    publish(survey, said)

    pictured = {one.payload["key"]: one for _title, of in drawn(survey).sections for one in of}

    assert "助餐 / 陪诊" in cells(pictured["help"].compared)
    assert pictured[need["key"]].bands[0].table.head[-1] == "不需要 / 说不清"


def test_what_was_renamed_or_left_out_since_stays_in_the_comparison() -> None:
    survey = make_survey().survey
    before = wave_before(survey)
    then = Snapshot.objects.get(survey=before)
    question = next(one for one in then.payload["questions"] if one["key"] == "help")
    question["options"][0]["text"] = "送餐"
    question["options"][2] = {"key": "hair", "text": "理发", "count": 30, "percent": 13}
    publish(before, then.payload, number=2)
    publish(survey)

    pictured = {one.payload["key"]: one for _title, of in drawn(survey).sections for one in of}

    year = then.payload["closed_on"][:4]
    compared = cells(pictured["help"].compared)
    renamed = next(text for text in compared if text.startswith("助餐"))
    gone = next(text for text in compared if text.startswith("理发"))
    assert "送餐" in renamed
    assert year in renamed
    assert compared[renamed] == ("64%", "64%")
    assert year in gone
    assert compared[gone] == ("13%", "—")
    assert compared["其他"] == ("—", "9%")


def test_why_bands_were_put_together_is_said_in_the_readers_language() -> None:
    survey = make_survey().survey
    publish(survey, payload() | {"least": 10})

    with translation.override("en"):
        whys = {band.note for _title, of in drawn(survey).sections for one in of for band in one.bands}

    assert "Groups are put together so that each number stands for at least 10 people." in whys
    assert not any("合在一起" in why for why in whys)


def test_results_stand_beside_those_of_the_whole_area(client: Client) -> None:
    asking = make_survey()
    wave = Wave.objects.create(area=asking.here, title="2026 年秋", called_by=person_of(asking.director))
    Survey.objects.filter(pk=asking.pk).update(wave=wave)
    survey = Survey.objects.get(pk=asking.pk)
    assert client.get(reverse("surveys:wave_results", args=[wave.pk])).status_code == 404
    Snapshot.objects.create(wave=wave, payload=payload(less=4), sha256="0" * 64)
    publish(survey)

    beside = drawn(survey).beside
    response = client.get(reverse("surveys:wave_results", args=[wave.pk]))

    assert beside is not None
    text, said, dots = beside.rows[0]
    assert (text, dots.here, dots.area) == ("老人助餐点", "41%", "37%")
    assert "41%" in said
    assert "37%" in said
    assert response.status_code == 200
    assert survey.neighbourhood.name in response.content.decode()


def test_an_earlier_edition_is_read_with_what_the_later_one_corrects(client: Client) -> None:
    survey = make_survey().survey
    publish(survey)
    publish(survey, payload(less=1), number=2, why="十二份答卷补录")

    now, then = words(page(client, survey)), words(page(client, survey, number=1))

    assert "十二份答卷补录" in now
    assert "(40%)" in now.replace("（", "(").replace("）", ")")
    assert "(41%)" in then.replace("（", "(").replace("）", ")")
    assert client.get(reverse("surveys:results", args=[survey.pk]), {"number": 3}).status_code == 404


def test_a_withheld_question_has_no_chart(client: Client) -> None:
    survey = make_survey().survey
    publish(survey)

    soup = page(client, survey)

    assert only(soup, "#q-since")
    assert soup.select_one("#q-since svg.plot") is None


def test_a_page_that_was_drawn_is_not_read_again(client: Client, django_assert_max_num_queries: Any) -> None:
    survey = make_survey().survey
    publish(survey)
    page(client, survey)

    with django_assert_max_num_queries(6) as asked:
        page(client, survey)

    assert not any("payload" in query["sql"] for query in asked.captured_queries)


def test_what_becomes_of_a_demand_is_seen_at_once(client: Client) -> None:
    survey = make_survey().survey
    publish(survey)
    need = demand(survey, "canteen", DemandState.OWED)
    assert "已开张" not in words(page(client, survey))
    need.answer, need.state = "已开张", DemandState.IN_HAND
    need.save()
    stir(survey.neighbourhood.slug)

    assert "已开张" in words(page(client, survey))


def test_the_report_colours_each_chart_and_leads_to_the_page() -> None:
    survey = make_survey().survey
    publish(survey)

    html = press.report(drawn(survey), "http://testserver/surveys/1/results/")

    soup = BeautifulSoup(html, "html.parser")
    charts = soup.select("svg.plot")
    assert charts
    assert all(chart.find("style", recursive=False) for chart in charts)
    assert soup.select_one(".cover .qr") is not None
    assert "RR1" in words(soup)
    assert [tag["src"] for tag in soup.select("[src]")] == []


def test_what_was_counted_is_what_is_shown(client: Client) -> None:
    asking = make_survey(state=SurveyState.ANALYSED)
    answers = [
        {
            "age": ("18-44", "45-59", "60-")[at % 3],
            "elders": "yes" if at % 2 else "no",
            "help": ["meals"] if at % 4 else ["escort"],
            "clean": 1 + at % 5,
            "order": ["ramp", "light"],
            "people": 1 + at % 4,
            "canteen": "needed" if at % 3 else "not",
            "satisfied": {"firm": "good" if at % 2 else "bad"},
        }
        for at in range(90)
    ]
    answer_all(asking.survey, answers)
    counted_by(asking.director, asking.pk)
    survey = Survey.objects.get(pk=asking.pk)

    soup = page(client, survey)

    assert "67%" in words(only(soup, ".wishes > li"))
    said = {one["key"]: one for one in Snapshot.objects.get(survey=survey).payload["questions"]}
    for key, question in said.items():
        shown = only(soup, f"#q-{key}")
        for option in question["options"]:
            assert f"{option['percent']}%" in words(shown), (key, option)
    assert client.get(_file(survey, "csv")).status_code == 200
