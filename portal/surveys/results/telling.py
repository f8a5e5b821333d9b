"""What is shown of each question, as plain JSON: counts, whole percents, and the words why something is merged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from portal.kit.charts import share
from portal.surveys.models import NEEDED, Question
from portal.surveys.results import merging
from portal.surveys.results.catalogue import BANDED, VALUED, Line, Shown

# A mean of merged marks takes their middle; wider than this it would say nothing.
WIDEST = 3


def question_json(one: Shown, least: int, by: list[dict[str, Any]]) -> dict[str, Any]:
    """One question as it stands in published results."""
    question = one.question
    told: dict[str, Any] = {
        "key": question.key,
        "number": question.number,
        "section": question.section.title,
        "kind": question.kind,
        "text": question.text,
        "group": question.group,
        "measure": question.measure,
        "base": one.counted.base,
        "answered": None,
        "options": [],
        "rows": [],
        "mean_hundredths": None,
        "median": None,
        "places": {},
        "merged": [],
        "withheld": one.withheld,
        "weighted": one.step,
        "by": by,
    }
    if one.withheld:
        small = _("Not shown: fewer than %(least)s people would stand behind a number.") % {"least": least}
        return told | {
            "base": None if question.condition or one.counted.base < least else one.counted.base,
            "merged": [small],
        }
    if question.kind == "multiple":
        return told | _multiple_json(one, least)
    if question.kind == "matrix":
        return told | _matrix_json(one, least)
    if question.is_open:
        return told
    return told | _line_json(one, one.line, least) | _values_json(one, least)


def _line_json(one: Shown, line: Line, least: int) -> dict[str, Any]:
    parts = line.parts()
    counts = [line.sum_of(part) for part in parts]
    percents = one.percents or merging.whole_percents(counts)
    banded = one.question.kind in BANDED
    return {
        "answered": sum(counts),
        "options": [
            {
                "key": line.key_of(part),
                "text": _span(line, part) if banded else line.text_of(part),
                "count": count,
                "percent": percent,
            }
            for part, count, percent in zip(parts, counts, percents, strict=True)
        ],
        "merged": []
        if banded
        else [_together(line, part, least) for part in line.groups or () if len(part) > 1],
    }


def _together(line: Line, part: Sequence[int], least: int) -> str:
    return _("%(together)s: counted together, because one of them has fewer than %(least)s answers.") % {
        "together": line.text_of(part),
        "least": least,
    }


def _span(line: Line, part: Sequence[int]) -> str:
    """From the first to the last number of a band."""
    keys = [line.keys[place] for place in part if line.keys[place]]
    words = keys[0] if len(keys) == 1 else f"{keys[0]}–{keys[-1]}"
    return words if all(line.keys[place] for place in part) else f"{words} / {_('no answer')}"


def _values_json(one: Shown, least: int) -> dict[str, Any]:
    """Mean and median as far as the published cells tell them; points of an order where each place holds enough."""
    question, line = one.question, one.line
    if question.kind == "ranking":
        return {"places": _places(one, least)}
    if question.kind not in VALUED:
        return {}
    spans = [[int(line.keys[place]) for place in part if line.keys[place]] for part in line.parts()]
    counts = [line.sum_of(part) for part in line.parts()]
    return {"mean_hundredths": _mean(question, spans, counts), "median": _middle(spans, counts)}


def _mean(question: Question, spans: list[list[int]], counts: list[int]) -> int | None:
    if question.kind == "date" or any(span[-1] - span[0] > WIDEST for span in spans):
        return None
    twice = sum((span[0] + span[-1]) * count for span, count in zip(spans, counts, strict=True))
    return round(50 * twice / sum(counts)) if sum(counts) else None


def _middle(spans: list[list[int]], counts: list[int]) -> int | None:
    half, passed = (sum(counts) + 1) // 2, 0
    for span, count in zip(spans, counts, strict=True):
        passed += count
        if passed >= half:
            return span[0] if len(span) == 1 else None
    return None


def _places(one: Shown, least: int) -> dict[str, dict[str, int]]:
    keys = one.summary.places
    numbers = range(1, getattr(one.question, "places", 0) + 1)
    cells = [one.counted.counts.get(("", key, number), 0) for key in keys for number in numbers]
    unplaced = [
        one.counted.base - sum(one.counted.counts.get(("", key, number), 0) for number in numbers)
        for key in keys
    ]
    if any(cell < least for cell in cells) or any(0 < cell < least for cell in unplaced):
        return {}
    return {key: {"first": first, "points": points} for key, (first, points) in keys.items()}


def _multiple_json(one: Shown, least: int) -> dict[str, Any]:
    line, base = one.line, one.counted.base
    percents = one.percents or [share(line.counts[place], base) for place in one.ticked]
    hidden = [line.texts[place] for place in range(len(line.keys)) if place not in one.ticked]
    words = _(
        "%(options)s: not shown, because fewer than %(least)s people ticked it, or did not tick it."
    ) % {
        "options": "、".join(hidden),
        "least": least,
    }
    return {
        "answered": base,
        "options": [
            {
                "key": line.keys[place],
                "text": line.texts[place],
                "count": line.counts[place],
                "percent": percent,
            }
            for place, percent in zip(one.ticked, percents, strict=True)
        ],
        "merged": [words] if hidden else [],
    }


def _matrix_json(one: Shown, least: int) -> dict[str, Any]:
    texts = dict(one.question.pairs(rows=True))
    rows, merged = [], []
    for row, line in one.lines.items():
        if line.groups is None:
            merged.append(_("%(row)s: not shown, because too few answered otherwise.") % {"row": texts[row]})
            continue
        told = _line_json(one, line, least)
        rows.append(
            {"key": row, "text": texts[row], "answered": told["answered"], "options": told["options"]}
        )
        merged += [f"{texts[row]}：{words}" for words in told["merged"]]
    return {"answered": one.counted.base, "rows": rows, "merged": merged}


def demands(shown: list[Shown], least: int) -> list[dict[str, Any]]:
    """The needs, ranked by the share of those who need it among those who answered.

    Where fewer than `least` did not say they need it, what is told is that all but `least - 1` do ("at_least").
    """
    found = [told for one in shown if one.question.kind == "demand" and (told := _demand(one, least))]
    return ranked(found)


def ranked(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With their ranks; those of one percent share theirs."""
    found.sort(key=lambda told: (-told["percent"], -told["needed"], told["key"]))
    ranks: dict[int, int] = {}
    for place, told in enumerate(found, 1):
        told["rank"] = ranks.setdefault(told["percent"], place)
    return found


def _demand(one: Shown, least: int) -> dict[str, Any] | None:
    question, base = one.question, one.counted.base
    told = {"key": question.key, "text": question.text, "group": question.group}
    if not one.withheld:
        line = question_json(one, least, [])
        first = line["options"][0]
        return {**told, "base": line["answered"], "needed": first["count"], "percent": first["percent"]}
    needed = one.summary.options.get(NEEDED, 0)
    if question.condition or base < 2 * least or needed <= base - least:
        return None
    floor = base - least + 1
    return {**told, "base": base, "needed": floor, "percent": 100 * floor // base, "at_least": True}
