"""What the pages of answering show: one question, how far somebody is, all answers to be checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.surveys.course.selectors import SECONDS
from portal.surveys.definition import Definition
from portal.surveys.models import Option, Question, Response, Section

NAME = "a"
# More dots than these are not seen at once: then words alone say it.
MOST_PIPS = 3
GAP, WIDTH = 0.8, 100.0


@dataclass(frozen=True)
class Chosen:
    """An option as it is shown: its own name and value in the form, and whether it is chosen."""

    name: str
    key: str
    text: str
    help: str = ""
    chosen: bool = False
    exclusive: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a table, or a place of an order, with what can be chosen in it."""

    name: str
    text: str
    choices: list[Chosen]


class Asked:
    """One question as a page asks it, with what was typed or kept before."""

    def __init__(
        self,
        definition: Definition,
        question: Question,
        response: Response,
        *,
        typed: Any = None,
        errors: list[str] | None = None,
    ) -> None:
        values = response.current
        self.definition, self.question, self.response = definition, question, response
        self.errors = errors or []
        self.value = typed if self.errors else values.get(question.key)
        self.number, self.total = definition.number_of(question.key), len(definition.questions)
        self.text, self.help = definition.text_for(question, values), definition.help_for(question, values)
        self.because = definition.condition_of(question)
        self.id = f"q-{question.key}"

    @property
    def answered(self) -> bool:
        """Whether an answer is kept, which passing the question by leaves as it is."""
        return self.question.key in self.response.current

    @property
    def part(self) -> str:
        """The template that draws its kind."""
        kind = self.question.kind
        plain = {"single": "choices", "demand": "choices", "multiple": "choices", "scale": "scale"}
        rows = {"matrix": "matrix", "ranking": "ranking"}
        return f"surveys/answering/_{(plain | rows).get(kind, 'field')}.html"

    @property
    def described(self) -> str:
        """The ids of what is read out with the question."""
        parts = [("help", self.help or self.limits), ("because", self.because), ("error", self.errors)]
        return " ".join(f"{self.id}-{name}" for name, there in parts if there)

    @property
    def limits(self) -> str:
        """How many, how long, or between which bounds."""
        question = self.question
        least, most = question.least, question.most
        if question.kind == "multiple":
            return _several(least, most)
        if question.kind == "number" and least is not None and most is not None:
            return _("A whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
        if question.is_open:
            return _("At most %(n)s characters. Please name nobody.") % {"n": question.longest}  # type: ignore[attr-defined]
        return ""

    @property
    def pips(self) -> list[tuple[int, bool]]:
        """Of a limited choice a dot for each that may be chosen: where it stands, in px, and whether it is chosen."""
        most = self.question.most or 0
        if self.question.kind != "multiple" or not 1 < most <= MOST_PIPS:
            return []
        return [(11 + 24 * place, place < len(self.value or [])) for place in range(most)]

    @property
    def choices(self) -> list[Chosen]:
        """What can be chosen, in this respondent's order."""
        options = self.definition.order_for(self.question, self.response.pk)
        return _choices(NAME, options, self.value)

    @property
    def marks(self) -> list[Chosen]:
        """The marks of a scale."""
        marks = self.question.marks()  # type: ignore[attr-defined]
        return [Chosen(NAME, str(mark), str(mark), chosen=str(mark) == str(self.value)) for mark in marks]

    @property
    def rows(self) -> list[Row]:
        """The rows of a table, each a question of its own."""
        values = self.value or {}
        if isinstance(values, list):
            keys = [key for key, _text in self.question.pairs(rows=True)]
            values = dict(zip(keys, values, strict=False))
        options = self.question.choices()
        rows = self.definition.order_for(self.question, self.response.pk, rows=True)
        return [
            Row(f"{NAME}_{row.key}", row.text, _choices(f"{NAME}_{row.key}", options, values.get(row.key)))
            for row in rows
        ]

    @property
    def places(self) -> list[Row]:
        """The places of an order, each a list to choose from."""
        kept = list(self.value or [])
        options = self.definition.order_for(self.question, self.response.pk)
        places = self.question.places  # type: ignore[attr-defined]
        return [
            Row(
                f"{NAME}_{place}",
                _("Place %(n)s") % {"n": place + 1},
                _choices(NAME, options, kept[place] if place < len(kept) else None),
            )
            for place in range(places)
        ]

    @property
    def input(self) -> str:
        """The field of a number, a day or a text."""
        field = self.question.form_field()
        attrs: dict[str, Any] = {"id": self.id}
        if self.described:
            attrs["aria-describedby"] = self.described
        if self.errors:
            attrs["aria-invalid"] = "true"
        if isinstance(field, forms.IntegerField):
            attrs["inputmode"] = "numeric"
        return field.widget.render(NAME, self.value, {**field.widget_attrs(field.widget), **attrs})


def _several(least: int | None, most: int | None) -> str:
    if least and most:
        return _("Choose %(least)s to %(most)s.") % {"least": least, "most": most}
    if most:
        return _("Choose %(most)s at most.") % {"most": most}
    if least:
        return _("Choose at least %(least)s.") % {"least": least}
    return _("You may choose several.")


def _choices(name: str, options: list[Option], value: Any) -> list[Chosen]:
    chosen = set(value) if isinstance(value, list) else {value}
    return [Chosen(name, one.key, one.text, one.help, one.key in chosen, one.exclusive) for one in options]


@dataclass(frozen=True)
class Part:
    """A section on the way: how much of it was answered, and the part of the bar that shows it."""

    title: str
    status: str
    done: int
    total: int
    url: str
    x: str
    width: str
    full: str

    @property
    def complete(self) -> bool:
        """Whether everything that is asked here was answered."""
        return self.done == self.total


class Way:
    """How far somebody is among the questions that are shown."""

    def __init__(self, definition: Definition, values: dict[str, Any], now: str = "") -> None:
        self.definition, self.now = definition, now
        self.shown = definition.shown(values)
        self.keys = list(self.shown)

    @property
    def minutes(self) -> int:
        """About how long the rest takes."""
        place = self.keys.index(self.now) if self.now in self.keys else len(self.keys)
        return -(-(len(self.keys) - place) * SECONDS // 60)

    @property
    def parts(self) -> list[Part]:
        """The sections that ask something, in order."""
        asked = [
            (section, [one for one in self.definition.of_section(section) if one.key in self.shown])
            for section in self.definition.sections
        ]
        asked = [(section, questions) for section, questions in asked if questions]
        share = (WIDTH - GAP * (len(asked) - 1)) / max(len(self.keys), 1)
        parts, x = [], 0.0
        for section, questions in asked:
            width = share * len(questions)
            parts.append(self._part(section, questions, x, width))
            x += width + GAP
        return parts

    @property
    def part_now(self) -> tuple[int, str]:
        """The number and title of the section one is in."""
        titles = [(place, part) for place, part in enumerate(self.parts, 1) if part.status == "now"]
        return (titles[0][0], titles[0][1].title) if titles else (0, "")

    def after(self, key: str) -> str | None:
        """The next question that is shown; None: that was the last."""
        return self._beside(key, 1)

    def before(self, key: str) -> str | None:
        """The one before; None: that was the first."""
        return self._beside(key, -1)

    def first_open(self) -> str | None:
        """The first that is not answered."""
        return next((key for key, value in self.shown.items() if value is None), None)

    def _beside(self, key: str, step: int) -> str | None:
        order = [one.key for one in self.definition.questions]
        rest = order[order.index(key) + 1 :] if step > 0 else order[: order.index(key)][::-1]
        return next((one for one in rest if one in self.shown), None)

    def _part(self, section: Section, questions: list[Question], x: float, width: float) -> Part:
        keys = [one.key for one in questions]
        done = sum(self.shown[key] is not None for key in keys)
        status = "now" if self.now in keys else "done" if done == len(keys) else ""
        url = reverse("surveys:question", args=[self.definition.survey.pk, keys[0]])
        full = f"{width * done / len(keys):.2f}%"
        return Part(section.title, status, done, len(keys), url, f"{x:.2f}%", f"{width:.2f}%", full)


@dataclass(frozen=True)
class Line:
    """An answer to be checked, in words; no words: it was skipped."""

    key: str
    number: int
    text: str
    words: str
    required: bool
    url: str


@dataclass(frozen=True)
class Checked:
    """The answers of a section to be checked; `unasked`: how many of its questions were not asked."""

    title: str
    lines: list[Line]
    unasked: int

    @property
    def answered(self) -> int:
        """How many were answered."""
        return sum(bool(line.words) for line in self.lines)


def checked(definition: Definition, values: dict[str, Any]) -> list[Checked]:
    """All answers, section by section."""
    shown = definition.shown(values)
    numbers = {one.key: number for number, one in enumerate(definition.questions, 1)}
    found = []
    for section in definition.sections:
        questions = definition.of_section(section)
        lines = [
            Line(
                one.key,
                numbers[one.key],
                definition.text_for(one, values),
                "" if shown[one.key] is None else one.in_words(shown[one.key]),
                one.required,
                reverse("surveys:question", args=[definition.survey.pk, one.key]) + "?check=1",
            )
            for one in questions
            if one.key in shown
        ]
        found.append(Checked(section.title, lines, len(questions) - len(lines)))
    return found
