"""What this room shows elsewhere: the next reception day on homes, and on a topic what it grew out of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Visitor
from portal.deliberation.hooks import Block, FollowUp, register_follow_ups
from portal.deliberation.models import Topic
from portal.kit import clock
from portal.pages.home_blocks import LiveKind, Setting, Visit, register_block
from portal.pages.taking_part import Part, register_part
from portal.record.services import key
from portal.surveys.least import least_cell
from portal.surveys.models import ReceptionDay, VisitNote


def next_day(here: Area) -> ReceptionDay | None:
    """The next day to come in a neighbourhood; what shows it holds until that day is over."""
    ahead = ReceptionDay.objects.filter(neighbourhood=here, called_off_at=None, ends_at__gt=clock.now())
    found = ahead.select_related("host").order_by("starts_at", "pk").first()
    if found is not None:
        clock.holds_until(found.ends_at)
    return found


def on_home(visit: Visit, setting: Setting) -> Mapping[str, Any] | None:
    """The next day; nothing where none is planned."""
    found = next_day(visit.here)
    return {"day": found} if found else None


def taking_part(user: Visitor, here: Area) -> Mapping[str, Any] | None:
    """The next day, among what everybody can join in."""
    found = next_day(here)
    return {"day": found} if found else None


def grew_out_of(topic: Topic) -> Block:
    """How many notes became this topic; of few (rule surveys.least_cell), only that there were some."""
    count = VisitNote.objects.filter(subject=key(topic)).count()
    told = count and count >= least_cell(topic.neighbourhood)
    text = gettext("%(number)d notes asked for this") % {"number": count} if told else ""
    item = FollowUp(
        gettext("What residents say on reception days and visits"), text, _days(topic.neighbourhood)
    )
    return Block(gettext("Where it comes from"), [item] if count else [])


def _days(here: Area) -> str:
    return reverse("surveys:reception_days", args=[here.slug])


register_block(LiveKind("reception", _("The next reception day"), "surveys/reception/_home.html", on_home))
register_part(Part("surveys/reception/_take_part.html", taking_part))
register_follow_ups("visit_notes", grew_out_of)
