"""What is done with the results of a survey, as people meet it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.community.models import User
from portal.community.rules import rule
from portal.surveys.definition import questions_of
from portal.surveys.models import Survey, Wave
from portal.surveys.results import forms, services, texts, waves
from portal.surveys.results.weighting import MARGINS, margin_question


def _texts_page(survey: Survey, made: Any) -> str:
    return reverse("surveys:open_answers", args=[survey.pk])


def _asks_margins(survey: Survey, user: User) -> bool:
    definition = questions_of(survey)
    return all(margin_question(definition, name) for name in MARGINS)


def _enough_changed(survey: Survey, user: User) -> bool:
    return services.changed(survey) >= rule("surveys.correct_answers", survey.neighbourhood)


def _has_texts(survey: Survey, user: User) -> bool:
    return texts.readable(survey).exists()


def _has_hidden(survey: Survey, user: User) -> bool:
    return texts.readable(survey).filter(shown="").exists()


def _has_shown(survey: Survey, user: User) -> bool:
    return texts.readable(survey).exclude(shown="").exists()


def _can_be_added_up(wave: Wave, user: User) -> bool:
    return not wave.snapshots.exists() and waves.counted(wave).count() > 1


_NO_TEXTS = _("No text is there for this.")
ACTIONS: dict[str, Action] = {
    "publish": Action(
        _("Publish the results"),
        services.publish,
        text=_(
            "Everybody can read the results then, and those who were asked are told. Numbers that stand for few people "
            "are put together. Their fingerprint is written into the public record."
        ),
        done=_("Published."),
        tells=True,
        main=True,
        effect=Effect.PUBLISHES,
        way_back=_("What was published stays. It is corrected once enough answers have changed."),
    ),
    "correct": Action(
        _("Correct the results"),
        services.correct,
        forms.WhyForm,
        text=_("The results are counted anew and published beside the earlier ones, with your reason."),
        done=_("Corrected. Both can be read."),
        ready=_enough_changed,
        not_ready=_("Too few answers have changed: the difference would tell of single people."),
        effect=Effect.PUBLISHES,
        way_back=_("What was published stays, also what was corrected."),
    ),
    "margins": Action(
        _("Write down who lives here"),
        services.margins,
        forms.MarginsForm,
        text=_(
            "Answers are weighted to these numbers when they are counted: how many of each age live here, how many own "
            "and how many rent."
        ),
        done=_("Written down."),
        ready=_asks_margins,
        not_ready=_("This survey does not ask everybody for age, and whether they own or rent."),
        tone="quiet",
        effect=None,
    ),
    "group": Action(
        _("Put texts under a heading"),
        texts.group,
        forms.GroupForm,
        text=_("Tick what belongs together, and type a heading or one of those there are."),
        done=_("They stand under the heading."),
        then=_texts_page,
        ready=_has_texts,
        not_ready=_NO_TEXTS,
        tone="quiet",
        effect=None,
    ),
    "release": Action(
        _("Show texts to everybody"),
        texts.release,
        forms.ReleaseForm,
        text=_(
            "Beside each text stands what everybody would read: names, telephone numbers and flats are covered as far "
            "as the portal knows them. Please read each. What you leave empty stays with the office."
        ),
        done=_("Everybody can read them."),
        then=_texts_page,
        ready=_has_hidden,
        not_ready=_NO_TEXTS,
        tone="quiet",
        effect=Effect.PUBLISHES,
        way_back=WayBack("hide"),
    ),
    "hide": Action(
        _("Take texts back"),
        texts.hide,
        forms.HideForm,
        text=_("Nobody but the office reads them any more."),
        done=_("Taken back."),
        then=_texts_page,
        ready=_has_shown,
        not_ready=_NO_TEXTS,
        tone="quiet",
        effect=Effect.ENDS,
        way_back=_("They can be shown again at any time."),
    ),
}
WAVE_ACTIONS: dict[str, Action] = {
    "publish": Action(
        _("Publish the results of the wave"),
        services.publish_wave,
        text=_(
            "What the published neighbourhoods found is added up, and everybody can read it. This is done once: a "
            "second time with one more would tell of that one."
        ),
        done=_("Published."),
        ready=_can_be_added_up,
        not_ready=_("At least two neighbourhoods have to be published first; and it is done once."),
        effect=Effect.PUBLISHES,
        way_back=_("What was published stays."),
    ),
}
