"""The lives of an activity, of one of its shifts, of a sign-up and of an hour record, as data (domain 13.7)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Stage(TextChoices):
    """How far an activity has come. It follows from its moments."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waiting for the committee")
    POSTED = "posted", _("posted")
    CANCELLED = "cancelled", _("called off")


class Phase(TextChoices):
    """Where a shift of a posted activity stands: by the clock and the places taken, never from a flag."""

    RECRUITING = "recruiting", _("hands wanted")
    FULL = "full", _("full")
    RUNNING = "running", _("under way")
    FINISHED = "finished", _("over, hours not yet entered")
    HOURS_ENTERED = "hours_entered", _("hours entered")
    SETTLED = "settled", _("settled")
    CANCELLED = "cancelled", _("called off")


class SignupState(TextChoices):
    """How a sign-up stands. Whether somebody came is told by the attendance alone."""

    APPLIED = "applied", _("waiting for an answer")
    ACCEPTED = "accepted", _("has a place")
    WAITLISTED = "waitlisted", _("on the waiting list")
    DECLINED = "declined", _("declined")
    CANCELLED = "cancelled", _("cancelled")


class HourState(TextChoices):
    """How far an hour record has come. What is certified is told by the certificates."""

    CLAIMED = "claimed", _("claimed by the volunteer")
    ENTERED = "entered", _("entered")
    VERIFIED = "verified", _("verified")
    ON_NOTICE = "on_notice", _("on public notice")
    BOOKED = "booked", _("booked")
    DISPUTED = "disputed", _("disputed")
    CORRECTED = "corrected", _("replaced by a correction")
    REJECTED = "rejected", _("rejected")
    REVOKED = "revoked", _("revoked")


NEXT_STAGE: dict[Stage, frozenset[Stage]] = {
    Stage.DRAFT: frozenset({Stage.SUBMITTED, Stage.POSTED, Stage.CANCELLED}),
    Stage.SUBMITTED: frozenset({Stage.DRAFT, Stage.POSTED, Stage.CANCELLED}),
    Stage.POSTED: frozenset({Stage.CANCELLED}),
    Stage.CANCELLED: frozenset(),
}
NEXT_PHASE: dict[Phase, frozenset[Phase]] = {
    Phase.RECRUITING: frozenset({Phase.FULL, Phase.RUNNING, Phase.CANCELLED}),
    Phase.FULL: frozenset({Phase.RECRUITING, Phase.RUNNING, Phase.CANCELLED}),
    Phase.RUNNING: frozenset({Phase.FINISHED}),
    Phase.FINISHED: frozenset({Phase.HOURS_ENTERED}),
    Phase.HOURS_ENTERED: frozenset({Phase.SETTLED}),
    # A claim that comes late, or a record that is disputed, opens it again.
    Phase.SETTLED: frozenset({Phase.HOURS_ENTERED}),
    Phase.CANCELLED: frozenset(),
}
NEXT_SIGNUP: dict[SignupState, frozenset[SignupState]] = {
    SignupState.APPLIED: frozenset(
        {SignupState.ACCEPTED, SignupState.WAITLISTED, SignupState.DECLINED, SignupState.CANCELLED}
    ),
    SignupState.WAITLISTED: frozenset({SignupState.ACCEPTED, SignupState.DECLINED, SignupState.CANCELLED}),
    SignupState.ACCEPTED: frozenset({SignupState.DECLINED, SignupState.CANCELLED}),
    SignupState.DECLINED: frozenset(),
    SignupState.CANCELLED: frozenset(),
}
NEXT: dict[HourState, frozenset[HourState]] = {
    HourState.CLAIMED: frozenset({HourState.VERIFIED, HourState.CORRECTED, HourState.REJECTED}),
    HourState.ENTERED: frozenset({HourState.VERIFIED, HourState.CORRECTED, HourState.REJECTED}),
    HourState.VERIFIED: frozenset({HourState.ON_NOTICE}),
    HourState.ON_NOTICE: frozenset({HourState.BOOKED, HourState.DISPUTED}),
    HourState.BOOKED: frozenset({HourState.DISPUTED, HourState.CORRECTED, HourState.REVOKED}),
    HourState.DISPUTED: frozenset(
        {HourState.ON_NOTICE, HourState.BOOKED, HourState.CORRECTED, HourState.REJECTED}
    ),
    HourState.CORRECTED: frozenset(),
    HourState.REJECTED: frozenset(),
    HourState.REVOKED: frozenset(),
}
# In which states somebody may do something about a record. Posting and booking are time's.
FROM: dict[str, frozenset[HourState]] = {
    "verify": frozenset({HourState.CLAIMED, HourState.ENTERED}),
    "reject": frozenset({HourState.CLAIMED, HourState.ENTERED}),
    "correct": frozenset({HourState.CLAIMED, HourState.ENTERED, HourState.BOOKED}),
    "dispute": frozenset({HourState.ON_NOTICE, HourState.BOOKED}),
    "find": frozenset({HourState.DISPUTED}),
    "confirm": frozenset({HourState.DISPUTED}),
    "revoke": frozenset({HourState.BOOKED}),
}
# A record that stands or may come to stand: a person has one of each shift.
LIVE = frozenset(
    {
        HourState.CLAIMED,
        HourState.ENTERED,
        HourState.VERIFIED,
        HourState.ON_NOTICE,
        HourState.BOOKED,
        HourState.DISPUTED,
    }
)
# A sign-up that holds a place or waits for one.
STANDING = frozenset({SignupState.APPLIED, SignupState.ACCEPTED, SignupState.WAITLISTED})


class Moments(Protocol):
    """What the phase of a shift follows from."""

    starts_at: datetime
    ends_at: datetime
    slots: int
    taken: int
    closed_at: datetime | None
    settled_at: datetime | None
    cancelled_at: datetime | None


def phase(now: datetime, shift: Moments) -> Phase:
    """The one place that decides it: under way from `starts_at` until just before `ends_at`."""
    if shift.cancelled_at is not None:
        return Phase.CANCELLED
    if shift.settled_at is not None:
        return Phase.SETTLED
    if shift.closed_at is not None:
        return Phase.HOURS_ENTERED
    if now >= shift.ends_at:
        return Phase.FINISHED
    if now >= shift.starts_at:
        return Phase.RUNNING
    return Phase.FULL if shift.taken >= shift.slots else Phase.RECRUITING
