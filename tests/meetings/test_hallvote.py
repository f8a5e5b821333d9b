"""A vote in the hall is one vote: phones, raised hands and papers, one roll, one turnout, one result."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.community.models import Post, RuleSet, User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.hallvote import services
from portal.meetings.hallvote.reading import hall_votes
from portal.meetings.live.doorcodes import code_of
from portal.meetings.live.services import presence as live
from portal.meetings.minutes.log import prefilled
from portal.meetings.models import Hearing, Participant
from portal.meetings.services.attending import still_here
from portal.meetings.states.hearing import HearingState as H
from portal.record.models import Entry
from portal.record.services import key
from portal.voting import hall, recount, result
from portal.voting import services as voting
from portal.voting.jobs import count_votes, end_votes
from portal.voting.models import Ballot, BallotChange, PaperBallot, Vote
from portal.voting.permissions import FIXED_IN_HALL, IN_HALL, VOTES
from portal.voting.services.hall import Motion
from portal.voting.states import Phase
from tests import factories
from tests.concurrency import at_once
from tests.meetings.factories import HELD_AT, make_hearing
from tests.worlds import kept

pytestmark = pytest.mark.django_db


class Hall:
    """A hearing in session with seats: the first `present` are noted as here, the others are not."""

    def __init__(self, seats: int, present: int) -> None:
        self.here = factories.make_neighbourhood()
        self.clerk = factories.make_user(post=Post.WORKER, neighbourhood=self.here)
        self.second = factories.make_user(post=Post.DIRECTOR, neighbourhood=self.here)
        self.hearing: Hearing = make_hearing(H.IN_SESSION, here=self.here, starts_at=HELD_AT)
        self.users = [factories.make_user() for _ in range(seats)]
        self.seats = [self._seat(user, n < present) for n, user in enumerate(self.users)]

    def _seat(self, user: User, here: bool) -> Participant:
        came = {"rounds": [1], "attended_at": HELD_AT} if here else {}
        return self.hearing.participants.create(person=user.person, group="业主", **came)

    def open(self, **more: Any) -> Vote:
        given = {"title": "晚上十点半关门", **more}
        return services.open_vote(self.clerk, self.hearing.pk, **given)

    def line(self, vote: Vote, place: int) -> int:
        """The number of the line of a seat."""
        return vote.roll.get(person=self.users[place].person).number

    def proxy(self, principal: int, holder: int) -> None:
        services.note_proxy(
            self.clerk,
            self.hearing.pk,
            principal=self.seats[principal].pk,
            holder=self.seats[holder].pk,
        )

    def hands(self, vote: Vote, places: dict[int, str]) -> None:
        """Raised and checked."""
        seen = {self.line(vote, place): choice for place, choice in places.items()}
        voting.raise_hands(self.clerk, vote.pk, seen)
        voting.check_hands(self.second, vote.pk, seen)


@pytest.fixture(autouse=True)
def in_session() -> Any:
    with clock.at(HELD_AT + timedelta(minutes=30)):
        yield


@kept
def make_hall(seats: int = 4, present: int = 3) -> Hall:
    return Hall(seats, present)


def later(minutes: int) -> Any:
    return clock.at(clock.now() + timedelta(minutes=minutes))


def test_twenty_phones_fifteen_hands_and_five_papers_are_forty_rows_of_one_vote() -> None:
    place = make_hall(45, 40)
    vote = place.open()
    for user in place.users[:20]:
        voting.cast(user, vote.pk, "for")
    place.hands(vote, {n: "against" if n < 28 else "abstain" for n in range(20, 35)})
    for n in range(35, 40):
        paper = voting.enter(place.clerk, vote.pk, f"e{place.line(vote, n)}", "for")
        voting.confirm(place.second, paper.pk, "for")

    with later(3):
        closed = voting.close_in_hall(place.clerk, vote.pk)

    assert closed.phase is Phase.COUNTED
    assert closed.outcome == "passed"
    ways = dict.fromkeys(("online", "hall", "paper"), 0)
    for ballot in Ballot.objects.filter(vote=vote):
        ways[ballot.channel] += 1
    assert ways == {"online": 20, "hall": 15, "paper": 5}
    file = result.document(closed)
    assert len(file["ballots"]) == 40
    assert sum(line["voted"] for line in file["roll"]) == 40
    assert len(file["roll"]) == 45
    outcome, lines, faults = recount.recount(file)
    assert (outcome, faults) == ("passed", [])
    assert "40" in str(lines[0])
    assert recount.fingerprint(file) == closed.result_sha256
    shown = hall_votes(place.hearing, place.clerk)[0]
    assert (shown.voted, shown.presence.present, shown.presence.mandates) == (40, 40, 0)
    assert [(row.label, row.cast.heads) for row in shown.choices][0][1] == 25
    assert "晚上十点半关门" in prefilled(place.hearing)


def test_the_roll_is_the_body_or_where_the_place_says_so_those_with_a_voice() -> None:
    place = make_hall(4, 2)
    whole = place.open()
    voting.close_in_hall(place.clerk, whole.pk)
    RuleSet.objects.create(
        key="hall.roll", area=place.here, value="present", source="本居民区约定", status="local_rule",
        valid_from="2026-01-01",
    )  # fmt: skip
    place.proxy(3, 0)
    few = place.open()

    assert (whole.heads, whole.voices.count()) == (4, 2)
    assert (few.heads, few.voices.count()) == (3, 3)


def test_only_those_present_vote_and_whoever_comes_later_votes_in_the_next() -> None:
    place = make_hall(4, 3)
    vote = place.open()
    place.seats[3].rounds = [1]
    place.seats[3].attended_at = clock.now()
    place.seats[3].save()
    code = f"e{place.line(vote, 3)}"

    with pytest.raises(NotPossible, match="到场"):
        voting.cast(place.users[3], vote.pk, "for")
    with pytest.raises(NotPossible, match="到场"):
        voting.enter(place.clerk, vote.pk, code, "for")
    with pytest.raises(NotPossible, match="到场"):
        voting.raise_hands(place.clerk, vote.pk, {place.line(vote, 3): "for"})
    voting.close_in_hall(place.clerk, vote.pk)
    again = place.open(repeats=vote.pk)
    voting.cast(place.users[3], again.pk, "for")

    assert again.repeats == vote
    assert again.pk != vote.pk
    opened = Entry.objects.get(subject=key(again), action="vote.hall_opened")
    assert opened.data["repeats_pk"] == vote.pk


def test_a_proxy_counts_only_while_the_holder_is_present_and_the_giver_is_not() -> None:
    place = make_hall(5, 2)
    place.proxy(2, 0)  # absent, by one who is here: counts
    place.proxy(3, 4)  # by one who is absent
    place.proxy(1, 0)  # given by one who is here
    vote = place.open()

    assert hall.presence(vote) == hall.Presence(2, 1)
    ballot = voting.cast(place.users[0], vote.pk, "against", place.line(vote, 2))
    assert ballot.mandate is not None
    assert ballot.mandate.recorded_by == place.clerk
    with pytest.raises(NotPossible):
        voting.cast(place.users[4], vote.pk, "for", place.line(vote, 3))
    with pytest.raises(NotPossible):
        voting.cast(place.users[0], vote.pk, "for", place.line(vote, 1))
    with pytest.raises(NotPossible, match="到场"):
        voting.cast(place.users[2], vote.pk, "for")


def test_whoever_left_the_hall_has_no_voice_nor_has_the_mandate_held() -> None:
    place = make_hall(5, 4)
    place.proxy(4, 0)  # its holder leaves by the list
    place.proxy(1, 2)  # its giver leaves by phone: from then on it counts
    live.note_presence(place.clerk, place.hearing.pk, present=[seat.pk for seat in place.seats[:4]])
    live.check_out(place.users[1], place.hearing.pk)
    live.note_presence(place.clerk, place.hearing.pk, present=[seat.pk for seat in place.seats[2:4]])
    filled = still_here(place.hearing, services.body(place.hearing))
    assert {seat.pk for seat in filled} == {place.seats[2].pk, place.seats[3].pk}
    vote = place.open()

    assert hall.presence(vote) == hall.Presence(2, 1)
    for gone in (0, 1):
        with pytest.raises(NotPossible, match="到场"):
            voting.cast(place.users[gone], vote.pk, "for")
    with pytest.raises(NotPossible, match="到场"):
        voting.cast(place.users[4], vote.pk, "for")
    voting.cast(place.users[2], vote.pk, "for", place.line(vote, 1))
    voting.close_in_hall(place.clerk, vote.pk)
    live.check_in(place.users[1], place.hearing.pk, code=code_of(place.hearing.pk))

    assert hall.presence(place.open()) == hall.Presence(3, 0)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.booleans()), min_size=2, max_size=6))
@settings(max_examples=12, suppress_health_check=list(HealthCheck), deadline=None)
def test_never_more_are_counted_than_are_present_and_hold_valid_mandates(
    seats: list[tuple[bool, int, bool]],
) -> None:
    with transaction.atomic():
        place = Hall(len(seats), 0)
        for seat, (here, _holder, _tries) in zip(place.seats, seats, strict=True):
            Participant.objects.filter(pk=seat.pk).update(
                rounds=[1] if here else [], attended_at=HELD_AT if here else None
            )
        for n, (_here, holder, _tries) in enumerate(seats):
            attempt(lambda n=n, holder=holder: place.proxy(n, holder % len(seats)))
        try:
            vote = place.open()
        except NotPossible:
            assert not any(here for here, _holder, _tries in seats)
            return
        for n, (_here, _holder, tries) in enumerate(seats):
            for line in vote.roll.all():
                number = line.number
                attempt(lambda n=n, number=number: voting.cast(place.users[n], vote.pk, "for", number))
            if tries:
                attempt(lambda n=n: place.hands(vote, {n: "against"}))
        closed = voting.close_in_hall(place.clerk, vote.pk)

        here = {n for n, seat in enumerate(seats) if seat[0]}
        valid = closed.voices.exclude(mandate=None)
        held = {place.users.index(voice.mandate.holder.user) for voice in valid}  # type: ignore[union-attr]
        assert held <= here
        assert closed.ballots.count() <= len(here) + valid.count()


def in_hall(work: Callable[[int], Any], seconds: int = 0) -> Callable[[int], Any]:
    """Work for a thread, which has a clock of its own: a little after the opening."""

    def run(n: int) -> Any:
        with clock.at(HELD_AT + timedelta(minutes=30, seconds=seconds)):
            return work(n)

    return run


def attempt(act: Callable[[], object]) -> None:
    """Do it, or have it refused whole."""
    try:
        with transaction.atomic():
            act()
    except NotPossible:
        pass


def test_no_rule_and_no_mandate_changes_while_it_is_open() -> None:
    place = make_hall(4, 3)
    place.proxy(3, 0)
    vote = place.open()
    line = vote.roll.get(person=place.users[3].person)
    mandate = line.mandates.get()
    neighbour = factories.make_resident(within=place.here)
    refused: list[Callable[[], object]] = [
        lambda: place.proxy(2, 0),
        lambda: services.end_proxy(place.clerk, place.hearing.pk, proxy=place.hearing.proxies.get().pk),
        lambda: voting.revoke(place.clerk, mandate.pk),
        lambda: voting.strike_line(place.clerk, line.pk, "误录"),
        lambda: voting.add_line(place.clerk, vote.pk, factories.person_of(neighbour), "漏了"),
        lambda: voting.object_to_roll(neighbour, vote.pk, "漏了我"),
        lambda: voting.extend(place.clerk, vote.pk, vote.closes_at + timedelta(hours=1), "再等等"),
        lambda: place.open(title="另一个"),
    ]
    before = Entry.objects.count()

    for change in refused:
        with pytest.raises(NotPossible):
            change()
    for changes in ({"rule": {}}, {"title": "别的"}, {"opens_at": HELD_AT}, {"matter": "sounding"}):
        with pytest.raises(IntegrityError, match="vote_opened_in_hall_stands"), transaction.atomic():
            Vote.objects.filter(pk=vote.pk).update(**changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(mandate).objects.filter(pk=mandate.pk).update(revoked_at=clock.now())
    with pytest.raises(IntegrityError, match="voice_stands"), transaction.atomic():
        vote.voices.update(mandate=None)

    assert Entry.objects.count() == before


def test_what_is_refused_is_answered_409(client: Client) -> None:
    place = make_hall()
    vote = place.open()
    client.force_login(place.clerk)

    neighbour = factories.make_resident(within=place.here)
    proxy = client.post(
        reverse("meetings:act", args=[place.hearing.pk, "note-proxy"]),
        {"principal": place.seats[3].pk, "holder": place.seats[0].pk, "seen": "on"},
    )

    client.force_login(neighbour)
    roll = client.post(reverse("voting:roll_act", args=[vote.pk, "object"]), {"text": "漏了我"})

    assert (proxy.status_code, roll.status_code) == (409, 409)


def test_a_closed_vote_never_opens_again() -> None:
    place = make_hall()
    vote = place.open()
    voting.cast(place.users[0], vote.pk, "for")
    voting.close_in_hall(place.clerk, vote.pk)

    with pytest.raises(NotPossible, match="不再重新打开"):
        voting.close_in_hall(place.clerk, vote.pk)
    with pytest.raises(NotPossible):
        voting.cast(place.users[1], vote.pk, "for")
    with pytest.raises(IntegrityError, match="vote_closed_in_hall_stays"), transaction.atomic():
        Vote.objects.filter(pk=vote.pk).update(ended_at=None, closes_at=clock.now() + timedelta(hours=1))
    assert Vote.objects.get(pk=vote.pk).outcome == "no_quorum"


def test_only_a_vote_of_this_meeting_is_held_once_more() -> None:
    place, other = make_hall(), make_hall(3, 2)
    strange = other.open()

    motion = Motion(other.here, other.here, key(place.hearing), "/", "再来", repeats=strange)

    with pytest.raises(NotPossible, match="本次会议"):
        place.open(repeats=strange.pk)
    with pytest.raises(NotPossible, match="本次会议"):
        voting.open_in_hall(other.clerk, motion, body=[], present=[])


def test_hands_need_a_second_person_before_it_is_closed() -> None:
    place = make_hall()
    vote = place.open()
    lines = {place.line(vote, n): "for" for n in range(3)}
    voting.raise_hands(place.clerk, vote.pk, lines)

    with pytest.raises(NotPossible, match="另一个人核对"):
        voting.close_in_hall(place.clerk, vote.pk)
    with pytest.raises(NotPossible, match="核对过"):
        voting.check_hands(place.clerk, vote.pk, lines)
    voting.check_hands(place.second, vote.pk, lines)

    assert voting.close_in_hall(place.second, vote.pk).outcome == "passed"


def test_where_two_saw_different_hands_a_third_decides_and_the_count_waits() -> None:
    place = make_hall()
    third = factories.make_user(post=Post.WORKER, neighbourhood=place.here)
    vote = place.open()
    number = place.line(vote, 0)
    voting.raise_hands(place.clerk, vote.pk, {number: "for"})
    voting.check_hands(place.second, vote.pk, {number: "against"})
    closed = voting.close_in_hall(place.clerk, vote.pk)
    assert closed.phase is Phase.CLOSED

    voting.judge(third, PaperBallot.objects.get().pk, "against")
    voting.finish_paper(place.clerk, vote.pk)
    count_votes()

    assert Ballot.objects.get(vote=vote).choice == "against"
    assert Vote.objects.get(pk=vote.pk).phase is Phase.COUNTED


def test_a_hand_does_not_displace_the_phone_before_it_and_a_phone_not_the_hand() -> None:
    place = make_hall()
    vote = place.open()
    voting.cast(place.users[0], vote.pk, "for")
    with later(1):
        seen = {place.line(vote, 0): "against", place.line(vote, 1): "against"}
        voting.raise_hands(place.clerk, vote.pk, seen)
    with later(2):
        voting.check_hands(place.second, vote.pk, seen)
        with pytest.raises(NotPossible, match="举手"):
            voting.cast(place.users[1], vote.pk, "for")

    assert dict(Ballot.objects.values_list("entry__number", "choice")) == {
        place.line(vote, 0): "for",
        place.line(vote, 1): "against",
    }
    assert BallotChange.objects.get().why == "duplicate"


def test_nobody_closes_it_so_its_minutes_end_it() -> None:
    place = make_hall()
    vote = place.open()
    voting.cast(place.users[0], vote.pk, "for")

    with later(61):
        end_votes()
        count_votes()
        assert Vote.objects.get(pk=vote.pk).phase is Phase.COUNTED
        assert place.open().pk != vote.pk


def test_without_anybody_present_and_outside_a_session_there_is_none() -> None:
    place = make_hall(3, 0)
    with pytest.raises(NotPossible, match="到场"):
        place.open()
    Hearing.objects.filter(pk=place.hearing.pk).update(state=H.ADJOURNED)
    with pytest.raises(NotPossible):
        place.open()
    for user in (place.users[0], factories.make_resident(within=place.here)):
        with pytest.raises(PermissionDenied):
            services.open_vote(user, place.hearing.pk, title="我来")

    assert not Vote.objects.exists()


BAD: dict[str, Callable[[Hall], object]] = {
    "to oneself": lambda place: place.proxy(3, 3),
    "a seat of another meeting": lambda place: services.note_proxy(
        place.clerk, place.hearing.pk, principal=place.seats[3].pk, holder=0
    ),
    "twice": lambda place: [place.proxy(3, 0), place.proxy(3, 1)],
    "ended twice": lambda place: services.end_proxy(place.clerk, place.hearing.pk, proxy=0),
}


@pytest.mark.parametrize("how", sorted(BAD))
def test_bad_mandates_are_refused(how: str) -> None:
    with pytest.raises(NotPossible):
        BAD[how](make_hall())


def test_one_person_votes_for_three_others_and_nobody_sees_the_own_mandate() -> None:
    place = make_hall(7, 1)
    for giver in (1, 2, 3):
        place.proxy(giver, 0)
    with pytest.raises(NotPossible, match="最多代 3"):
        place.proxy(4, 0)
    Participant.objects.filter(pk=place.seats[5].pk).update(person=place.clerk.person)
    with pytest.raises(NotPossible, match="另一个人查看"):
        place.proxy(6, 5)


@pytest.mark.parametrize("hands", [{}, {99: "for"}, {1: "maybe"}])
def test_bad_hands_are_refused_whole(hands: dict[int, str]) -> None:
    place = make_hall(3, 3)
    vote = place.open()
    with pytest.raises(NotPossible), transaction.atomic():
        voting.raise_hands(place.clerk, vote.pk, {**hands})

    assert not PaperBallot.objects.exists()


def test_an_act_of_the_hall_belongs_to_a_vote_in_the_hall_and_the_others_do_not() -> None:
    place = make_hall()
    vote = place.open()
    possible = {name for name in VOTES.needs if VOTES.fits(name, vote)}

    assert possible == {
        "see_roll", "see_paper", "print", "enter", "envelope", "raise_hands", "check_hands", "close", "keys",
    }  # fmt: skip
    vote.matter = "sounding"
    assert IN_HALL.isdisjoint(name for name in VOTES.needs if VOTES.fits(name, vote))
    assert {"add", "object"} <= FIXED_IN_HALL


def test_the_pages_of_clerk_and_voter_from_opening_to_result(client: Client) -> None:
    place = make_hall(4, 3)
    client.force_login(place.clerk)
    act = reverse("meetings:act", args=[place.hearing.pk, "open-vote"])
    assert "3" in client.get(act).content.decode()
    opened = client.post(act, {"title": "晚上十点半关门", "explanation": "六月起"})
    vote = Vote.objects.get()
    assert opened.status_code == 302
    assert opened["Location"] == vote.get_absolute_url()
    hands = reverse("voting:act", args=[vote.pk, "raise-hands"])
    assert client.post(hands, {}).status_code == 422
    seat = f"seat_{place.line(vote, 0)}"
    assert client.post(hands, {seat: "for"}).status_code == 302
    assert seat not in client.get(hands).content.decode()

    client.force_login(place.second)
    check = reverse("voting:act", args=[vote.pk, "check-hands"])
    asked = client.get(check).content.decode()
    assert seat in asked
    assert "checked>" not in asked
    assert 'checked=""' not in asked
    assert client.post(check, {seat: "for"}).status_code == 302
    close = reverse("voting:act", args=[vote.pk, "close"])
    assert "还有 2 位" in client.get(close).content.decode()
    assert Vote.objects.get().phase is Phase.OPEN
    assert client.post(close).status_code == 302

    page = client.get(place.hearing.get_absolute_url()).content.decode()
    assert "晚上十点半关门" in page
    assert "参与不足" in page
    assert client.get(reverse("voting:result", args=[vote.pk])).status_code == 200


def test_the_absent_read_why_they_cannot_vote_and_whoever_raised_a_hand_what_was_noted(
    client: Client,
) -> None:
    place = make_hall(4, 3)
    vote = place.open()
    place.hands(vote, {0: "for"})
    client.force_login(place.users[3])
    assert "这次表决在会场进行" in client.get(vote.get_absolute_url()).content.decode()
    client.force_login(place.users[0])
    page = client.get(vote.get_absolute_url()).content.decode()
    assert "您的举手已登记" in page
    assert "这不是我的举手" in page


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_phone_and_raised_hand_of_one_seat_at_once_are_one_row() -> None:
    place = Hall(3, 3)
    vote = place.open()
    number = place.line(vote, 0)
    voting.raise_hands(place.clerk, vote.pk, {number: "against"})

    def one(n: int) -> object:
        if n:
            return voting.cast(place.users[0], vote.pk, "for")
        return voting.check_hands(place.second, vote.pk, {number: "against"})

    attempts = at_once(2, in_hall(one, 5), numbered=True)

    assert all(isinstance(error, NotPossible) for error in attempts.errors)
    # The hand was noted first, so it stands, whichever came through first.
    assert Ballot.objects.get(vote=vote).choice == "against"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_closing_and_voting_at_once_count_each_ballot_or_refuse_it() -> None:
    place = Hall(6, 6)
    vote = place.open()

    def one(n: int) -> object:
        if n == 3:
            return voting.close_in_hall(place.clerk, vote.pk)
        return voting.cast(place.users[n], vote.pk, "for")

    attempts = at_once(6, in_hall(one, 5), numbered=True)

    cast = Ballot.objects.filter(vote=vote).count()
    assert cast == 5 - len(attempts.errors)
    assert len(result.document(Vote.objects.get(pk=vote.pk))["ballots"]) == cast


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clerks_open_one_vote() -> None:
    place = Hall(2, 2)
    attempts = at_once(2, in_hall(lambda n: place.open(title=f"动议 {n}")), numbered=True)

    assert len(attempts.results) == 1 == Vote.objects.count()
