"""Secret votes from the sealed ballot to the published count."""

from __future__ import annotations

from typing import Any

import pytest

from portal.community.models import Post, User
from portal.duties.models import Duty
from portal.record import clock
from portal.record.errors import NotPossible
from portal.record.models import Entry
from portal.voting import jobs, keys, receipts, recount, result, sealing, services
from portal.voting.matters import Question
from portal.voting.models import (
    INVALID,
    Ballot,
    BallotChange,
    Channel,
    Custody,
    Electorate,
    Method,
    OpenedBallot,
    PaperBallot,
    SetAside,
    Vote,
)
from portal.voting.states import Phase
from tests import factories as everybody
from tests.voting import factories
from tests.voting.factories import AFTER, DURING, OPENS_AT, Place

pytestmark = pytest.mark.django_db
SECRET = Question(secret=True)


def make_place(people: int = 3) -> Place:
    return factories.make_place((8642,) * people, residents=True)


def call(place: Place, **changes: Any) -> Vote:
    values: dict[str, Any] = {"electorate": Electorate.RESIDENTS, "matter": "sounding", "question": SECRET}
    return factories.call(place, **(values | changes))


def envelope(vote: Vote, choice: str, code: str = "") -> bytes:
    return sealing.seal(vote.public_key, vote.public_id, code or receipts.draw(), choice)


def put(user: User, vote: Vote, choice: str = "for", code: str = "") -> Ballot:
    with clock.at(DURING):
        return services.cast_sealed(user, vote.pk, envelope(vote, choice, code))


def hand_in(vote: Vote, user: User, choice: str, sheet: int, clerks: tuple[User, User]) -> PaperBallot:
    """An outer envelope for a line, and its inner sheet as two clerks read it."""
    entry = factories.line(user, vote)
    Ballot.objects.create(
        vote=vote, entry=entry, receipt=receipts.draw(), channel=Channel.PAPER, cast_by=clerks[0]
    )
    return PaperBallot.objects.create(
        vote=vote,
        sheet=sheet,
        received_at=DURING,
        first_choice=choice,
        first_by=clerks[0],
        second_choice=choice,
        second_by=clerks[1],
        second_at=AFTER,
        taken_at=AFTER,
        stands=True,
    )


def opened(vote: Vote) -> list[tuple[str, str]]:
    return list(OpenedBallot.objects.filter(vote=vote).values_list("code", "choice"))


def told(vote: Vote, action: str) -> dict[str, Any]:
    return dict(Entry.objects.get(subject=f"vote:{vote.pk}", action=action).data)


# --- from the envelope to the count ---


def test_sealed_ballots_are_opened_counted_and_published_by_check_code() -> None:
    place = make_place()
    vote = call(place)
    codes = ["7K3M-9QXP-2VHT", "0000-0000-0001", "ZZZZ-ZZZZ-ZZZZ"]
    for user, code, choice in zip(place.people, codes, ["for", "for", "against"], strict=True):
        put(user, vote, choice, code)

    vote = factories.count(vote)

    assert opened(vote) == [(codes[1], "for"), (codes[0], "for"), (codes[2], "against")]
    assert {choice: got["heads"] for choice, got in vote.totals["cast"].items()} == {
        "for": 2,
        "against": 1,
        "abstain": 0,
    }
    published = result.document(vote)
    assert published["ballots"] == [
        {"receipt": codes[1], "entry": None, "choice": "for"},
        {"receipt": codes[0], "entry": None, "choice": "for"},
        {"receipt": codes[2], "entry": None, "choice": "against"},
    ]
    assert [set(entry) for entry in published["roll"]] == [{"entry", "served", "voted"}] * 3
    outcome, _lines, faults = recount.recount(published)[:3]
    assert (outcome, faults) == (vote.outcome, [])


def test_counting_twice_opens_once() -> None:
    place = make_place()
    vote = call(place)
    put(place.people[0], vote)

    factories.count(vote)
    factories.count(vote)

    assert len(opened(vote)) == 1
    assert Entry.objects.filter(action="vote.opened").count() == 1
    assert told(vote, "vote.opened")["envelopes"] == 1


def test_the_last_envelope_of_a_voter_counts_and_of_the_earlier_nothing_is_kept() -> None:
    place = make_place()
    vote = call(place)
    first = put(place.people[0], vote, "for")
    again = put(place.people[0], vote, "against", "7K3M-9QXP-2VHT")

    assert again.receipt == first.receipt
    assert BallotChange.objects.values_list("choice", "why").get() == ("", SetAside.CHANGED)
    factories.count(vote)
    assert opened(vote) == [("7K3M-9QXP-2VHT", "against")]


def test_the_same_envelope_sent_twice_is_one_ballot_without_a_change() -> None:
    place = make_place()
    vote = call(place)
    sent = envelope(vote, "for")
    with clock.at(DURING):
        for _time in range(2):
            services.cast_sealed(place.people[0], vote.pk, sent)

    assert (Ballot.objects.count(), BallotChange.objects.count()) == (1, 0)


def test_a_copy_of_another_voters_envelope_is_refused() -> None:
    place = make_place()
    vote = call(place)
    sent = envelope(vote, "for")
    with clock.at(DURING):
        services.cast_sealed(place.people[0], vote.pk, sent)
        with pytest.raises(NotPossible, match="已经在票箱里|already in the box"):
            services.cast_sealed(place.people[1], vote.pk, sent)

    assert Ballot.objects.count() == 1


@pytest.mark.parametrize(
    "broken", [b"", b"\x04" * 604, b"\x04" * 606, b"\x00" * 605, b"\x04" + b"\x01" * 604]
)
def test_what_is_no_envelope_is_refused(broken: bytes) -> None:
    place = make_place()
    vote = call(place)

    with clock.at(DURING), pytest.raises(NotPossible):
        services.cast_sealed(place.people[0], vote.pk, broken)

    assert Ballot.objects.count() == 0


def test_a_signed_ballot_is_refused_in_a_secret_vote_and_an_envelope_in_a_signed_one() -> None:
    place = make_place()
    secret, signed = call(place), factories.call_residents(place)
    with clock.at(DURING):
        with pytest.raises(NotPossible):
            services.cast(place.people[0], secret.pk, "for")
        with pytest.raises(NotPossible):
            services.cast_sealed(place.people[0], signed.pk, envelope(secret, "for"))


@pytest.mark.parametrize(
    ("at", "taken"), [(OPENS_AT, True), (factories.CLOSES_AT, False), (factories.CALLED_AT, False)]
)
def test_envelopes_are_taken_from_the_opening_until_just_before_the_end(at: Any, taken: bool) -> None:
    place = make_place()
    vote = call(place)
    with clock.at(at):
        if taken:
            services.cast_sealed(place.people[0], vote.pk, envelope(vote, "for"))
        else:
            with pytest.raises(NotPossible):
                services.cast_sealed(place.people[0], vote.pk, envelope(vote, "for"))
    assert Ballot.objects.count() == taken


def test_what_cannot_be_read_or_is_not_allowed_took_part_and_is_invalid() -> None:
    place = make_place(4)
    vote, other = call(place), call(place)
    put(place.people[0], vote, "for")
    put(place.people[1], vote, "o7")
    with clock.at(DURING):
        services.cast_sealed(place.people[2], vote.pk, envelope(other, "for"))
        foreign = sealing.seal(other.public_key, vote.public_id, receipts.draw(), "for")
        services.cast_sealed(place.people[3], vote.pk, foreign)

    vote = factories.count(vote)

    assert sorted(choice for _code, choice in opened(vote)) == ["for", INVALID, INVALID, INVALID]
    assert told(vote, "vote.opened")["unreadable"] == 2
    assert result.body(vote)["vote"]["options"] == ["for", "against", "abstain", INVALID]
    assert recount.recount(result.document(vote))[2] == []


def test_without_invalid_ballots_the_option_is_not_named() -> None:
    place = make_place()
    vote = call(place)
    put(place.people[0], vote)

    assert result.body(factories.count(vote))["vote"]["options"] == ["for", "against", "abstain"]


def test_two_voters_who_were_shown_one_code_both_get_a_fresh_one() -> None:
    place = make_place()
    vote = call(place)
    for user in place.people[:2]:
        put(user, vote, "for", "7K3M-9QXP-2VHT")
    put(place.people[2], vote, "against", "ZZZZ-ZZZZ-ZZZZ")

    factories.count(vote)

    codes = [code for code, _choice in opened(vote)]
    assert len(set(codes)) == 3
    assert "7K3M-9QXP-2VHT" not in codes
    assert ("ZZZZ-ZZZZ-ZZZZ", "against") in opened(vote)
    assert told(vote, "vote.opened")["codes_renewed"] == 2


def test_a_code_that_is_none_is_replaced() -> None:
    place = make_place()
    vote = call(place)
    put(place.people[0], vote, "for", "王丽")

    factories.count(vote)

    [(code, choice)] = opened(vote)
    assert (receipts.meant(code), choice) == (code, "for")


@pytest.mark.parametrize(
    ("question", "written"),
    [
        (Question(Method.APPROVAL, ("甲", "乙", "丙"), choose=2, secret=True), "o1,o3"),
        (Question(Method.RANKED, ("甲", "乙", "丙"), secret=True), "o3>o1"),
        (Question(Method.SCORE, ("甲", "乙", "丙"), secret=True), "o1=3,o2=0"),
        (Question(Method.CHOICE, ("甲", "乙", "丙"), secret=True), "o2"),
    ],
)
def test_every_kind_of_question_goes_into_an_envelope(question: Question, written: str) -> None:
    place = make_place()
    vote = call(place, question=question)
    put(place.people[0], vote, written)

    vote = factories.count(vote)

    assert [choice for _code, choice in opened(vote)] == [written]
    assert recount.recount(result.document(vote))[2] == []


# --- paper ---


def clerks(place: Place) -> tuple[User, User]:
    return place.director, everybody.make_user(post=Post.WORKER, neighbourhood=place.neighbourhood)


def test_sheets_from_the_box_are_mixed_with_the_envelopes() -> None:
    place = make_place()
    vote = call(place)
    put(place.people[0], vote, "for")
    hand_in(vote, place.people[1], "against", 1, clerks(place))

    vote = factories.count(vote, at=AFTER + 30 * (AFTER - factories.CLOSES_AT) * 24 * 60)

    assert sorted(choice for _code, choice in opened(vote)) == ["against", "for"]
    assert (told(vote, "vote.opened")["envelopes"], told(vote, "vote.opened")["sheets"]) == (1, 1)
    assert recount.recount(result.document(vote))[2] == []


def test_more_sheets_than_voters_on_paper_keep_the_box_shut() -> None:
    place = make_place()
    vote = call(place)
    put(place.people[0], vote, "for")
    two = clerks(place)
    hand_in(vote, place.people[1], "against", 1, two)
    PaperBallot.objects.create(
        vote=vote,
        sheet=2,
        received_at=DURING,
        first_choice="for",
        first_by=two[0],
        second_choice="for",
        second_by=two[1],
        second_at=AFTER,
        taken_at=AFTER,
        stands=True,
    )

    with pytest.raises(NotPossible):
        factories.count(vote)

    assert opened(vote) == []
    assert Ballot.objects.exclude(sealed=None).count() == 1


# --- the server's key ---


def test_the_servers_key_lies_in_a_private_file_and_is_destroyed_when_its_time_is_over(settings: Any) -> None:
    place = make_place()
    vote = call(place)
    put(place.people[0], vote)
    file = settings.KEYS_DIR / f"{vote.public_id}.pem"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert settings.MEDIA_ROOT not in file.parents
    vote = factories.count(vote)

    with clock.at(AFTER + (factories.CLOSES_AT - OPENS_AT)):
        jobs.destroy_keys()
    assert file.exists()
    with clock.at(AFTER.replace(year=AFTER.year + 1, month=12)):
        jobs.destroy_keys()
    assert not file.exists()


def test_a_vote_whose_key_is_missing_is_not_counted_and_holds_up_no_other() -> None:
    place = make_place()
    lost, sound = call(place), call(place)
    for vote in (lost, sound):
        put(place.people[0], vote)
    keys.destroy(lost.public_id)

    with clock.at(AFTER):
        jobs.count_votes()

    lost.refresh_from_db()
    sound.refresh_from_db()
    assert (lost.counted_at, sound.counted_at) == (None, AFTER)


# --- custodians ---


def three(place: Place) -> list[User]:
    return [
        everybody.make_user(post=post, neighbourhood=place.neighbourhood)
        for post in (Post.WORKER, Post.OVERSIGHT, Post.OWNERS_COMMITTEE)
    ]


def with_keys(place: Place) -> tuple[Vote, list[str], list[User]]:
    vote, custodians = call(place, custody=Custody.CUSTODIANS), three(place)
    with clock.at(factories.CALLED_AT):
        shares = services.make_keys(place.director, vote.pk, custodians)
    vote.refresh_from_db()
    return vote, shares, custodians


def test_a_vote_with_custodians_opens_only_once_their_parts_were_tried() -> None:
    place = make_place()
    vote, shares, custodians = with_keys(place)
    with clock.at(DURING):
        assert vote.phase is Phase.COMING
        with pytest.raises(NotPossible, match="钥|keys"):
            services.cast_sealed(place.people[0], vote.pk, envelope(vote, "for"))
        assert Duty.objects.standing().filter(kind="vote.keys").count() == 1

        vote = services.rehearse(custodians[1], vote.pk, [shares[2].lower().replace("-", " "), shares[0]])

        assert vote.phase is Phase.OPEN
        assert Duty.objects.standing().filter(kind="vote.keys").count() == 0
    assert [keeper.rehearsed_at for keeper in vote.custodians.all()] == [DURING, None, DURING]
    assert told(vote, "vote.keys_tried")["public_key"] == vote.public_key


@pytest.mark.parametrize("pair", [(0, 1), (1, 2), (2, 0)])
def test_any_two_parts_open_the_box_when_the_third_is_lost(pair: tuple[int, int]) -> None:
    place = make_place()
    vote, shares, custodians = with_keys(place)
    with clock.at(DURING):
        services.rehearse(place.director, vote.pk, shares)
    put(place.people[0], vote, "against")
    with clock.at(AFTER):
        jobs.count_votes()
        jobs.ask_custodians()
        vote.refresh_from_db()
        assert (vote.counted_at, opened(vote)) == (None, [])
        assert Duty.objects.standing().filter(kind="vote.open_box").count() == 1

        vote = services.open_with(custodians[0], vote.pk, [shares[part] for part in pair])

    assert (vote.phase, [choice for _code, choice in opened(vote)]) == (Phase.COUNTED, ["against"])
    assert Duty.objects.standing().filter(kind="vote.open_box").count() == 0


def test_one_part_or_a_part_of_another_vote_opens_nothing() -> None:
    place = make_place()
    vote, shares, _custodians = with_keys(place)
    _other, foreign, _others = with_keys(place)
    with clock.at(DURING):
        services.rehearse(place.director, vote.pk, shares[:2])
    put(place.people[0], vote)
    mistyped = ("1" if shares[1][0] != "1" else "2") + shares[1][1:]
    with clock.at(AFTER):
        for bad in ([shares[0]], [shares[0]] * 2, [shares[0], foreign[1]], [shares[0], mistyped], []):
            with pytest.raises(NotPossible):
                services.open_with(place.director, vote.pk, bad)
    assert opened(vote) == []


def test_parts_of_an_earlier_key_are_worthless() -> None:
    place = make_place()
    vote, old, custodians = with_keys(place)
    with clock.at(DURING):
        services.make_keys(place.director, vote.pk, custodians)
        with pytest.raises(NotPossible):
            services.rehearse(place.director, vote.pk, old)


def test_a_key_that_was_tried_is_never_made_again() -> None:
    place = make_place()
    vote, shares, custodians = with_keys(place)
    with clock.at(DURING):
        services.rehearse(place.director, vote.pk, shares)
        with pytest.raises(NotPossible):
            services.make_keys(place.director, vote.pk, custodians)
