"""Lists as tables: topics, promises, dwellings, meetings, votes; no telephone number and no number of a card in any."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Area, Dwelling, Ownership, Usage, User
from portal.deliberation.forms.listing import ListForm
from portal.deliberation.listing import Wish, chosen
from portal.duties.permissions import seen_by
from portal.duties.services import waiting_for, who_owes
from portal.duties.services.promises import owed_q
from portal.kit import clock
from portal.kit.batches import batches
from portal.meetings.kinds import called, visible_to
from portal.meetings.models import Meeting
from portal.voting.models import HALL, Outcome, Vote
from portal.voting.tally import totals

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FORMS = ("xlsx", "pdf")
Cell = str | int
Rows = Iterator[list[Cell]]


@dataclass(frozen=True)
class Table:
    """A list that can be taken along. `rows(user, here, asked)`: the heading, then a row each; `asked` are its filters.

    `need`: the action of PLACES. `named`: it names people or their homes, so taking it is asked about and recorded.
    """

    title: StrOrPromise
    rows: Callable[[User, Area, QueryDict], Rows]
    need: str = "take_lists"
    named: bool = False


def _topics(user: User, here: Area, asked: QueryDict) -> Rows:
    yield [_("Number"), _("Title"), _("Kind"), _("State"), _("since"), _("Handed in")]
    wish = ListForm(asked).wish() if asked else Wish()
    found = chosen(here, user, wish).public().order_by("-state_since", "-pk")
    for topic in found.only("number", "title", "category", "state", "state_since", "submitted_at").iterator():
        yield [
            topic.number,
            topic.title,
            str(topic.get_category_display()),
            str(topic.get_state_display()),
            _day(topic.state_since),
            _day(topic.submitted_at),
        ]


def _duties(user: User, here: Area, asked: QueryDict) -> Rows:
    yield [_("What"), _("About"), _("Who owes it"), _("Since"), _("Due"), _("Level"), _("Overdue")]
    mine = asked.get("whose") == "mine"
    listed = waiting_for(user).filter(neighbourhood=here) if mine else seen_by(user, here, owed_q(user))
    duties = list(listed.select_related("person", "area", "neighbourhood").order_by("due_at", "pk"))
    owers = who_owes(duties)
    for duty in duties:
        late = _("overdue") if duty.is_overdue else ""
        when = [_day(duty.opened_at), _day(duty.due_at)]
        yield [duty.what, duty.title, owers[duty.pk], *when, duty.level, late]


def _homes(user: User, here: Area, asked: QueryDict) -> Rows:
    yield [_("Building"), _("Entrance"), _("Room"), _("Area (m²)"), _("Use"), _("Owners"), _("Voter named")]
    held = Q(ownerships__status="verified", ownerships__until=None)
    voter = Ownership.objects.on(clock.today()).filter(dwelling=OuterRef("pk"), is_voter=True, until=None)
    homes = Dwelling.objects.in_use().filter(building__path__startswith=here.path).select_related("building")
    counted: Any = homes.annotate(owners=Count("ownerships", filter=held), has_voter=Exists(voter))
    for home in counted.order_by("building__path", "entrance", "room").iterator():
        yield [
            home.building.name,
            home.entrance,
            home.room,
            f"{home.exclusive_area // 100}.{home.exclusive_area % 100:02d}",
            str(Usage(home.usage).label),
            home.owners,
            _("yes") if home.has_voter else _("no"),
        ]


def _meetings(user: User, here: Area, asked: QueryDict) -> Rows:
    yield [_("Number"), _("Title"), _("Kind"), _("State"), _("Begins"), _("Place")]
    held = visible_to(user).filter(neighbourhood=here).order_by("-starts_at", "-pk")
    for keys in batches(list(held.values_list("pk", flat=True))):
        found = {meeting.pk: meeting for meeting in Meeting.objects.filter(pk__in=keys)}
        for meeting in (found[key] for key in keys if key in found):
            yield [
                meeting.number,
                meeting.title,
                str(called(meeting)),
                meeting.state_label,
                _moment(meeting.starts_at),
                meeting.place,
            ]


def _votes(user: User, here: Area, asked: QueryDict) -> Rows:
    yield [_("Motion"), _("Opens"), _("Closes"), _("On the roll"), _("Took part"), _("Outcome")]
    found = Vote.objects.visible_to(user).filter(neighbourhood=here).exclude(matter=HALL)
    for vote in found.order_by("-closes_at", "-pk").iterator():
        counted = vote.counted_at is not None
        yield [
            vote.title,
            _moment(vote.opens_at),
            _moment(vote.closes_at),
            vote.heads,
            totals(vote).voted.heads if counted else "",
            str(Outcome(vote.outcome).label) if counted else str(vote.phase.label),
        ]


TABLES: dict[str, Table] = {
    "topics": Table(gettext_lazy("Topics"), _topics),
    "duties": Table(gettext_lazy("Open promises"), _duties, named=True),
    "homes": Table(gettext_lazy("Roll of dwellings"), _homes, need="take_homes", named=True),
    "meetings": Table(gettext_lazy("Meetings"), _meetings),
    "votes": Table(gettext_lazy("Votes"), _votes),
}


def _day(moment: datetime | None) -> str:
    return str(clock.day_of(moment)) if moment else ""


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}" if moment else ""
