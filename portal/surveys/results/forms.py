"""What is asked before results are published, corrected, weighted, or texts are shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.actions.forms import ActionForm
from portal.kit.fields import CharField, confirm_field, longest, number_field, offer, reason_field, text_area
from portal.surveys.definition import questions_of
from portal.surveys.models import OpenAnswer, Snapshot, Survey
from portal.surveys.results import masking, texts
from portal.surveys.results.weighting import MARGINS, margin_question

# How many texts one page asks about.
AT_ONCE, MOST = 10, 50
MOST_PEOPLE = 1_000_000


class MarginsForm(ActionForm[Survey]):
    """How many people (or households) of each age band, and owners and tenants, live here."""

    def prepare(self) -> None:
        """A number for each option of the questions that tell age and tenure."""
        definition = questions_of(self.thing)
        for name in MARGINS:
            question = margin_question(definition, name)
            for key, text in question.pairs() if question else ():
                self.fields[f"{name}_{key}"] = number_field(label=text, min_value=0, max_value=MOST_PEOPLE)
        self.begin(
            {
                f"{name}_{key}": count
                for name, held in self.thing.margins.items()
                for key, count in held.items()
            }
        )

    def values(self) -> dict[str, Any]:
        """As the survey keeps them."""
        told: dict[str, dict[str, int]] = {}
        for field, count in self.cleaned_data.items():
            name, key = field.split("_", 1)
            told.setdefault(name, {})[key] = count
        return {"margins": told}


class WhyForm(ActionForm[Survey]):
    """What was wrong."""

    why = reason_field(longest(Snapshot, "why"), rows=2, label=_("What is corrected"))


class ChooseForm(ActionForm[Survey]):
    """Some of the texts that were written."""

    texts = forms.MultipleChoiceField(
        label=pgettext_lazy("a survey", "Texts"), widget=forms.CheckboxSelectMultiple()
    )

    def prepare(self) -> None:
        """Offer the first; whatever was ticked before somebody else was faster stays known."""
        sent = self.data.getlist("texts")[:MOST] if self.is_bound else []  # type: ignore[attr-defined]
        rows = [*texts.named(self.thing, sent), *self.offered()[:MOST]]
        offer(self, "texts", {texts.token(row.pk): self.words(row) for row in rows}.items())

    def offered(self) -> Any:
        """Which are offered."""
        raise NotImplementedError

    def words(self, row: OpenAnswer) -> str:
        """What is read of one."""
        return row.text


class GroupForm(ChooseForm):
    """Texts, and the heading they belong under."""

    group = CharField(label=_("Heading"), required=False, max_length=longest(OpenAnswer, "group"))

    def prepare(self) -> None:
        """Name the headings there are."""
        super().prepare()
        there = sorted(set(texts.readable(self.thing).exclude(group="").values_list("group", flat=True)))
        self.fields["group"].help_text = "、".join(there)

    def offered(self) -> Any:
        """Those without a heading first."""
        return texts.readable(self.thing).order_by("group", "question__number", "text")


class HideForm(ChooseForm):
    """Texts that are shown."""

    def offered(self) -> Any:
        """All that are shown."""
        return texts.readable(self.thing).exclude(shown="")

    def words(self, row: OpenAnswer) -> str:
        """As everybody reads it."""
        return row.shown


class ReleaseForm(ActionForm[Survey]):
    """Some texts beside what everybody would read of them. What is left empty stays with the office."""

    def prepare(self) -> None:
        """A field for each, filled with the proposal; then the word of whoever looked."""
        sent = [name[5:] for name in self.data if name.startswith("text_")][:AT_ONCE] if self.is_bound else []
        rows = (
            texts.named(self.thing, sent) if sent else texts.readable(self.thing).filter(shown="")[:AT_ONCE]
        )
        names = masking.names_of(self.thing.neighbourhood)
        for row in rows:
            self.fields[f"text_{texts.token(row.pk)}"] = CharField(
                label=_("As everybody may read it"),
                help_text=row.text,
                required=False,
                initial=masking.masked(row.text, names),
                max_length=longest(OpenAnswer, "shown"),
                widget=text_area(2),
            )
        self.fields["looked"] = confirm_field(_("I have read each of them: nobody can be recognised."))

    def values(self) -> dict[str, Any]:
        """By token."""
        told = {name[5:]: text for name, text in self.cleaned_data.items() if name.startswith("text_")}
        return {"texts": told}
