"""The pages where a questionnaire is written: for whom, with what, and with how many queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.surveys.building import ready, services
from portal.surveys.definition import definition_of
from portal.surveys.models import KINDS, Question, Section, Survey
from portal.surveys.states import SurveyState
from tests.examples import ALL
from tests.surveys.factories import Asking, add_question, make_survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Asking:
    return make_survey(state=SurveyState.DRAFT)


def url(made: Asking, action: str = "", **query: Any) -> str:
    name, args = ("surveys:build_act", [made.pk, action]) if action else ("surveys:build", [made.pk])
    return reverse(name, args=args, query=query or None)


def of_question(made: Asking, key: str, action: str) -> str:
    question = Question.objects.get(survey=made.pk, key=key)
    return reverse("surveys:build_question", args=[question.pk, action])


def held(form: Any) -> dict[str, Any]:
    """What a form's page sends when nothing is typed."""
    found = {field.html_name: field.value() for field in form}
    return {name: value for name, value in found.items() if value is not None and value is not False}


def sent(client: Client, address: str, **typed: Any) -> Any:
    """A form as its page makes it: what it holds, and what is typed besides."""
    return client.post(address, held(client.get(address).context["form"]) | typed)


def test_only_the_office_reads_it_while_it_is_written(client: Client, made: Asking) -> None:
    for user, status in ((None, 302), (made.resident, 404), (made.worker, 200), (made.director, 200)):
        client.logout()
        if user:
            client.force_login(user)
        assert client.get(url(made)).status_code == status
        assert client.get(reverse("surveys:build_look", args=[made.pk])).status_code == status


def test_queries_do_not_grow_with_the_questions(client: Client, made: Asking) -> None:
    client.force_login(made.worker)
    pages = [
        url(made),
        reverse("surveys:build_look", args=[made.pk]),
        of_question(made, "clean", "edit-question"),
    ]
    counts = []
    for more in (0, 50):
        section = Section.objects.filter(survey=made.pk).last()
        assert section
        for at in range(more):
            add_question(
                section, "single", f"more-{at}", "还有", options=(("a", "甲"), ("b", "乙")), place=20 + at
            )
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert client.get(page).status_code == 200
            counts.append(len(asked))
    assert counts[:3] == counts[3:]


@pytest.mark.parametrize("kind", sorted(KINDS) if ALL else ["demand", "matrix", "number"])
def test_a_question_of_each_kind_is_added_and_changed_by_forms(
    client: Client, made: Asking, kind: str
) -> None:
    client.force_login(made.worker)
    answer = sent(
        client, url(made, "add-question", kind=kind), text="新的一题", more_options="甲\n乙\n", more_rows="行"
    )
    assert answer.status_code == 302
    question = definition_of(Survey.objects.get(pk=made.pk)).questions[-1]
    assert question.kind == kind
    edit = of_question(made, question.key, "edit-question")
    assert answer.url == edit
    assert sent(client, edit, text="改过的一题", required="on").status_code == 302
    again = definition_of(Survey.objects.get(pk=made.pk)).questions[-1]
    assert (again.text, again.required, again.pairs()) == ("改过的一题", True, question.pairs())


def test_options_are_put_in_order_emptied_and_added(client: Client, made: Asking) -> None:
    client.force_login(made.worker)
    typed = {"option_meals_place": 9, "option_escort": "", "more_options": "聊天"}
    assert sent(client, of_question(made, "help", "edit-question"), **typed).status_code == 302
    found = definition_of(made.survey).get("help")
    assert found
    assert [(one.text, one.exclusive) for one in found.choices()] == [
        ("都不需要", True),
        ("助餐", False),
        ("聊天", False),
    ]


def test_a_condition_is_set_by_lines_and_shown_in_words(client: Client, made: Asking) -> None:
    client.force_login(made.worker)
    page = of_question(made, "place", "condition")
    lines = {
        "join": "any",
        "leaf_0": "is:elders:yes",
        "leaf_1": "at_least:people",
        "number_1": 3,
        "negated_1": "on",
    }
    assert sent(client, page, **lines).status_code == 302
    tree = {"any": [{"is": ["elders", "yes"]}, {"not": {"at_least": ["people", 3]}}]}
    assert Question.objects.get(survey=made.pk, key="place").condition == tree
    form = client.get(page).context["form"]
    assert [line["leaf"].value() for line in form.lines] == ["is:elders:yes", "at_least:people", "", ""]
    assert sent(client, page, leaf_0="", leaf_1="").status_code == 302
    assert Question.objects.get(survey=made.pk, key="place").condition is None
    assert sent(client, page, leaf_0="at_least:people").status_code == 422
    assert sent(client, page, leaf_0="is:wish:x").status_code == 422


def test_the_second_editor_reads_both_texts_and_may_send_again(client: Client, made: Asking) -> None:
    client.force_login(made.director)
    page = of_question(made, "clean", "edit-question")
    typed = held(client.get(page).context["form"]) | {"text": "我的"}
    question = Question.objects.get(survey=made.pk, key="clean")
    services.edit_question(made.worker, question.pk, 0, text="别人的")
    answer = client.post(page, typed)
    assert answer.status_code == 409
    assert [other.text for other in answer.context["other_texts"]] == ["别人的"]
    assert answer.context["form"]["version"].value() == "1"
    assert client.post(page, typed | {"version": 1}).status_code == 302


def test_moving_taking_out_and_back_by_plain_forms(client: Client, made: Asking) -> None:
    client.force_login(made.worker)
    question = Question.objects.get(survey=made.pk, key="clean")
    answer = client.post(of_question(made, "clean", "up"), {"version": 0})
    assert answer.url == url(made) + f"#question-{question.pk}"
    assert client.post(of_question(made, "clean", "up"), {"version": 0}).status_code == 409
    remove = of_question(made, "wish", "remove-question")
    assert client.get(remove).status_code == 200
    assert sent(client, remove).status_code == 302
    assert sent(client, url(made, "undo")).status_code == 302
    assert Question.objects.filter(survey=made.pk, key="wish").exists()
    assert sent(client, url(made, "redo")).status_code == 302
    assert not Question.objects.filter(survey=made.pk, key="wish").exists()


def test_what_others_rest_on_is_named_where_it_should_be_taken_out(client: Client, made: Asking) -> None:
    client.force_login(made.worker)
    answer = sent(client, of_question(made, "elders", "remove-question"))
    assert answer.status_code == 409
    assert "老人最需要哪几样" in answer.content.decode()


def test_an_empty_questionnaire_begins_in_three_ways(client: Client, made: Asking) -> None:
    other = Survey.objects.create(neighbourhood=made.here, title="新", created_by=made.survey.created_by)
    client.force_login(made.worker)
    page = client.get(reverse("surveys:build", args=[other.pk]))
    assert {offer.name for offer in page.context["others"]} == {"add_section", "lay_ready"}
    ready.lay_out(other)
    section = other.sections.first()
    assert section
    assert (
        client.get(reverse("surveys:build", args=[other.pk], query={"section": section.pk})).status_code
        == 200
    )
    choose = reverse("surveys:build_act", args=[other.pk, "choose"])
    assert client.get(choose).status_code == 200
    answer = client.post(choose, {"section": section.pk, "chosen": ["gate", "estate"]})
    assert answer.status_code == 302
    assert {"gate", "estate"} <= set(Question.objects.filter(survey=other).values_list("key", flat=True))


def test_after_freezing_everything_is_read_and_nothing_offered(client: Client, made: Asking) -> None:
    services.freeze(made.survey)
    client.force_login(made.worker)
    page = client.get(url(made))
    assert page.status_code == 200
    assert not page.context["writes"]
    assert b"<button" not in page.content.partition(b"<main")[2].partition(b"</main>")[0].replace(
        b"data-look", b""
    )
    assert client.get(of_question(made, "clean", "edit-question")).status_code == 409
    assert client.post(of_question(made, "clean", "up"), {"version": 0}).status_code == 409
