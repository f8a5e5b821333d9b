"""The kinds of questions. Each knows its form field, how a value is read, and what of it is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit import wording
from portal.kit.fields import YEAR, CharField, DayField
from portal.surveys.fields import MatrixField, RankingField
from portal.surveys.models.questions import Counts, Question, Summary, Tally

LONGEST_TEXT = 2000
LONGEST_LINE = 100


class SingleChoice(Question):
    """One of several. Value: the option's key."""

    kind, label, has_options = "single", _("one choice"), True

    class Meta:
        proxy = True

    def form_field(self) -> forms.Field:
        """Radio buttons."""
        return forms.ChoiceField(
            label=self.text, required=False, choices=self.pairs(), widget=forms.RadioSelect()
        )

    def in_words(self, value: Any) -> str:
        """The option's text."""
        return self._texts().get(value, str(value))

    def tallies(self, value: Any) -> Iterator[Tally]:
        """The option."""
        yield Tally(option=value)


class MultipleChoice(Question):
    """Several, from `least` to `most`. Value: the keys in the order of the options."""

    kind, label, has_options = "multiple", _("several choices"), True

    class Meta:
        proxy = True

    def form_field(self) -> forms.Field:
        """Check boxes."""
        return forms.MultipleChoiceField(
            label=self.text, required=False, choices=self.pairs(), widget=forms.CheckboxSelectMultiple()
        )

    def in_words(self, value: Any) -> str:
        """The texts."""
        texts = self._texts()
        return "；".join(texts.get(key, key) for key in value)

    def tallies(self, value: Any) -> Iterator[Tally]:
        """Each option."""
        return (Tally(option=key) for key in value)

    def summarise(self, counts: Counts, base: int) -> Summary:
        """Those who ticked each option: their share is of all who were shown the question."""
        return Summary(base, None, super().summarise(counts, base).options)


class Scale(Question):
    """A mark from `least` to `most`, whose ends have words. Value: the number."""

    kind, label = "scale", _("scale")

    class Meta:
        proxy = True

    def marks(self) -> range:
        """The numbers from end to end."""
        return range(self.least or 1, (self.most or 5) + 1)

    def form_field(self) -> forms.Field:
        """A radio button for each mark."""
        choices = [(str(mark), str(mark)) for mark in self.marks()]
        return forms.TypedChoiceField(
            label=self.text,
            required=False,
            choices=choices,
            coerce=int,
            empty_value=None,
            widget=forms.RadioSelect(),
        )

    def tallies(self, value: Any) -> Iterator[Tally]:
        """The mark."""
        yield Tally(number=value)

    def summarise(self, counts: Counts, base: int) -> Summary:
        """Each mark, also those that nobody gave, with mean and median."""
        return _of_values(dict.fromkeys(self.marks(), 0), counts, base)


class Matrix(Question):
    """The same choice for several rows. Value: {row key: option key} of the rows that were answered."""

    kind, label, has_options, has_rows = "matrix", _("table"), True, True

    class Meta:
        proxy = True

    def form_field(self) -> forms.Field:
        """Row by row, a question each: on a phone nothing has to be moved sideways."""
        return MatrixField(self.pairs(rows=True), self.pairs(), label=self.text, required=False)

    def in_words(self, value: Any) -> str:
        """Row: choice; row: choice."""
        rows, options = self._texts(rows=True), self._texts()
        return "；".join(f"{rows.get(row, row)}：{options.get(key, key)}" for row, key in value.items())

    def tallies(self, value: Any) -> Iterator[Tally]:
        """Each row's choice."""
        return (Tally(row=row, option=key) for row, key in value.items())

    def summarise(self, counts: Counts, base: int) -> Summary:
        """Each row by itself; how many answered differs from row to row."""
        keys = [key for key, _text in self.pairs()]
        rows = {
            row: {key: counts.get((row, key, None), 0) for key in keys}
            for row, _text in self.pairs(rows=True)
        }
        return Summary(base, None, rows=rows)


class Ranking(Question):
    """Options in order of weight, at most `most`. Value: the keys, most wanted first."""

    kind, label, has_options = "ranking", _("order"), True

    class Meta:
        proxy = True

    @property
    def places(self) -> int:
        """How many places there are to give."""
        return min(self.most or len(self.choices()), len(self.choices()))

    def form_field(self) -> forms.Field:
        """A list for each place; each option at most once."""
        return RankingField(self.pairs(), self.places, label=self.text, required=False)

    def in_words(self, value: Any) -> str:
        """1. …；2. …"""
        texts = self._texts()
        return "；".join(f"{place}. {texts.get(key, key)}" for place, key in enumerate(value, 1))

    def tallies(self, value: Any) -> Iterator[Tally]:
        """Each option with its place."""
        return (Tally(option=key, number=place) for place, key in enumerate(value, 1))

    def summarise(self, counts: Counts, base: int) -> Summary:
        """How many put each option first, and its points; whoever ranked anything put something first."""
        last = self.places + 1
        places = {
            key: (
                counts.get(("", key, 1), 0),
                sum((last - place) * counts.get(("", key, place), 0) for place in range(1, last)),
            )
            for key, _text in self.pairs()
        }
        firsts = {key: first for key, (first, _points) in places.items()}
        return Summary(base, sum(firsts.values()), firsts, places=places)


class NumberQuestion(Question):
    """A whole number from `least` to `most`, in `measure`. Value: the number."""

    kind, label = "number", _("number")

    class Meta:
        proxy = True

    def form_field(self) -> forms.Field:
        """A field for digits."""
        return forms.IntegerField(label=self.text, required=False, min_value=self.least, max_value=self.most)

    def value_of(self, cleaned: Any) -> Any:
        """Nought is an answer."""
        return cleaned

    def in_words(self, value: Any) -> str:
        """With its unit."""
        return f"{value} {self.measure}".strip()

    def tallies(self, value: Any) -> Iterator[Tally]:
        """The number."""
        yield Tally(number=value)

    def summarise(self, counts: Counts, base: int) -> Summary:
        """Each number that was given, with mean and median."""
        return _of_values({}, counts, base)


class DateQuestion(Question):
    """A day. Value: YYYY-MM-DD."""

    kind, label = "date", _("day")

    class Meta:
        proxy = True

    def form_field(self) -> forms.Field:
        """The browser's calendar."""
        return DayField(label=self.text, required=False, back=120 * YEAR, ahead=50 * YEAR)

    def value_of(self, cleaned: Any) -> Any:
        """As ISO 8601 writes it."""
        return cleaned.isoformat() if cleaned else None

    def in_words(self, value: Any) -> str:
        """As days are written everywhere."""
        return wording.day(date.fromisoformat(value))

    def tallies(self, value: Any) -> Iterator[Tally]:
        """Days since the beginning of the calendar, so that they can be sorted and counted."""
        yield Tally(number=date.fromisoformat(value).toordinal())

    def summarise(self, counts: Counts, base: int) -> Summary:
        """Each year that was given, with the median; a mean of days tells nobody anything."""
        years: dict[int, int] = {}
        for (_row, _option, number), count in counts.items():
            if number is not None:
                year = date.fromordinal(number).year
                years[year] = years.get(year, 0) + count
        values = dict(sorted(years.items()))
        return Summary(base, sum(values.values()), values=values, median=median(values))


class ShortText(Question):
    """One line. Value: the text."""

    kind, label, is_open = "short_text", _("a line of text"), True

    class Meta:
        proxy = True

    @property
    def longest(self) -> int:
        """How many characters fit."""
        return min(self.most or LONGEST_LINE, LONGEST_LINE)

    def form_field(self) -> forms.Field:
        """A line."""
        return CharField(label=self.text, required=False, max_length=self.longest)


class LongText(Question):
    """An open wish in as many lines as it takes. Value: the text."""

    kind, label, is_open = "long_text", _("free text"), True

    class Meta:
        proxy = True

    @property
    def longest(self) -> int:
        """How many characters fit."""
        return min(self.most or LONGEST_TEXT, LONGEST_TEXT)

    def form_field(self) -> forms.Field:
        """A box."""
        return CharField(
            label=self.text, required=False, max_length=self.longest, widget=forms.Textarea(attrs={"rows": 4})
        )


NEEDED, NOT_NEEDED, NO_VIEW = "needed", "not", "no_view"
DEMAND_CHOICES = ((NEEDED, _("needed")), (NOT_NEEDED, _("not needed")), (NO_VIEW, _("no view")))


class DemandItem(SingleChoice):
    """A need that can be answered by the neighbourhood: needed, not needed, no view. Value: one of these keys.

    Its three options are made with it (services of building), so that they are counted like any other.
    """

    kind, label = "demand", _("need")

    class Meta:
        proxy = True


KINDS: dict[str, type[Question]] = {
    model.kind: model
    for model in (
        SingleChoice,
        MultipleChoice,
        Scale,
        Matrix,
        Ranking,
        NumberQuestion,
        DateQuestion,
        ShortText,
        LongText,
        DemandItem,
    )
}


def _of_values(marks: dict[int, int], counts: Counts, base: int) -> Summary:
    given = {number: count for (_row, _option, number), count in counts.items() if number is not None}
    values = dict(sorted((marks | given).items()))
    answered = sum(values.values())
    total = sum(value * count for value, count in values.items())
    mean = round(100 * total / answered) if answered else None
    return Summary(base, answered, values=values, mean_hundredths=mean, median=median(values))


def median(values: Mapping[int, int]) -> int | None:
    """The middle of numbers, from how often each came; the lower of two. None where none came."""
    half, passed = (sum(values.values()) + 1) // 2, 0
    for value, count in sorted(values.items()):
        passed += count
        if count and passed >= half:
            return value
    return None
