"""The blocks of a neighbourhood's home: what each reads, and the rows they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from portal.community.models import Contact, Visitor
from portal.community.permissions import is_stranger
from portal.deliberation.listing import with_steps
from portal.deliberation.models import Satisfaction, Topic
from portal.deliberation.states import State
from portal.pages.coming import coming
from portal.pages.home_blocks import (
    HALF,
    LARGE,
    MOST,
    WIDE,
    LiveKind,
    Setting,
    Visit,
    live_kind,
    register_block,
)
from portal.pages.models import NoticePage, over_today
from portal.pages.streams import Raw, section
from portal.pages.versions import raw_of
from portal.volunteers.models import Shift, Visibility
from portal.voting.meters import running
from portal.voting.models import Vote
from portal.voting.turnout import turnout_of

# How a home is composed that no editor has composed; kinds whose app is away are left out.
USUAL = (
    "votes",
    "surveys",
    "funds",
    "topics",
    "books",
    "done",
    "demands",
    "activities",
    "dates",
    "notices",
    "reception",
    "contact",
    "convention",
    "record",
)
# Where a neighbour's word is wanted now.
OPEN = (State.SECONDING, State.DISCUSSING)


@dataclass(frozen=True)
class Drawn:
    """A block that has something to show: its template, its heading, and what was read for it."""

    template: str
    heading: Any
    data: Mapping[str, Any]
    width: str = HALF


@dataclass
class Row:
    """Blocks that end together: one alone, or two side by side (`shape`: how they share the width)."""

    blocks: list[Drawn] = field(default_factory=list)

    @property
    def shape(self) -> str:
        """The class of its `.split`; empty for one alone."""
        if len(self.blocks) < 2:
            return ""
        return "left" if self.blocks[0].width == LARGE else "even"


def rows(visit: Visit) -> list[Row]:
    """The home as its editor composed it, or in the usual order; blocks with nothing to show are left out."""
    found: list[Row] = []
    for block in _drawn(visit):
        last = found[-1].blocks if found else []
        if block.width == HALF and len(last) == 1 and last[0].width != WIDE:
            last.append(block)
        else:
            found.append(Row([block]))
    return found


def left_out(raw: Raw) -> list[LiveKind]:
    """The usual kinds that a composed home does not show, in the usual order."""
    there = {str(block["value"].get("kind")) for block in raw if block["type"] == "live"}
    return [kind for name in USUAL if name not in there and (kind := live_kind(name))]


def usual_added(raw: Raw) -> Raw:
    """The blocks with the usual ones they lack, after those that are there."""
    return [
        *raw,
        *(section("live", {"kind": kind.name, "heading": "", "most": ""}) for kind in left_out(raw)),
    ]


def hands_wanted(user: Visitor, here: Any) -> QuerySet[Shift]:
    """Shifts with free places, the next one first. What is for a team only stands on the team's own pages."""
    seen = [Visibility.EVERYONE]
    if not is_stranger(user, here):
        seen.append(Visibility.NEIGHBOURS)
    ahead = Shift.objects.wanting().filter(activity__neighbourhood=here, activity__visibility__in=seen)
    return ahead.select_related("activity__team", "activity__cover").order_by("starts_at", "pk")


def _drawn(visit: Visit) -> Iterator[Drawn]:
    composed = [block for block in _raw(visit) if block["type"] != "cover"]
    if not composed:
        yield from _usual(visit)
    written = {part.id: part for part in visit.page.sections} if composed and visit.page else {}
    for of_one_kind, parts in groupby(composed, lambda block: block["type"] == "live"):
        if of_one_kind:
            yield from filter(None, (_set(visit, part["value"]) for part in parts))
        elif sections := [written[part["id"]] for part in parts if part["id"] in written]:
            yield Drawn("pages/home/_written.html", "", {"sections": sections}, WIDE)


def _usual(visit: Visit) -> list[Drawn]:
    """In the usual order; what would stand alone beside an empty half gets the next half one beside it."""
    blocks = [block for name in USUAL if (block := _live(visit, name, Setting()))]
    large = next((at for at, block in enumerate(blocks) if block.width == LARGE), None)
    if large is not None and blocks[large + 1].width != HALF:
        half = next((at for at in range(large + 1, len(blocks)) if blocks[at].width == HALF), large)
        blocks.insert(large + 1, blocks.pop(half))
    return blocks


def _raw(visit: Visit) -> Raw:
    return raw_of(visit.page, "blocks") if visit.page else []


def _set(visit: Visit, value: Mapping[str, Any]) -> Drawn | None:
    most = str(value.get("most") or "")
    setting = Setting(value.get("heading") or "", min(int(most), MOST) if most.isdecimal() else 0)
    return _live(visit, str(value.get("kind")), setting)


def _live(visit: Visit, name: str, setting: Setting) -> Drawn | None:
    kind = live_kind(name)
    data = kind.read(visit, setting) if kind else None
    if kind is None or data is None:
        return None
    return Drawn(kind.template, setting.heading, data, kind.width)


def _votes(visit: Visit, setting: Setting) -> dict[str, Any] | None:
    open_now = Vote.objects.open().filter(neighbourhood=visit.here).order_by("closes_at")
    votes = list(open_now[: setting.most or 3])
    # How many took part, not how they chose; the first bar is enough here.
    shown = [(vote, running(vote, turnout_of(vote).together)[0]) for vote in votes]
    return {"votes": shown} if shown else None


def _topics(visit: Visit, setting: Setting) -> dict[str, Any]:
    topics = Topic.objects.visible_to(visit.user).filter(neighbourhood=visit.here).current().for_list()
    first = Case(When(state__in=OPEN, then=Value(0)), default=Value(1))
    return {"topics": with_steps(topics.order_by(first, "-state_since", "-pk")[: setting.most or 3])}


def _done(visit: Visit, setting: Setting) -> dict[str, Any] | None:
    done = Topic.objects.public().filter(
        neighbourhood=visit.here, state__in=(State.EVALUATING, State.CLOSED), after__public=True
    )
    # What is finished comes before what was carried out and is still judged.
    first = Case(When(state=State.CLOSED, then=Value(0)), default=Value(1))
    topic = done.select_related("before", "after").order_by(first, "-state_since", "-pk").first()
    if topic is None:
        return None
    rated = Count("pk", filter=Q(level=Satisfaction.SATISFIED))
    judged = topic.ratings.filter(round=topic.round).aggregate(all=Count("pk"), content=rated)
    return {"topic": topic, "judged": judged}


def _notices(visit: Visit, setting: Setting) -> dict[str, Any] | None:
    if visit.page is None:
        return None
    below = NoticePage.objects.child_of(visit.page).live().public()
    notices = below.exclude(over_today()).order_by("-day", "-pk")
    return {"notices": list(notices[: setting.most or 4])}


def _activities(visit: Visit, setting: Setting) -> dict[str, Any] | None:
    most = setting.most or 3
    # Of a series only the next time.
    ahead: dict[int, Shift] = {}
    for shift in hands_wanted(visit.user, visit.here)[: most * 5]:
        ahead.setdefault(shift.activity_id, shift)
    return {"shifts": [*ahead.values()][:most]} if ahead else None


def _dates(visit: Visit, setting: Setting) -> dict[str, Any]:
    return {"lines": coming(visit.here, setting.most or 3)}


def _contact(visit: Visit, setting: Setting) -> dict[str, Any] | None:
    # Read together with the page (first_steps.page_of), where there is one.
    own = getattr(visit.page.area, "contact", None) if visit.page else None
    contact = own if visit.page else Contact.objects.filter(area=visit.here).first()
    reached = contact and (contact.office or contact.telephone)
    return {"contact": contact} if reached else None


def _record(visit: Visit, setting: Setting) -> dict[str, Any]:
    return {}


for each in (
    LiveKind("votes", _("Votes that are open"), "pages/home/_votes.html", _votes, WIDE),
    LiveKind("topics", _("What neighbours are discussing"), "pages/home/_topics.html", _topics, LARGE),
    LiveKind("done", _("A finished work with its pictures"), "pages/home/_done.html", _done, WIDE),
    LiveKind("dates", _("What is coming up"), "pages/home/_dates.html", _dates),
    LiveKind("notices", _("Notices"), "pages/home/_notices.html", _notices),
    LiveKind("activities", _("Hands wanted"), "pages/home/_activities.html", _activities),
    LiveKind("contact", _("Not at home online?"), "pages/home/_contact.html", _contact),
    LiveKind("record", _("Everything leaves a trace"), "pages/home/_record.html", _record),
):
    register_block(each)
