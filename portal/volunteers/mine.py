"""What the own page keeps of helping: the times somebody signed up for, and the hours that came of them."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import User
from portal.community.sections import Line, Source, each, own, register
from portal.kit import clock
from portal.kit.wording import hours, moment, span, told
from portal.volunteers.models import HourRecord, Signup
from portal.volunteers.states import ACTIVE, LIVE, SignupState


def _signed_up(user: User) -> QuerySet[Signup]:
    return own("person", Signup.objects.select_related("shift__activity"), user)


def _asked(user: User) -> QuerySet[Signup]:
    """Sign-ups that wait for this guardian's consent."""
    waiting = Signup.objects.filter(
        state=SignupState.APPLIED, needs_consent=True, consented_at=None, shift__starts_at__gt=clock.now()
    )
    return own("guardian", waiting.select_related("shift__activity", "person"), user)


def _lines(user: User, signups: list[Signup]) -> list[Line]:
    records = HourRecord.objects.filter(
        person=user.person_id, shift__in=[one.shift_id for one in signups], state__in=LIVE
    )
    known = {record.shift_id: record for record in records}
    return [_line(one, known.get(one.shift_id)) for one in signups]


def _line(signup: Signup, record: HourRecord | None) -> Line:
    shift = signup.shift
    when = span(shift.starts_at, shift.ends_at)
    if shift.cancelled_at or shift.activity.cancelled_at:
        return Line(shift.title, shift.get_absolute_url(), when, _("called off"), "red")
    if record is not None:
        came = told(hours(record.minutes), record.get_state_display())
        return Line(shift.title, shift.get_absolute_url(), when, came, "")
    tone = "amber" if signup.state in ACTIVE and signup.state != SignupState.ACCEPTED else "grey"
    return Line(shift.title, shift.get_absolute_url(), when, signup.get_state_display(), tone)


def _consent(signup: Signup) -> Line:
    page = reverse("volunteers:signup_act", args=[signup.pk, "consent"])
    about = told(signup.person.real_name, signup.shift.title)
    return Line(_("Your consent is asked for"), page, about, moment(signup.shift.starts_at), "amber")


def _going() -> Q:
    ahead = Q(shift__ends_at__gt=clock.now(), shift__cancelled_at=None, shift__activity__cancelled_at=None)
    return ahead & Q(state__in=ACTIVE)


register("activities", Source(_signed_up, "shift__starts_at", _lines, going=_going))
register("owed", Source(_asked, "shift__starts_at", each(_consent), label=_("Your consent")))
