"""What people wrote: covered, grouped, shown, taken back; and the tables of the office."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from portal.kit.errors import NotPossible
from portal.surveys.models import OpenAnswer, Survey, TableLook
from portal.surveys.results import texts
from portal.surveys.results.masking import masked
from portal.surveys.states import SurveyState
from tests.surveys.crowd import answer_all
from tests.surveys.factories import Asking, hand_in, make_survey


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("请打 13812345678 找我", "请打 （电话） 找我"),
        ("电话021-55550101", "电话（电话）"),
        ("3号楼502室漏水", "（门牌）漏水"),
        ("住在12弄3号401", "住在（门牌）"),
        ("张阿姨家的狗太吵", "（姓名）阿姨家的狗太吵"),
        ("老王天天抽烟", "（姓名）天天抽烟"),
        ("证件310101199001011234", "证件（号码）"),
        ("陈晓明很热心", "（姓名）很热心"),
        ("小区要多 2 盏路灯", "小区要多 2 盏路灯"),
    ],
)
def test_what_tells_of_somebody_is_covered(written: str, read: str) -> None:
    assert masked(written, ["陈晓明"]) == read


def _asking() -> Asking:
    asking = make_survey(state=SurveyState.CLEANED)
    for text in ("多放长椅", "请打13812345678", "多种树"):
        hand_in(asking.survey, {"age": "60-", "elders": "no", "wish": text})
    return asking


def _token(text: str) -> str:
    return texts.token(OpenAnswer.objects.get(text=text).pk)


@pytest.mark.django_db
def test_texts_are_put_under_a_heading_many_at_once() -> None:
    asking = _asking()

    done = texts.group(asking.worker, asking.pk, [_token("多放长椅"), _token("多种树")], "环境")

    assert done == 2
    assert set(OpenAnswer.objects.filter(group="环境").values_list("text", flat=True)) == {
        "多放长椅",
        "多种树",
    }


@pytest.mark.django_db
def test_a_text_is_shown_in_the_words_somebody_looked_at_and_can_be_taken_back(client: Client) -> None:
    asking = _asking()
    client.force_login(asking.worker)
    address = reverse("surveys:results_act", args=[asking.pk, "release"])
    asked = client.get(address).content.decode()
    told = {f"text_{_token('请打13812345678')}": "请打（电话）", f"text_{_token('多种树')}": ""}

    without_looking = client.post(address, told)
    done = client.post(address, told | {"looked": "on"})

    assert "13812345678" in asked
    assert "请打（电话）" in asked
    assert (without_looking.status_code, done.status_code) == (422, 302)
    assert [one["text"] for one in texts.shown(asking.survey)] == ["请打（电话）"]
    texts.hide(asking.worker, asking.pk, [_token("请打13812345678")])
    assert texts.shown(asking.survey) == []


@pytest.mark.django_db
def test_nobody_reads_texts_while_answers_come_in_nor_without_the_post(client: Client) -> None:
    asking = _asking()
    with pytest.raises(PermissionDenied):
        texts.group(asking.resident, asking.pk, [_token("多种树")], "环境")
    Survey.objects.update(state=SurveyState.OPEN)
    client.force_login(asking.worker)

    page = client.get(reverse("surveys:open_answers", args=[asking.pk])).content.decode()

    assert "多种树" not in page
    with pytest.raises(NotPossible):
        texts.release(asking.worker, asking.pk, {_token("多种树"): "多种树"})


@pytest.mark.django_db
def test_texts_stand_without_keys_that_tell_their_order(client: Client) -> None:
    asking = _asking()
    client.force_login(asking.worker)

    page = client.get(reverse("surveys:results_act", args=[asking.pk, "group"])).content.decode()

    assert _token("多种树") in page
    assert all(f'value="{pk}"' not in page for pk in OpenAnswer.objects.values_list("pk", flat=True))


@pytest.mark.django_db
def test_a_table_of_the_office_is_logged_and_small_cells_are_not_told(client: Client) -> None:
    asking = make_survey(state=SurveyState.CLEANED)
    answer_all(
        asking.survey,
        [
            {"age": "60-" if at % 2 else "18-44", "elders": "yes" if at < 45 else "no", "help": ["meals"]}
            for at in range(60)
        ],
    )
    client.force_login(asking.worker)
    address = reverse("surveys:tables", args=[asking.pk])

    page = client.get(address, {"first": "age", "second": "elders"}).content.decode()

    look = TableLook.objects.get()
    assert "23（77%）" in page
    assert "22（73%）" in page
    assert page.count("&lt; 10") >= 2
    assert (look.questions, look.user) == ("您的年龄 × 家里有 60 岁以上的老人吗", asking.worker)
    assert look.questions in client.get(reverse("surveys:table_looks", args=[asking.pk])).content.decode()


@pytest.mark.django_db
def test_no_table_is_read_before_the_answers_were_looked_through(client: Client) -> None:
    asking = make_survey(state=SurveyState.OPEN)
    client.force_login(asking.worker)
    address = reverse("surveys:tables", args=[asking.pk])

    page: Any = client.get(address, {"first": "age", "second": "elders"})

    assert "<table" not in page.content.decode()
    assert not TableLook.objects.exists()
    client.force_login(asking.resident)
    assert client.get(address).status_code == 403
