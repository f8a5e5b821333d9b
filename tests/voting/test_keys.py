"""Who keeps the key of a secret vote: a file on the server, or three custodians, and what happens without it."""

from __future__ import annotations

from typing import Any

import pytest

from portal.community.models import Post, User
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.voting import jobs, keys, services
from portal.voting.contests import LOT
from portal.voting.matters import Question
from portal.voting.models import Custody, Method, Vote
from portal.voting.states import Phase
from tests import factories as everybody
from tests.voting import factories
from tests.voting.factories import AFTER, DURING, OPENS_AT, Place
from tests.voting.test_secret import call, envelope, make_place, opened, put, told

pytestmark = pytest.mark.django_db


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
        shares = made(place, vote, custodians)
    vote.refresh_from_db()
    return vote, shares, custodians


def made(place: Place, vote: Vote, custodians: list[User]) -> list[str]:
    """The three parts of a key made for custodians, as they stand on the sheets."""
    vote = services.name_custodians(place.director, vote.pk, custodians)
    drawn = services.draw_key(vote)
    services.make_keys(place.director, vote.pk, drawn.token)
    return drawn.parts


def test_a_vote_with_custodians_opens_only_once_their_parts_were_tried() -> None:
    place = make_place()
    vote, shares, custodians = with_keys(place)
    with clock.at(DURING):
        assert vote.phase is Phase.COMING
        with pytest.raises(NotPossible, match="钥|keys"):
            services.cast_sealed(place.people[0], vote.pk, envelope(vote, "for"))
        assert Duty.objects.active().filter(kind="vote.keys").count() == 1

        vote = services.rehearse(custodians[1], vote.pk, [shares[2].lower().replace("-", " "), shares[0]])

        assert vote.phase is Phase.OPEN
        assert Duty.objects.active().filter(kind="vote.keys").count() == 0
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
        assert Duty.objects.active().filter(kind="vote.open_box").count() == 1

        vote = services.open_with(custodians[0], vote.pk, [shares[part] for part in pair])

    assert (vote.phase, [choice for _code, choice in opened(vote)]) == (Phase.COUNTED, ["against"])
    assert Duty.objects.active().filter(kind="vote.open_box").count() == 0


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
        made(place, vote, custodians)
        with pytest.raises(NotPossible):
            services.rehearse(place.director, vote.pk, old)


def test_a_key_that_was_drawn_and_not_said_to_be_printed_is_none() -> None:
    place = make_place()
    vote, shares, _custodians = with_keys(place)
    with clock.at(DURING):
        drawn = services.draw_key(vote)
        with pytest.raises(NotPossible):
            services.rehearse(place.director, vote.pk, drawn.parts)
        services.rehearse(place.director, vote.pk, shares)


def test_sheets_of_another_vote_or_for_other_custodians_or_made_up_ones_are_refused() -> None:
    place = make_place()
    vote, _shares, custodians = with_keys(place)
    other, _others, _keepers = with_keys(place)
    with clock.at(DURING):
        before = services.draw_key(vote).token
        services.name_custodians(place.director, vote.pk, custodians[::-1])
        for token in (before, services.draw_key(other).token, vote.public_key, ""):
            with pytest.raises(NotPossible):
                services.make_keys(place.director, vote.pk, token)

    vote.refresh_from_db()
    assert vote.public_key == ""


def test_a_box_that_was_opened_stays_open_when_the_count_waits_for_a_lot() -> None:
    place = make_place()
    question = Question(method=Method.CHOICE, options=("甲", "乙"), secret=True)
    vote = call(place, custody=Custody.CUSTODIANS, question=question)
    vote.rule["tie"] = LOT
    vote.save(update_fields=["rule"])
    with clock.at(factories.CALLED_AT):
        shares = made(place, vote, three(place))
    with clock.at(DURING):
        vote = services.rehearse(place.director, vote.pk, shares)
    for user, choice in zip(place.people[:2], ("o1", "o2"), strict=True):
        put(user, vote, choice)

    with clock.at(AFTER):
        vote = services.open_with(place.director, vote.pk, shares[:2])
        assert (vote.counted_at, len(opened(vote))) == (None, 2)
        services.enter_lot(place.director, vote.pk, "双色球 2026137 期：03 08 14")
        jobs.count_votes()

    vote.refresh_from_db()
    assert vote.counted_at == AFTER


def test_a_key_that_was_tried_is_never_made_again() -> None:
    place = make_place()
    vote, shares, custodians = with_keys(place)
    with clock.at(DURING):
        services.rehearse(place.director, vote.pk, shares)
        token = services.draw_key(vote).token
        with pytest.raises(NotPossible):
            services.name_custodians(place.director, vote.pk, custodians)
        with pytest.raises(NotPossible):
            services.make_keys(place.director, vote.pk, token)
