"""The pages of a review as their readers meet them, and what somebody with a tie never finds."""

from __future__ import annotations

import random

import pytest
from django.test import Client
from django.urls import reverse

from portal.community.models import User
from portal.funds.models import Application, Call, Grant, Review
from portal.funds.review import ranking, selectors, services
from portal.funds.states import ApplicationState, CallState
from portal.kit.errors import NotPossible
from tests.factories import make_resident, person_of
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
        assert one.number not in text, url
        assert f"/funds/projects/{one.pk}/" not in text, url


def test_from_the_notice_on_everybody_reads_ranking_scores_and_reasons_without_names(client: Client) -> None:
    world = make_on_notice()
    call = page(client, None, world.call.get_absolute_url())
    assert all(one.title in call for one in world.applications)
    text = page(client, None, world.applications[0].get_absolute_url())
    assert "看过了" in text
    assert "居民代表" in text
    assert all(person_of(user).public_name not in text for user in world.reviewers)

    client.force_login(world.resident)
    asking = reverse("funds:review_application_act", args=[world.applications[0].pk, "object"])
    assert client.post(asking, {"text": "位置不对"}).status_code == 302
    made = world.applications[0].objections.get()
    text = page(client, world.worker, world.applications[0].get_absolute_url())
    assert "位置不对" in text
    answering = reverse("funds:objection_act", args=[made.pk, "answer"])
    assert answering in text
    assert client.post(answering, {"upheld": "no", "answer": "核对过"}).status_code == 302
    assert "核对过" in page(client, None, world.applications[0].get_absolute_url())


def test_the_ranking_costs_as_many_queries_for_three_as_for_one(django_assert_num_queries: object) -> None:
    world = make_scored()
    for count in (1, 3):
        among = [one.pk for one in world.applications[:count]]
        with django_assert_num_queries(3):  # type: ignore[operator]
            assert len(ranking.of(world.call, among)) == count


STEPS = 60


def test_whatever_happens_in_a_round_no_score_is_read_early_and_no_money_is_given_twice() -> None:
    dice = random.Random(15)
    world = make_checked()
    for _n in range(STEPS):
        _step(world, dice)
        call = Call.objects.get(pk=world.pk)
        given = sum(Grant.objects.filter(application__call=call).values_list("approved", flat=True))
        assert call.given == given <= call.pot
        barred = Review.objects.standing().filter(
            application__conflicts__reviewer__pk__in=call.reviewers.values("pk")
        )
        assert not [
            one for one in barred if one.reviewer.conflicts.filter(application=one.application).exists()
        ]
        public = Application.objects.public().filter(call=call)
        assert call.notice_until is not None or not public.exists()
    if call.state == CallState.ON_NOTICE:
        with after_notice(world):
            _step(world, dice, "decide")


def _step(world: Reviewing, dice: random.Random, what: str = "") -> None:
    application = dice.choice(world.applications)
    user, n = dice.choice(world.reviewers), dice.randrange(3)
    acts = {
        "hand": lambda: services.hand_to_reviewers(world.worker, world.pk),
        "declare": lambda: [
            services.declare(who, world.reviewer(k).pk) for k, who in enumerate(world.reviewers)
        ],
        "score": lambda: [score(world, who, application, dice.randrange(11)) for who in world.reviewers],
        "one": lambda: score(world, user, application, dice.randrange(11)),
        "back": lambda: services.take_back(world.worker, application.pk, "x"),
        "tie": lambda: (
            dice.random() < 0.1 and services.declare_tie(world.worker, world.reviewer(n).pk, application, "x")
        ),
        "short": lambda: services.shortlist(world.worker, world.pk, [application.pk], "x"),
        "post": lambda: services.post_notice(world.worker, world.pk),
        "object": lambda: services.object_to(world.resident, application.pk, "x"),
        "answer": lambda: [
            services.answer_objection(world.worker, one.pk, "y", upheld=dice.random() < 0.3)
            for one in selectors.waiting_objections(world.call)
        ],
        "decide": lambda: services.decide_without_vote(world.worker, world.pk),
        "eligible": lambda: services.judge_eligible(world.worker, application.pk),
        "need": lambda: services.confirm_need(world.worker, application.pk),
    }
    from django.core.exceptions import PermissionDenied
    from django.http import Http404

    try:
        acts[what or dice.choice(list(acts))]()
    except (NotPossible, PermissionDenied, Http404):
        return
    assert application.state in ApplicationState.values
