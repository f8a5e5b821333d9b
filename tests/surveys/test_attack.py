"""Somebody who has all that was published, knows the rules and can reckon: what of few people is found out?

The attacker takes every published number of a survey as an equation, or as bounds where it is a percent, over the
people in each original cell, and asks integer programming for the least and the most each cell can hold.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from portal.surveys.models import Survey
from portal.surveys.results.payload import payload_of
from portal.surveys.states import SurveyState
from tests.examples import ALL, examples
from tests.surveys.crowd import answer_all
from tests.surveys.factories import add_question, make_survey

LEAST = 10
BANDS = [f"b{at}" for at in range(5)]
OPTIONS = [f"o{at}" for at in range(4)]


class Attacker:
    """Equations and bounds over whole numbers of people."""

    def __init__(self, cells: Sequence[Any], most: int) -> None:
        self.place = {cell: at for at, cell in enumerate(cells)}
        self.most = most
        self.kinds = len(cells)
        self.rows: list[tuple[dict[int, float], float, float]] = []

    def knows(self, cells: Sequence[Any], low: float, high: float | None = None) -> None:
        """That so many people are in some cells together."""
        self.rows.append(({self.place[cell]: 1.0 for cell in cells}, low, low if high is None else high))

    def knows_small(self, groups: Sequence[Sequence[Any]]) -> None:
        """That one of several groups of cells has fewer than ten: else they were not merged."""
        marks = range(self.kinds, self.kinds + len(groups))
        self.kinds += len(groups)
        for mark, group in zip(marks, groups, strict=True):
            row = {self.place[cell]: 1.0 for cell in group} | {mark: float(self.most)}
            self.rows.append((row, 0, LEAST - 1 + self.most))
        self.rows.append((dict.fromkeys(marks, 1.0), 1, len(groups)))

    def bounds(self, cells: Sequence[Any]) -> tuple[int, int]:
        """The least and the most people that can be in some cells together."""
        matrix = np.zeros((len(self.rows), self.kinds))
        for at, (row, _low, _high) in enumerate(self.rows):
            matrix[at, list(row)] = list(row.values())
        known = LinearConstraint(matrix, [row[1] for row in self.rows], [row[2] for row in self.rows])
        highest = np.full(self.kinds, float(self.most))
        highest[len(self.place) :] = 1
        found = []
        for sign in (1, -1):
            wanted = np.zeros(self.kinds)
            wanted[[self.place[cell] for cell in cells]] = sign
            solved = milp(
                wanted, constraints=known, bounds=Bounds(0, highest), integrality=np.ones(self.kinds)
            )
            assert solved.success, "what was published contradicts itself"
            found.append(round(sign * solved.fun))
        return found[0], found[1]


def _table(dice: random.Random, people: int) -> list[list[int]]:
    """Skewed, as tables of opinion by age are."""
    shares = [[dice.random() ** 2 * weight for weight in (1, 0.6, 0.3, 0.1)] for _band in BANDS]
    flat = [share for row in shares for share in row]
    drawn = dice.choices(range(len(flat)), flat, k=people)
    return [[drawn.count(4 * band + option) for option in range(4)] for band in range(len(BANDS))]


def test_blanking_cells_below_ten_gives_many_of_them_away() -> None:
    dice, given_away, tables = random.Random(13), 0, 4
    for _table_at in range(tables):
        table = _table(dice, 300)
        attacker = Attacker([(b, o) for b in range(5) for o in range(4)], 300)
        for b, row in enumerate(table):
            attacker.knows([(b, o) for o in range(4)], sum(row))
            for o, count in enumerate(row):
                attacker.knows([(b, o)], *((count, count) if count >= LEAST else (0, LEAST - 1)))
        for o in range(4):
            attacker.knows([(b, o) for b in range(5)], sum(row[o] for row in table))
        hidden = [(b, o) for b in range(5) for o in range(4) if table[b][o] < LEAST]
        bounds = [attacker.bounds([cell]) for cell in hidden]
        given_away += any(low == high for low, high in bounds)

    assert given_away >= tables // 2


def _survey(dice: random.Random, people: int) -> tuple[Survey, list[dict[str, Any]]]:
    asking = make_survey(state=SurveyState.ANALYSED)
    survey = asking.survey
    survey.questions.all().delete()
    (section, *_rest) = survey.sections.all()
    options = tuple((key, key) for key in OPTIONS)
    add_question(
        section, "single", "age", "年龄", options=tuple((b, b) for b in BANDS), place=1, background="age"
    )
    tenures = (("owner", "业主"), ("tenant", "租户"))
    add_question(section, "single", "tenure", "您是", options=tenures, place=2, background="tenure")
    add_question(section, "single", "opinion", "意见", options=options, place=3)
    for place, option in enumerate(OPTIONS[:3], 4):
        condition = {"is": ["opinion", option]}
        add_question(
            section, "single", f"why{place}", "为什么", options=options[:2], place=place, condition=condition
        )
    table = _table(dice, people)
    answers = []
    for b, row in enumerate(table):
        for o, count in enumerate(row):
            for _one in range(count):
                told = {"age": BANDS[b], "tenure": dice.choice(["owner", "owner", "tenant"])}
                if dice.random() > 0.02:
                    told |= {
                        "opinion": OPTIONS[o],
                        **{f"why{at}": dice.choice(OPTIONS[:2]) for at in (4, 5, 6)},
                    }
                if dice.random() < 0.01:
                    del told["age"]
                answers.append(told)
    answer_all(survey, answers)
    return survey, answers


def _keys(question: dict[str, Any], every: Sequence[str]) -> list[list[str]]:
    """The original keys behind each published count; those who left it out ("") behind what is left."""
    told = [option["key"].split("+") for option in question["options"]]
    seen = {key for keys in told for key in keys}
    assert seen <= set(every)
    return told


def _attack(payload: dict[str, Any], people: int) -> list[tuple[Any, int, int]]:
    """Bounds of each original cell that was not published: opinion by age, with those who left one out."""
    known = {question["key"]: question for question in payload["questions"]}
    ages, opinions = [*BANDS, ""], [*OPTIONS, ""]
    attacker = Attacker([(b, o) for b in ages for o in opinions], people)
    attacker.knows(list(attacker.place), people)
    for key, every, cells in (
        ("age", BANDS, lambda key: [(key, o) for o in opinions]),
        ("opinion", OPTIONS, lambda key: [(b, key) for b in ages]),
    ):
        if not known[key]["withheld"]:
            _rows(attacker, known[key], every, cells)
    _children(attacker, known)
    _bands(attacker, known, people)
    wanted = [[(b, o) for b in ages] for o in OPTIONS]
    wanted += [[(b, o)] for b in ages for o in opinions]
    return [(cells, *attacker.bounds(cells)) for cells in wanted]


def _rows(attacker: Attacker, question: dict[str, Any], every: Sequence[str], cells: Any) -> None:
    for keys, option in zip(_keys(question, every), question["options"], strict=True):
        silent = "未回答" in option["text"] or "no answer" in option["text"]
        held = [*keys, *([""] if silent else [])]
        attacker.knows([cell for key in held for cell in cells(key)], option["count"])
        if len(held) > 1:
            attacker.knows_small([cells(key) for key in held])


def _children(attacker: Attacker, known: dict[str, Any]) -> None:
    for place, option in enumerate(OPTIONS[:3], 4):
        base = known[f"why{place}"]["base"]
        if base is not None:
            attacker.knows([cell for cell in attacker.place if cell[1] == option], base)


def _bands(attacker: Attacker, known: dict[str, Any], people: int) -> None:
    opinion = known["opinion"]
    for table in opinion["by"]:
        if table["background"] != "age":
            continue
        for band in table["bands"]:
            labels = band["label"].split(" / ")
            held = [label if label in BANDS else "" for label in labels]
            attacker.knows([(b, o) for b in held for o in [*OPTIONS, ""]], band["n"])
            for option in band["options"]:
                keys = option["key"].split("+")
                keys += [""] if len(option["text"].split(" / ")) > len(keys) else []
                # Of those who answered, who are band["n"] at most; largest remainder is off by less than one.
                low = max(option["percent"] - 1, 0) / 100 * (band["n"] - _silent(opinion))
                high = (option["percent"] + 1) / 100 * band["n"]
                attacker.knows([(b, o) for b in held for o in keys], low, high)


def _silent(question: dict[str, Any]) -> int:
    return int(question["base"] - question["answered"])


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(examples(40)) if ALL else range(1))
def test_of_what_is_published_no_original_cell_can_be_reckoned(seed: int) -> None:
    dice = random.Random(seed)
    people = dice.choice([60, 120, 300])
    survey, answers = _survey(dice, people)

    payload = payload_of(survey)

    published = {
        question["key"]: {key for option in question["options"] for key in [option["key"]]}
        for question in payload["questions"]
    }
    assert all(
        option["count"] >= LEAST for question in payload["questions"] for option in question["options"]
    )
    exact = []
    for cells, low, high in _attack(payload, len(answers)):
        truth = sum((one.get("age", ""), one.get("opinion", "")) in cells for one in answers)
        assert low <= truth <= high
        left_out = all("" in cell for cell in cells)
        if high == low and truth < LEAST and not left_out:
            exact.append((cells, truth))
    assert not exact, published
