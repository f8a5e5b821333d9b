"""Memberships, sign-ups and hours of two records of one human; what the page of a person says of them."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community import persons, uniting
from portal.community.models import Area, Person, User
from portal.community.persons import Line, Section
from portal.community.rowchanges import RowChanges
from portal.community.uniting import Double, Union
from portal.kit import clock, wording
from portal.volunteers.models import (
    Certificate,
    HourDispute,
    HourRecord,
    Membership,
    Signup,
    TeamRole,
    Volunteer,
)
from portal.volunteers.states import ACTIVE, LIVE, HourState, SignupState

WHY = "同一人的两份登记合并"
RANKS = [TeamRole.MEMBER, TeamRole.RECORDER, TeamRole.LEADER]


def _one_membership(union: Union, earlier: Membership, later: Membership) -> None:
    """The earlier stays, with the weightier of both tasks."""
    union.changes.change(later, left_at=later.joined_at)
    if RANKS.index(TeamRole(later.role)) > RANKS.index(TeamRole(earlier.role)):
        union.changes.change(earlier, role=later.role)


def _one_signup(union: Union, earlier: Signup, later: Signup) -> None:
    _free(union.changes, later, WHY)


def _free(changes: RowChanges, signup: Signup, why: str) -> None:
    """A sign-up that does not stand any more; its place is free."""
    if signup.state == SignupState.ACCEPTED:
        changes.add(signup.shift, "taken", -1)
    changes.change(signup, state=SignupState.CANCELLED, decided_at=clock.now(), decided_why=why)


def _one_record(union: Union, earlier: HourRecord, later: HourRecord) -> None:
    over = HourState.REVOKED if later.state == HourState.BOOKED else HourState.REJECTED
    union.changes.change(later, state=over, ended_at=clock.now(), ended_why=WHY)


def _no_overlap(union: Union) -> None:
    """Booked times that overlap are counted once: the one booked first stands."""
    standing: list[HourRecord] = []
    booked = HourRecord.objects.filter(person__in=union.both, state=HourState.BOOKED)
    for record in booked.order_by("booked_at", "pk"):
        if any(record.starts_at < one.ends_at and one.starts_at < record.ends_at for one in standing):
            union.notes.append(_overlap(record))
            _one_record(union, record, record)
        else:
            standing.append(record)


def _not_by_oneself(union: Union) -> None:
    """Hours that one record verified for the other: who verified stays named by the record of then."""
    among = Q(person__in=union.both) & Q(recorder__in=union.both)
    for record in HourRecord.objects.filter(among).order_by("pk"):
        union.notes.append(
            _("“%(title)s”: one of the two verified the hours of the other. Please look at these hours.")
            % {"title": record.title}
        )
        union.changes.change(record, person=union.kept, recorder=union.other)
        union.stays(record, "recorder")
    issued = Certificate.objects.filter(person__in=union.both, issued_by__in=union.both)
    for certificate in issued.order_by("pk"):
        union.changes.change(certificate, person=union.kept, issued_by=union.other)
        union.stays(certificate, "issued_by")
    found = HourDispute.objects.filter(found_by__in=union.both, confirmed_by__in=union.both)
    for dispute in found.order_by("pk"):
        union.stays(dispute, "found_by")
        union.stays(dispute, "confirmed_by")
    for signup in Signup.objects.filter(person__in=union.both, guardian__in=union.both).order_by("pk"):
        union.changes.change(signup, guardian=None)


def _one_certificate(union: Union, earlier: Certificate, later: Certificate) -> None:
    union.changes.change(later, refused_at=clock.now(), refused_why=WHY)


def _one_volunteer(union: Union) -> None:
    """One row of what a volunteer chose: the name is shown only where the record that stays agreed."""
    rows = {row.person_id: row for row in Volunteer.objects.filter(person__in=union.both)}
    if len(rows) < len(union.both):
        return
    kept, other = rows[union.kept.pk], rows[union.other.pk]
    number = other.site_number
    union.changes.remove(other)
    if number and not kept.site_number:
        union.changes.change(kept, site_number=number)


def _overlap(record: HourRecord) -> str:
    return _("“%(title)s”: the same time was booked for both. It is counted once.") % {"title": record.title}


def teams(person: Person, here: Area, reader: User) -> Section:
    """The teams of a neighbourhood somebody is or was in."""
    found = Membership.objects.filter(person=person, team__neighbourhood=here).select_related("team")
    lines = [
        Line(f"{one.team.name} · {one.get_role_display()}", _days(one), one.team.get_absolute_url())
        for one in found.order_by("-joined_at")
    ]
    return Section(gettext_lazy("Volunteer teams"), lines)


def _days(one: Membership) -> str:
    since = _("since %(day)s") % {"day": wording.day(one.joined_at)}
    if one.left_at is None:
        return since
    return _("%(since)s until %(until)s") % {
        "since": wording.day(one.joined_at),
        "until": wording.day(one.left_at),
    }


uniting.register(
    "memberships",
    Double(
        Membership,
        ("team_id",),
        ("joined_at",),
        lambda one: (
            _("Both are in the team “%(team)s”. The earlier membership stays.") % {"team": one.team.name}
        ),
        _one_membership,
        Q(left_at=None),
    ),
)
uniting.register(
    "signups",
    Double(
        Signup,
        ("shift_id",),
        ("applied_at",),
        lambda one: _("Both signed up for “%(title)s”. The earlier sign-up stays.") % {"title": one.title},
        _one_signup,
        Q(state__in=sorted(ACTIVE)),
    ),
)
uniting.register(
    "hours",
    Double(HourRecord, ("shift_id",), ("entered_at",), _overlap, _one_record, Q(state__in=sorted(LIVE))),
)
uniting.register("overlaps", _no_overlap)
uniting.register("verified", _not_by_oneself)
uniting.register(
    "certificates",
    Double(
        Certificate,
        ("neighbourhood_id",),
        ("requested_at",),
        lambda one: _("Both asked for a service record certificate. The earlier request stays."),
        _one_certificate,
        Q(issued_at=None, refused_at=None),
    ),
)
uniting.register("volunteer", _one_volunteer)
persons.register_facts("teams", teams)
persons.register_ending(Membership)
