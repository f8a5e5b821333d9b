"""What every change of an hour record goes through: its time, who may decide, its versions, what follows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.lifecycles import advance
from portal.community.models import Person, Post, User
from portal.community.rules import rule
from portal.community.selectors import person_of
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.volunteers import spans
from portal.volunteers.models import HourRecord, Membership, Shift, Source, Team, TeamRole
from portal.volunteers.permissions import PENDING
from portal.volunteers.services.certificates import void_for
from portal.volunteers.spans import Span
from portal.volunteers.states import LIVE, HourState, Phase

CLOSE, VERIFY, ANSWER, CONFIRM = "hours.close", "hours.verify", "hours.answer", "hours.confirm"
# The rules that give the working days of each.
DAYS = dict.fromkeys((CLOSE, VERIFY), "hours.verify_days") | dict.fromkeys(
    (ANSWER, CONFIRM), "hours.dispute_days"
)
UNDECIDED = LIVE - {HourState.BOOKED}
# Records that will be booked unless somebody objects; two of a person may not overlap.
SURE = frozenset({HourState.VERIFIED, HourState.ON_NOTICE, HourState.BOOKED})
LONGEST = timedelta(hours=24)


def another(user: User, record: HourRecord) -> Person:
    """Who acts on a record of somebody else. Raises NotPossible for the own one, naming who else can."""
    by = person_of(user)
    if by.pk == record.person_id:
        raise NotPossible(
            _("These are your own hours: somebody else decides about them. You can ask %(others)s.")
            % {"others": others_than(record.team, by)}
        )
    return by


def others_than(team: Team, person: Person) -> str:
    """Who else keeps a team's hours, in words: leader and recorders by post and name, and the committee."""
    keeping = (
        team.memberships.keeping().exclude(person=person).select_related("person").order_by("role", "pk")
    )
    named = [f"{TeamRole(one.role).label} {one.person.public_name}" for one in keeping]
    if not named:
        return _("the residents' committee")
    return _("%(keepers)s or the residents' committee") % {"keepers": _(", ").join(named)}


def can_verify(person: int, record: HourRecord) -> bool:
    """Whether a person may verify a record: never the own; never what the same person typed in without a list."""
    if person == record.person_id:
        return False
    return record.source == Source.ATTENDANCE or person != record.entered_by_id


# --- time ---


def minutes_in(span: Span, shift: Shift) -> int:
    """The minutes that count of a time in a shift, rounded down to the step (rule hours.step).

    Raises NotPossible, in plain words, for an end before the beginning, more than 24 hours, a time outside the
    shift, and less than a step.
    """
    if span.length <= 0:
        raise NotPossible(
            _("The end lies before the beginning. Whoever left after midnight left on the next day.")
        )
    if span.ends_at - span.starts_at > LONGEST:
        raise NotPossible(_("More than 24 hours in one go cannot be right. Please check day and time."))
    if spans.within(span, shift.span) != span:
        raise NotPossible(
            _("This lies outside the activity's time, %(time)s.")
            % {"time": wording.span(shift.starts_at, shift.ends_at)}
        )
    step = step_in(shift)
    if counted := spans.credited(span.length, step):
        return counted
    raise NotPossible(
        _("Hours count in steps of %(step)d minutes, rounded down: this is less than one step.")
        % {"step": step}
    )


def step_in(shift: Shift) -> int:
    """Minutes of a step (rule hours.step)."""
    return int(rule("hours.step", shift.neighbourhood))


def no_overlap(record: HourRecord, span: Span | None = None) -> None:
    """Raise NotPossible where the person's time overlaps another record that stands, naming day and time of that.

    `span`: another time than the record's own.
    """
    if other := overlapping(record.person_id, span or record.span, but=record.pk):
        raise NotPossible(overlap_words(other))


def overlapping(
    person: int, span: Span, *, but: int = 0, among: Iterable[HourState] = SURE
) -> HourRecord | None:
    """A record of the person in one of the states that overlaps a time."""
    found = HourRecord.objects.filter(person=person, state__in=sorted(among))
    return found.filter(starts_at__lt=span.ends_at, ends_at__gt=span.starts_at).exclude(pk=but).first()


def overlap_words(other: HourRecord) -> str:
    """That a time overlaps another record: its day and time, not what it was."""
    return _(
        "The volunteer already has hours at this time: %(time)s. Nobody serves twice at once; correct one of the two."
    ) % {"time": wording.span(other.starts_at, other.ends_at)}


# --- records ---


def make(
    shift: Shift, person: Person, span: Span, *, by: Person, source: Source, state: HourState, **more: Any
) -> HourRecord:
    """A new record of a time that was checked; the shift is locked. NotPossible where the person has one."""
    if standing := HourRecord.objects.filter(shift=shift, person=person, state__in=sorted(LIVE)).first():
        raise NotPossible(
            _(
                "There is already a record of this person for this activity (%(state)s). Correct that one instead."
            )
            % {"state": HourState(standing.state).label}
        )
    day = clock.day_of(span.starts_at)
    activity = shift.activity
    return HourRecord.objects.create(
        person=person,
        team=activity.team,
        neighbourhood=activity.neighbourhood,
        activity=activity,
        shift=shift,
        day=day,
        month=day.year * 100 + day.month,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        minutes=minutes_in(span, shift),
        mutual_aid=activity.mutual_aid,
        source=source,
        state=state,
        entered_by=by,
        entered_at=clock.now(),
        **more,
    )


def replace(
    record: HourRecord, span: Span, *, by: Person, why: str, state: HourState, **more: Any
) -> HourRecord:
    """The next version of a record, with another time. The old one is kept and counts no more."""
    if span == record.span:
        raise NotPossible(_("The time is the same as before: there is nothing to correct."))
    end(record, HourState.CORRECTED, by, why)
    return make(
        record.shift,
        record.person,
        span,
        by=by,
        source=Source.CORRECTION,
        state=state,
        version=record.version + 1,
        replaces=record,
        signup=record.signup,
        evidence=record.evidence,
        remark=why[:300],
        **more,
    )


def end(record: HourRecord, state: HourState, by: Person, why: str) -> None:
    """A record stands no more; certificates that count it are voided with the same reason."""
    advance(record, state, ended_at=clock.now(), ended_by=by, ended_why=why.strip()[:300])
    void_for(record, record.ended_why)


def counts_again(record: HourRecord, state: HourState, **changes: Any) -> bool:
    """Bring a record to where it may count; False where another of the same time is booked: it stays as it was.

    In a savepoint of its own: the database refuses what overlaps, whoever booked that meanwhile.
    """
    try:
        with transaction.atomic():
            advance(record, state, **changes)
    except IntegrityError as error:
        if "hours_never_overlap" not in str(error):
            raise
        record.refresh_from_db(fields=["state", *changes])
        return False
    return True


def counted(records: Iterable[HourRecord]) -> dict[str, int]:
    """How many records there are, and their minutes, for the public record: never whose."""
    kept = list(records)
    return {"records": len(kept), "minutes": sum(record.minutes for record in kept)}


# --- what follows ---


def follow(shift: Shift, by: User | None = None) -> None:
    """After any change: who must verify now, and whether everything about the shift is decided. It is locked."""
    undecided = list(HourRecord.objects.filter(shift=shift, state__in=sorted(UNDECIDED)))
    _ask_to_verify(shift, [record for record in undecided if record.state in PENDING], by)
    if undecided and shift.phase is Phase.SETTLED:
        advance(shift, Phase.HOURS_ENTERED, settled_at=None)
    elif not undecided and shift.phase is Phase.HOURS_ENTERED:
        advance(shift, Phase.SETTLED, settled_at=clock.now())


def _ask_to_verify(shift: Shift, pending: list[HourRecord], by: User | None) -> None:
    """The duty to verify is owed by a keeper who may verify all that waits, else by the committee."""
    if not pending:
        duties.close(VERIFY, shift, by=by)
        return
    keeper = keeper_for(shift.activity.team, pending)
    standing = Duty.objects.active().about(key(shift)).filter(kind=VERIFY).first()
    if standing is not None and standing.person_id == (keeper.pk if keeper else None):
        return
    duties.drop(shift, VERIFY)
    open_duty(VERIFY, shift, keeper)


def keeper_for(team: Team, records: Iterable[HourRecord], but: Iterable[int | None] = ()) -> Person | None:
    """The first recorder or leader who may decide about all of the records; None: the committee has to."""
    kept, away = list(records), set(but)
    keeping = Membership.objects.keeping().filter(team=team).select_related("person").order_by("-role", "pk")
    able = (one.person for one in keeping if one.person_id not in away)
    return next((person for person in able if all(can_verify(person.pk, record) for record in kept)), None)


def open_duty(
    kind: str, subject: HourRecord | Shift, person: Person | None, since: datetime | None = None
) -> None:
    """A keeper, else the committee, owes something about hours within the working days of its rule."""
    shift = subject if isinstance(subject, Shift) else subject.shift
    duties.open_duty(
        kind,
        subject,
        title=shift.record_title,
        url=reverse("volunteers:hours_desk", args=[shift.pk]) if subject is shift else "",
        due=add_working_days(since or clock.now(), int(rule(DAYS[kind], shift.neighbourhood))),
        person=person,
        post=Post.WORKER,
    )
