"""What the own page keeps of meetings: those somebody registered for, or takes part in."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.community.models import User
from portal.community.sections import Line, Source, each, own, register
from portal.kit import clock
from portal.kit.wording import moment
from portal.meetings.models import Meeting, Participant, Registration


def _coming(user: User) -> QuerySet[Meeting]:
    if user.person_id is None:
        return Meeting.objects.none()
    seats = own("person", Participant.objects.sitting(), user).values("meeting")
    places = own("person", Registration.objects.all(), user).values("hearing")
    return Meeting.objects.filter(Q(pk__in=seats) | Q(pk__in=places))


def _line(meeting: Meeting) -> Line:
    when = moment(meeting.starts_at) if meeting.starts_at else _("no date yet")
    about = " · ".join(filter(None, (str(when), meeting.place)))
    off = bool(meeting.off)
    state = meeting.off or meeting.state_label
    return Line(meeting.title, meeting.get_absolute_url(), about, state, "red" if off else "")


def _going() -> Q:
    midnight = clock.end_of(clock.today() - timedelta(days=1))
    return Q(cancelled_at=None) & (Q(starts_at__gte=midnight) | Q(starts_at=None))


register("meetings", Source(_coming, Coalesce("starts_at", "created_at"), each(_line), going=_going))
