"""Who writes a questionnaire: the committee, and only as long as its questions do not stand."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.doors import Door, Need
from portal.community.models import Visitor
from portal.community.permissions import Role
from portal.surveys.models import Question, Section, Survey
from portal.surveys.permissions import MAKERS, READERS, roles_towards
from portal.surveys.states import BEFORE

STAND = _("The questions stand since the survey opened. A later survey may ask otherwise.")
WRITES = Need(MAKERS, BEFORE, STAND)
ON_SURVEY = (
    "add_question",
    "add_section",
    "choose",
    "lay_ready",
    "copy_last",
    "undo",
    "redo",
)
ON_SECTION = ("edit_section", "section_up", "section_down", "remove_section")
ON_QUESTION = ("edit_question", "condition", "up", "down", "remove_question")
NEEDS = {"build": Need(READERS), **dict.fromkeys(ON_SURVEY, WRITES)}
# A part has no life of its own: that its survey stands is asked by `ready`, and by the writer (laying.lay).
SECTION_NEEDS = dict.fromkeys(ON_SECTION, Need(MAKERS))
QUESTION_NEEDS = dict.fromkeys(ON_QUESTION, Need(MAKERS))


def _of_part(user: Visitor, part: Section | Question) -> frozenset[Role]:
    return roles_towards(user, part.survey)


def _lock_of_section(pk: int) -> object:
    return Survey.objects.select_for_update(of=("self",)).filter(sections=pk).first()


def _lock_of_question(pk: int) -> object:
    return Survey.objects.select_for_update(of=("self",)).filter(questions=pk).first()


BUILDS = Door(Survey, NEEDS, roles_towards, related=("neighbourhood",), readable=lambda survey: survey)
SECTIONS = Door(
    Section,
    SECTION_NEEDS,
    _of_part,
    related=("survey__neighbourhood",),
    lock_first=_lock_of_section,
    neighbourhood="survey.neighbourhood",
    objects=lambda user: Section.objects.filter(survey__in=Survey.objects.visible_to(user)),
    readable=lambda section: section.survey,
)
QUESTIONS = Door(
    Question,
    QUESTION_NEEDS,
    _of_part,
    related=("survey__neighbourhood", "section"),
    lock_first=_lock_of_question,
    neighbourhood="survey.neighbourhood",
    objects=lambda user: Question.objects.filter(survey__in=Survey.objects.visible_to(user)),
    readable=lambda question: question.survey,
)
