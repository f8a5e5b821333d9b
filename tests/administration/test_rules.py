"""The rules in force in words, and a place's own from a day to a day."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from portal.administration import rule_values
from portal.administration.rule_words import WORDS
from portal.administration.services import rules as service
from portal.administration.services.rules import Own
from portal.community.models import LegalStatus, RuleSet
from portal.community.rules import SHIPPED, rule
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from tests.administration.factories import District, make_district

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ROWS = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))


def own(key: str = "topic.discussion_days", value: Any = 10, since: int = 0) -> Own:
    """A rule of its own from so many days after today."""
    return Own(key, value, clock.today() + since * DAY, "居民代表会议决议", LegalStatus.PRACTICE, "大家更快")


def test_every_rule_that_ships_has_words_and_every_word_a_rule() -> None:
    assert set(WORDS) == set(ROWS)


def test_each_value_that_ships_is_told_in_words_and_fits_its_own_shape() -> None:
    for key, rows in ROWS.items():
        value = rows[-1]["value"]
        for language in ("en", "zh-hans"):
            with translation.override(language):
                said = rule_values.said(key, value)
                assert said, key
                assert not set("{}[]'") & set(said), key
        rule_values.check(key, value, value)
        parts = {leaf.way: leaf.read(leaf.typed) for leaf in rule_values.leaves(key, value)}
        assert rule_values.put_in(value, parts) == value, key


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("topic.discussion_days", "14 天"),
        ("topic.seconders", "人数：5 人；户数：3 户；时间（天）：30 天"),
        ("hearing.quorum", "不少于三分之二"),
        ("voting.duplicates", "先收到的有效票为准"),
        (
            "owners.special",
            "按人数不少于三分之二、按面积不少于三分之二参加；按人数不少于四分之三、按面积不少于四分之三同意",
        ),
    ],
)
def test_what_a_rule_says_in_chinese(key: str, said: str) -> None:
    with translation.override("zh-hans"):
        assert rule_values.said(key, ROWS[key][-1]["value"]) == said


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("topic.discussion_days", 0),
        ("topic.discussion_days", -3),
        ("topic.discussion_days", "14"),
        ("topic.discussion_days", True),
        ("topic.discussion_days", [14]),
        ("topic.discussion_days", 10_000),
        ("topic.seconders", {"persons": 5, "households": 3}),
        ("topic.seconders", {"persons": 5, "households": 3, "days": 30, "more": 1}),
        ("hearing.quorum", [3, 2]),
        ("hearing.quorum", [0, 2]),
        ("hearing.quorum", [1, 2, 3]),
        ("hearing.notice_days", {"default": 3, "minimum": 7}),
        ("duty.level_working_days", [0, 2, 5]),
        ("duty.level_working_days", [0, 5, 2, 7, 10]),
        ("voting.duplicates", "both"),
        ("building.majority", {"name": "x", "participation": [], "approval": [], "silence": "none"}),
    ],
)
def test_a_value_of_another_shape_or_out_of_bounds_is_refused(key: str, value: Any) -> None:
    with pytest.raises(NotPossible):
        rule_values.check(key, ROWS[key][-1]["value"], value)


def test_a_neighbourhood_goes_by_its_own_rule_from_its_day_until_it_ends() -> None:
    world = make_district()

    row = service.set_own(world.operator, world.here.pk, own(since=1))

    assert rule("topic.discussion_days", world.here) == 14
    with clock.at(clock.now() + 2 * DAY):
        assert rule("topic.discussion_days", world.here) == 10
        assert rule("topic.discussion_days", world.there) == 14
        service.end(world.operator, row.pk, clock.today() + DAY)
        assert rule("topic.discussion_days", world.here) == 10
        service.hold_on(world.operator, row.pk)
        service.end(world.operator, row.pk, clock.today())
        assert rule("topic.discussion_days", world.here) == 14
    entries = Entry.objects.filter(chain="tianxin", action__startswith="rule.").order_by("sequence")
    assert [entry.action for entry in entries] == ["rule.set", "rule.ended", "rule.held_on", "rule.ended"]
    assert entries[0].data["value"] == "10 天"
    assert (row.reason, row.set_by, row.source) == ("大家更快", world.operator, "居民代表会议决议")


def test_the_nearest_place_goes_first_and_each_neighbourhood_records_a_wider_one() -> None:
    world = make_district()
    service.set_own(world.operator, world.subdistrict.pk, own(value=12))
    service.set_own(world.operator, world.here.pk, own(value=9))

    assert rule("topic.discussion_days", world.here) == 9
    assert rule("topic.discussion_days", world.there) == 12
    assert Entry.objects.filter(action="rule.set", chain="lvyuan").count() == 1
    assert Entry.objects.filter(action="rule.set", chain="tianxin").count() == 2


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (("owners.notice_days", 10), "法律规定"),
        (("stars", [1, 2, 3, 4, 5]), "各处相同"),
        (("sounding.ranked", {}), "计票办法"),
        (("no.such", 1), "没有这条规则"),
        (("topic.discussion_days", 10, -1), "只能从今天"),
        (("topic.discussion_days", 14), "没有改动"),
        (("topic.discussion_days", 500), "整数"),
    ],
)
def test_what_is_law_or_past_or_no_change_is_refused(wanted: tuple[Any, ...], said: str) -> None:
    world = make_district()

    with pytest.raises(NotPossible, match=said):
        service.set_own(world.operator, world.here.pk, own(*wanted))


def test_no_building_has_rules_and_no_day_two_of_a_kind() -> None:
    world = make_district()
    with pytest.raises(NotPossible, match="不单独设定规则"):
        service.set_own(world.operator, world.building.pk, own())
    first = service.set_own(world.operator, world.here.pk, own())

    with pytest.raises(NotPossible, match="当天已有另一条"):
        service.set_own(world.operator, world.here.pk, own(value=11))
    service.end(world.operator, first.pk, clock.today())
    assert service.set_own(world.operator, world.here.pk, own(value=11)).pk == first.pk
    assert rule("topic.discussion_days", world.here) == 11


def test_an_end_that_is_past_is_not_taken_back() -> None:
    world = make_district()
    row = service.set_own(world.operator, world.here.pk, own())
    with clock.at(clock.now() + DAY):
        service.end(world.operator, row.pk, clock.today())

    with clock.at(clock.now() + 3 * DAY), pytest.raises(NotPossible, match="可以撤回的天数已过"):
        service.hold_on(world.operator, row.pk)


def test_everybody_reads_the_rules_of_a_neighbourhood_with_one_question_for_them() -> None:
    world = _with_own()

    page = Client().get(f"/n/{world.here.slug}/rules/").content.decode()

    assert "天馨设定" in page
    assert "居民代表会议决议" in page
    assert "大家更快" in page
    assert "《民法典》第278条" in page


def test_rules_are_one_query(django_assert_num_queries: Any) -> None:
    world = _with_own()

    with django_assert_num_queries(1):
        groups = service.in_force(world.here)

    assert sum(len(rules) for _label, rules in groups) == len(ROWS)
    assert RuleSet.objects.filter(area=None).values("key").distinct().count() == len(ROWS)


def _with_own() -> District:
    world = make_district()
    service.set_own(world.operator, world.here.pk, own())
    return world
