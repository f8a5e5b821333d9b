"""The verbs of whoever writes a questionnaire. Each change is an edition and can be taken back.

`version` is the edition a page was made of: what somebody else did since to the same thing is shown before it is
written over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portal.actions.versions import Overtaken
from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.surveys.building import editing, keys, ready
from portal.surveys.building.checking import require_complete
from portal.surveys.building.copying import copy_questions, last_wave
from portal.surveys.building.data import Data, as_data, digest, full, needed, questions_in
from portal.surveys.building.laying import current, lay, lay_again, workable
from portal.surveys.building.permissions import BUILDS, QUESTIONS, SECTIONS
from portal.surveys.definition import definition_of
from portal.surveys.models import DemandItem, Did, Option, Question, Section, Survey, SurveyEdition

MOST_TOLD = 8
Options = Iterable[Data]
Texts = Iterable[str]


@transaction.atomic
def freeze(survey: Survey) -> None:
    """Let the questions stand from now on. Raises NotPossible, with the lines, where something is missing."""
    if survey.frozen_at:
        raise NotPossible(_("The questions stand already."))
    data = as_data(definition_of(survey))
    require_complete(data)
    survey.frozen_at, survey.fingerprint = clock.now(), digest(data)
    survey.save(update_fields=["frozen_at", "fingerprint"])
    for rows in (survey.sections, survey.questions, Option.objects.filter(question__survey=survey)):
        rows.update(stands=True)


@transaction.atomic
def add_section(user: User, pk: int, title: str, intro: str = "") -> Survey:
    """Put a section at the end."""
    survey = BUILDS.take(user, pk, "add_section")
    data = workable(survey)
    data["sections"].append({"title": title, "intro": intro, "questions": []})
    return lay(survey, data, user, Did.ADDED, title)


@transaction.atomic
def add_question(
    user: User,
    pk: int,
    kind: str,
    section: int,
    text: str,
    options: Texts = (),
    rows: Texts = (),
    **said: Any,
) -> Question:
    """Put a question at the end of a section, its key made of its text. Raises NotPossible with what is wrong."""
    survey = BUILDS.take(user, pk, "add_question")
    key = keys.new_key(text, keys.question_keys(survey), "q")
    given = needed() if kind == DemandItem.kind else keys.with_keys(options, set())
    asked = {"key": key, "kind": kind, "text": text, "options": given, "rows": keys.with_keys(rows, set())}
    data = workable(survey)
    editing.add_question(data, section, asked | said)
    return _question(lay(survey, data, user, Did.ADDED, text), key)


@transaction.atomic
def edit_question(
    user: User,
    pk: int,
    version: int,
    key: str = "",
    options: Options | None = None,
    rows: Options | None = None,
    more_options: Texts = (),
    more_rows: Texts = (),
    **said: Any,
) -> Question:
    """Change a question, its options and rows. `more_…`: texts of new ones; `key`: only while it is new.

    Raises Overtaken where somebody else changed it since `version`, NotPossible for what cannot be.
    """
    question = _own(QUESTIONS.take(user, pk, "edit_question"))
    survey, old = question.survey, question.key
    _require_same(survey, version, lambda data: editing.find(data, old), question)
    data = workable(survey)
    asked = editing.find(data, old)
    asked |= said
    taken = keys.option_keys(survey, old)
    for name, kept, more in (("options", options, more_options), ("rows", rows, more_rows)):
        if kept is not None and question.kind != DemandItem.kind:
            asked[name] = [*kept, *keys.with_keys(more, taken)]
            taken |= {option["key"] for option in asked[name]}
    asked.update(full(asked))
    if key and key != old:
        _require_new(survey, old, key)
        editing.rename(data, old, key)
    return _question(lay(survey, data, user, Did.EDITED, asked["text"]), key or old)


@transaction.atomic
def set_condition(user: User, pk: int, version: int, tree: Any) -> Question:
    """Say when a question is asked; None: always. Raises Overtaken, NotPossible with the line."""
    question = _own(QUESTIONS.take(user, pk, "condition"))
    survey, key = question.survey, question.key
    _require_same(survey, version, lambda data: editing.find(data, key)["condition"], question)
    data = workable(survey)
    editing.find(data, key)["condition"] = tree
    return _question(lay(survey, data, user, Did.CONDITION, question.text), key)


def question_up(user: User, pk: int, version: int) -> Question:
    """Put a question one place up, at the beginning of its section into the one before."""
    return _move_question(user, pk, version, editing.UP)


def question_down(user: User, pk: int, version: int) -> Question:
    """Put a question one place down, at the end of its section into the next."""
    return _move_question(user, pk, version, editing.DOWN)


@transaction.atomic
def remove_question(user: User, pk: int, version: int) -> Survey:
    """Take a question out; its key is not given again. NotPossible, with the lines, where others rest on it."""
    question = _own(QUESTIONS.take(user, pk, "remove_question"))
    survey, key = question.survey, question.key
    _require_still(survey, version, lambda data: editing.find(data, key))
    data = workable(survey)
    editing.remove_question(data, key)
    return lay(survey, data, user, Did.REMOVED, question.text)


@transaction.atomic
def edit_section(user: User, pk: int, version: int, title: str, intro: str = "") -> Section:
    """Change a section's title and what it is about. Raises Overtaken."""
    section = SECTIONS.take(user, pk, "edit_section")
    survey, place = section.survey, section.number - 1
    _require_same(survey, version, lambda data: _heading(data, place), section)
    data = workable(survey)
    editing.section_of(data, pk).update(title=title, intro=intro)
    lay(survey, data, user, Did.EDITED, title)
    section.title, section.intro = title, intro
    return section


def section_up(user: User, pk: int, version: int) -> Survey:
    """Put a section with its questions one place up."""
    return _move_section(user, pk, version, editing.UP)


def section_down(user: User, pk: int, version: int) -> Survey:
    """Put a section with its questions one place down."""
    return _move_section(user, pk, version, editing.DOWN)


@transaction.atomic
def remove_section(user: User, pk: int, version: int) -> Survey:
    """Take a section out with its questions. NotPossible, with the lines, where others rest on one of them."""
    section = SECTIONS.take(user, pk, "remove_section")
    survey = section.survey
    _require_still(survey, version, lambda data: data)
    data = workable(survey)
    if any(question["common"] for question in editing.section_of(data, pk)["questions"]):
        raise NotPossible(_common())
    editing.remove_section(data, pk)
    return lay(survey, data, user, Did.REMOVED, section.title)


@transaction.atomic
def choose(user: User, pk: int, section: int, chosen: Iterable[Data]) -> Survey:
    """Put questions of the bank, or of earlier surveys, at the end of a section under their permanent keys.

    Those that are asked already are left out; a condition goes where what it asks about is not here.
    """
    survey = BUILDS.take(user, pk, "choose")
    data = workable(survey)
    here = {question["key"] for question in questions_in(data)}
    added = [full(question) for question in chosen if question["key"] not in here]
    if not added:
        raise NotPossible(_("These questions are asked already."))
    for question in added:
        here |= {question["key"]}
        resting = set(editing.named_in(question))
        question |= {"common": False} | ({} if resting <= here else {"condition": None})
        editing.section_of(data, section)["questions"].append(question)
    return lay(survey, data, user, Did.ADDED, added[0]["text"])


@transaction.atomic
def lay_ready(user: User, pk: int, version: int, name: str) -> Survey:
    """Take a shipped questionnaire in place of what is asked now."""
    survey = BUILDS.take(user, pk, "lay_ready")
    _require_still(survey, version, lambda data: data)
    return ready.lay_out(survey, name, user)


@transaction.atomic
def copy_last(user: User, pk: int, version: int) -> Survey:
    """Take the questions of the last wave in place of what is asked now. NotPossible: there was none."""
    survey = BUILDS.take(user, pk, "copy_last")
    _require_still(survey, version, lambda data: data)
    source = last_wave(survey)
    if source is None:
        raise NotPossible(_("There was no survey here before."))
    return copy_questions(source, survey, by=user)


@transaction.atomic
def undo(user: User, pk: int, version: int) -> Survey:
    """Take the last change back, as a new edition. NotPossible: nothing to take back, or another one came since."""
    survey = BUILDS.take(user, pk, "undo")
    _require_still(survey, version, lambda data: data)
    edition = undoable(survey)
    if edition is None or edition.after is None:
        raise NotPossible(_("There is nothing to take back."))
    before = survey.editions.get(number=edition.after)
    return lay_again(survey, before, user, Did.UNDONE, edition.what)


@transaction.atomic
def redo(user: User, pk: int, version: int) -> Survey:
    """Do again what was taken back last. NotPossible: nothing was, or something else was done since."""
    survey = BUILDS.take(user, pk, "redo")
    _require_still(survey, version, lambda data: data)
    edition = redoable(survey)
    if edition is None:
        raise NotPossible(_("There is nothing to do again."))
    return lay_again(survey, edition, user, Did.REDONE, edition.what)


def undoable(survey: Survey) -> SurveyEdition | None:
    """The change that can be taken back."""
    edition = current(survey)
    if edition is None or edition.after is None:
        return None
    return survey.editions.filter(number=edition.shows).defer("definition").first()


def redoable(survey: Survey) -> SurveyEdition | None:
    """The change that was taken back and can be done again: the newest that followed on what stands."""
    edition = current(survey)
    if edition is None:
        return None
    return survey.editions.filter(after=edition.shows, shows=F("number")).order_by("number").last()


def _question(survey: Survey, key: str) -> Question:
    return Question.objects.select_related("survey", "section").get(survey=survey, key=key)


def _own(question: Question) -> Question:
    if question.common:
        raise NotPossible(_common())
    return question


def _common() -> str:
    return _("This question is asked in the same words in the whole wave, so it cannot be changed here.")


def _require_new(survey: Survey, old: str, key: str) -> None:
    if not keys.is_new(survey, old):
        raise NotPossible(_("This question was asked before under its key, so the key stays."))
    if key in keys.question_keys(survey):
        raise NotPossible(_("The key %(key)s was used for another question.") % {"key": key})


@transaction.atomic
def _move_question(user: User, pk: int, version: int, way: str) -> Question:
    question = _own(QUESTIONS.take(user, pk, way))
    survey, key = question.survey, question.key
    _require_still(survey, version, _order)
    data = workable(survey)
    editing.move_question(data, key, way)
    lay(survey, data, user, Did.MOVED, question.text)
    return question


@transaction.atomic
def _move_section(user: User, pk: int, version: int, way: str) -> Survey:
    section = SECTIONS.take(user, pk, f"section_{way}")
    _require_still(section.survey, version, _order)
    data = workable(section.survey)
    editing.move_section(data, pk, way)
    return lay(section.survey, data, user, Did.MOVED, section.title)


Aspect = Callable[[Data], Any]


def _order(data: Data) -> list[Any]:
    return [
        (section["title"], [question["key"] for question in section["questions"]])
        for section in data["sections"]
    ]


def _heading(data: Data, place: int) -> Any:
    sections = data["sections"]
    return (sections[place]["title"], sections[place]["intro"]) if place < len(sections) else None


def _same(survey: Survey, version: int, aspect: Aspect) -> bool:
    """Whether what a page showed of a questionnaire still stands, whatever else was changed since."""
    if survey.edition == version:
        return True
    shown = survey.editions.filter(number=version).first()
    try:
        return shown is not None and aspect(shown.definition) == aspect(as_data(definition_of(survey)))
    except NotPossible:
        return False


def _require_same(survey: Survey, version: int, aspect: Aspect, present: Any) -> None:
    """Raise Overtaken, with the thing as it is now, where somebody else changed it since a page was made."""
    if not _same(survey, version, aspect):
        raise Overtaken(as_present(present, survey.edition))


def as_present(thing: Any, edition: int) -> Any:
    """A question or section as the form of a second editor reads it: the edition, and its options by name."""
    vars(thing)["version"] = edition
    if isinstance(thing, Question):
        for option in thing.options.all():
            vars(thing)[f"{'row' if option.is_row else 'option'}_{option.key}"] = option.text
    return thing


def _require_still(survey: Survey, version: int, aspect: Aspect) -> None:
    """Refuse an act that shows no text where others changed what it is about: NotPossible with what they did."""
    if not _same(survey, version, aspect):
        said = _("Somebody else changed the questionnaire in the meantime. Please look at it again.")
        raise NotPossible("\n".join([said, *since(survey, version)]))


def since(survey: Survey, version: int) -> list[str]:
    """What was done after an edition, the newest first."""
    done = survey.editions.filter(number__gt=version).defer("definition").order_by("-number")[:MOST_TOLD]
    return [f"{edition.what}{_(': ')}{edition.get_did_display()}" for edition in done]
