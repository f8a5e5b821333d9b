"""Who is asked, what was answered, and what of it is counted."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.actions.lifecycles import LifeCycle
from portal.community.models import Area, Dwelling, Person, User
from portal.kit import clock
from portal.surveys.models.questions import Option, Question
from portal.surveys.models.surveys import Survey
from portal.surveys.states import PAPER, RESPONSE, PaperState, ResponseState


class Channel(models.TextChoices):
    """How answers came."""

    ONLINE = "online", _("signed in")
    LETTER = "letter", _("by the code of the letter")
    PAPER = "paper", _("on paper")
    PHONE = "phone", _("by telephone")
    COUNTER = "counter", _("at the counter")


class Disposition(models.TextChoices):
    """What became of asking somebody who did not hand answers in, after AAPOR's Standard Definitions.

    Handed in is I, begun and left P; unknown: nobody knows whether somebody lives there (UH) or may be asked (UO).
    """

    NONE = "", _("not asked again yet")
    PARTIAL = "partial", _("begun, not handed in")
    REFUSED = "refused", _("does not want to")
    NOT_REACHED = "not_reached", pgettext_lazy("a survey", "not reached")
    OTHER = "other", _("could not, for another reason")
    UNKNOWN = "unknown", _("not known whether anybody lives there")
    EMPTY = "empty", _("nobody lives there")


class Because(models.TextChoices):
    """Why an answer is not counted."""

    QUICK = "quick", _("answered far too quickly")
    STRAIGHT = "straight", _("the same mark everywhere")
    TWICE = "twice", _("the same answers twice")
    NOBODY = "nobody", _("nobody who was asked")
    TRIAL = "trial", _("a trial by the office")
    OTHER = "other", _("another reason")


class FrameUnit(models.Model):
    """A household, or an adult, that a survey asks. `number`: the running number on lists and paper.

    `code_hash`: of the letter's code (portal.surveys.paper). `handed_in_on`: the day alone, so that of a survey without
    names nobody can tell whose answers came when. `added_on`: it came after the survey was opened. `entered_by`: who
    of the staff entered paper or took a call.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="units")
    number = models.PositiveIntegerField()
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    stratum = models.CharField(max_length=80, blank=True)
    code_hash = models.CharField(max_length=64, blank=True, db_index=True)
    handed_in_on = models.DateField(null=True, blank=True)
    disposition = models.CharField(max_length=12, choices=Disposition, default="", blank=True)
    disposition_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    entered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, blank=True)
    added_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["survey", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["survey", "number"], name="unit_number_once"),
            models.UniqueConstraint(
                fields=["survey", "dwelling"], condition=Q(person=None), name="unit_household_once"
            ),
            models.UniqueConstraint(
                fields=["survey", "person"], condition=Q(person__isnull=False), name="unit_person_once"
            ),
            models.UniqueConstraint(fields=["code_hash"], condition=~Q(code_hash=""), name="unit_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}:{self.number}"

    @property
    def neighbourhood(self) -> Area:
        """Where it is asked."""
        return self.survey.neighbourhood

    @property
    def called(self) -> str:
        """As staff call it: its number on the list and its flat; of adults asked by name the person, too."""
        name = self.person.real_name if self.person and self.survey.is_named else ""
        return f"{self.number} · {self.dwelling} {name}".strip()


class Response(models.Model):
    """The answers of one household or adult. The key is drawn at random: neither it nor anything else tells an order.

    While it is a draft, `unit` says whose it is and `values` keeps all that was answered, also to questions that
    became hidden since. Handed in, `values` keeps what was shown: {question key: value}; what is changed by name since
    then waits in `changes` until it is handed in again. Without names, `unit`, `account` and all moments are cut at
    handing in (the row is written anew); `handed_in_on` stays. `submission`: made by the device for each sending,
    so that a second sending of the same is answered like the first. `version`: the fingerprint of the questions.
    `weight` in thousandths. `counted`: the number of the published results it counts in; 0: none, or it was changed
    since. `flags`: what looked odd (portal.surveys.course.quality).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="responses")
    unit = models.ForeignKey(FrameUnit, models.PROTECT, null=True, blank=True, related_name="responses")
    account = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    submission = models.UUIDField(null=True, blank=True, unique=True)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.ONLINE)
    state = models.CharField(max_length=12, choices=ResponseState, default=ResponseState.DRAFT)
    values = models.JSONField(default=dict, blank=True)
    changes = models.JSONField(null=True, blank=True)
    edition = models.PositiveIntegerField(default=0)
    version = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(null=True, blank=True, default=clock.now)
    saved_at = models.DateTimeField(null=True, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    handed_in_on = models.DateField(null=True, blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True)
    weight = models.PositiveIntegerField(default=1000)
    flags = models.JSONField(default=list, blank=True)
    counted = models.PositiveSmallIntegerField(default=0)
    removed_because = models.CharField(max_length=10, choices=Because, blank=True)
    removed_reason = models.CharField(max_length=200, blank=True)
    removed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    life: ClassVar[LifeCycle[ResponseState]] = RESPONSE

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["survey", "state"], name="response_state")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(unit__isnull=False), name="response_once_a_unit"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def neighbourhood(self) -> Area:
        """Where it was asked."""
        return self.survey.neighbourhood

    @property
    def title(self) -> str:
        """What it answers."""
        return self.survey.title

    @property
    def current(self) -> dict[str, Any]:
        """What was answered last, handed in or not."""
        found: dict[str, Any] = self.values if self.changes is None else self.changes
        return found


class Answer(models.Model):
    """What is counted of answers that were handed in and count: an index of `Response.values`, made anew with it.

    Of each question that was shown there is one row with `base`; questions with one value have it in the same row (or
    none, where it was left out), the others in further rows. A removed response has no rows.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+")
    response = models.ForeignKey(Response, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.CASCADE, related_name="+")
    base = models.BooleanField(default=False)
    row = models.ForeignKey(Option, models.CASCADE, null=True, blank=True, related_name="+")
    option = models.ForeignKey(Option, models.CASCADE, null=True, blank=True, related_name="+")
    number = models.IntegerField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["survey", "question", "base", "row", "option", "number"], name="answer_counted"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["response", "question"], condition=Q(base=True), name="answer_base_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}:{self.option_id or self.number}"


class OpenAnswer(models.Model):
    """A text that was written. `shown`: as everybody may read it, once names are masked; empty: for staff alone."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+")
    response = models.ForeignKey(Response, models.CASCADE, related_name="open_answers")
    question = models.ForeignKey(Question, models.CASCADE, related_name="open_answers")
    text = models.TextField(max_length=2000)
    group = models.CharField(_("group"), max_length=30, blank=True)
    shown = models.TextField(_("as everybody may read it"), max_length=2000, blank=True)
    shown_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["response", "question"], name="open_answer_once"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class PaperEntry(models.Model):
    """One questionnaire on paper as two people read it, or one that was answered by telephone or at the counter.

    `unit`: whose it is. `number`: drawn by lot, written on the paper once it counts, so that it can be found again.
    `version`: the fingerprint printed on the form. `first` and `second`: what was read; what was said has no second.
    `reason`: why it was withdrawn, or by name put right.
    Once it counts without names, a new row under another key and number stands for it that knows nothing but the
    response: no unit, nobody who entered it, no moment but the day.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="papers")
    unit = models.ForeignKey(FrameUnit, models.PROTECT, null=True, blank=True, related_name="papers")
    number = models.PositiveIntegerField()
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.PAPER)
    version = models.CharField(max_length=64, blank=True)
    received_on = models.DateField(default=clock.today)
    first = models.JSONField(default=dict)
    first_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    first_at = models.DateTimeField(null=True, blank=True)
    second = models.JSONField(null=True, blank=True)
    second_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    second_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    response = models.OneToOneField(Response, models.SET_NULL, null=True, blank=True, related_name="paper")
    life: ClassVar[LifeCycle[PaperState]] = PAPER

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["survey", "number"], name="questionnaire_number_once"),
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(unit__isnull=False, withdrawn_at=None),
                name="questionnaire_once_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("first_by")), name="questionnaire_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}:{self.number}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("surveys:paper", args=[self.pk])

    @property
    def neighbourhood(self) -> Area:
        """Where it was asked."""
        return self.survey.neighbourhood

    @property
    def title(self) -> str:
        """What it answers."""
        return self.survey.title

    @property
    def state(self) -> PaperState:
        """Where it stands, as its moments say."""
        if self.withdrawn_at is not None:
            return PaperState.WITHDRAWN
        if self.settled_at is not None:
            return PaperState.SETTLED
        if self.first_at is None:
            return PaperState.BEGUN
        return PaperState.ENTERED if self.second_at is None else PaperState.DIFFERS

    @property
    def is_spoken(self) -> bool:
        """Whether somebody said the answers, so that there is no paper to read twice."""
        return self.channel in (Channel.PHONE, Channel.COUNTER)

    @property
    def differing(self) -> list[str]:
        """The keys that two people read differently."""
        keys: Any = {**self.first, **(self.second or {})}
        return [key for key in keys if self.first.get(key) != (self.second or {}).get(key)]


class PaperDone(models.TextChoices):
    """What was done to an entry, or to the mark of a unit, besides reading it."""

    CORRECTED = "corrected", _("the answers were put right")
    WITHDRAWN = "withdrawn", _("withdrawn")
    TAKEN_OUT = "taken_out", _("taken out, to be entered anew")
    MOVED = "moved", _("the answers belong to another home")
    MARKED = "marked", _("the mark “handed in” was put right")


class PaperTrace(models.Model):
    """What was done to an entry, by whom, when and why; for the committee.

    `was`, `now`: the units it was moved between. Without names there is no `entry` of what was moved: the mark of the
    units alone was put right, and no answer is known here. An entry that counts without names takes its traces along.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="paper_traces")
    entry = models.ForeignKey(PaperEntry, models.CASCADE, null=True, blank=True, related_name="traces")
    what = models.CharField(max_length=12, choices=PaperDone)
    at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=100)
    reason = models.CharField(max_length=200, blank=True)
    was = models.ForeignKey(FrameUnit, models.CASCADE, null=True, blank=True, related_name="+")
    now = models.ForeignKey(FrameUnit, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.what}"
