"""The questions of a survey and their options; what each kind of question does stands in kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from polymorphic.managers import PolymorphicManager
from polymorphic.models import PolymorphicModel

from portal.surveys.models.constraints import Frozen
from portal.surveys.models.surveys import Survey


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
