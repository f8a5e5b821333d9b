"""What is wrong with a questionnaire: at each change what must never be, before it opens also what is unfinished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.kit.errors import NotPossible
from portal.surveys import conditions
from portal.surveys.building.data import Data, model_of, questions_in
from portal.surveys.building.editing import piped_in
from portal.surveys.conditions import line_of
from portal.surveys.models import KINDS, Option, Section

FEWEST_OPTIONS = 2
MOST_MARKS = 11
# A questionnaire nobody would answer; it bounds every loop over questions and options.
MOST_QUESTIONS, MOST_OPTIONS, MOST_SECTIONS = 200, 60, 40


def require_sound(data: Data) -> None:
    """Refuse what must never be kept: NotPossible with all lines."""
    _refuse(unsound(data))


def require_complete(data: Data) -> None:
    """Refuse what cannot be opened: NotPossible with all lines."""
    _refuse([*unsound(data), *unfinished(data)])


def items(data: Data) -> list[conditions.Item]:
    """The questions as conditions know them."""
    return [
        conditions.Item(question["key"], question["kind"], frozenset(_keys(question["options"])))
        for question in questions_in(data)
    ]


def unsound(data: Data) -> list[str]:
    """What must never be: two questions of one key, a condition on a later question, a text that is too long."""
    questions = list(questions_in(data))
    if said := list(_too_many(data, questions)):
        return said
    said = [*_sections(data), *_twice(questions)]
    known = items(data)
    for at, question in enumerate(questions):
        said += [line_of(at, problem) for problem in _fields(question)]
        said += conditions.problems(question["condition"], known, at)
        said += [line_of(at, problem) for problem in _pipes(question, known[:at])]
    return said


def unfinished(data: Data) -> list[str]:
    """What is missing before it can open: a question at all, options to choose, bounds that fit one another."""
    questions = list(questions_in(data))
    if not questions:
        return [_("There is no question yet.")]
    return [line_of(at, problem) for at, question in enumerate(questions) for problem in missing(question)]


def missing(question: Data) -> Iterator[str]:
    """What one question lacks, without its number."""
    kind, least, most = KINDS[question["kind"]], question["least"], question["most"]
    options = len(question["options"])
    if kind.has_options and options < FEWEST_OPTIONS:
        yield _("At least two options are needed.")
    if kind.has_rows and not question["rows"]:
        yield _("The table has no rows.")
    if least is not None and most is not None and least > most:
        yield _("The least (%(least)s) is more than the most (%(most)s).") % {"least": least, "most": most}
    if question["kind"] == "multiple" and least is not None and least > options >= FEWEST_OPTIONS:
        yield _("More options have to be chosen than there are.")
    if question["kind"] == "scale" and not 1 <= _top(question) - (least or 1) < MOST_MARKS:
        yield _("A scale has two to eleven marks.")


def _top(question: Data) -> int:
    return int(question["most"] or 5)


def _refuse(said: list[str]) -> None:
    if said:
        raise NotPossible("\n".join(dict.fromkeys(said)))


def _keys(options: list[Data]) -> list[str]:
    return [option["key"] for option in options]


def _too_many(data: Data, questions: list[Data]) -> Iterator[str]:
    if len(questions) > MOST_QUESTIONS or len(data["sections"]) > MOST_SECTIONS:
        yield _("A questionnaire has at most %(questions)s questions in %(sections)s sections.") % {
            "questions": MOST_QUESTIONS,
            "sections": MOST_SECTIONS,
        }
    for at, question in enumerate(questions):
        if len(question["options"]) > MOST_OPTIONS or len(question["rows"]) > MOST_OPTIONS:
            yield line_of(at, _("There are more than %(most)s options.") % {"most": MOST_OPTIONS})


def _sections(data: Data) -> Iterator[str]:
    for place, section in enumerate(data["sections"], 1):
        for problem in _of_row(
            Section(title=section["title"], intro=section["intro"], number=place), "survey"
        ):
            yield _("Section %(number)s: %(problem)s") % {"number": place, "problem": problem}


def _twice(questions: list[Data]) -> Iterator[str]:
    counted = Counter(question["key"] for question in questions)
    for at, question in enumerate(questions):
        if counted[question["key"]] > 1:
            yield line_of(
                at, _("Its key %(key)s is that of another question, too.") % {"key": question["key"]}
            )
        for options in (question["options"], question["rows"]):
            if len(set(_keys(options))) < len(options):
                yield line_of(at, _("Two of its options have the same key."))


def _fields(question: Data) -> Iterator[str]:
    if question["kind"] not in KINDS:
        yield _("There is no such kind of question: %(kind)s.") % {"kind": str(question["kind"])[:20]}
        return
    yield from _of_row(model_of(question), "survey", "section", "number", "condition")
    for option in [*question["options"], *question["rows"]]:
        row = Option(key=option["key"], text=option["text"], help=option["help"], number=1)
        yield from _of_row(row, "question")


def _of_row(row: Any, *leave: str) -> Iterator[str]:
    try:
        row.clean_fields(exclude={*leave, "id", "polymorphic_ctype"})
    except ValidationError as wrong:
        for name, said in wrong.message_dict.items():
            label = row._meta.get_field(name).verbose_name
            yield _("“%(field)s”: %(problem)s") % {"field": label, "problem": " ".join(said)}


def _pipes(question: Data, earlier: list[conditions.Item]) -> Iterator[str]:
    known = {item.key for item in earlier}
    for key in piped_in(question):
        if key not in known:
            yield _("It repeats the answer to %(key)s, which is not an earlier question.") % {"key": key}
