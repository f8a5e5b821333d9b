"""The pages of a review as their readers meet them, and what somebody with a tie never finds."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse

from portal.community.models import Post, User
from portal.funds.models import Application, Call, Conflict, Grant, Review
from portal.funds.review import jobs, ranking, selectors, services
from portal.funds.states import CallState
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline, moment
from tests.factories import make_appointment, make_resident, person_of
from tests.funds.factories_review import (
    Reviewing,
    after_notice,
    make_checked,
    make_on_notice,
    make_scored,
    make_scoring,
    score,
)

pytestmark = pytest.mark.django_db


def page(client: Client, user: User | None, url: str) -> str:
    if user is not None:
        client.force_login(user)
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def test_the_office_and_a_reviewer_find_their_next_step(client: Client) -> None:
    world = make_checked()
    url = reverse("funds:reviewing", args=[world.pk])
    assert reverse("funds:review_act", args=[world.pk, "hand-to-reviewers"]) in page(
        client, world.worker, url
    )
    services.hand_to_reviewers(world.worker, world.pk)

    row = world.reviewer(1)
    text = page(client, world.reviewers[1], url)
    assert reverse("funds:reviewer_act", args=[row.pk, "declare"]) in text
    assert "项目0" not in text
    declaring = reverse("funds:reviewer_act", args=[row.pk, "declare"])
    assert "项目0" in page(client, world.reviewers[1], declaring)
    done = client.post(declaring, {"tied": [world.applications[0].pk], "why": "是我妹妹"})
    assert done.status_code == 302
    text = page(client, world.reviewers[1], url)
    assert reverse("funds:scoring", args=[world.applications[1].pk]) in text
    assert "项目0" not in text
    client.force_login(world.resident)
    assert client.get(url).status_code == 403


def test_one_application_is_scored_on_one_page_and_the_next_follows(client: Client) -> None:
    world = make_scoring()
    url = reverse("funds:scoring", args=[world.applications[0].pk])
    text = page(client, world.reviewers[2], url)
    assert "入户问过。" in text
    keys = [one.key for one in world.call.criteria.all()]
    data = {f"points_{name}": "7" for name in keys} | {f"why_{name}": "可行" for name in keys}
    missing = {**data, f"why_{keys[0]}": ""}
    assert client.post(url, missing).status_code == 422

    done = client.post(url, data | {"comment": "好"})

    assert done.status_code == 302
    assert done["Location"] == reverse("funds:scoring", args=[world.applications[1].pk])
    assert "7" in page(client, world.reviewers[2], url)


def test_somebody_with_a_tie_finds_the_application_on_no_page_in_no_list_search_or_file(
    client: Client,
) -> None:
    world = make_scored()
    one = world.applications[0]
    services.declare_tie(world.reviewers[1], world.reviewer(1).pk, one, "一家人")
    other = make_resident(within=world.here)
    services.name_reviewer(world.worker, world.pk, person_of(other))
    services.declare(other, Review.objects.get(reviewer__person=person_of(other)).reviewer_id)
    score(world, other, one, 5)
    client.force_login(world.reviewers[1])

    for name in ("project", "project_sheet", "project_picture", "scoring"):
        assert client.get(reverse(f"funds:{name}", args=[one.pk])).status_code == 404, name
    for action in ("score", "object", "judge-eligible", "take-back"):
        assert (
            client.get(reverse("funds:review_application_act", args=[one.pk, action])).status_code == 404
        ), action
    for url in (
        reverse("funds:reviewing", args=[world.pk]),
        world.call.get_absolute_url(),
        world.call.fund.get_absolute_url(),
        reverse("funds:funds", args=[world.here.slug]),
        reverse("funds:call_rules", args=[world.pk]),
        reverse("funds:mine"),
        reverse("funds:reviewer_act", args=[world.reviewer(1).pk, "declare-tie"]),
        reverse("search:search", args=[world.here.slug]) + "?q=项目0",
    ):
        answer = client.get(url)
        assert answer.status_code in (200, 404, 409), url
        text = answer.content.decode().replace("?q=项目0", "").replace('value="项目0"', "")
        assert str(one.number) not in text, url
        assert f"/funds/projects/{one.pk}/" not in text, url


def test_from_the_notice_on_everybody_reads_ranking_scores_and_reasons_without_names(client: Client) -> None:
    world = make_on_notice()
    call = page(client, None, world.call.get_absolute_url())
    assert all(one.title in call for one in world.applications)
    text = page(client, None, world.applications[0].get_absolute_url())
    assert "看过了" in text
    assert "居民代表" in text
    assert all(person_of(user).public_name not in text for user in world.reviewers)

    asking = reverse("funds:review_application_act", args=[world.applications[0].pk, "object"])
    assert asking in page(client, world.resident, world.applications[0].get_absolute_url())
    assert client.post(asking, {"text": "位置不对"}).status_code == 302
    made = world.applications[0].objections.get()
    text = page(client, world.worker, world.applications[0].get_absolute_url())
    assert "位置不对" in text
    answering = reverse("funds:objection_act", args=[made.pk, "answer"])
    assert answering in text
    assert client.post(answering, {"upheld": "no", "answer": "核对过"}).status_code == 302
    assert "核对过" in page(client, None, world.applications[0].get_absolute_url())


def test_who_is_not_signed_in_is_told_until_when_to_object_and_after_the_notice_nobody_is(
    client: Client,
) -> None:
    world = make_on_notice()
    url = world.applications[0].get_absolute_url()

    text = page(client, None, url)
    assert "正在公示" in text
    assert "登录后提出异议" in text
    with after_notice(world):
        assert "正在公示" not in page(client, None, url)


def test_the_ranking_costs_as_many_queries_for_three_as_for_one(django_assert_num_queries: object) -> None:
    world = make_scored()
    for count in (1, 3):
        among = [one.pk for one in world.applications[:count]]
        with django_assert_num_queries(3):  # type: ignore[operator]
            assert len(ranking.of(world.call, among)) == count


STEPS = 60
FORWARD = ("hand", "declare", "scores", "short", "post", "object", "answer", "decide")
REFUSED = (NotPossible, PermissionDenied, Http404)


def test_whatever_happens_in_a_round_no_money_is_given_twice_and_nobody_with_a_tie_counts() -> None:
    dice = random.Random(2)
    world = make_checked()
    came: set[str] = set()
    for n in range(STEPS):
        _step(world, dice, FORWARD[n // 2 % len(FORWARD)] if n % 2 else dice.choice(list(ACTS)))
        call = Call.objects.get(pk=world.pk)
        came.add(call.state)
        given = Grant.objects.filter(application__call=call).values_list("approved", flat=True)
        assert call.given == sum(given) <= call.pot
        standing = set(Review.objects.standing().values_list("reviewer", "application"))
        assert not standing & set(Conflict.objects.values_list("reviewer", "application"))
        assert call.notice_until is not None or not Application.objects.public().exists()
    assert came >= {CallState.REVIEWING, CallState.ON_NOTICE, CallState.DECIDED}


def _step(world: Reviewing, dice: random.Random, what: str) -> None:
    with contextlib.suppress(*REFUSED), transaction.atomic():
        ACTS[what](world, dice)


def _scores(world: Reviewing, dice: random.Random) -> None:
    for user in world.reviewers:
        for application in world.applications:
            with contextlib.suppress(*REFUSED), transaction.atomic():
                score(world, user, application, dice.randrange(11))


def _declare(world: Reviewing, dice: random.Random) -> None:
    for n, user in enumerate(world.reviewers):
        with contextlib.suppress(*REFUSED), transaction.atomic():
            services.declare(user, world.reviewer(n).pk)


def _answer(world: Reviewing, dice: random.Random) -> None:
    for one in selectors.waiting_objections(world.call):
        services.answer_objection(world.worker, one.pk, "核对过", upheld=dice.random() < 0.2)


def _short(world: Reviewing, dice: random.Random) -> None:
    chosen = dice.sample(world.applications, dice.randrange(1, 4))
    services.shortlist(world.worker, world.pk, [one.pk for one in chosen], "理由")


def _decide(world: Reviewing, dice: random.Random) -> None:
    if Call.objects.get(pk=world.pk).notice_until is not None:
        with after_notice(world):
            services.decide_without_vote(world.worker, world.pk)


def _tie(world: Reviewing, dice: random.Random) -> None:
    row, application = world.reviewer(dice.randrange(3)), dice.choice(world.applications)
    services.declare_tie(world.worker, row.pk, application, "同事")
    other = make_resident(within=world.here)
    make_appointment(person_of(other), Post.DELEGATE, world.here)
    services.name_reviewer(world.worker, world.pk, person_of(other), True)
    world.reviewers.append(other)


ACTS: dict[str, Callable[[Reviewing, random.Random], object]] = {
    "hand": lambda world, dice: services.hand_to_reviewers(world.worker, world.pk),
    "declare": _declare,
    "scores": _scores,
    "short": _short,
    "post": lambda world, dice: services.post_notice(world.worker, world.pk),
    "object": lambda world, dice: services.object_to(
        world.resident, dice.choice(world.applications).pk, "不同意"
    ),
    "answer": _answer,
    "decide": _decide,
    "tie": _tie,
    "back": lambda world, dice: services.take_back(
        world.worker, dice.choice(world.applications).pk, "看错了"
    ),
    "need": lambda world, dice: services.confirm_need(world.worker, dice.choice(world.applications).pk),
}


def test_the_answer_to_an_objection_stands_in_front_of_the_office_and_of_nobody_else(client: Client) -> None:
    world = make_on_notice()
    first = services.object_to(world.resident, world.applications[0].pk, "分数算错了")
    services.object_to(world.lead(1), world.applications[0].pk, "预算太高")
    answer = reverse("funds:objection_act", args=[first.pk, "answer"])
    project = world.applications[0].get_absolute_url()
    # Of two objections one has the main button of the page, the other stands behind it.
    card = f'href="{answer}"'

    for url in (project, reverse("funds:reviewing", args=[world.pk])):
        assert card in page(client, world.worker, url)
    assert "分数算错了" in page(client, world.worker, answer)
    assert answer not in page(client, world.resident, project)
    services.answer_objection(world.worker, first.pk, "没有算错")

    assert f'class="btn" href="{answer}"' not in page(client, world.worker, project)


def test_the_notice_says_one_end_on_every_page_and_once_it_is_over_no_neighbour_is_late(
    client: Client,
) -> None:
    world = make_on_notice()
    until = world.call.notice_until
    assert until is not None
    project = world.applications[0].get_absolute_url()
    for url in (project, world.call.get_absolute_url()):
        text = page(client, world.resident, url)
        assert deadline(until) in text
        assert moment(until) not in text

    with after_notice(world):
        jobs.owe_steps()
        text = page(client, world.resident, project)
        assert "已逾期" not in text
        assert "决定" in text
        assert "公示已于" in page(client, world.resident, world.call.get_absolute_url())
