"""The questions of a survey. Every kind knows its form field, how a value is read, and what of it is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from polymorphic.managers import PolymorphicManager
from polymorphic.models import PolymorphicModel

from portal.kit import wording
from portal.kit.fields import YEAR, CharField, DayField
from portal.surveys.models.constraints import Frozen
from portal.surveys.models.surveys import Survey

LONGEST_TEXT = 2000
LONGEST_LINE = 100


class Background(models.TextChoices):
    """What a question tells of who answers, by which results are shown apart and weighted."""

    NONE = "", _("nothing")
    AGE = "age", _("age band")
    TENURE = "tenure", _("owner or tenant")
    ESTATE = "estate", _("kind of estate")


class Section(models.Model):
    """A part of a survey with a title of its own."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="sections")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=30)
    intro = models.CharField(_("what it is about"), max_length=300, blank=True)
    stands = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["number", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [Frozen(name="section_stands")]

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True)
class Tally:
    """One row of the index that is counted (models.Answer): of a matrix `row`, `option` by key, or a number."""

    row: str = ""
    option: str = ""
    number: int | None = None


# How often each (row of a matrix, option, number) was answered.
Counts = Mapping[tuple[str, str, int | None], int]


@dataclass(frozen=True)
class Summary:
    """What was answered to one question by those who were shown it (`base`).

    `options`: by key in order; `rows`: the same of each row of a matrix; `values`: by number or mark, ascending.
    `mean_hundredths` and `median` are of the values. `places`: of each option how many put it first, and its points
    after Borda (the first of k places gives k). `answered`: None where several answers can come from one person.
    """

    base: int
    answered: int | None = None
    options: Mapping[str, int] = field(default_factory=dict)
    rows: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    values: Mapping[int, int] = field(default_factory=dict)
    mean_hundredths: int | None = None
    median: int | None = None
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)


class Question(PolymorphicModel):
    """One question. `key` is permanent: the same question has it in every wave, its wording may change.

    `condition`: a tree over earlier questions (portal.surveys.conditions); None: always asked. `least`, `most`: how
    many to choose, how many characters to write, or the bounds of a number. `low`, `high`: the ends of a scale.
    `group`: under which heading a need is listed. `common`: taken over from a wave, so it cannot be changed here.
    `stands`: since the survey opened.
    A value is what JSON keeps: see each kind. No value: not answered.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions")
    section = models.ForeignKey(Section, models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    key = models.SlugField(_("permanent key"), max_length=40)
    text = models.CharField(_("question"), max_length=200)
    help = models.CharField(_("help"), max_length=300, blank=True)
    required = models.BooleanField(_("has to be answered"), default=False)
    condition = models.JSONField(null=True, blank=True)
    background = models.CharField(
        _("what it tells of who answers"), max_length=10, choices=Background, default="", blank=True
    )
    shuffled = models.BooleanField(_("choices in another order for everybody"), default=False)
    least = models.IntegerField(null=True, blank=True)
    most = models.IntegerField(null=True, blank=True)
    low = models.CharField(_("word for the lowest"), max_length=20, blank=True)
    high = models.CharField(_("word for the highest"), max_length=20, blank=True)
    measure = models.CharField(_("unit"), max_length=10, blank=True)
    group = models.CharField(_("group of needs"), max_length=30, blank=True)
    common = models.BooleanField(default=False)
    stands = models.BooleanField(default=False)
    objects: ClassVar[Any] = PolymorphicManager()

    label: ClassVar[Any] = ""
    # The name of the kind in files, addresses and results.
    kind: ClassVar[str] = ""
    # Whether people choose among options, and whether there are rows to answer one by one.
    has_options: ClassVar[bool] = False
    has_rows: ClassVar[bool] = False
    # Whether the answer is a text that is never counted, only read.
    is_open: ClassVar[bool] = False

    class Meta:
        ordering: ClassVar[list[str]] = ["number", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["survey", "key"], name="question_key_once"),
            Frozen(name="question_stands"),
        ]

    def __str__(self) -> str:
        return self.text

    def choices(self, *, rows: bool = False) -> list[Option]:
        """Its options (or the rows of a matrix) in order; read with `options` prefetched."""
        return [option for option in self.options.all() if option.is_row == rows]

    def pairs(self, *, rows: bool = False) -> list[tuple[str, str]]:
        """Keys and texts of its options, as Django's choices."""
        return [(option.key, option.text) for option in self.choices(rows=rows)]

    def form_field(self) -> forms.Field:
        """The field that asks it. Never required by itself: what has to be answered is judged with the conditions."""
        raise NotImplementedError

    def value_of(self, cleaned: Any) -> Any:
        """What JSON keeps of a cleaned value; None where nothing was answered."""
        return None if cleaned in (None, "", [], {}) else cleaned

    def in_words(self, value: Any) -> str:
        """A value as people read it."""
        return str(value)

    def tallies(self, value: Any) -> Iterator[Tally]:
        """What of a value is counted, besides that the question was asked."""
        return iter(())

    def summarise(self, counts: Counts, base: int) -> Summary:
        """What of grouped counts is told; read with `options` prefetched. Of open answers only the base."""
        options = {key: counts.get(("", key, None), 0) for key, _text in self.pairs()}
        return Summary(base, sum(options.values()), options)

    def _texts(self, *, rows: bool = False) -> dict[str, str]:
        return dict(self.pairs(rows=rows))


class Option(models.Model):
    """Something to choose, or a row of a matrix. `exclusive`: it rules the others out, as "none of these"."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="options")
    number = models.PositiveSmallIntegerField()
    key = models.SlugField(_("permanent key"), max_length=40)
    text = models.CharField(_("text"), max_length=80)
    help = models.CharField(_("help"), max_length=120, blank=True)
    is_row = models.BooleanField(default=False)
    exclusive = models.BooleanField(_("rules the others out"), default=False)
    stands = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["number", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["question", "is_row", "key"], name="option_key_once"),
            models.CheckConstraint(
                condition=~Q(is_row=True, exclusive=True), name="option_row_excludes_nothing"
            ),
            Frozen(name="option_stands"),
        ]

    def __str__(self) -> str:
        return self.text


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


class MatrixField(forms.MultiValueField):
    """One choice for each row; cleans to {row key: option key} of the rows that were answered."""

    def __init__(self, rows: list[tuple[str, str]], choices: list[tuple[str, str]], **kwargs: Any) -> None:
        fields = [
            forms.ChoiceField(label=text, required=False, choices=choices, widget=forms.RadioSelect())
            for _key, text in rows
        ]
        self.rows = [key for key, _text in rows]
        widget = MatrixWidget({key: field.widget for key, field in zip(self.rows, fields, strict=True)})
        super().__init__(fields, require_all_fields=False, widget=widget, **kwargs)

    def compress(self, data_list: list[Any]) -> dict[str, str]:
        """The rows that were answered."""
        return {key: value for key, value in zip(self.rows, data_list or [], strict=False) if value}


class MatrixWidget(forms.MultiWidget):
    """The rows of a matrix beneath each other; each is named <question>_<row key>."""

    def __init__(self, widgets: Mapping[str, forms.Widget]) -> None:
        self.keys = list(widgets)
        super().__init__(dict(widgets))

    def decompress(self, value: Any) -> list[Any]:
        """The rows' values in order."""
        return [(value or {}).get(key) for key in self.keys]


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


class RankingField(forms.MultiValueField):
    """A list for each place; cleans to the keys in order, without gaps. An option twice is refused."""

    default_error_messages = {"twice": _("Each can stand in one place only.")}

    def __init__(self, pairs: list[tuple[str, str]], places: int, **kwargs: Any) -> None:
        choices = [("", "—"), *pairs]
        fields = [forms.ChoiceField(required=False, choices=choices) for _place in range(places)]
        widget = PlacesWidget([field.widget for field in fields])
        super().__init__(fields, require_all_fields=False, widget=widget, **kwargs)

    def compress(self, data_list: list[Any]) -> list[str]:
        """The keys in order; raises ValidationError where one stands twice."""
        keys = [key for key in data_list or [] if key]
        if len(set(keys)) < len(keys):
            raise forms.ValidationError(self.error_messages["twice"], code="twice")
        return keys


class PlacesWidget(forms.MultiWidget):
    """The places beneath each other, named <question>_0, <question>_1 …"""

    def decompress(self, value: Any) -> list[Any]:
        """The options in order, then empty places."""
        return [*(value or []), *[""] * (len(self.widgets) - len(value or []))]


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
        return Summary(base, sum(values.values()), values=values, median=_median(values))


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
    return Summary(base, answered, values=values, mean_hundredths=mean, median=_median(values))


def _median(values: Mapping[int, int]) -> int | None:
    """The lower of the two in the middle; None where nobody answered."""
    half, passed = (sum(values.values()) + 1) // 2, 0
    for value, count in values.items():
        passed += count
        if count and passed >= half:
            return value
    return None
