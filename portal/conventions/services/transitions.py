"""The one place where a round changes its state, and what hangs on each change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.actions.events import SYSTEM, Event, announce
from portal.actions.lifecycles import advance
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.conventions.events import CAME_TO, TOLD
from portal.conventions.models import ConventionRound
from portal.conventions.selectors import concerned, owing_post
from portal.conventions.states import ENDED, State
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days, calendar_days
from portal.kit import clock

# The promise that stands while a round is in a state; leaving the state settles it.
OWED: dict[State, str] = {
    State.ANSWERING: "convention.next",
    State.CHECKING: "convention.check",
    State.TABLED: "convention.call_vote",
    State.SIGNING: "convention.signing",
    State.ADOPTED: "convention.file",
}
WORKING_DAYS = {
    State.ANSWERING: "convention.answer_working_days",
    State.CHECKING: "convention.check_working_days",
    State.TABLED: "convention.vote_working_days",
}
DAYS = {State.SIGNING: "convention.signing_days", State.ADOPTED: "convention.filing_days"}


def change(  # noqa: PLR0913 - what becomes of a round
    round_: ConventionRound,
    to: State,
    *,
    by: User | str = SYSTEM,
    event: Event | None = None,
    data: dict[str, Any] | None = None,
    until: datetime | None = None,
    reason: str = "",
    kept: bool = True,
    url: str = "",
    **changes: Any,
) -> ConventionRound:
    """Bring a locked round into its next state: save, settle and open promises, record it, tell the place.

    `event`: what happened where it is not simply that state; `kept` False: what was owed was not done; `url`: where its
    notice leads, default the round. The round's published reason becomes `reason`. Raises NotPossible where the life
    cycle has no such step.
    """
    was = State(round_.state)
    advance(round_, to, state_until=until, reason=reason, **changes)
    _settle(round_, was, by if isinstance(by, User) else None, kept)
    told = {**({"reason": reason} if reason else {}), **(data or {})}
    happened = event or CAME_TO[to]
    everybody = concerned(round_.page) if to in TOLD and round_.number_of_texts else ()
    announce(happened, round_, by=by, to=everybody, data=told, url=url, **_params(told, until))
    return round_


def deadline(round_: ConventionRound, after: datetime | None = None) -> Deadline | None:
    """Until when what is owed in the round's state is to be done, from a moment on (default: now)."""
    state, start = State(round_.state), after or clock.now()
    if state in WORKING_DAYS:
        return add_working_days(start, rule(WORKING_DAYS[state], round_.page.area))
    return calendar_days(start, rule(DAYS[state], round_.page.area)) if state in DAYS else None


def _params(told: dict[str, Any], until: datetime | None) -> dict[str, Any]:
    return {**told, **({"until_at": until.isoformat()} if until else {})}


def _settle(round_: ConventionRound, was: State, by: User | None, kept: bool) -> None:
    """Close what was owed in the state just left, or drop it undone; open what is owed in the new one."""
    state = State(round_.state)
    if was in OWED and kept and state is not State.WITHDRAWN:
        duties.close(OWED[was], round_, by=by)
    elif was in OWED:
        duties.drop(round_, OWED[was])
    if state in ENDED:
        _silence(round_)
    due = deadline(round_)
    if due is not None:
        page = round_.page
        post = Post.OFFICER if state is State.CHECKING else owing_post(page)
        area = page.neighbourhood if state is State.CHECKING else page.area
        duties.open_duty(OWED[state], round_, due=due, post=post, area=area)


def _silence(round_: ConventionRound) -> None:
    duties.drop(round_)
    for suggestion in round_.suggestions.all():
        duties.drop(suggestion)
