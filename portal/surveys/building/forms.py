"""What is typed about a question, a section and a condition; the page a form was made of is its `version`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.actions.forms import ActionForm
from portal.actions.versions import VersionForm
from portal.kit.fields import CharField, longest, number_field, offer
from portal.surveys.building import bank, keys, ready
from portal.surveys.building.conditioning import NUMBERED, Leaf, flat, leaves, tree_of
from portal.surveys.definition import Definition, definition_of
from portal.surveys.models import KINDS, DemandItem, Option, Question, Section, Survey

# What of a question each kind asks for, besides its text, help and whether it has to be answered.
SAYS: dict[str, tuple[str, ...]] = {
    "single": ("shuffled", "background"),
    "multiple": ("least", "most", "shuffled"),
    "scale": ("least", "most", "low", "high"),
    "matrix": (),
    "ranking": ("most", "shuffled"),
    "number": ("least", "most", "measure"),
    "date": (),
    "short_text": ("most",),
    "long_text": ("most",),
    "demand": ("group",),
}
BOUNDS = {
    "multiple": (gettext_lazy("At least so many are chosen"), gettext_lazy("At most so many are chosen")),
    "scale": (gettext_lazy("Lowest mark"), gettext_lazy("Highest mark")),
    "ranking": (gettext_lazy("Least"), gettext_lazy("How many places")),
    "number": (gettext_lazy("Least"), gettext_lazy("Most")),
    "short_text": (gettext_lazy("Least"), gettext_lazy("At most so many characters")),
    "long_text": (gettext_lazy("Least"), gettext_lazy("At most so many characters")),
}
OTHER_WORDS = (
    "text",
    "help",
    "required",
    "shuffled",
    "background",
    "least",
    "most",
    "low",
    "high",
    "measure",
    "group",
)
MOST_LINES = 60
LONGEST_OPTION = longest(Option, "text")


class ConfirmForm(VersionForm, ActionForm[Any]):
    """A question to confirm about the questionnaire as it was shown: its version is the survey's edition."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def prepare(self) -> None:
        """The edition that is shown."""
        self.initial.setdefault("version", survey_of(self.thing).edition)


class SectionForm(ActionForm[Any]):
    """A section's title, and what it is about."""

    title = CharField(label=gettext_lazy("Title of the section"), max_length=longest(Section, "title"))
    intro = CharField(
        label=gettext_lazy("What it is about"), max_length=longest(Section, "intro"), rows=2, required=False
    )


class EditSectionForm(ConfirmForm, SectionForm):
    """The same, of a section that is there."""

    def prepare(self) -> None:
        """What it says now."""
        super().prepare()
        self.begin({"title": self.thing.title, "intro": self.thing.intro})


class LinesField(CharField):
    """Texts, one a line; cleans to a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(rows=4, required=False, max_length=MOST_LINES * LONGEST_OPTION, **kwargs)

    def clean(self, value: Any) -> Any:
        """The lines that say something; each fits."""
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if any(len(line) > LONGEST_OPTION for line in lines) or len(lines) > MOST_LINES:
            raise forms.ValidationError(
                _("At most %(lines)s lines of %(signs)s characters.")
                % {"lines": MOST_LINES, "signs": LONGEST_OPTION}
            )
        return lines


class WordsForm(ActionForm[Any]):
    """What every question says; a kind leaves out what it has no use for."""

    text = CharField(
        label=pgettext_lazy("a survey", "Question"),
        max_length=longest(Question, "text"),
        rows=2,
        help_text=gettext_lazy("As people read it. {{key}} repeats the answer to an earlier question."),
    )
    help = CharField(label=gettext_lazy("Help"), max_length=longest(Question, "help"), rows=2, required=False)
    required = forms.BooleanField(label=gettext_lazy("Has to be answered"), required=False)
    group = CharField(
        label=gettext_lazy("Group of needs"),
        max_length=longest(Question, "group"),
        required=False,
        help_text=gettext_lazy("Under this heading the need is listed."),
    )
    background = forms.ChoiceField(
        label=gettext_lazy("What it tells of who answers"),
        required=False,
        help_text=gettext_lazy("Results are shown apart by it."),
    )
    shuffled = forms.BooleanField(
        label=gettext_lazy("Choices in another order for everybody"),
        required=False,
        help_text=gettext_lazy(
            "So that the first is not chosen for being first; “none of these” stays last."
        ),
    )
    least = number_field(required=False)
    most = number_field(required=False)
    low = CharField(
        label=gettext_lazy("Word for the lowest"), max_length=longest(Question, "low"), required=False
    )
    high = CharField(
        label=gettext_lazy("Word for the highest"), max_length=longest(Question, "high"), required=False
    )
    measure = CharField(label=gettext_lazy("Unit"), max_length=longest(Question, "measure"), required=False)
    more_options = LinesField(
        label=gettext_lazy("New options"),
        help_text=gettext_lazy("One a line; several can be pasted at once."),
    )
    more_rows = LinesField(
        label=gettext_lazy("New rows"),
        help_text=gettext_lazy("What is judged, such as the property firm. One a line."),
    )

    def fit(self, kind: str) -> None:
        """Leave out what a kind has no use for, and name its bounds."""
        model = KINDS[kind]
        for name in set(OTHER_WORDS[3:]) - set(SAYS[kind]):
            del self.fields[name]
        if not model.has_options or kind == DemandItem.kind:
            del self.fields["more_options"]
        if not model.has_rows:
            del self.fields["more_rows"]
        for name, label in zip(("least", "most"), BOUNDS.get(kind, ()), strict=False):
            if name in self.fields:
                self.fields[name].label = label
        if "background" in self.fields:
            offer(self, "background", Question._meta.get_field("background").flatchoices)

    def said(self) -> dict[str, Any]:
        """What the question says, without its options."""
        return {name: value for name, value in self.cleaned_data.items() if name in OTHER_WORDS}


class AddQuestionForm(WordsForm):
    """A new question of a kind, at the end of a section."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of question"), widget=forms.HiddenInput)
    section = forms.TypedChoiceField(label=gettext_lazy("Section"), coerce=int)
    field_order = ("kind", "section")

    def prepare(self) -> None:
        """The fields of its kind, and the sections there are."""
        offer(self, "kind", [(kind, model.label) for kind, model in KINDS.items()])
        sections = [(section.pk, section.title) for section in self.thing.sections.all()]
        offer(self, "section", sections)
        self.initial.setdefault("section", sections[-1][0] if sections else None)
        self.asked_kind = self._kind()
        self.initial["kind"] = self.asked_kind
        self.fit(self.asked_kind)

    def _kind(self) -> str:
        said = (self.data.get("kind") if self.is_bound else None) or self.initial.get("kind")
        return said if said in KINDS else "single"

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        made = {"kind": self.asked_kind, "section": self.cleaned_data["section"]} | self.said()
        made |= {"options": self.cleaned_data.get("more_options", [])}
        return made | {"rows": self.cleaned_data.get("more_rows", [])}


class EditQuestionForm(WordsForm, ConfirmForm):
    """A question that is there: its words, a line for each option, its key while it is new."""

    key = CharField(
        label=gettext_lazy("Permanent key"),
        max_length=40,
        help_text=gettext_lazy(
            "In files and for comparing with other surveys. Letters, figures and hyphens."
        ),
        required=False,
    )

    def prepare(self) -> None:
        """What it says now."""
        ConfirmForm.prepare(self)
        self.fit(self.thing.kind)
        self.begin({name: getattr(self.thing, name) for name in OTHER_WORDS} | {"key": self.thing.key})
        if self.thing.common or not keys.is_new(self.thing.survey, self.thing.key):
            del self.fields["key"]
        for rows in (False, True) if self.thing.kind != DemandItem.kind else ():
            for place, option in enumerate(self.thing.choices(rows=rows), 1):
                self._line(option, place)

    def lines(self, *, rows: bool = False) -> Iterator[dict[str, Any]]:
        """The fields of each option, for the page."""
        for option in self.thing.choices(rows=rows):
            if (name := _name(option)) in self.fields:
                exclusive = f"{name}_exclusive"
                yield {
                    "text": self[name],
                    "place": self[f"{name}_place"],
                    "exclusive": self[exclusive] if exclusive in self.fields else None,
                }

    @property
    def option_lines(self) -> list[dict[str, Any]]:
        """Of the options."""
        return list(self.lines())

    @property
    def row_lines(self) -> list[dict[str, Any]]:
        """Of the rows."""
        return list(self.lines(rows=True))

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields besides those of options and rows that are there."""
        return [field for field in self if not field.name.startswith(("option_", "row_"))]

    def values(self) -> dict[str, Any]:
        """As the service takes them; an option without a text goes."""
        made = self.said() | {
            "version": self.cleaned_data["version"],
            "key": self.cleaned_data.get("key", ""),
        }
        for name, rows in (("options", False), ("rows", True)):
            if f"more_{name}" in self.fields:
                made |= {name: self._kept(rows), f"more_{name}": self.cleaned_data[f"more_{name}"]}
        return made

    def _line(self, option: Option, place: int) -> None:
        name = _name(option)
        words = _("Row %(place)s") if option.is_row else _("Option %(place)s")
        label = words % {"place": place}
        self.fields[name] = CharField(
            label=label, max_length=LONGEST_OPTION, required=False, initial=option.text
        )
        self.fields[f"{name}_place"] = number_field(
            label=_("Place of %(option)s") % {"option": label}, min_value=1, max_value=99, initial=place
        )
        if self.thing.kind == "multiple":
            self.fields[f"{name}_exclusive"] = forms.BooleanField(
                label=_("Rules the others out"), required=False, initial=option.exclusive
            )

    def _kept(self, rows: bool) -> list[dict[str, Any]]:
        data = self.cleaned_data
        named = [(option, _name(option)) for option in self.thing.choices(rows=rows)]
        # Python sorts stably: of two at one place the one that stood before stays before.
        named.sort(key=lambda pair: data[f"{pair[1]}_place"])
        return [self._said(option, name) for option, name in named if data[name]]

    def _said(self, option: Option, name: str) -> dict[str, Any]:
        said = {"key": option.key, "text": self.cleaned_data[name], "help": option.help}
        exclusive = {"exclusive": self.cleaned_data.get(f"{name}_exclusive", option.exclusive)}
        return said if option.is_row else said | exclusive


class ConditionForm(ConfirmForm):
    """When a question is asked: some lines, of which all or one have to hold."""

    join = forms.ChoiceField(
        label=gettext_lazy("Ask it"),
        choices=[
            ("all", gettext_lazy("if all of this holds")),
            ("any", gettext_lazy("if any of this holds")),
        ],
        widget=forms.RadioSelect,
        initial="all",
    )

    def prepare(self) -> None:
        """A line for each part of the condition that stands, and two more."""
        super().prepare()
        self.definition: Definition = definition_of(self.thing.survey)
        join, self.stands, self.nested = flat(self.thing.condition)
        self.initial.setdefault("join", join)
        self.known = leaves(self.definition, self.thing)
        self.count = max(3, len(self.stands) + 2)
        if self.is_bound:
            self.count = max(self.count, sum(f"leaf_{at}" in self.data for at in range(12)))
        for at in range(self.count):
            self._line(at, self.stands[at] if at < len(self.stands) else None)

    @property
    def lines(self) -> list[dict[str, forms.BoundField]]:
        """The fields of each line, for the page."""
        return [
            {name: self[f"{name}_{at}"] for name in ("leaf", "number", "negated")} for at in range(self.count)
        ]

    def clean(self) -> dict[str, Any]:
        """A line that compares with a number has one."""
        data = super().clean() or {}
        for at in range(self.count):
            leaf = data.get(f"leaf_{at}", "")
            if leaf.startswith(NUMBERED) and data.get(f"number_{at}") is None:
                self.add_error(f"number_{at}", forms.ValidationError(_("Please write the number.")))
        return data

    def values(self) -> dict[str, Any]:
        """The tree."""
        data = self.cleaned_data
        chosen = [
            Leaf(data[f"leaf_{at}"], data.get(f"number_{at}"), data[f"negated_{at}"])
            for at in range(self.count)
            if data[f"leaf_{at}"]
        ]
        return {"version": data["version"], "tree": tree_of(data["join"], chosen)}

    def _line(self, at: int, leaf: Leaf | None) -> None:
        leaf = leaf or Leaf("", None, False)
        self.fields[f"leaf_{at}"] = forms.ChoiceField(
            label=_("What has to hold"), choices=self.known, required=False, initial=leaf.name
        )
        self.fields[f"number_{at}"] = number_field(
            label=_("Number, if one is asked for"), required=False, initial=leaf.number
        )
        self.fields[f"negated_{at}"] = forms.BooleanField(
            label=_("not: the opposite holds"), required=False, initial=leaf.negated
        )


class ChooseForm(ActionForm[Survey]):
    """Questions of the bank, and of this neighbourhood's earlier surveys."""

    section = forms.TypedChoiceField(label=gettext_lazy("Put them into"), coerce=int)
    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("Questions"), widget=forms.CheckboxSelectMultiple, choices=()
    )

    def prepare(self) -> None:
        """What is not asked here already, in groups."""
        sections = [(section.pk, section.title) for section in self.thing.sections.all()]
        offer(self, "section", sections)
        self.initial.setdefault("section", sections[-1][0] if sections else None)
        self.found = bank.offered(self.thing)
        offer(self, "chosen", bank.as_choices(self.found))

    def values(self) -> dict[str, Any]:
        """The questions themselves."""
        wanted = set(self.cleaned_data["chosen"])
        chosen = [one.question for group in self.found for one in group.questions if one.name in wanted]
        return {"section": self.cleaned_data["section"], "chosen": chosen}


class ReadyForm(ConfirmForm):
    """Which shipped questionnaire."""

    name = forms.ChoiceField(label=gettext_lazy("Questionnaire"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        """Those that are shipped."""
        super().prepare()
        found = ready.titles()
        offer(self, "name", found)
        self.initial.setdefault("name", found[0][0])


def survey_of(thing: Survey | Section | Question) -> Survey:
    """The survey of what a form is about."""
    return thing if isinstance(thing, Survey) else thing.survey


def _name(option: Option) -> str:
    return f"{'row' if option.is_row else 'option'}_{option.key}"
