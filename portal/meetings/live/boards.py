"""What each part of the screens shows, read from the meeting's rows. The same for every reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from portal.community.rules import rule
from portal.kit import clock
from portal.kit.charts import SURFACES, Bar, bar
from portal.meetings.live import rules
from portal.meetings.live.rules import Asked, Presence
from portal.meetings.models import Attendance, Floor, HallQuestion, Part, Pulse, Turn
from portal.meetings.states.live import Queue

# In what capacity somebody makes the quorum.
COUNTED = (Part.DELEGATE, Part.PARTY, Part.AGENT, Part.MEMBER)
SHAPES = 3
# How much a screen shows of what has no end, so that an update to 300 phones stays small: names in the queue, keys in
# its order (by which a phone knows its own place), questions that wait and that were answered, changes of presence.
FIRST, ORDERED, ASKED, ANSWERED, POINTS = 5, 100, 6, 3, 48
# Of the agenda the hall sees so many points, so many of them before the present one.
POINTS_SHOWN, BEFORE = 6, 1
Move = tuple[str, bool, Any]


def who(turn: Turn) -> str:
    """Who spoke, as the rule of the queue counts people: a record once, a name once."""
    return _one(turn.person_id, turn.name)


def _one(person: int | None, name: str) -> str:
    return f"p{person}" if person else name


def order_of(floor: Floor) -> list[Asked]:
    """Everybody who waits, in the order of being called, by key alone."""
    rows = Turn.objects.filter(meeting_id=floor.pk)
    had_it = list(rows.filter(began_at__isnull=False))
    # Whoever speaks counts with the whole turn: what the screens say of the next one then holds until it is called.
    spent = rules.seconds_by_group(
        (turn.group, turn.took if turn.ended_at else turn.seconds) for turn in had_it
    )
    asked = rows.waiting().values_list("pk", "person", "name", "group")
    waiting = [Asked(pk, _one(person, name), group) for pk, person, name, group in asked]
    return rules.in_order(waiting, spent, Counter(who(turn) for turn in had_it), floor.seconds)


def turns_of(order: Sequence[Asked]) -> list[Turn]:
    """The turns themselves, in this order."""
    found = Turn.objects.select_related("person").in_bulk([one.key for one in order])
    return [found[one.key] for one in order if one.key in found]


def groups_of(floor: Floor) -> list[str]:
    """The groups that speak here, in the order of the panel, then of their turns; "" for those without one."""
    seated = floor.meeting.participants.sitting().exclude(group="").values_list("group", flat=True)
    spoke = _turns(floor).filter(withdrawn_at=None).values_list("group", flat=True)
    return list(dict.fromkeys([*seated, *spoke]))


def shape(groups: list[str], group: str) -> int:
    """The shape of a group on the screens: 1 to 3, 4 for all further ones."""
    return min(groups.index(group), SHAPES) + 1 if group in groups else SHAPES + 1


def key_of(row: Attendance) -> str:
    """Whose coming or going it is: a seat's, or an observer's."""
    return f"s{row.participant_id}" if row.participant_id else f"p{row.person_id}"


def moves_of(floor: Floor) -> list[Move]:
    """Who came and left in this round, in order."""
    rows = floor.meeting.attendances.filter(round=floor.meeting.round)
    return [(key_of(row), row.came, row.at) for row in rows]


def owed(floor: Floor) -> list[HallQuestion]:
    """The questions that wait for their answer, those that waited longest."""
    return list(floor.meeting.questions.filter(answered_at=None).order_by("pk")[:ASKED])


def counted_seats(floor: Floor) -> list[int]:
    """The seats that make the quorum."""
    return list(floor.meeting.participants.sitting().filter(part__in=COUNTED).values_list("pk", flat=True))


def answers_of(pulse: Pulse) -> list[int]:
    """How many chose each option so far, or in the end."""
    if pulse.closed_at:
        return list(pulse.counts)
    counts = Counter(pulse.answers.values_list("option", flat=True))
    return [counts[index] for index in range(len(pulse.options))]


@dataclass(frozen=True)
class Meter:
    """One group's time: whole seconds, how many turns, its bar, and its shape on the screens."""

    group: str
    seconds: int
    turns: int
    bar: Bar
    shape: int

    @property
    def clock(self) -> str:
        """As on a stop watch."""
        return f"{self.seconds // 60}:{self.seconds % 60:02d}"


def _turns(floor: Floor) -> Any:
    return Turn.objects.filter(meeting_id=floor.pk).select_related("person")


def _shaped(groups: list[str], turns: list[Turn]) -> list[tuple[Turn, int]]:
    return [(turn, shape(groups, turn.group)) for turn in turns]


def _now(floor: Floor) -> dict[str, Any]:
    turn = _turns(floor).speaking().first()
    before = Counter(who(each) for each in _turns(floor).spoken())
    return {
        "turn": turn,
        "shape": shape(groups_of(floor), turn.group) if turn else 0,
        "nth": before[who(turn)] + 1 if turn else 0,
        "warning": rule("live.warning_seconds", floor.meeting.neighbourhood),
    }


def _queue(floor: Floor) -> dict[str, Any]:
    order = order_of(floor)
    return {
        "queue": _shaped(groups_of(floor), turns_of(order[:FIRST])),
        "more": max(0, len(order) - FIRST),
        "order": " ".join(str(one.key) for one in order[:ORDERED]),
        "state": Queue(floor.queue),
    }


def _meters(floor: Floor) -> dict[str, Any]:
    """Of this round only: each session has its own equal time."""
    groups, most = groups_of(floor), rule("live.group_minutes", floor.meeting.neighbourhood) * 60
    spoken = list(_turns(floor).spoken().filter(round=floor.meeting.round))
    seconds = rules.seconds_by_group(((turn.group, turn.took) for turn in spoken), groups)
    turns = Counter(turn.group for turn in spoken)
    meters = [
        Meter(group, took, turns[group], bar(min(100, 100 * took // most)), shape(groups, group))
        for group, took in seconds.items()
    ]
    return {"meters": meters, "most": most // 60}


def _agenda(floor: Floor) -> dict[str, Any]:
    """Each point, and whether it lies too far from the present one for the hall's screen."""
    items = list(floor.meeting.agenda_items.all())
    at = next((at for at, item in enumerate(items) if not item.ended_at), len(items) - 1)
    first = max(0, min(at - BEFORE, len(items) - POINTS_SHOWN))
    return {"items": [(item, not first <= n < first + POINTS_SHOWN) for n, item in enumerate(items)]}


def pulse_of(floor: Floor) -> Pulse | None:
    """The last quick question: only this one may be open."""
    return floor.meeting.pulses.order_by("pk").last()


def _pulse(floor: Floor) -> dict[str, Any]:
    pulse = pulse_of(floor)
    if pulse is None:
        return {"pulse": None}
    counts = answers_of(pulse)
    total = sum(counts)
    rows = [
        (words, count, round(100 * count / total) if total else 0)
        for words, count in zip(pulse.options, counts, strict=True)
    ]
    return {
        "pulse": pulse,
        "total": total,
        "rows": [(*row, bar(row[2])) for row in rows],
        "surfaces": SURFACES,
    }


def _ask(floor: Floor) -> dict[str, Any]:
    pulse = pulse_of(floor)
    return {"pulse": pulse if pulse and not pulse.closed_at else None}


def _text(floor: Floor) -> dict[str, Any]:
    return {}


def _questions(floor: Floor) -> dict[str, Any]:
    """Those that wait longest, and the answers given last; all of them stand on a page of their own."""
    asked = floor.meeting.questions.select_related("person")
    waiting = list(asked.filter(answered_at=None)[:ASKED])
    answered = list(asked.filter(answered_at__isnull=False).order_by("-answered_at", "-pk")[:ANSWERED])
    shown = [*waiting, *answered]
    return {
        "questions": shown,
        "all": asked.count() if len(waiting) == ASKED or len(answered) == ANSWERED else 0,
    }


def _presence(floor: Floor) -> dict[str, Any]:
    moves, seats = moves_of(floor), counted_seats(floor)
    counted = {f"s{seat}" for seat in seats}
    line = rules.thinned(rules.presence(moves, counted), POINTS)
    everybody = rules.here((key, came) for key, came, _at in moves)
    here = len(counted.intersection(everybody))
    need = rules.needed(len(seats), floor.meeting.quorum)
    return {
        "here": here,
        "seats": len(seats),
        "need": need,
        "enough": here >= need,
        "others": len(everybody) - here,
        "line": line,
        "steps": _steps(line, len(seats)),
        "need_y": f"{_y(need, len(seats))}%" if need else "",
    }


def _y(count: int, seats: int) -> float:
    return round(90 - 80 * count / max(1, seats), 2)


def _steps(line: list[Presence], seats: int) -> list[tuple[str, str, str, str]]:
    """The quorum over time as strokes: level until the next change, then up or down; lengths in per cent."""
    if not line:
        return []
    begin, end = line[0].at, clock.now()
    whole = max(1.0, (end - begin).total_seconds())
    strokes, x, y = [], 0.0, _y(0, seats)
    for point in line:
        there = round(100 * (point.at - begin).total_seconds() / whole, 2)
        strokes.append((f"{x}%", f"{y}%", f"{there}%", f"{y}%"))
        strokes.append((f"{there}%", f"{y}%", f"{there}%", f"{_y(point.count, seats)}%"))
        x, y = there, _y(point.count, seats)
    return [*strokes, (f"{x}%", f"{y}%", "100%", f"{y}%")]


BOARDS: dict[str, Callable[[Floor], dict[str, Any]]] = {
    "now": _now,
    "queue": _queue,
    "meters": _meters,
    "agenda": _agenda,
    "pulse": _pulse,
    "ask": _ask,
    "text": _text,
    "questions": _questions,
    "presence": _presence,
}
