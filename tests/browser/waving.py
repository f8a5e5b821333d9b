"""What of a wave is not done in a browser: python -m tests.browser.waving before, or many SURVEY.

`before`: last year's survey, published and listed. `many`: a hundred neighbours' answers, two of them word for word the
same.
"""

from __future__ import annotations

import os
import random
import sys
from datetime import timedelta
from typing import Any

import django

from tests.browser import clockwork

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
clockwork.move()
django.setup()
# Whatever imports models comes after this line.

from django.db import transaction  # noqa: E402

from portal.community.models import User  # noqa: E402
from portal.demo.stories.surveys import settle  # noqa: E402
from portal.kit import clock  # noqa: E402
from portal.surveys.building import asjson  # noqa: E402
from portal.surveys.course import services as course  # noqa: E402
from portal.surveys.lists import services as lists  # noqa: E402
from portal.surveys.models import Survey  # noqa: E402
from portal.surveys.results import services as results  # noqa: E402
from tests.browser.waving_words import NEEDS  # noqa: E402
from tests.surveys.crowd import answer_all  # noqa: E402

PLACE, MANY, YEAR = "tianxin", 100, timedelta(days=365)
TITLE = "去年的居民需求问卷"
WISH = "花园北门的路灯晚上九点就灭了。"


def _choice(key: str, text: str, *options: tuple[str, str], **more: Any) -> dict[str, Any]:
    named = [{"key": name, "text": words} for name, words in options]
    return {"kind": "single", "key": key, "text": text, "required": True, "options": named} | more


HOME = (
    _choice("age", "您的年龄", ("young", "不到 60 岁"), ("old", "60 岁以上"), background="age"),
    _choice("elders", "家里有老人吗", ("yes", "有"), ("no", "没有")),
)
AROUND = (
    {
        "kind": "scale",
        "key": "clean",
        "text": "小区干净吗",
        "least": 1,
        "most": 5,
        "low": "脏",
        "high": "干净",
    },
    *({"kind": "demand", "key": key, "text": text, "group": "小区"} for key, text, _share in NEEDS),
    {"kind": "long_text", "key": "wish", "text": "还想说的话"},
)
QUESTIONS = {
    "sections": [
        {"title": "您的家", "questions": list(HOME)},
        {"title": "小区", "questions": list(AROUND)},
    ]
}


class Somebody(dict[str, User]):
    """Accounts by name."""

    def __missing__(self, name: str) -> User:
        """Afresh."""
        return User.objects.select_related("person").get(username=name)


@transaction.atomic
def before() -> Survey:
    """A year ago: written, opened, answered, counted, published, listed."""
    people: Any = Somebody()
    then = clock.now() - YEAR
    with clock.at(then):
        survey = course.call(people["shen"], PLACE, title=TITLE)
        asjson.read_into(survey, QUESTIONS, people["shen"])
        settle(people, survey, days=14)
    with clock.at(then + timedelta(days=4)):
        course.approve(people["wang"], survey.pk)
        course.open_survey(people["shen"], survey.pk)
        many(survey.pk)
    with clock.at(then + timedelta(days=30)):
        course.close_due()
        for step in (course.look, course.clean, course.analyse):
            step(people["shen"], survey.pk)
        results.publish(people["wang"], survey.pk)
        lists.list_demands(people["shen"], survey.pk)
    return survey


@transaction.atomic
def many(pk: int) -> None:
    """A hundred answers that count."""
    survey = Survey.objects.get(pk=pk)
    chance = random.Random(pk)
    said = [_values(number, chance) for number in range(MANY)]
    answer_all(survey, [*said[2:], *[said[0] | {"wish": WISH}] * 2])


def _values(number: int, chance: random.Random) -> dict[str, Any]:
    needs = {key: "needed" if chance.random() * 100 < share else "not" for key, _text, share in NEEDS}
    home = {"age": "old" if number % 3 else "young", "elders": "yes" if number % 2 else "no"}
    return home | {"clean": 2 + number % 4} | needs


if __name__ == "__main__":
    if sys.argv[1] == "before":
        sys.stdout.write(str(before().pk))
    else:
        many(int(sys.argv[2]))
