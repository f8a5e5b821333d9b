"""What is typed about paper: whose it is, what it says by the codes beside its boxes, and which reading is right."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.actions.forms import ActionForm
from portal.kit import clock
from portal.kit.fields import CharField, DayField, reason_field
from portal.surveys.definition import questions_of
from portal.surveys.models import Channel, PaperEntry, Question, Survey
from portal.surveys.models.kinds import LONGEST_TEXT
from portal.surveys.paper.readings import Box, boxes, how, marks, typed_of, value_of, words_of

KEPT_BY_STAFF = _("Kept for the committee; not published.")
FIRST, SECOND, OTHER = "1", "2", "3"


class WhoseForm(ActionForm[Survey]):
    """Whose paper it is, and of which questions."""

    code = CharField(
        label=_("Code on the paper, or its number on the list"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    version = CharField(
        label=_("What stands at the foot of each page"),
        max_length=40,
        help_text=_("It stays for the next paper. Can also be read in with a scanner."),
    )
    received_on = DayField(label=_("Received on"), back=timedelta(days=120), ahead=timedelta(0))

    def prepare(self) -> None:
        """It came today."""
        self.begin({"received_on": clock.today()})


class CallForm(ActionForm[Survey]):
    """Who answers by telephone or at the counter: their flat is looked up in the list, never their name."""

    code = CharField(
        label=_("Code of the letter, or the number of the flat on the list"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    channel = forms.ChoiceField(
        label=_("How they answer"),
        choices=[(way.value, way.label) for way in (Channel.PHONE, Channel.COUNTER)],
        initial=Channel.PHONE.value,
        widget=forms.RadioSelect,
    )


class Line:
    """A question of the entry screen: its number, when it is asked, its codes, its small fields."""

    def __init__(self, form: Any, number: int, question: Question, condition: str) -> None:
        self.number, self.question, self.condition = number, question, condition
        self.marks = marks(question) if question.has_options or question.kind == "scale" else []
        self.how = how(question)
        self.fields = [(box, form[box.name]) for box in boxes(question) if box.name in form.fields]


class ReadingForm(ActionForm[PaperEntry]):
    """All questions in small fields, by the printed codes; what the page's script needs to go on by Enter."""

    def prepare(self) -> None:
        """A field for each box that is printed."""
        self.definition = questions_of(self.thing.survey)
        for question in self.definition.questions:
            for box in boxes(question):
                self.fields[box.name] = _field(box)
        # A call is gone back to: what was heard stays.
        if self.thing.is_spoken:
            for question in self.definition.questions:
                self.begin(typed_of(question, self.thing.first.get(question.key)))

    @cached_property
    def lines(self) -> list[Line]:
        """The questions in order, with their fields."""
        questions = self.definition.questions
        return [
            Line(self, number, question, self.definition.condition_of(question))
            for number, question in enumerate(questions, 1)
        ]

    @cached_property
    def script(self) -> list[dict[str, Any]]:
        """What the page's script mirrors: conditions, and what each code means."""
        return [
            {
                "key": question.key,
                "kind": question.kind,
                "condition": question.condition,
                "boxes": [box.name for box in boxes(question)],
                "options": [[option.key, option.text] for option in question.choices()],
            }
            for question in self.definition.questions
        ]

    def clean(self) -> dict[str, Any]:
        """What was typed means something; a paper without one answer is withdrawn, not entered."""
        cleaned = super().clean() or {}
        found: dict[str, Any] = {}
        for question in self.definition.questions:
            typed = {box.name: cleaned.get(box.name, "") for box in boxes(question)}
            try:
                found[question.key] = value_of(question, typed)
            except forms.ValidationError as wrong:
                self.add_error(boxes(question)[0].name, wrong)
        read = {key: value for key, value in found.items() if value is not None}
        if not self.errors and not read:
            raise forms.ValidationError(
                _("Nothing was typed. Where the paper is empty, withdraw it and say so.")
            )
        self.read = read
        return cleaned

    def values(self) -> dict[str, Any]:
        """What was read, by the keys of the questions; hidden questions are dropped when it counts."""
        return {"values": self.read}


class CorrectForm(ReadingForm):
    """The same with what counts now, and why it is changed."""

    def prepare(self) -> None:
        """What counts now stands there."""
        super().prepare()
        kept = self.thing.response.values if self.thing.response else {}
        for question in self.definition.questions:
            self.begin(typed_of(question, kept.get(question.key)))
        self.fields["reason"] = reason_field(200, rows=2, help_text=KEPT_BY_STAFF)

    def values(self) -> dict[str, Any]:
        """With the reason."""
        return {**super().values(), "reason": self.cleaned_data["reason"]}


class CompareForm(ActionForm[PaperEntry]):
    """Only the questions that two people read differently: which reading is right, or what stands there instead."""

    def prepare(self) -> None:
        """A choice for each, and the fields for a third reading."""
        self.definition = questions_of(self.thing.survey)
        self.questions = [one for one in self.definition.questions if one.key in set(self.thing.differing)]
        for question in self.questions:
            self.fields[f"which__{question.key}"] = forms.ChoiceField(
                label=_("What stands on the paper"), choices=self._offered(question), widget=forms.RadioSelect
            )
            for box in boxes(question):
                self.fields[f"other__{box.name}"] = _field(box)

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """Each question with its number, its choice and the fields of a third reading."""
        return [
            {
                "number": self.definition.number_of(question.key),
                "question": question,
                "marks": marks(question) if question.has_options else [],
                "which": self[f"which__{question.key}"],
                "others": [(box, self[f"other__{box.name}"]) for box in boxes(question)],
            }
            for question in self.questions
        ]

    def clean(self) -> dict[str, Any]:
        """The value of each that differs."""
        cleaned = super().clean() or {}
        self.chosen: dict[str, Any] = {}
        for question in self.questions:
            which = cleaned.get(f"which__{question.key}")
            try:
                if which is not None:
                    self.chosen[question.key] = self._said(question, which, cleaned)
            except forms.ValidationError as wrong:
                self.add_error(f"other__{boxes(question)[0].name}", wrong)
        return cleaned

    def values(self) -> dict[str, Any]:
        """What is right."""
        return {"chosen": self.chosen}

    def _offered(self, question: Question) -> list[tuple[str, Any]]:
        first, second = self.thing.first, self.thing.second or {}
        return [
            (FIRST, words_of(question, first.get(question.key))),
            (SECOND, words_of(question, second.get(question.key))),
            (OTHER, _("neither: as typed below")),
        ]

    def _said(self, question: Question, which: str, cleaned: dict[str, Any]) -> Any:
        if which == OTHER:
            typed = {box.name: cleaned.get(f"other__{box.name}", "") for box in boxes(question)}
            return value_of(question, typed)
        reading = self.thing.first if which == FIRST else self.thing.second or {}
        return reading.get(question.key)


class ReasonForm(ActionForm[PaperEntry]):
    """Why an entry is taken out."""

    reason = reason_field(200, rows=2, help_text=KEPT_BY_STAFF)


class MoveForm(ActionForm[PaperEntry]):
    """Whose answers these are instead, and how it came out."""

    code = CharField(
        label=_("The right home: code of the letter, or the number of the flat on the list"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = reason_field(200, rows=2, help_text=KEPT_BY_STAFF)


class MoveMarkForm(ActionForm[Survey]):
    """Which home was marked by mistake, which one handed in, and how it came out."""

    wrong = CharField(
        label=_("Marked by mistake: number of the flat on the list"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    right = CharField(
        label=_("The right home: code of the letter, or the number of the flat on the list"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = reason_field(200, rows=2, help_text=KEPT_BY_STAFF)


def heard(entry: PaperEntry) -> list[dict[str, Any]]:
    """What was said, in words, to be read out before it counts: the questions that were asked."""
    definition = questions_of(entry.survey)
    return [
        {
            "number": definition.number_of(key),
            "question": definition.get(key),
            "words": words_of(definition.get(key), value),  # type: ignore[arg-type]
        }
        for key, value in definition.shown(entry.first).items()
    ]


def _field(box: Box) -> forms.Field:
    long = box.question.kind == "long_text"
    attrs: dict[str, Any] = {"autocomplete": "off", "autocapitalize": "off"}
    if not box.question.is_open and box.question.kind != "date":
        attrs["inputmode"] = "numeric"
    label = f"{box.question.text} – {box.row.text}" if box.row else box.question.text
    widget: forms.Widget = (
        forms.Textarea(attrs={**attrs, "rows": 2}) if long else forms.TextInput(attrs=attrs)
    )
    return CharField(label=label, required=False, max_length=LONGEST_TEXT, widget=widget)
