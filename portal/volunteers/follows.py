"""What a topic's page shows of volunteering: the posted activities that carry it out, open to everybody."""

from __future__ import annotations

from django.db.models import Min, Q
from django.utils.translation import gettext as _

from portal.deliberation import follows
from portal.deliberation.follows import Block, Item
from portal.deliberation.models import Topic
from portal.kit import clock
from portal.kit.wording import moment
from portal.record.services import key
from portal.volunteers.models import Activity, Visibility

MOST = 12


def activities_of(topic: Topic) -> Block:
    """Each with its next time; those that are over stay, for they are what became of the topic."""
    ahead = Q(shifts__cancelled_at=None, shifts__ends_at__gt=clock.now())
    posted = Activity.objects.posted().filter(about=key(topic), visibility=Visibility.EVERYONE)
    found = posted.annotate(next_at=Min("shifts__starts_at", filter=ahead)).order_by("-approved_at")[:MOST]
    return Block(_("Volunteers at work on it"), [_item(activity) for activity in found])


def _item(activity: Activity) -> Item:
    next_at = getattr(activity, "next_at", None)
    text = _("next time: %(when)s") % {"when": moment(next_at)} if next_at else _("has been held")
    return Item(activity.title, text, activity.get_absolute_url())


follows.register("activities", activities_of)
