"""What was done to a questionnaire while it was written, so that it can be taken back; and keys that were used."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.community.models import User
from portal.kit import clock
from portal.surveys.models.surveys import Survey


class Did(models.TextChoices):
    """What a change was."""

    FOUND = "found", _("as it was at first")
    ADDED = "added", _("added")
    EDITED = "edited", _("edited")
    MOVED = "moved", pgettext_lazy("a question", "moved")
    REMOVED = "removed", _("removed")
    CONDITION = "condition", _("condition changed")
    READ_IN = "read_in", _("questionnaire taken over")
    UNDONE = "undone", _("taken back")
    REDONE = "redone", _("done again")


class SurveyEdition(models.Model):
    """The questions of a survey after a change. `number`: the survey's edition then.

    `shows`: the edition that first had these very questions; itself, unless something was taken back or done again.
    `after`: the edition that stood when these questions came to be, to which taking back leads; None: the first.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    shows = models.PositiveIntegerField()
    after = models.PositiveIntegerField(null=True, blank=True)
    definition = models.JSONField()
    did = models.CharField(max_length=10, choices=Did)
    what = models.CharField(max_length=80, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["survey", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["survey", "number"], name="survey_edition_once"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}:{self.number}"


class RetiredKey(models.Model):
    """A key that a question, or one of its options, had in a family of surveys and that is not given again."""

    family = models.UUIDField()
    question = models.CharField(max_length=40)
    option = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["family", "question", "option"], name="retired_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.option}".strip()
