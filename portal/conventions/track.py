"""The stations of a round's track, and who owes its next step."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Post
from portal.conventions.models import ConventionRound
from portal.conventions.services.transitions import OWED
from portal.conventions.states import ENDED, STATIONS, TRACK, State
from portal.duties.models import Duty
from portal.duties.next_step import NextStep, body_of, step_of_duty
from portal.kit import clock
from portal.kit.track import Station, place, stations
from portal.record.services import key

# What the vote is called where households sign, and which stations a kind passes by.
SIGNATURES = gettext_lazy("Signatures")
TOLD = frozenset({State.TABLED, State.FILED, State.NOT_ADOPTED, State.WITHDRAWN})


def track(round_: ConventionRound) -> list[Station]:
    """The stations of a round in order: a building's has no check and no filing."""
    state = State(round_.state)
    at = place(TRACK, _passing(round_, state))
    labels = dict(STATIONS)
    if round_.page.is_building:
        labels["vote"] = SIGNATURES
    status = "done" if state is State.IN_FORCE else "stopped" if state in ENDED else "now"
    drawn = stations(labels, at, status, round_.state_label if state in TOLD else "")
    return [station for station in drawn if station.name not in _passed_by(round_)]


def next_steps(rounds: Iterable[ConventionRound]) -> dict[int, NextStep]:
    """Who owes what until when, of each round that waits for something. Two queries for any number of rounds."""
    rounds = [one for one in rounds if not one.ended]
    standing = Duty.objects.active().filter(subject__in=[key(one) for one in rounds])
    owed = {duty.subject: duty for duty in standing}
    return {one.pk: _step(one, owed.get(key(one))) for one in rounds}


def _step(round_: ConventionRound, duty: Duty | None) -> NextStep:
    state = State(round_.state)
    if duty is not None and duty.kind == OWED.get(state):
        return step_of_duty(duty, body_of(duty.post))
    if state is State.DRAFTING:
        return NextStep(body_of(_writing_post(round_)), _("write the draft and put it to comment"))
    if state is State.COMMENTING:
        return NextStep(_("neighbours"), _("read the draft and say what you think"), round_.state_until)
    if state is State.VOTING:
        return NextStep(_("whoever is on the roll"), _("vote"), round_.state_until)
    day = clock.at_time(round_.in_force_from, 0) if round_.in_force_from else None
    return NextStep(_("the portal"), _("the text comes into force"), day)


def _writing_post(round_: ConventionRound) -> str:
    """Who writes a draft, without asking who holds the post: a list would ask for each of its rows."""
    if round_.page.is_building:
        return Post.BUILDING_HEAD
    return Post.OWNERS_COMMITTEE if round_.page.is_covenant else Post.WORKER


def _passing(round_: ConventionRound, state: State) -> State:
    """A withdrawn round stands where its last text had come to."""
    if state is not State.WITHDRAWN:
        return state
    return State.COMMENTING if round_.number_of_texts else State.DRAFTING


def _passed_by(round_: ConventionRound) -> frozenset[str]:
    if round_.page.is_building:
        return frozenset({"check"} | ({"file"} if round_.state != State.FILED else set()))
    return frozenset({"check"}) if round_.page.is_covenant and round_.state != State.TABLED else frozenset()
