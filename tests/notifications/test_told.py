"""What is said after an act claims no more than was done: how many were told, and nothing where nobody was."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from portal.community.models import Area
from portal.notifications import delivery, services
from portal.notifications.kinds import Kind
from portal.notifications.told import Told, listening
from tests import factories
from tests.actions.test_ways_back import rows

CLAIM = re.compile(r"(?<!you )\b(was|were|is|are|and) told\b", re.I)


@pytest.mark.django_db
def test_accounts_are_counted_once_and_without_whoever_did_it(here: Area, opened: Kind) -> None:
    chen, zhou = factories.make_user(), factories.make_user()

    with listening() as told:
        for occasion in ("topic:1", "topic:2"):
            services.send(opened, [chen, zhou], neighbourhood=here, occasion=occasion, url="/")
    services.send(opened, [factories.make_user()], neighbourhood=here, occasion="topic:3", url="/")

    with override("en"):
        assert told.after("Posted.", by=chen.pk) == "Posted. 1 person was told."
        assert told.after("Posted.", by=0) == "Posted. 2 people were told."
    with override("zh-hans"):
        assert told.after("已发布。", by=0) == "已发布。已通知 2 人。"


@pytest.mark.django_db
def test_of_many_it_says_that_they_are_told_soon(
    here: Area, opened: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "SLICE", 1)
    people = [factories.make_user() for _ in range(3)]

    with listening() as told:
        services.send(opened, people, neighbourhood=here, occasion="topic:1", url="/")

    with override("en"):
        assert told.said(by=0) == "3 people are told within minutes."


def test_where_nobody_was_told_nothing_is_claimed() -> None:
    assert Told().after("Posted.", by=7) == "Posted."
    assert Told({7}).after("Posted.", by=7) == "Posted."


def test_no_action_claims_by_itself_that_somebody_was_told() -> None:
    with override("en"):
        said = {name: action.done for name, _table, action in rows() if not callable(action.done)}
        claims = [name for name, text in said.items() if CLAIM.search(str(text))]

    assert claims == []
