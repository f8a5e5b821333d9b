"""What can be done to a questionnaire while it is written, as its pages offer it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.community.models import User
from portal.surveys.building import forms, services
from portal.surveys.building.copying import last_wave
from portal.surveys.building.permissions import STAND
from portal.surveys.building.preview import asked_of
from portal.surveys.definition import definition_of
from portal.surveys.models import Question, Section, Survey

_BACK = _("The change can be taken back on the page of the questionnaire.")


def build_url(survey: Survey, anchor: str = "") -> str:
    """Where a questionnaire is written."""
    return reverse("surveys:build", args=[survey.pk]) + anchor


def _home(thing: Survey | Section | Question, user: User) -> Home:
    survey = forms.survey_of(thing)
    return Home(survey.title, build_url(survey))


def _writable(thing: Any, user: User) -> bool:
    return forms.survey_of(thing).can_be_written


def _own(question: Question, user: User) -> bool:
    return question.survey.can_be_written and not question.common


def _has_sections(survey: Survey, user: User) -> bool:
    return survey.can_be_written and survey.sections.exists()


def _to_question(_thing: Any, question: Question) -> str:
    return build_url(question.survey, f"#question-{question.pk}")


def _to_edit(_thing: Any, question: Question) -> str:
    return reverse("surveys:build_question", args=[question.pk, "edit-question"])


def _to_section(_thing: Any, section: Section) -> str:
    return build_url(section.survey, f"#section-{section.pk}")


def _to_same_section(section: Section, _survey: Survey) -> str:
    return build_url(section.survey, f"#section-{section.pk}")


def _editor(question: Question, user: User) -> dict[str, Any]:
    definition = definition_of(question.survey)
    here = next(one for one in definition.questions if one.pk == question.pk)
    return {"asked": asked_of(definition, [here]), "condition": definition.condition_of(here)}


def _condition(question: Question, user: User) -> dict[str, Any]:
    definition = definition_of(question.survey)
    here = next(one for one in definition.questions if one.pk == question.pk)
    return {"condition": definition.condition_of(here), "is_first": definition.questions[0].pk == question.pk}


SURVEY_ACTIONS: dict[str, Action] = {
    "add_question": Action(
        _("Add a question"),
        services.add_question,
        forms.AddQuestionForm,
        done=_("The question is added. Here you can go on with it."),
        from_address=("kind", "section"),
        ready=_has_sections,
        not_ready=_("A question belongs to a section. Please add a section first."),
        then=_to_edit,
        home=_home,
        template="surveys/building/add.html",
        effect=None,
    ),
    "add_section": Action(
        _("Add a section"),
        services.add_section,
        forms.SectionForm,
        done=_("The section is added at the end."),
        ready=_writable,
        not_ready=STAND,
        home=_home,
        effect=None,
    ),
    "choose": Action(
        _("Choose from the question bank"),
        services.choose,
        forms.ChooseForm,
        text=_("Questions keep their permanent keys, so that they can be compared with other surveys."),
        submit=_("Add the chosen questions"),
        done=_("The questions are added."),
        ready=_has_sections,
        not_ready=_("A question belongs to a section. Please add a section first."),
        home=_home,
        effect=None,
        template="surveys/building/choose.html",
    ),
    "lay_ready": Action(
        _("Take a ready questionnaire"),
        services.lay_ready,
        forms.ReadyForm,
        text=_("It takes the place of the questions that stand here now, and can be changed afterwards."),
        done=_("The questionnaire is laid out."),
        ready=_writable,
        not_ready=STAND,
        home=_home,
        effect=Effect.REPLACES,
        way_back=WayBack("undo"),
    ),
    "copy_last": Action(
        _("Take the questions of the last survey"),
        services.copy_last,
        forms.ConfirmForm,
        text=_(
            "They take the place of the questions that stand here now. Their keys stay, so results can be compared."
        ),
        done=_("The questions are taken over."),
        ready=lambda survey, user: survey.can_be_written and last_wave(survey) is not None,
        not_ready=_("There was no survey here before."),
        home=_home,
        effect=Effect.REPLACES,
        way_back=WayBack("undo"),
    ),
    "undo": Action(
        _("Take the last change back"),
        services.undo,
        forms.ConfirmForm,
        done=_("The last change is taken back."),
        ready=lambda survey, user: survey.can_be_written and services.undoable(survey) is not None,
        not_ready=_("There is nothing to take back."),
        home=_home,
        effect=None,
    ),
    "redo": Action(
        _("Do it again"),
        services.redo,
        forms.ConfirmForm,
        done=_("What was taken back is done again."),
        ready=lambda survey, user: survey.can_be_written and services.redoable(survey) is not None,
        not_ready=_("There is nothing to do again."),
        home=_home,
        effect=None,
    ),
}
SECTION_ACTIONS: dict[str, Action] = {
    "edit_section": Action(
        _("Change the section"),
        services.edit_section,
        forms.EditSectionForm,
        done=_("The section is changed."),
        ready=_writable,
        not_ready=STAND,
        then=_to_section,
        home=_home,
        effect=None,
    ),
    "section_up": Action(
        _("Move the section up"),
        services.section_up,
        forms.ConfirmForm,
        ready=_writable,
        not_ready=STAND,
        then=_to_same_section,
        home=_home,
        effect=None,
    ),
    "section_down": Action(
        _("Move the section down"),
        services.section_down,
        forms.ConfirmForm,
        ready=_writable,
        not_ready=STAND,
        then=_to_same_section,
        home=_home,
        effect=None,
    ),
    "remove_section": Action(
        _("Take the section out"),
        services.remove_section,
        forms.ConfirmForm,
        text=_(
            "The section goes with all its questions. Where others depend on one of them, they are named first."
        ),
        done=_("The section is taken out."),
        tone="danger",
        ready=_writable,
        not_ready=STAND,
        home=_home,
        effect=Effect.ENDS,
        way_back=_BACK,
    ),
}
QUESTION_ACTIONS: dict[str, Action] = {
    "edit_question": Action(
        _("Change the question"),
        services.edit_question,
        forms.EditQuestionForm,
        submit=_("Save"),
        done=_("The question is changed."),
        ready=_own,
        not_ready=STAND,
        then=_to_question,
        home=_home,
        template="surveys/building/question.html",
        shows=_editor,
        effect=None,
    ),
    "condition": Action(
        _("When it is asked"),
        services.set_condition,
        forms.ConditionForm,
        submit=_("Save"),
        done=_("The condition is set."),
        ready=_own,
        not_ready=STAND,
        then=_to_question,
        home=_home,
        template="surveys/building/condition.html",
        shows=_condition,
        effect=None,
    ),
    "up": Action(
        _("Move the question up"),
        services.question_up,
        forms.ConfirmForm,
        ready=_own,
        not_ready=STAND,
        then=_to_question,
        home=_home,
        effect=None,
    ),
    "down": Action(
        _("Move the question down"),
        services.question_down,
        forms.ConfirmForm,
        ready=_own,
        not_ready=STAND,
        then=_to_question,
        home=_home,
        effect=None,
    ),
    "remove_question": Action(
        _("Take the question out"),
        services.remove_question,
        forms.ConfirmForm,
        text=_("Its key is not given again. Where other questions depend on it, they are named first."),
        done=_("The question is taken out."),
        tone="danger",
        ready=_own,
        not_ready=STAND,
        home=_home,
        effect=Effect.ENDS,
        way_back=_BACK,
    ),
}
