"""From choosing to casting: the page between, loaded again, in two tabs, for two lines, after the session's end."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.voting.models import Ballot, Choice, RollEntry, Vote
from tests.voting import factories
from tests.voting.test_mandates import mandate
from tests.voting.test_views import check_page, choose, expire, get, hidden, page, post, signed_in

pytestmark = pytest.mark.django_db


def test_the_check_page_can_be_loaded_again_until_the_ballot_is_cast(client: Client) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    signed_in(client, place.people[0])
    choose(client, vote, "against")

    pages = [get(client, check_page(vote)) for _ in range(2)]
    post(client, check_page(vote), {"choice": "against", "once": "0" * 32})
    back = get(client, check_page(vote))

    assert [(shown.status_code, hidden(shown, "choice")) for shown in pages] == [(200, "against")] * 2
    assert (back.status_code, back.url) == (302, page(vote))
    assert "typed" not in client.session or client.session["typed"] == {}


def test_a_second_tab_changes_what_is_asked_next_and_not_what_the_first_one_casts(client: Client) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    signed_in(client, place.people[0])
    choose(client, vote, "for")
    first = get(client, check_page(vote))
    choose(client, vote, "against")
    second = get(client, check_page(vote))

    post(client, check_page(vote), {"choice": hidden(first, "choice"), "once": hidden(first, "once")})

    assert [shown.context["choice"] for shown in (first, second)] == [
        str(Choice.FOR.label),
        str(Choice.AGAINST.label),
    ]
    assert Ballot.objects.get().choice == "for"


# --- two lines of one voter ---


def of_two(client: Client) -> tuple[Vote, list[RollEntry]]:
    """Somebody with a line and another by mandate."""
    place = factories.make_place()
    vote = factories.call(place)
    mandate(place, vote, place.people[1], place.people[0])
    signed_in(client, place.people[0])
    return vote, [factories.line(user, vote) for user in place.people[:2]]


def test_the_choices_of_two_lines_wait_apart_and_are_cast_apart(client: Client) -> None:
    vote, lines = of_two(client)
    own, held = (str(line.number) for line in lines)
    chosen = [choose(client, vote, choice, line) for choice, line in (("for", own), ("against", held))]

    pages = [get(client, answer.url) for answer in chosen]
    for shown, answer in zip(pages, chosen, strict=True):
        sent = {name: hidden(shown, name) for name in ("choice", "line", "once")}
        done = post(client, answer.url, sent)
        assert done.url == f"{page(vote)}?line={sent['line']}"

    assert [answer.url for answer in chosen] == [f"{check_page(vote)}?line={line}" for line in (own, held)]
    assert [shown.context["voting"].entry for shown in pages] == lines
    assert dict(Ballot.objects.values_list("entry", "choice")) == {
        lines[0].pk: "for",
        lines[1].pk: "against",
    }


@pytest.mark.parametrize("of", [0, 1])
def test_what_waits_for_one_line_is_not_shown_for_the_other(client: Client, of: int) -> None:
    vote, lines = of_two(client)
    choose(client, vote, "for", str(lines[of].number))

    other = f"?line={lines[1 - of].number}"
    assert get(client, check_page(vote) + other).url == page(vote) + other
    assert get(client, check_page(vote)).url == page(vote)


def test_a_choice_for_a_line_survives_the_end_of_the_session_and_stays_with_it(client: Client) -> None:
    vote, lines = of_two(client)
    voter = lines[0].person.user
    held, own = (f"{page(vote)}?line={line.number}" for line in reversed(lines))
    client.logout()

    answer = post(client, page(vote), {"choice": "abstain", "line": str(lines[1].number), "page": held})
    expire(client, voter)

    assert answer.url.endswith(f"?next={held.replace('?', '%3F').replace('=', '%3D')}")
    assert [get(client, url).context["voting"].form.initial["choice"] for url in (own, held)] == [
        None,
        "abstain",
    ]


# --- the end of the session ---


@pytest.mark.parametrize("choice", ["for", "abstain"])
def test_a_checked_choice_survives_the_end_of_the_session(client: Client, choice: str) -> None:
    """Whether the session ends on the way to the check page, or when the ballot is cast there."""
    place = factories.make_place()
    vote = factories.call(place)

    answer = post(client, check_page(vote), {"choice": choice, "page": check_page(vote)})
    asked = get(client, check_page(vote))
    expire(client, place.people[0])
    checked = get(client, check_page(vote))

    assert [found.url for found in (answer, asked)] == [
        f"{reverse('account_login')}?next={check_page(vote)}"
    ] * 2
    assert (checked.status_code, hidden(checked, "choice")) == (200, choice)
    assert Ballot.objects.count() == 0


# Savepoints and the session's row included.
CHOOSE, LOOK, CAST, CHANGE = 7, 7, 9, 10
# The account, the locked line, its ballot, the new ballot (and what it replaces), the session's row.
STATEMENTS = {"for": 5, "against": 6}


def test_casting_asks_no_more_questions_than_it_did(client: Client) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    signed_in(client, place.people[0])

    # PostgreSQL is asked for the gate of the vote besides (services/gate.py).
    gate, asked = int(connection.vendor == "postgresql"), []
    for number, choice in enumerate(("for", "against")):
        # What was said before is read here and costs no other page anything.
        get(client, page(vote))
        for send in (
            partial(choose, client, vote, choice),
            partial(get, client, check_page(vote)),
            partial(post, client, check_page(vote), {"choice": choice, "once": f"{number:032}"}),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert send().status_code in {200, 302}
            asked.append(len(queries))
        said = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
        assert len(said) == STATEMENTS[choice] + gate

    assert asked == [CHOOSE, LOOK, CAST + gate, CHOOSE, LOOK, CHANGE + gate]
