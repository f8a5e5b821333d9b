"""The pages of votes, as readers of every kind meet them."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.community.models import User
from portal.community.permissions import Role
from portal.kit import clock
from portal.voting import recount, result
from portal.voting.models import Ballot, Choice, Vote
from tests import factories as places
from tests.voting import factories

pytestmark = pytest.mark.django_db
ROLES = [
    "visitor", "account", "resident", "owner", "building_head", "property", "owners_committee", "worker",
    "director", "party", "oversight", "officer", "auditor", "editor",
]  # fmt: skip

# What only a page with a ballot on it has.
BALLOT = 'name="choice"'


def get(client: Client, url: str, at: datetime = factories.DURING) -> Any:
    """A page at a moment."""
    with clock.at(at):
        return client.get(url)


def post(client: Client, url: str, data: dict[str, str], at: datetime = factories.DURING) -> Any:
    """A form sent at a moment."""
    with clock.at(at):
        return client.post(url, data)


def page(vote: Vote) -> str:
    return reverse("voting:vote", args=[vote.pk])


def text(response: HttpResponse) -> str:
    return b"".join(response).decode()


def hidden(response: HttpResponse, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', text(response))
    assert found, name
    return found[1]


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


# --- voting, without JavaScript ---


def choose(client: Client, vote: Vote, choice: str, line: str = "") -> Any:
    """A choice sent from the page of a vote."""
    return post(client, page(vote), {"choice": choice, **({"line": line} if line else {})})


def check_page(vote: Vote) -> str:
    return reverse("voting:check", args=[vote.pk])


def test_choose_check_cast_and_read_the_receipt(client: Client) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    signed_in(client, place.people[0])

    ballot_page = get(client, page(vote))
    chosen = choose(client, vote, "against")
    checked = get(client, chosen.url)
    assert Ballot.objects.count() == 0
    sent = {"choice": hidden(checked, "choice"), "once": hidden(checked, "once")}
    done = post(client, check_page(vote), sent)
    after = get(client, page(vote))

    assert ballot_page.context["voting"].form is not None
    assert (chosen.status_code, chosen.url) == (302, check_page(vote))
    assert checked.context["choice"] == str(Choice.AGAINST.label)
    assert (done.status_code, done.url) == (302, page(vote))
    ballot = Ballot.objects.get()
    assert (ballot.choice, ballot.entry.person) == ("against", place.people[0].person)
    assert ballot.receipt in text(after)


def test_a_double_click_casts_once_and_is_answered_alike(client: Client) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    signed_in(client, place.people[0])
    choose(client, vote, "for")
    sent = {"choice": "for", "once": hidden(get(client, check_page(vote)), "once")}

    answers = [post(client, check_page(vote), sent) for _ in range(2)]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, page(vote))] * 2
    assert Ballot.objects.count() == 1


def test_a_replayed_ballot_does_not_undo_a_later_change(client: Client) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    signed_in(client, place.people[0])
    first = {"choice": "for", "once": "0" * 31 + "1"}
    post(client, check_page(vote), first)
    post(client, check_page(vote), {"choice": "against", "once": "0" * 31 + "2"})

    post(client, check_page(vote), first)

    assert Ballot.objects.get().choice == "against"


@pytest.mark.parametrize("url", ["voting:vote", "voting:check"])
@pytest.mark.parametrize("sent", [{}, {"choice": ""}, {"choice": "yes"}, {"choice": "FOR"}])
def test_no_choice_or_a_wrong_one_shows_the_ballot_again(
    client: Client, url: str, sent: dict[str, str]
) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    signed_in(client, place.people[0])

    answer = post(client, reverse(url, args=[vote.pk]), {**sent, "once": "0" * 32})

    assert answer.status_code == 422
    assert answer.context["voting"].form.errors["choice"]
    assert Ballot.objects.count() == 0


@pytest.mark.parametrize("line", ["", "?line=2", "?line=999", "?line=x"])
def test_a_reader_for_whom_nothing_waits_to_be_checked_gets_the_vote(client: Client, line: str) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    signed_in(client, place.people[0])

    assert get(client, check_page(vote) + line).url.startswith(page(vote))


def expire(client: Client, user: User) -> None:
    """The session is over and its owner signs in again: what waited is carried over, as allauth does."""
    kept = client.session.get("typed", {})
    signed_in(client, user)
    session = client.session
    session["typed"] = kept
    session.save()


def test_a_choice_made_before_signing_in_is_kept(client: Client) -> None:
    place = factories.make_place()
    vote = factories.call(place)

    answer = post(client, page(vote), {"choice": "abstain", "page": page(vote)})
    expire(client, place.people[0])
    ballot_page = get(client, page(vote))

    assert answer.url.startswith(reverse("account_login"))
    assert ballot_page.context["voting"].form.initial == {"choice": "abstain"}
    assert Ballot.objects.count() == 0


@pytest.mark.parametrize(
    ("at", "count"),
    [(factories.CALLED_AT, 0), (factories.OPENS_AT, 1), (factories.CLOSES_AT, 0), (factories.AFTER, 0)],
)
def test_a_ballot_sent_too_early_or_too_late_is_refused_in_words(
    client: Client, at: datetime, count: int
) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    signed_in(client, place.people[0])

    answer = post(client, check_page(vote), {"choice": "for", "once": "0" * 32}, at)
    shown = get(client, page(vote), at) if count else answer

    assert answer.status_code == (302 if count else 409)
    assert Ballot.objects.count() == count
    assert [message.level_tag for message in shown.context["messages"]] == ["success" if count else "error"]


def test_who_is_not_on_the_roll_has_no_ballot(client: Client) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    signed_in(client, places.make_resident(within=place.estate))

    shown = get(client, page(vote))
    answer = post(client, check_page(vote), {"choice": "for", "once": "0" * 32})

    assert shown.context["voting"].form is None
    assert BALLOT not in text(shown)
    assert (answer.status_code, Ballot.objects.count()) == (409, 0)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def test_a_visitor_is_asked_to_sign_in(client: Client) -> None:
    vote = factories.call(factories.make_place())

    shown = text(get(client, page(vote)))

    assert f"{reverse('account_login')}?next={page(vote)}" in shown


@pytest.mark.parametrize(
    ("at", "phase", "form"),
    [
        (factories.CALLED_AT, "coming", False),
        (factories.DURING, "open", True),
        (factories.AFTER, "closed", False),
    ],
)
def test_each_phase_has_its_page(client: Client, at: datetime, phase: str, form: bool) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    signed_in(client, place.people[0])

    shown = get(client, page(vote), at)

    assert shown.status_code == 200
    assert shown.context["voting"].phase == phase
    assert (BALLOT in text(shown)) == form


def test_a_counted_vote_shows_four_meters_and_the_way_to_count_again(client: Client) -> None:
    vote = factories.counted(factories.make_place(), "for", "for", "against")

    shown = get(client, page(vote), factories.AFTER)

    assert [(m.numerator, m.denominator, m.reached) for m in shown.context["voting"].meters] == [
        (3, 3, True), (25642, 25642, True), (2, 3, True), (20642, 25642, True),
    ]  # fmt: skip
    assert text(shown).count('class="meter"') == 4
    assert reverse("voting:result", args=[vote.pk]) in text(shown)
    assert reverse("voting:recount") in text(shown)


def test_there_is_no_such_vote(client: Client) -> None:
    for name in ("vote", "result", "roll"):
        assert get(client, reverse(f"voting:{name}", args=[999_999])).status_code == 404


# --- what nobody may see ---


def normal(response: HttpResponse) -> str:
    """A page without what differs each time it is drawn."""
    return re.sub(r'(value|"X-CSRFToken": |content)(=?)"[^"]*"', r"\1\2", text(response))


def test_before_the_end_no_page_of_anybody_depends_on_how_others_voted(client: Client) -> None:
    """Every page is drawn twice, with all ballots for and with all against: not a letter differs."""
    place = factories.make_place()
    here = place.neighbourhood
    readers = [None, place.director, *(
        places.make_user(Role(role), neighbourhood=here) for role in ROLES if role != "visitor"
    )]  # fmt: skip
    vote = factories.call(place)
    ballots = factories.cast_all(place, vote, "for", "for", "for")
    addresses = [
        page(vote),
        reverse("voting:votes", args=[here.slug]),
        reverse("voting:roll", args=[vote.pk]),
        reverse("voting:result", args=[vote.pk]),
        reverse("voting:receipt", args=[ballots[0].receipt]),
    ]

    def seen(at: datetime) -> list[tuple[int, str]]:
        pages = []
        for reader in readers:
            browser = Client()
            if reader:
                browser.force_login(reader)
            answers = [get(browser, address, at) for address in addresses]
            pages += [(answer.status_code, normal(answer)) for answer in answers]
        return pages

    for at in (factories.DURING, factories.AFTER):
        Ballot.objects.update(choice="for")
        before = seen(at)
        Ballot.objects.update(choice="against")
        assert seen(at) == before


def test_a_voter_reads_the_own_choice_and_no_other(client: Client) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    own, other = factories.cast_all(place, vote, "against", "for")
    signed_in(client, place.people[0])

    assert get(client, page(vote)).context["voting"].ballot == own
    mine = get(client, reverse("voting:receipt", args=[own.receipt]))
    theirs = get(client, reverse("voting:receipt", args=[other.receipt]))
    assert (mine.context["choice"] != "", theirs.context["choice"]) == (True, "")


@pytest.mark.parametrize(
    ("electorate", "role", "allowed"),
    [
        (electorate, role, role in allowed)
        for electorate, allowed in [
            ("owners", {"worker", "director", "officer", "auditor", "owners_committee"}),
            ("residents", {"worker", "director", "officer", "auditor"}),
        ]
        for role in ROLES
    ],
)
def test_who_may_see_the_roll(client: Client, electorate: str, role: str, allowed: bool) -> None:
    place = factories.make_place(residents=True)
    vote = factories.call(place) if electorate == "owners" else factories.call_residents(place)
    reader = places.make_visitor(Role(role), place.neighbourhood)
    if reader.is_authenticated:
        signed_in(client, reader)

    answer = get(client, reverse("voting:roll", args=[vote.pk]))
    shown = get(client, page(vote))

    assert answer.status_code == (200 if allowed else 403)
    assert (reverse("voting:roll", args=[vote.pk]) in text(shown)) == allowed


@pytest.mark.parametrize("at", [factories.DURING, factories.AFTER])
def test_names_and_flats_are_on_no_public_page(client: Client, at: datetime) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    factories.cast_all(place, vote, "for", "for", "against")
    if at == factories.AFTER:
        factories.count(vote)
    addresses = [
        page(vote),
        reverse("voting:votes", args=[place.neighbourhood.slug]),
        reverse("voting:result", args=[vote.pk]),
        reverse("voting:receipt", args=[Ballot.objects.first().receipt]),  # type: ignore[union-attr]
    ]

    for address in addresses:
        shown = text(get(client, address, at))
        for line in vote.roll.select_related("person"):
            assert line.person.real_name not in shown
            assert line.person.public_name not in shown
            assert line.where not in shown


def test_staff_find_a_line_of_the_roll(client: Client) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    wanted = factories.line(place.people[1], vote)
    signed_in(client, place.director)
    address = reverse("voting:roll", args=[vote.pk])

    for query in (wanted.label, wanted.person.real_name, wanted.where):
        found = get(client, f"{address}?q={query}").context["page"]
        assert [line.pk for line in found] == [wanted.pk]
    assert len(get(client, f"{address}?q=²²²²²²²²²").context["page"]) == 0
    assert len(get(client, f"{address}?page=x").context["page"]) == 3


# --- the published file and receipts ---


@pytest.mark.parametrize("at", [factories.CALLED_AT, factories.DURING, factories.AFTER])
def test_there_is_no_file_before_the_count(client: Client, at: datetime) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    signed_in(client, place.director)

    assert get(client, reverse("voting:result", args=[vote.pk]), at).status_code == 404


def test_anybody_can_fetch_the_file_and_count_again(client: Client) -> None:
    vote = factories.counted(factories.make_place(), "for", "for", "against")
    address = reverse("voting:result", args=[vote.pk])

    answer = client.get(address)
    again = client.get(address, headers={"If-None-Match": answer["ETag"]})

    content = json.loads(answer.getvalue())
    assert content == result.document(vote)
    assert recount.recount(content)[0] == "passed"
    assert recount.fingerprint(content) == vote.result_sha256
    assert (answer["ETag"], again.status_code) == (f'"{vote.result_sha256}"', 304)


def test_the_program_itself_can_be_fetched(client: Client) -> None:
    answer = client.get(reverse("voting:recount"))

    assert answer.content.decode() == Path(recount.__file__).read_text(encoding="utf-8")
    assert answer["Content-Disposition"] == 'attachment; filename="recount.py"'


def test_a_receipt_says_received_and_then_counted(client: Client) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    ballot = factories.cast(place.people[0], vote)
    address = f"/v/{ballot.receipt}"

    before = get(client, address)
    closed = get(client, address, factories.AFTER)
    factories.count(vote)
    after = get(client, address, factories.AFTER)

    assert [answer.context["counted"] for answer in (before, closed, after)] == [False, False, True]
    assert vote.title in text(before)
    assert reverse("voting:result", args=[vote.pk]) in text(after)


def test_a_receipt_is_found_as_people_type_it(client: Client) -> None:
    place = factories.make_place()
    ballot = factories.cast(place.people[0], factories.call(place))
    typed = ballot.receipt.replace("-", " ").lower()

    answer = client.get(reverse("voting:find_receipt"), {"number": typed})

    assert answer.url == f"/v/{ballot.receipt}"
    assert client.get(f"/v/{ballot.receipt}/").status_code == 200


@pytest.mark.parametrize("number", ["0000-0000-0000", "nonsense", "%00", "'--"])
def test_an_unknown_receipt_is_404_and_says_what_to_do(client: Client, number: str) -> None:
    answer = client.get(f"/v/{number}")

    assert answer.status_code == 404
    assert 'name="number"' in text(answer)


def test_a_mistyped_receipt_is_asked_for_again(client: Client) -> None:
    answer = client.get(reverse("voting:find_receipt"), {"number": "7K3M"})

    assert answer.status_code == 422
    assert answer.context["form"].errors["number"]


# --- lists and counted queries ---


def test_the_list_marks_what_waits_for_the_reader(client: Client) -> None:
    place = factories.make_place()
    first, second = factories.call(place), factories.call(place)
    factories.cast(place.people[0], first)
    signed_in(client, place.people[0])

    listed = get(client, reverse("voting:votes", args=[place.neighbourhood.slug])).context["page"]

    assert {vote.pk: (vote.asked, vote.answered) for vote in listed} == {
        first.pk: (True, True),
        second.pk: (True, False),
    }


def test_open_votes_come_first_then_those_to_come_then_the_past(client: Client) -> None:
    place = factories.make_place()
    day = timedelta(days=1)
    coming, past, running = (
        factories.call(
            place, opens_at=factories.OPENS_AT + offset, closes_at=factories.OPENS_AT + offset + 3 * day
        )
        for offset in (10 * day, 0 * day, 5 * day)
    )

    with clock.at(factories.OPENS_AT + 6 * day):
        listed = client.get(reverse("voting:votes", args=[place.neighbourhood.slug])).context["page"]

    assert [vote.pk for vote in listed] == [running.pk, coming.pk, past.pk]


def test_an_empty_list_says_how_votes_come_about(client: Client) -> None:
    here = places.make_neighbourhood()

    answer = client.get(reverse("voting:votes", args=[here.slug]))

    assert answer.status_code == 200
    assert 'class="empty"' in text(answer)


# Signed in, session and account included.
LIST, VOTE, ROLL, FILE = 6, 11, 9, 7


def queries(client: Client, address: str, at: datetime) -> int:
    """How many questions a page asks the database."""
    get(client, address, at)
    with CaptureQueriesContext(connection) as asked:
        assert get(client, address, at).status_code == 200
    return len(asked)


@pytest.mark.parametrize("votes", [1, 5])
def test_the_list_asks_a_fixed_number_of_questions(client: Client, votes: int) -> None:
    place = factories.make_place()
    for _ in range(votes):
        factories.call(place)
    signed_in(client, place.people[0])

    assert queries(client, reverse("voting:votes", args=[place.neighbourhood.slug]), factories.DURING) <= LIST


@pytest.mark.parametrize("owners", [1, 5])
@pytest.mark.parametrize("at", [factories.CALLED_AT, factories.DURING, factories.AFTER])
def test_the_vote_asks_a_fixed_number_of_questions(client: Client, owners: int, at: datetime) -> None:
    place = factories.make_place(tuple([9000] * owners))
    vote = factories.call(place)
    factories.cast(place.people[0], vote)
    if at == factories.AFTER:
        factories.count(vote)
    signed_in(client, place.people[0])

    assert queries(client, page(vote), at) <= VOTE


@pytest.mark.parametrize("owners", [1, 5])
def test_roll_and_file_ask_a_fixed_number_of_questions(client: Client, owners: int) -> None:
    place = factories.make_place(tuple([9000] * owners))
    vote = factories.counted(place, *(["for"] * owners))
    signed_in(client, place.director)

    assert queries(client, reverse("voting:roll", args=[vote.pk]), factories.AFTER) <= ROLL
    assert queries(client, reverse("voting:result", args=[vote.pk]), factories.AFTER) <= FILE


def test_the_page_leads_with_what_it_is_about_and_the_ballot_and_folds_the_buildings() -> None:
    place = factories.make_place()
    vote = factories.call(place, explanation="为什么：" + "楼道灯坏了三盏。" * 50)

    seen = text(get(Client(), page(vote)))

    order = [seen.index(f'id="{name}"') for name in ("about", "ballot", "turnout", "rule")]
    assert order == sorted(order)
    assert seen[order[0] : order[1]].count("<details>") == 1
    buildings = seen[order[2] : order[3]]
    assert buildings.index("<details>") < buildings.index('<ul class="bars">') < buildings.index("</details>")
