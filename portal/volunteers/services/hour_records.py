"""What every change of an hour record goes through: its time, who may decide, what follows, who is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Person, Post, User
from portal.community.rules import rule
from portal.community.selectors import signature
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days
from portal.duties.models import Duty
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.notifications import services as notifications
from portal.notifications.services import Kind
from portal.record import services as record_services
from portal.volunteers import spans
from portal.volunteers.models import HourRecord, Membership, Shift, Source, Team, TeamRole
from portal.volunteers.services.certificates import void_for
from portal.volunteers.services.transitions import public_title
from portal.volunteers.spans import Span
from portal.volunteers.states import FROM, LIVE, HourState

# Who the public record names where nobody acted but time ran out, and where a neighbour must not be named.
SYSTEM, A_NEIGHBOUR = "系统", "居民"
CLOSE, VERIFY, ANSWER, CONFIRM = "hours.close", "hours.verify", "hours.answer", "hours.confirm"
PENDING = frozenset({HourState.CLAIMED, HourState.ENTERED})
UNDECIDED = LIVE - {HourState.BOOKED}
# Records that will be booked unless somebody objects; two of a person may not overlap.
SURE = frozenset({HourState.VERIFIED, HourState.ON_NOTICE, HourState.BOOKED})
LONGEST = timedelta(hours=24)
SAID: dict[HourState, str | Promise] = {
    HourState.CLAIMED: gettext_lazy("This record still waits to be verified."),
    HourState.ENTERED: gettext_lazy("This record still waits to be verified."),
    HourState.VERIFIED: gettext_lazy(
        "This record was already verified. It goes on public notice next; there everybody can say what is wrong."
    ),
    HourState.ON_NOTICE: gettext_lazy(
        "This record is on public notice. Whoever finds it wrong objects to it; two people then answer."
    ),
    HourState.BOOKED: gettext_lazy(
        "This record is booked. It is changed by a correction, or revoked by the team's leader or the director."
    ),
    HourState.DISPUTED: gettext_lazy(
        "This record is disputed. It waits for the answer that two people give."
    ),
    HourState.CORRECTED: gettext_lazy("This record was replaced by a correction."),
    HourState.REJECTED: gettext_lazy("This record was rejected."),
    HourState.REVOKED: gettext_lazy("This record was revoked."),
}


def must_be(record: HourRecord, verb: str) -> None:
    """Raise NotPossible where the record has moved on and the verb cannot be done any more."""
    if record.state not in FROM[verb]:
        raise NotPossible(str(SAID[HourState(record.state)]))


def person_behind(user: User) -> Person:
    """Who acts. PermissionDenied for an account without a person."""
    if user.person is None:
        raise PermissionDenied("nobody stands behind the account")
    return user.person


def another(user: User, record: HourRecord) -> Person:
    """Who acts on a record of somebody else. Raises NotPossible for the own one, naming who else can."""
    by = person_behind(user)
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
    return int(rule("hours.step", shift.activity.neighbourhood))


def no_overlap(record: HourRecord) -> None:
    """Raise NotPossible where the person's time overlaps another record that stands, naming day and time of that."""
    if other := overlapping(record.person_id, record.span, but=record.pk):
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
    record.state, record.ended_at, record.ended_by, record.ended_why = (
        state,
        clock.now(),
        by,
        why.strip()[:300],
    )
    record.save(update_fields=["state", "ended_at", "ended_by", "ended_why"])
    void_for(record, record.ended_why)


# --- what follows ---


def follow(shift: Shift, by: User | None = None) -> None:
    """After any change: who must verify now, and whether everything about the shift is decided."""
    states = list(HourRecord.objects.filter(shift=shift, state__in=sorted(UNDECIDED)))
    _owe(shift, [record for record in states if record.state in PENDING], by)
    closed = Shift.objects.filter(pk=shift.pk, closed_at__isnull=False)
    if states:
        closed.filter(settled_at__isnull=False).update(settled_at=None)
    else:
        closed.filter(settled_at=None).update(settled_at=clock.now())


def _owe(shift: Shift, pending: list[HourRecord], by: User | None) -> None:
    """The duty to verify is owed by a keeper who may verify all that waits, else by the committee."""
    if not pending:
        duties.close(VERIFY, shift, by=by)
        return
    ower = keeper_for(shift.activity.team, pending)
    standing = Duty.objects.active().about(record_services.key(shift)).filter(kind=VERIFY).first()
    if standing is not None and standing.person_id == (ower.pk if ower else None):
        return
    duties.drop(shift, VERIFY)
    open_duty(
        VERIFY, shift, shift, ower, reverse("volunteers:hours_desk", args=[shift.pk]), "hours.verify_days"
    )


def keeper_for(team: Team, records: Iterable[HourRecord], but: Iterable[int | None] = ()) -> Person | None:
    """The first recorder or leader who may decide about all of the records; None: the committee has to."""
    kept, away = list(records), set(but)
    keeping = Membership.objects.keeping().filter(team=team).select_related("person").order_by("-role", "pk")
    able = (one.person for one in keeping if one.person_id not in away)
    return next((person for person in able if all(can_verify(person.pk, record) for record in kept)), None)


def open_duty(
    kind: str, subject: HourRecord | Shift, shift: Shift, ower: Person | None, url: str, days: str
) -> Duty:
    """Somebody owes something about hours within the working days of the rule `days`."""
    here = shift.activity.neighbourhood
    due: Deadline = add_working_days(clock.now(), int(rule(days, here)))
    return duties.open_duty(
        kind,
        subject,
        neighbourhood=here,
        title=title_of(shift),
        url=url,
        due=due,
        person=ower,
        post="" if ower else Post.WORKER,
    )


# --- telling ---


def title_of(shift: Shift) -> str:
    """What a notice or the record calls a shift in public: an activity that not everybody reads is not named."""
    return _dated(public_title(shift.activity), shift)


def _dated(named: str, shift: Shift) -> str:
    """With its day. What is kept is written in the portal's own language, whoever acts."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{named} {wording.day(shift.starts_at)}"


def note(shift: Shift, action: str, by: User | str, data: dict[str, Any]) -> None:
    """Write to the public record: how many records and minutes, never whose."""
    here = shift.activity.neighbourhood
    record_services.write(
        here.slug,
        action,
        actor=by if isinstance(by, str) else signature(by, here).name,
        subject=shift,
        title=title_of(shift),
        data=data,
    )


def counted(records: Iterable[HourRecord]) -> dict[str, int]:
    """How many records there are, and their minutes, for the public record."""
    kept = list(records)
    return {"records": len(kept), "minutes": sum(record.minutes for record in kept)}


def tell(kind: Kind, people: Iterable[int], shift: Shift, occasion: Any, url: str, **more: Any) -> int:
    """News to the accounts of people; those without a phone have none. Returns how many accounts."""
    return notifications.send(
        kind,
        User.objects.filter(person__in=list(people), is_active=True),
        neighbourhood=shift.activity.neighbourhood,
        occasion=record_services.key(occasion),
        url=url,
        params={"title": _dated(shift.activity.title, shift), **more},
    )


def page_of(record: HourRecord) -> str:
    """The page of a record."""
    return reverse("volunteers:record", args=[record.pk])
