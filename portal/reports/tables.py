"""Lists as tables: what a page lists, with its filters and in its order; no telephone number, no card."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Area, User
from portal.deliberation.forms.listing import ListForm
from portal.deliberation.listing import Wish, chosen
from portal.duties.desk import Desk
from portal.duties.listing import Question
from portal.duties.models import Duty
from portal.duties.services import who_owes
from portal.kit import clock
from portal.kit.batches import batches
from portal.meetings.kinds import called
from portal.meetings.listing import kind_named, live_and_past
from portal.meetings.models import Meeting
from portal.reports import registers
from portal.voting.models import Vote
from portal.voting.sentences import seal
from portal.voting.tally import totals

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FORMS = ("xlsx", "pdf")
Cell = str | int
Rows = Iterator[list[Cell]]


@dataclass(frozen=True)
class Table:
    """A list that can be taken along. `rows(user, here, asked)`: the heading, then a row each; `asked` are its filters.

    `need`: the action of PLACES. `named`: it names people or their homes, so taking it is asked about and recorded;
    `look` keeps besides who was looked at. `whole`: the question that means all of it; None where it is searched first.
    """

    title: StrOrPromise
    rows: Callable[[User, Area, QueryDict], Rows]
    need: str = "take_lists"
    named: bool = False
    look: Callable[[User, Area, QueryDict, str], None] | None = None
    whole: str | None = ""


def _topics(user: User, here: Area, asked: QueryDict) -> Rows:
    yield [_("Number"), _("Title"), _("Kind"), _("State"), _("since"), _("Handed in")]
    wish = ListForm(asked).wish() if asked else Wish()
    found = chosen(here, user, wish).order_by("-state_since", "-pk")
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
    ordered = Question(Desk(user, here), asked).ordered
    for keys in batches(list(ordered.values_list("pk", flat=True))):
        found = Duty.objects.filter(pk__in=keys).select_related("person", "area", "neighbourhood").in_bulk()
        owers = who_owes(found.values())
        for duty in (found[key] for key in keys if key in found):
            late = _("overdue") if duty.is_overdue else ""
            when = [_day(duty.opened_at), _day(duty.late_from)]
            yield [duty.what, duty.title, owers[duty.pk], *when, duty.level, late]


def _meetings(user: User, here: Area, asked: QueryDict) -> Rows:
    yield [_("Number"), _("Title"), _("Kind"), _("State"), _("Begins"), _("Place")]
    live, past = live_and_past(user, here, kind_named(asked.get("kind")))
    listed = [pk for part in (live, past) for pk in part.values_list("pk", flat=True)]
    for keys in batches(listed):
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
    for vote in Vote.objects.visible_to(user).filter(neighbourhood=here).by_urgency().iterator():
        counted = vote.counted_at is not None
        yield [
            vote.title,
            _moment(vote.opens_at),
            _moment(vote.closes_at),
            vote.heads,
            totals(vote).voted.heads if counted else "",
            seal(vote) if counted else str(vote.phase.label),
        ]


TABLES: dict[str, Table] = {
    "topics": Table(gettext_lazy("Topics"), _topics),
    "duties": Table(gettext_lazy("Open promises"), _duties, named=True, whole="whose=all"),
    "homes": Table(
        gettext_lazy("Roll of dwellings"), registers.dwellings, "take_homes", True, registers.look_at_homes
    ),
    "people": Table(
        gettext_lazy("People found"),
        registers.people,
        "take_homes",
        True,
        registers.look_at_people,
        whole=None,
    ),
    "requests": Table(gettext_lazy("Requests of residents"), registers.requests, "take_homes", True),
    "posts": Table(gettext_lazy("Who holds which post"), registers.posts, "take_posts", True),
    "meetings": Table(gettext_lazy("Meetings"), _meetings),
    "votes": Table(gettext_lazy("Votes"), _votes),
}


def _day(moment: datetime | None) -> str:
    return str(clock.day_of(moment)) if moment else ""


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}" if moment else ""
