"""What a meeting decided: each decision is a promise with an owner and a day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle
from portal.community.models import Area, Person, Post
from portal.duties.next_step import body_of
from portal.kit import clock
from portal.meetings.models.base import Meeting
from portal.meetings.states.decision import LIFE, DecisionState


class Decision(models.Model):
    """One decision (决议事项): what is to be done, by whom, until the end of `due_on` (a day of the neighbourhood).

    Owed by a post, by a person, or by a named body outside the portal, whose promise the committee watches. `moved_on`
    and `moved_why`: it was given a later day once, with a reason. `done_note`: how it ended, whichever way.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(_("what is to be done"), max_length=500)
    post = models.CharField(_("post"), max_length=20, choices=Post, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    body = models.CharField(_("body outside the portal"), max_length=60, blank=True)
    due_on = models.DateField(_("until"))
    state = models.CharField(max_length=10, choices=DecisionState, default=DecisionState.OWED)
    life: LifeCycle[DecisionState] = LIFE
    ended_at = models.DateTimeField(null=True, blank=True)
    done_note = models.CharField(_("how it ended"), max_length=500, blank=True)
    moved_on = models.DateField(null=True, blank=True, help_text="the first day, before it was put off")
    moved_why = models.CharField(_("why it takes longer"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="decision_number_once"),
            models.CheckConstraint(
                condition=(~Q(post="") & Q(person=None, body=""))
                | Q(post="", person__isnull=False, body="")
                | (Q(post="", person=None) & ~Q(body="")),
                name="decision_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(state="owed", ended_at=None) | (~Q(state="owed") & Q(ended_at__isnull=False)),
                name="decision_ended_with_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(done_note=""), name="decision_dropped_why"
            ),
            models.CheckConstraint(
                condition=Q(moved_on=None) | ~Q(moved_why=""), name="decision_moved_with_reason"
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}. {self.text[:40]}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("meetings:decision", args=[self.pk])

    @property
    def title(self) -> str:
        """What duties and pages call it."""
        return self.text

    @property
    def neighbourhood(self) -> Area:
        """Where it was decided."""
        return self.meeting.neighbourhood

    @property
    def overdue(self) -> bool:
        """Whether its day is over and it is not done."""
        return self.state == DecisionState.OWED and clock.passed(clock.end_of(self.due_on))

    @property
    def owner(self) -> str:
        """Who does it, as everybody reads it."""
        if self.person is not None:
            return self.person.public_name
        return self.body or str(body_of(self.post))
