"""Every question from the call to the published result: the written choice, the ballot, the count, the page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.voting import methods, recount, result, services
from portal.voting.matters import Question
from portal.voting.models import Ballot, Method, Vote
from portal.voting.views.casting import NOT_YOURS
from tests.voting import factories

pytestmark = pytest.mark.django_db
NAMES = ("红林路口", "中心花园", "地库入口")
ELECTED = {"electorate": "owners", "matter": "owners_election", "legal_effect": "binding"}


def asked(method: Method, people: int = 3, **changes: Any) -> tuple[factories.Place, Vote]:
    """A place, and a vote there by one of the methods: a sounding of residents, or an owners' election."""
    place = factories.make_place(tuple(range(5000, 5000 + 1000 * people, 1000)), residents=True)
    question = Question(method=method, options=NAMES, **changes)
    call = factories.call if method is Method.ELECTION else factories.call_residents
    return place, call(place, question=question, **(ELECTED if method is Method.ELECTION else {}))


def vote_of(method: Method, **changes: Any) -> Vote:
    """A vote that is not saved, for what a line may say."""
    rule = {"method": method.value, "seats": 1, "choose": 2, "points": 5, **changes}
    return Vote(
        rule=rule, options=["o1", "o2", "o3"], labels=dict(zip(["o1", "o2", "o3"], NAMES, strict=True))
    )


@pytest.mark.parametrize(
    ("method", "written", "kept", "published", "words"),
    [
        (Method.CHOICE, "o2", "o2", "o2", "中心花园"),
        (Method.CHOICE, "", "", "", "弃权"),
        (Method.APPROVAL, "o3,o1", "o1,o3", ["o1", "o3"], "红林路口、地库入口"),
        (Method.APPROVAL, "", "", [], "弃权"),
        (Method.ELECTION, "o2", "o2", ["o2"], "中心花园"),
        (Method.RANKED, "o3>o1", "o3>o1", ["o3", "o1"], "地库入口 → 红林路口"),
        (Method.SCORE, "o2=0,o1=5", "o1=5,o2=0", {"o1": 5, "o2": 0}, "红林路口 5、中心花园 0"),
        (Method.SCORE, "", "", {}, "弃权"),
    ],
)
def test_a_choice_is_written_in_one_way(
    method: Method, written: str, kept: str, published: Any, words: str
) -> None:
    vote = vote_of(method)

    assert methods.normal(vote, written) == kept
    assert methods.read(method, kept) == published
    assert methods.words(vote, kept) == words


@pytest.mark.parametrize(
    ("method", "written"),
    [
        (Method.CHOICE, "o9"), (Method.CHOICE, "o1,o2"), (Method.CHOICE, "invalid"),
        (Method.APPROVAL, "o1,o2,o3"), (Method.APPROVAL, "o1,o1"), (Method.APPROVAL, "o1,,o2"),
        (Method.ELECTION, "o1>o2"), (Method.ELECTION, "invalid"),
        (Method.RANKED, "o1>o1"), (Method.RANKED, "o1>"), (Method.RANKED, "o1,o2"),
        (Method.SCORE, "o1=6"), (Method.SCORE, "o1=-1"), (Method.SCORE, "o1=x"), (Method.SCORE, "o1"),
        (Method.SCORE, "o1=1,o1=2"), (Method.SCORE, "o9=1"), (Method.MOTION, ""), (Method.MOTION, "invalid"),
    ],
)  # fmt: skip
def test_what_the_question_does_not_allow_is_refused(method: Method, written: str) -> None:
    with pytest.raises(NotPossible):
        methods.normal(vote_of(method), written)


HELD = [
    (Method.CHOICE, {}, ["o2", "o2", ""], {"outcome": "passed", "winners": ["o2"], "tied": []}),
    (
        Method.APPROVAL,
        {"choose": 2, "seats": 2},
        ["o1,o2", "o2", "o1"],
        {"outcome": "passed", "winners": ["o1", "o2"], "tied": []},
    ),
    (Method.RANKED, {}, ["o1>o2", "o2>o1", "o2"], {"outcome": "passed", "winners": ["o2"], "tied": []}),
    (Method.SCORE, {"points": 5}, ["o1=5,o2=3", "o2=3", ""], {"outcome": "passed", "winners": ["o2"], "tied": []}),
    (
        Method.ELECTION,
        {"choose": 2, "seats": 2},
        ["o1", "o1,o2", "o1,o2"],
        {"outcome": "passed", "winners": ["o1", "o2"], "tied": []},
    ),
    (Method.CHOICE, {}, ["o1", "o2"], {"outcome": "failed", "winners": [], "tied": ["o1", "o2"]}),
    (Method.ELECTION, {}, ["o1"], {"outcome": "no_quorum", "winners": [], "tied": []}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "changes", "lines", "expected"), HELD)
def test_every_question_is_called_cast_counted_published_and_recounted(
    method: Method, changes: dict[str, Any], lines: list[str], expected: dict[str, Any], client: Client
) -> None:
    place, vote = asked(method, **changes)
    factories.cast_all(place, vote, *lines)
    vote = factories.count(vote)

    with clock.at(factories.AFTER):
        file = json.loads(b"".join(client.get(reverse("voting:result", args=[vote.pk]))))
        page = client.get(reverse("voting:vote", args=[vote.pk]))

    assert {name: file[name] for name in expected} == expected
    assert recount.recount(file)[0::2] == (expected["outcome"], [])
    assert recount.fingerprint(file) == vote.result_sha256
    assert result.document(vote) == file
    assert [stand.chosen for stand in page.context["voting"].standings].count(True) == len(
        expected["winners"]
    )
    assert sum(heads["heads"] for heads in vote.totals["cast"].values()) == len(lines)
    assert Entry.objects.get(action="vote.counted").data["winners"] == expected["winners"]


SENT = [
    (Method.CHOICE, {"choice": "o2"}, "o2"),
    (Method.CHOICE, {"choice": ""}, ""),
    (Method.APPROVAL, {"choice": ["o3", "o1"]}, "o1,o3"),
    (Method.APPROVAL, {}, ""),
    (Method.ELECTION, {"choice": ["o2"]}, "o2"),
    (Method.RANKED, {"rank_o1": "2", "rank_o2": "1", "rank_o3": ""}, "o2>o1"),
    (Method.SCORE, {"score_o1": "3", "score_o2": "0", "score_o3": ""}, "o1=3,o2=0"),
]


def sent(client: Client, name: str, vote: Vote, data: dict[str, Any], user: User) -> Any:
    """A form of a vote, sent by a person while it is open."""
    with clock.at(factories.DURING):
        client.force_login(user)
        return client.post(reverse(f"voting:{name}", args=[vote.pk]), data)


@pytest.mark.parametrize(("method", "data", "line"), SENT)
def test_every_ballot_is_checked_and_cast_without_scripts(
    method: Method, data: dict[str, Any], line: str, client: Client
) -> None:
    place, vote = asked(method, choose=2)

    chosen = sent(client, "vote", vote, data, place.people[0])
    with clock.at(factories.DURING):
        checked = client.get(chosen.url)
    hidden = checked.context["form"].initial["choice"]
    sent(client, "check", vote, {"choice": hidden, "once": "0" * 32}, place.people[0])

    assert (chosen.status_code, checked.status_code, hidden) == (302, 200, line)
    assert Ballot.objects.get(vote=vote).choice == line


WRONG = [
    (Method.CHOICE, {}),
    (Method.CHOICE, {"choice": "o9"}),
    (Method.APPROVAL, {"choice": ["o1", "o2", "o3"]}),
    (Method.RANKED, {"rank_o1": "1", "rank_o2": "1"}),
    (Method.RANKED, {"rank_o1": "9"}),
    (Method.SCORE, {"score_o1": "6"}),
]


@pytest.mark.parametrize(("method", "data"), WRONG)
def test_a_ballot_that_is_refused_keeps_what_was_ticked(
    method: Method, data: dict[str, Any], client: Client
) -> None:
    place, vote = asked(method, choose=2)

    answer = sent(client, "vote", vote, data, place.people[0])

    form = answer.context["voting"].form
    assert (answer.status_code, bool(form.errors)) == (422, True)
    assert {name: form[name].value() for name in data} == data
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("line", ["999", "x", "-1", "1e1"])
@pytest.mark.parametrize("name", ["vote", "check"])
def test_a_ballot_for_anothers_line_is_refused(line: str, name: str, client: Client) -> None:
    place, vote = asked(Method.CHOICE)

    answer = sent(client, name, vote, {"choice": "o2", "line": line, "once": "0" * 32}, place.people[0])

    assert (answer.status_code, str(NOT_YOURS) in answer.content.decode()) == (409, True)
    assert not Ballot.objects.exists()


def test_who_withdrew_is_not_offered_and_not_elected_but_the_ballots_stand(client: Client) -> None:
    place, vote = asked(Method.ELECTION, seats=2, choose=2)
    factories.cast_all(place, vote, "o1", "o1,o2", "o1,o2")

    with clock.at(factories.DURING):
        services.withdraw(place.director, vote.pk, "o1", "本人提出")
        with pytest.raises(NotPossible):
            services.withdraw(place.director, vote.pk, "o1", "再次")
        client.force_login(place.people[0])
        page = client.get(reverse("voting:vote", args=[vote.pk]))
    vote = factories.count(vote)

    offered = [option for option, _label in page.context["voting"].form.fields["choice"].choices]
    assert offered == ["o2", "o3"]
    assert Entry.objects.get(action="vote.withdrawn").data["name"] == "红林路口"
    file = result.document(vote)
    assert (file["winners"], file["rule"]["withdrawn"], len(file["ballots"])) == (["o2"], ["o1"], 3)
    assert recount.recount(file)[2] == []
    with clock.at(factories.AFTER), pytest.raises(NotPossible):
        services.withdraw(place.director, vote.pk, "o2", "太晚")


def drawn_by_lot() -> tuple[factories.Place, Vote]:
    """A closed vote whose two best are equal, under a rule of lot."""
    place, vote = asked(Method.CHOICE)
    vote.rule["tie"] = "lot"
    vote.save(update_fields=["rule"])
    factories.cast_all(place, vote, "o1", "o2")
    return place, vote


def test_a_tie_under_a_rule_of_lot_waits_for_the_announced_event() -> None:
    place, vote = drawn_by_lot()

    with pytest.raises(NotPossible):
        factories.count(vote)
    with clock.at(factories.AFTER):
        services.enter_lot(place.director, vote.pk, "双色球 2026137 期")
        with pytest.raises(NotPossible):
            services.enter_lot(place.director, vote.pk, "双色球 2026138 期")
    vote = factories.count(vote)

    file = result.document(vote)
    assert (vote.outcome, file["rule"]["lot"], file["tied"]) == ("passed", "双色球 2026137 期", ["o1", "o2"])
    assert recount.recount(file)[2] == []
    assert Entry.objects.get(action="vote.lot").data["lot"] == "双色球 2026137 期"


def test_no_lot_is_entered_before_the_end() -> None:
    place, vote = drawn_by_lot()

    with clock.at(factories.DURING), pytest.raises(NotPossible):
        services.enter_lot(place.director, vote.pk, "双色球")
