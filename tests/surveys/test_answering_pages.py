"""The pages of answering: one question a page, checked, handed in once; ways in, and what is refused."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.surveys.models import FrameUnit, Mode, Response, Survey, Unit
from portal.surveys.paper import codes
from portal.surveys.states import ResponseState, SurveyState
from tests.factories import make_resident, make_user
from tests.surveys.factories import Asking, add_question, make_survey

pytestmark = pytest.mark.django_db


def url(asking: Asking, name: str, *args: str) -> str:
    return reverse(f"surveys:{name}", args=[asking.pk, *args])


def enter(client: Client, asking: Asking) -> Response:
    """Sign in and begin."""
    client.force_login(asking.resident)
    client.post(url(asking, "answer"))
    return Response.objects.get(survey=asking.survey, state=ResponseState.DRAFT)


def say(client: Client, asking: Asking, key: str, **fields: object) -> object:
    return client.post(url(asking, "question", key), fields)


def text_of(answer: object) -> str:
    html = answer.content.decode()  # type: ignore[attr-defined]
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def finish(client: Client, asking: Asking) -> None:
    enter(client, asking)
    say(client, asking, "age", a="60-")
    say(client, asking, "elders", a="no")


def test_every_question_is_asked_and_saved_as_its_own_kind(client: Client) -> None:
    asking = make_survey()
    draft = enter(client, asking)
    sent = {
        "age": {"a": "60-"},
        "elders": {"a": "yes"},
        "help": {"a": ["escort", "meals"]},
        "clean": {"a": "4"},
        "order": {"a_0": "light", "a_1": "ramp", "a_2": ""},
        "people": {"a": "3"},
        "since": {"a": "1998-05-01"},
        "wish": {"a": "多放长椅"},
        "canteen": {"a": "needed"},
        "satisfied": {"a_firm": "good", "a_committee": "bad"},
    }

    for key, fields in sent.items():
        assert client.get(url(asking, "question", key)).status_code == 200
        assert say(client, asking, key, **fields).status_code == 302  # type: ignore[attr-defined]
        assert client.get(url(asking, "question", key)).status_code == 200

    assert Response.objects.get(pk=draft.pk).values == {
        "age": "60-",
        "elders": "yes",
        "help": ["meals", "escort"],
        "clean": 4,
        "order": ["light", "ramp"],
        "people": 3,
        "since": "1998-05-01",
        "wish": "多放长椅",
        "canteen": "needed",
        "satisfied": {"firm": "good", "committee": "bad"},
    }


def test_on_and_back_pass_by_what_is_not_asked(client: Client) -> None:
    asking = make_survey()
    enter(client, asking)

    on = say(client, asking, "elders", a="no", go="next")
    back = say(client, asking, "clean", go="back")
    there = client.get(url(asking, "question", "help"))

    assert on.url == there.url == url(asking, "question", "clean")  # type: ignore[attr-defined]
    assert back.url == url(asking, "question", "elders")  # type: ignore[attr-defined]


def test_a_question_that_hangs_on_another_says_why_it_is_asked(client: Client) -> None:
    asking = make_survey()
    enter(client, asking)
    say(client, asking, "elders", a="yes")

    said = text_of(client.get(url(asking, "question", "help")))

    assert "为什么问您" in said
    assert "3" in said.partition("为什么问您")[2]
    assert "“有”" in said


def test_what_is_not_valid_comes_back_as_it_was_typed_and_selects_nothing_else(client: Client) -> None:
    asking = make_survey()
    draft = enter(client, asking)
    say(client, asking, "elders", a="yes")

    answer = say(client, asking, "help", a=["meals", "tampered"])
    html = answer.content.decode()  # type: ignore[attr-defined]

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert re.findall(r'value="(\w+)" checked', html) == ["meals"]
    assert Response.objects.get(pk=draft.pk).values == {"elders": "yes"}


def test_a_text_too_long_is_refused_with_the_limit_and_is_still_there(client: Client) -> None:
    asking = make_survey()
    enter(client, asking)
    long = "长" * 60_000

    answer = say(client, asking, "wish", a=long)

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "2000" in text_of(answer)
    assert long in answer.content.decode()  # type: ignore[attr-defined]


def test_a_megabyte_is_refused(client: Client) -> None:
    asking = make_survey()
    draft = enter(client, asking)

    answer = say(client, asking, "wish", a="x" * 1_100_000)

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "2000" in text_of(answer)
    assert Response.objects.get(pk=draft.pk).values == {}


def test_the_check_shows_what_is_kept_what_was_skipped_and_that_something_was_not_asked(
    client: Client,
) -> None:
    asking = make_survey()
    finish(client, asking)

    said = text_of(client.get(url(asking, "check")))

    assert "60 岁以上" in said
    assert "您跳过了这一题" in said
    assert "“您的家”里有 1 题" in said
    assert "不记名" in said


def test_what_has_to_be_answered_is_named_when_it_is_handed_in(client: Client) -> None:
    asking = make_survey()
    enter(client, asking)
    say(client, asking, "wish", a="多放长椅")

    answer = client.post(url(asking, "check"), {"submission": str(uuid4())})

    assert answer.status_code == 422
    assert "第 1 题" in text_of(answer)


def test_changed_from_the_check_one_comes_back_past_what_it_brought_up(client: Client) -> None:
    asking = make_survey()
    finish(client, asking)

    up = client.post(url(asking, "question", "elders") + "?check=1", {"a": "yes"})
    back = client.post(up.url, {"a": ["meals"]})

    assert up.url == url(asking, "question", "help") + "?check=1"
    assert back.url == url(asking, "check")


def test_ten_identical_posts_are_one_response_and_all_answered_alike(client: Client) -> None:
    for mode in Mode:
        asking = make_survey(mode=mode)
        finish(client, asking)
        sent = {"submission": str(uuid4())}

        answers = [client.post(url(asking, "check"), sent) for _time in range(10)]

        assert {(one.status_code, one.url) for one in answers} == {(302, url(asking, "thanks"))}
        assert Response.objects.filter(survey=asking.survey).count() == 1
        for _reload in range(2):
            assert "交" in text_of(client.get(url(asking, "thanks")))


def test_what_is_saved_after_it_was_handed_in_is_refused_in_words(client: Client) -> None:
    asking = make_survey()
    finish(client, asking)
    client.post(url(asking, "check"))

    answer = say(client, asking, "age", a="18-44")

    assert answer.status_code == 409  # type: ignore[attr-defined]
    assert client.get(url(asking, "question", "age")).status_code == 302
    assert client.get(url(asking, "answer")).url == url(asking, "thanks")


def test_by_name_it_is_changed_from_the_page_of_thanks(client: Client) -> None:
    asking = make_survey(mode=Mode.NAMED)
    finish(client, asking)
    client.post(url(asking, "check"), {"submission": str(uuid4())})
    say(client, asking, "age", a="18-44")

    assert "尚未交卷" in text_of(client.get(url(asking, "thanks")))
    client.post(url(asking, "check"), {"submission": str(uuid4())})

    assert Response.objects.get(survey=asking.survey).values["age"] == "18-44"


def test_sent_after_the_end_the_page_says_what_can_still_be_done(client: Client) -> None:
    asking = make_survey()
    finish(client, asking)
    Survey.objects.filter(pk=asking.pk).update(state=SurveyState.CLOSED)

    late = say(client, asking, "wish", a="多放长椅")
    handed = client.post(url(asking, "check"))

    assert (late.status_code, handed.status_code) == (409, 409)  # type: ignore[attr-defined]
    assert "多放长椅" in text_of(late)
    assert "纸质" in text_of(handed)
    assert client.get(url(asking, "question", "age")).status_code == 302
    assert client.get(url(asking, "answer")).status_code == 409


def with_code(asking: Asking) -> str:
    """The code of the letter to the first home."""
    codes.mint(asking.survey)
    unit = asking.survey.units.select_related("survey").order_by("number").first()
    return codes.code_of(unit) if unit else ""


def test_a_letter_needs_no_account_and_its_code_is_in_no_address(client: Client) -> None:
    asking = make_survey()
    letter = with_code(asking)
    door = reverse("surveys:code", args=[asking.here.slug])

    scanned = client.get(f"{door}?code={letter}")
    page = client.get(scanned.url)
    begun = client.post(door, {"code": letter.lower()})

    assert scanned.url == door
    assert letter in page.content.decode()
    assert begun.url == url(asking, "question", "age")
    say(client, asking, "age", a="60-")
    again = Client()
    assert again.post(door, {"code": letter}).url == url(asking, "question", "tenure")
    assert "60 岁以上" in text_of(again.get(url(asking, "check")))


def test_a_partial_does_not_use_up_the_code_and_handing_in_does(client: Client) -> None:
    asking = make_survey()
    letter = with_code(asking)
    door = reverse("surveys:code", args=[asking.here.slug])
    client.post(door, {"code": letter})
    say(client, asking, "age", a="60-")
    say(client, asking, "elders", a="no")

    other = Client()
    other.post(door, {"code": letter})
    client.post(url(asking, "check"))

    assert other.post(url(asking, "check")).url == url(asking, "thanks")
    assert Client().post(door, {"code": letter}).url == url(asking, "thanks")
    assert Response.objects.filter(survey=asking.survey).count() == 1


def test_by_name_the_letter_leads_back_to_what_was_handed_in(client: Client) -> None:
    asking = make_survey(mode=Mode.NAMED)
    letter = with_code(asking)
    door = reverse("surveys:code", args=[asking.here.slug])
    client.post(door, {"code": letter})
    say(client, asking, "age", a="60-")
    say(client, asking, "elders", a="no")
    client.post(url(asking, "check"))

    thanks, way_in = text_of(client.get(url(asking, "thanks"))), text_of(client.get(url(asking, "answer")))
    again = client.post(door, {"code": letter})

    assert "凭信上的填写码随时可以改" in thanks
    assert "随时在这里改" not in thanks
    assert "凭信上的填写码交的，截止前还可以凭这个填写码修改。" in way_in
    assert again.url == url(asking, "check")
    assert "这些回答已经交卷。" in text_of(client.get(again.url))


def test_codes_cannot_be_tried_without_end(client: Client) -> None:
    asking = make_survey()
    door = reverse("surveys:code", args=[asking.here.slug])

    answers = [client.post(door, {"code": "K7QM-3XRT"}).status_code for _time in range(61)]

    assert (answers[0], answers[59], answers[60]) == (422, 422, 429)


def test_nobody_else_comes_in(client: Client) -> None:
    asking = make_survey()
    for stranger in (None, make_user(), make_resident()):
        visitor = Client()
        if stranger:
            visitor.force_login(stranger)
        assert visitor.get(url(asking, "answer")).status_code == 200
        assert visitor.get(url(asking, "check")).url == url(asking, "answer")
        assert visitor.get(url(asking, "thanks")).url == url(asking, "answer")
        assert visitor.post(url(asking, "question", "age"), {"a": "60-"}).status_code == 409
        assert visitor.post(url(asking, "check")).status_code == 409
    assert not Response.objects.filter(survey=asking.survey).exists()


def test_a_draft_is_not_there_for_visitors(client: Client) -> None:
    asking = make_survey(state=SurveyState.DRAFT)

    for name in ("answer", "check", "thanks"):
        assert client.get(url(asking, name)).status_code == 404


# Saving: who is signed in, the transaction (two), the answers with their survey, one UPDATE.
SAVING, ASKING, CHECKING = 5, 4, 4


@pytest.mark.parametrize("more", [0, 47])
def test_a_page_costs_the_same_at_ten_and_at_sixty_questions(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, more: int
) -> None:
    asking = make_survey()
    section = asking.survey.sections.last()
    assert section is not None
    for place in range(more):
        add_question(section, "demand", f"need-{place}", f"需要 {place}", place=20 + place)
    finish(client, asking)
    client.get(url(asking, "check"))

    with django_assert_num_queries(SAVING):
        say(client, asking, "tenure", a="owner")
    with django_assert_num_queries(ASKING):
        client.get(url(asking, "question", "tenure"))
    with django_assert_num_queries(CHECKING):
        client.get(url(asking, "check"))


def test_one_answer_an_adult_is_the_persons_own(client: Client) -> None:
    asking = make_survey(unit=Unit.ADULT)
    FrameUnit.objects.filter(survey=asking.survey, number=1).update(person=asking.resident.person)
    draft = enter(client, asking)

    assert draft.unit is not None
    assert draft.unit.person_id == asking.resident.person_id


def test_every_kind_can_be_taken_back_and_passing_by_says_that_the_answer_stays(client: Client) -> None:
    asking = make_survey()
    draft = enter(client, asking)
    empty = {
        "age": {"a": ""},
        "help": {},
        "clean": {"a": ""},
        "order": {"a_0": "", "a_1": "", "a_2": ""},
        "wish": {"a": ""},
        "satisfied": {"a_firm": "", "a_committee": ""},
    }
    given = {"age": "60-", "elders": "yes", "help": ["meals"], "clean": 4, "order": ["light"], "wish": "长椅"}
    Response.objects.filter(pk=draft.pk).update(values={**given, "satisfied": {"firm": "good"}})

    for key, fields in empty.items():
        page = client.get(url(asking, "question", key))
        assert "之前的回答仍然保留" in text_of(page)
        if key in {"age", "clean", "satisfied"}:
            assert "收回这一题的回答" in text_of(page).replace("“收回这一题的回答”", "")
        say(client, asking, key, **fields)

    assert Response.objects.get(pk=draft.pk).values == {"elders": "yes"}
