"""What a topic's page shows of volunteering, and the numbers under which certificates are found."""

from __future__ import annotations

from django.db.models import Min, Q
from django.utils.translation import gettext as _

from portal.deliberation.hooks import Block, FollowUp, register_follow_ups
from portal.deliberation.models import Topic
from portal.kit import clock
from portal.kit.wording import moment
from portal.record import numbers
from portal.record.services import key
from portal.volunteers.models import Activity, Certificate, Visibility

MOST = 12


def activities_of(topic: Topic) -> Block:
    """The posted activities that carry a topic out, each with its next time; those that are over stay."""
    ahead = Q(shifts__cancelled_at=None, shifts__ends_at__gt=clock.now())
    posted = Activity.objects.posted().filter(about=key(topic), visibility=Visibility.EVERYONE)
    found = posted.annotate(
        next_at=Min("shifts__starts_at", filter=ahead), next_over=Min("shifts__ends_at", filter=ahead)
    ).order_by("-approved_at")[:MOST]
    return Block(_("Volunteers at work on it"), [_item(activity) for activity in found])


def _item(activity: Activity) -> FollowUp:
    next_at, next_over = getattr(activity, "next_at", None), getattr(activity, "next_over", None)
    if next_over is not None:
        clock.holds_until(next_over)
    text = _("next time: %(when)s") % {"when": moment(next_at)} if next_at else _("has been held")
    return FollowUp(activity.title, text, activity.get_absolute_url())


register_follow_ups("activities", activities_of)


def knows(number: str) -> bool:
    """Whether a certificate was issued under a number."""
    return Certificate.objects.filter(number=number).exists()


numbers.register("certificate", numbers.Keeper(knows, "portal.volunteers.views.certificates.number"))
