"""What is struck and put back is what it was, and a line stands for all flats of its owner."""

from __future__ import annotations

import pytest

from portal.community.models import Dwelling, Ownership, User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline
from portal.notifications.models import Notice
from portal.voting import finding, rolls, services
from portal.voting.models import Ballot, Electorate, Vote
from tests import factories as places
from tests.voting import factories
from tests.voting import test_secret as secrets
from tests.voting.test_paper_views import client_of, get, post, text, url
from tests.voting.test_roll_corrections import POSTED, at, flat_of, sums

pytestmark = pytest.mark.django_db


def uncovered(vote: Vote) -> tuple[int, int]:
    """Dwellings that nobody on the roll stands for, and their area, as the vote says."""
    vote.refresh_from_db()
    return vote.uncovered, vote.uncovered_area


def two_flats(place: factories.Place, owner: User, second: int = 5000) -> None:
    """A second flat for an owner, and two that nobody owns (7000 and 3000)."""
    places.make_ownership(
        places.person_of(owner), places.make_dwelling(within=place.estate, exclusive_area=second)
    )
    for area in (7000, 3000):
        places.make_dwelling(within=place.estate, exclusive_area=area)


def test_struck_and_put_back_a_roll_is_what_it_was() -> None:
    place = factories.make_place((8000, 12000))
    owner = place.people[0]
    two_flats(place, owner)
    vote = factories.call(place)
    line, before = factories.line(owner, vote), (sums(vote), uncovered(vote))
    says, drawn = (line.number, line.area, line.where, line.served), rolls.fingerprint(vote)
    assert before == ((2, 25000), (2, 10000))

    at(POSTED, services.strike_line, place.director, line.pk, "误删")
    assert (sums(vote), uncovered(vote)) == ((1, 12000), (4, 23000))
    line = at(POSTED, services.add_line, place.director, vote.pk, owner.person, "恢复")

    assert (sums(vote), uncovered(vote)) == before
    assert (line.number, line.area, line.where, line.served) == says
    assert rolls.fingerprint(vote) == drawn


def test_a_corrected_line_is_put_back_as_it_was_corrected() -> None:
    place = factories.make_place((8000, 12000))
    vote = factories.call(place)
    line = factories.line(place.people[0], vote)
    at(POSTED, services.change_area, place.director, line.pk, 9000, "实测")

    at(POSTED, services.strike_line, place.director, line.pk, "误删")
    back = at(POSTED, services.add_line, place.director, vote.pk, place.people[0].person, "恢复")

    assert (back.area, sums(vote), uncovered(vote)) == (9000, (2, 21000), (0, 0))


def test_a_line_that_is_put_back_has_its_ballot_again() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    cast = factories.cast(place.people[2], vote, "against")
    line = factories.line(place.people[2], vote)
    at(factories.DURING, services.strike_line, place.director, line.pk, "误删")

    at(factories.DURING, services.add_line, place.director, vote.pk, place.people[2].person, "恢复")

    ballot = Ballot.objects.get()
    assert (ballot.receipt, ballot.choice, ballot.cast_at) == (cast.receipt, "against", cast.cast_at)
    assert factories.count(vote).totals["cast"]["against"]["heads"] == 1


def test_a_sealed_ballot_comes_back_with_its_line() -> None:
    place = secrets.make_place()
    vote = secrets.call(place)
    cast = secrets.put(place.people[0], vote, "against")
    line = factories.line(place.people[0], vote)
    at(factories.DURING, services.strike_line, place.director, line.pk, "误删")
    at(factories.DURING, services.add_line, place.director, vote.pk, place.people[0].person, "恢复")

    assert Ballot.objects.get().receipt == cast.receipt
    factories.count(vote)
    assert [choice for _code, choice in secrets.opened(vote)] == ["against"]


def test_whoever_sold_after_the_call_is_put_back_and_not_twice() -> None:
    place = factories.make_place((8000, 12000))
    seller = place.people[0]
    vote = factories.call(place)
    line = factories.line(seller, vote)
    home = flat_of(seller)
    Ownership.objects.filter(dwelling=home).update(until=clock.day_of(POSTED))
    buyer = places.make_user()
    bought = places.make_ownership(places.person_of(buyer), home)
    Ownership.objects.filter(pk=bought.pk).update(since=clock.day_of(POSTED))
    at(POSTED, services.strike_line, place.director, line.pk, "误删")
    at(POSTED, services.add_line, place.director, vote.pk, seller.person, "恢复")
    assert (sums(vote), uncovered(vote)) == ((2, 20000), (0, 0))

    with pytest.raises(NotPossible):
        at(POSTED, services.add_line, place.director, vote.pk, buyer.person, "已过户")

    at(POSTED, services.strike_line, place.director, line.pk, "已过户")
    new = at(POSTED, services.add_line, place.director, vote.pk, buyer.person, "已过户")
    assert (new.area, sums(vote), uncovered(vote)) == (8000, (2, 20000), (0, 0))
    with pytest.raises(NotPossible):
        at(POSTED, services.add_line, place.director, vote.pk, seller.person, "恢复")


def test_somebody_who_is_missing_comes_with_all_flats() -> None:
    place = factories.make_place((8000, 12000))
    vote = factories.call(place)
    late = places.make_owner(within=place.estate, exclusive_area=5000)
    second = places.make_dwelling(within=place.estate, exclusive_area=6000)
    places.make_ownership(places.person_of(late), second)
    before = uncovered(vote)

    line = at(POSTED, services.add_line, place.director, vote.pk, late.person, "漏登", second)

    assert (line.area, sums(vote), uncovered(vote)) == (11000, (3, 31000), before)
    assert sorted(line.where.split("、")) == sorted(finding.flat(home) for home in homes_of(late))
    at(POSTED, services.strike_line, place.director, line.pk, "误录")
    assert uncovered(vote) == (2, 11000)
    at(POSTED, services.add_line, place.director, vote.pk, late.person, "恢复")
    assert (sums(vote), uncovered(vote)) == ((3, 31000), before)


def homes_of(owner: User) -> list[Dwelling]:
    held = Dwelling.objects.filter(ownerships__person=owner.person)
    return list(held.select_related("building"))


def test_a_line_with_another_voter_still_covers_its_flats() -> None:
    place = factories.make_place((8000, 12000))
    vote = factories.call(place)
    line = factories.line(place.people[0], vote)
    heir = places.make_user()
    places.make_ownership(places.person_of(heir), flat_of(place.people[0]), is_voter=False)

    at(POSTED, services.change_voter, place.director, line.pk, heir.person, "共有人改推")
    at(POSTED, services.strike_line, place.director, line.pk, "误删")
    assert uncovered(vote) == (1, 8000)
    at(POSTED, services.add_line, place.director, vote.pk, heir.person, "恢复")

    assert (sums(vote), uncovered(vote)) == ((2, 20000), (0, 0))


def test_a_household_is_put_back_with_its_delegate() -> None:
    place = factories.make_place(residents=True)
    vote = factories.call(place, electorate=Electorate.HOUSEHOLDS, matter="sounding")
    line, drawn = vote.roll.get(person=place.people[0].person), rolls.fingerprint(vote)

    at(POSTED, services.strike_line, place.director, line.pk, "误删")
    back = at(
        POSTED, services.add_line, place.director, vote.pk, place.people[0].person, "恢复", line.dwelling
    )

    assert (back.pk, back.where, rolls.fingerprint(vote)) == (line.pk, line.where, drawn)


def test_each_answer_to_an_objection_is_its_own_news() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    for number in range(2):
        objection = at(POSTED, services.object_to_roll, place.people[0], vote.pk, f"第{number}次")
        at(POSTED, services.answer_objection, place.director, objection.pk, "已核对")

    assert Notice.objects.filter(kind="vote.roll_answered", user=place.people[0]).count() == 2


def test_whoever_stands_or_stood_on_a_corrected_line_is_told_of_each_correction() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    line = factories.line(place.people[0], vote)
    heir = places.make_user()
    places.make_ownership(places.person_of(heir), flat_of(place.people[0]), is_voter=False)

    for area in (9000, 9100):
        at(POSTED, services.change_area, place.director, line.pk, area, "实测")
    at(POSTED, services.change_voter, place.director, line.pk, heir.person, "共有人改推")
    at(POSTED, services.strike_line, place.director, line.pk, "误录")

    told = Notice.objects.filter(kind="vote.roll_line")
    assert told.filter(user=place.people[0]).count() == 3
    assert told.filter(user=heir).count() == 2
    assert told.filter(user=place.people[1]).count() == 0


# --- on pages ---


def test_a_struck_line_offers_to_be_put_back_until_the_vote_ends() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    factories.cast(place.people[0], vote, "for")
    line, client = factories.line(place.people[0], vote), client_of(place.director)
    asked = url("line_act", line.pk, "strike")
    assert deadline(vote.closes_at) in text(get(client, asked))
    at(factories.DURING, services.strike_line, place.director, line.pk, "误删")
    back = url("line_act", line.pk, "put-back")

    page = text(get(client, line.get_absolute_url()))
    done = post(client, back, {"reason": "恢复"})

    assert (back in page, deadline(vote.closes_at) in page) == (True, True)
    assert (done.status_code, Ballot.objects.get().choice) == (302, "for")
    assert back not in text(get(client, line.get_absolute_url()))
    at(factories.DURING, services.strike_line, place.director, line.pk, "误删")
    assert back not in text(get(client, line.get_absolute_url(), factories.AFTER))
    assert get(client, back, factories.AFTER).status_code == 409


def test_a_line_is_not_put_back_where_another_stands_for_its_flat() -> None:
    place = factories.make_place((8000, 12000))
    vote = factories.call(place)
    line = factories.line(place.people[0], vote)
    heir = places.make_user()
    places.make_ownership(places.person_of(heir), flat_of(place.people[0]), is_voter=False)
    at(POSTED, services.strike_line, place.director, line.pk, "误删")
    at(POSTED, services.add_line, place.director, vote.pk, heir.person, "补入")

    with pytest.raises(NotPossible):
        at(POSTED, services.put_back_line, place.director, line.pk, "恢复")


def test_whoever_bought_one_of_two_flats_does_not_vote_for_both() -> None:
    place = factories.make_place((8000, 12000))
    seller = place.people[0]
    sold = flat_of(seller)
    two_flats(place, seller)
    vote = factories.call(place)
    line = factories.line(seller, vote)
    buyer = places.make_user()
    places.make_ownership(places.person_of(buyer), sold, is_voter=False)
    name = url("line_act", line.pk, "voter")

    with pytest.raises(NotPossible, match="当天"):
        at(factories.DURING, services.change_voter, place.director, line.pk, buyer.person, "已过户")
    assert get(client_of(place.director), name).status_code == 409

    other = Ownership.objects.filter(person=seller.person).exclude(dwelling=sold).get().dwelling
    places.make_ownership(places.person_of(buyer), other, is_voter=False)
    named = at(factories.DURING, services.change_voter, place.director, line.pk, buyer.person, "已过户")
    assert named.person == buyer.person


def test_who_stands_on_another_line_is_not_offered_but_shown_with_that_line() -> None:
    place = factories.make_place((8000, 12000))
    vote = factories.call(place)
    spouse = places.person_of(places.make_user())
    spouse.real_name = "并列甲"
    spouse.save()
    places.make_ownership(spouse, flat_of(place.people[0]), is_voter=False)
    late = places.person_of(places.make_owner(within=place.estate, exclusive_area=5000))
    late.real_name = "并列乙"
    late.save()

    page = get(client_of(place.director), url("roll_act", vote.pk, "add") + "?q=并列", POSTED)

    found = page.context["form"].found
    assert [label.split(" ")[0] for _value, label in found.missing] == ["并列乙"]
    assert [line for _label, line in found.standing] == [factories.line(place.people[0], vote)]
    assert factories.line(place.people[0], vote).get_absolute_url() in text(page)
    nobody = text(get(client_of(place.director), url("roll_act", vote.pk, "add") + "?q=查无此人", POSTED))
    assert "Action(" not in nobody
