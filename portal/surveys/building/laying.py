"""The one writer of questions: it lays a questionnaire out as data says, changes only what differs, keeps the edition.

Questions keep their rows as long as they keep key and kind, so that addresses hold; what was removed leaves its key.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.kit.errors import NotPossible
from portal.surveys.building.checking import require_sound
from portal.surveys.building.data import PLAIN, Data, as_data, model_of, questions_in
from portal.surveys.course.promises import follow_approval
from portal.surveys.definition import definition_of
from portal.surveys.models import Did, Option, Question, RetiredKey, Section, Survey, SurveyEdition

OPTION = ("number", "text", "help", "exclusive")


@transaction.atomic
def lay(survey: Survey, data: Data, by: User | None, did: Did, what: str = "") -> Survey:
    """Write a questionnaire as the next edition. Raises NotPossible: it is not sound, or the questions stand.

    A section of the data that says `pk` is that section. `what`: the question or section the change was about.
    """
    survey = _locked(survey)
    was = _current(survey)
    require_sound(data)
    _write(survey, data)
    after = was.shows
    number = _next(survey)
    _keep(survey, number, number, after, by=by, did=did, what=what)
    follow_approval(survey)
    return survey


@transaction.atomic
def lay_again(survey: Survey, edition: SurveyEdition, by: User | None, did: Did, what: str) -> Survey:
    """Write the questions of an earlier edition once more, as the next one."""
    survey = _locked(survey)
    _write(survey, edition.definition)
    _keep(survey, _next(survey), edition.shows, edition.after, by=by, did=did, what=what)
    follow_approval(survey)
    return survey


def workable(survey: Survey) -> Data:
    """The questionnaire as data to change; each section says its `pk`, so that it stays the same one."""
    definition = definition_of(survey)
    data = as_data(definition)
    for said, section in zip(data["sections"], definition.sections, strict=True):
        said["pk"] = section.pk
    return data


def current(survey: Survey) -> SurveyEdition | None:
    """The edition that stands; None where nothing was changed yet."""
    return survey.editions.filter(number=survey.edition).first()


def _locked(survey: Survey) -> Survey:
    locked = Survey.objects.select_for_update(of=("self",)).select_related("neighbourhood").get(pk=survey.pk)
    if not locked.can_be_written:
        raise NotPossible(_("The questions stand. Before a survey opens it can be taken back to the draft."))
    return locked


def _current(survey: Survey) -> SurveyEdition:
    """The edition that stands; before the first change it is kept as it was found."""
    found = current(survey)
    return found or _keep(survey, survey.edition, survey.edition, None, by=None, did=Did.FOUND)


def _next(survey: Survey) -> int:
    survey.edition += 1
    survey.save(update_fields=["edition"])
    return survey.edition


def _keep(survey: Survey, number: int, shows: int, after: int | None, **said: Any) -> SurveyEdition:
    said["what"] = str(said.get("what", ""))[:80]
    definition = as_data(definition_of(survey))
    return SurveyEdition.objects.create(
        survey=survey, number=number, shows=shows, after=after, definition=definition, **said
    )


def _write(survey: Survey, data: Data) -> None:
    held = {
        question.key: question
        for question in Question.objects.filter(survey=survey).prefetch_related("options")
    }
    stay = {question["key"]: question["kind"] for question in questions_in(data)}
    gone = [question for question in held.values() if stay.get(question.key) != question.kind]
    _retire(survey, [*_lost(held, data)])
    sections = _write_sections(survey, data)
    _write_questions(survey, data, sections, held, gone)
    survey.sections.exclude(pk__in=[section.pk for section in sections]).delete()


def _lost(held: dict[str, Question], data: Data) -> Iterator[tuple[str, str]]:
    """The keys that are there no more: of a question, or of a question and an option."""
    stay = {question["key"]: question for question in questions_in(data)}
    for key, question in held.items():
        if key not in stay:
            yield key, ""
            continue
        options = {option["key"] for option in [*stay[key]["options"], *stay[key]["rows"]]}
        yield from ((key, option.key) for option in question.options.all() if option.key not in options)


def _retire(survey: Survey, keys: list[tuple[str, str]]) -> None:
    RetiredKey.objects.bulk_create(
        [RetiredKey(family=survey.family, question=key, option=option) for key, option in keys],
        ignore_conflicts=True,
    )


def _write_sections(survey: Survey, data: Data) -> list[Section]:
    """Each section is the one its `pk` says, else one of the same title that is left, else a new one."""
    left = {section.pk: section for section in survey.sections.all()}
    named = {section["pk"] for section in data["sections"] if "pk" in section}
    written = []
    for place, said in enumerate(data["sections"], 1):
        found = left.pop(said.get("pk"), None) or _same_title(left, named, said["title"])
        section = found or Section(survey=survey)
        section.number, section.title, section.intro = place, said["title"], said["intro"]
        section.save()
        written.append(section)
    return written


def _same_title(left: dict[int, Section], named: set[int], title: str) -> Section | None:
    found = next((pk for pk, section in left.items() if section.title == title and pk not in named), None)
    return left.pop(found) if found else None


def _write_questions(
    survey: Survey, data: Data, sections: list[Section], held: dict[str, Question], gone: list[Question]
) -> None:
    Question.objects.non_polymorphic().filter(pk__in=[question.pk for question in gone]).delete()
    left = {key: question for key, question in held.items() if question not in gone}
    changed, place = [], 0
    for section, said in zip(sections, data["sections"], strict=True):
        for asked in said["questions"]:
            place += 1
            question, differs = _question(survey, section, place, asked, left)
            changed += [question] if differs and question.pk else []
            if question.pk is None:
                question.save()
            _write_options(question, asked, new=asked["key"] not in left)
    fields = ["section", "number", *PLAIN]
    Question.objects.non_polymorphic().bulk_update(changed, fields, batch_size=50)


def _question(
    survey: Survey, section: Section, place: int, asked: Data, left: dict[str, Question]
) -> tuple[Question, bool]:
    question = left.get(asked["key"]) or model_of(asked)
    said = {"survey_id": survey.pk, "section_id": section.pk, "number": place}
    said |= {name: asked[name] for name in PLAIN}
    differs = any(getattr(question, name) != value for name, value in said.items())
    for name, value in said.items():
        setattr(question, name, value)
    return question, differs


def _write_options(question: Question, asked: Data, *, new: bool) -> None:
    held = {} if new else {(option.is_row, option.key): option for option in question.options.all()}
    made, changed = [], []
    for is_row, options in ((False, asked["options"]), (True, asked["rows"])):
        for place, said in enumerate(options, 1):
            option = held.pop((is_row, said["key"]), None)
            if option is None:
                made.append(Option(question=question, is_row=is_row, number=place, **said))
            elif _fill(option, {"exclusive": False, **said, "number": place}):
                changed.append(option)
    if held:
        Option.objects.filter(pk__in=[option.pk for option in held.values()]).delete()
    if changed:
        Option.objects.bulk_update(changed, OPTION)
    if made:
        Option.objects.bulk_create(made)


def _fill(option: Option, said: Data) -> bool:
    differs = any(getattr(option, name) != said[name] for name in OPTION)
    for name in OPTION:
        setattr(option, name, said[name])
    return differs
