"""A residents' convention from the edition in force to the next one, by pages alone and without JavaScript."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from pypdf import PdfReader

from portal.community.models import Post, User
from portal.duties import tick
from portal.kit import clock, printing
from portal.voting.models import RollEntry
from tests import factories
from tests.browser.words import zh
from tests.browserless import Person
from tests.conventions import factories as f
from tests.conventions.factories import PARKING, World

pytestmark = pytest.mark.django_db
LIFTS = PARKING.replace("门厅停放", "门厅、电梯前室停放")
CARS = "机动车按划定车位停放，消防通道上不停车。"
Done = TypeVar("Done")
NUMBER = "红街备〔2028〕9号"


def test_from_the_edition_in_force_to_the_next_one() -> None:
    world = f.in_force()
    second_clerk = factories.make_user(post=Post.WORKER, neighbourhood=world.here)
    worker, clerk, officer, tang, wu = map(
        at_a_browser, (world.worker, second_clerk, world.officer, world.tang, world.wu)
    )
    day = f.vote_over(world) + timedelta(days=30)

    former = on(day, lambda: signs(tang, world))
    on(day, lambda: begins_a_new_text(worker, world))
    on(day + timedelta(days=1), lambda: suggests(tang, world))
    on(day + timedelta(days=2), lambda: supports(wu, world))
    day = over(world)
    work_is_done(day)
    on(day, lambda: answers(worker, world))
    on(day, lambda: hands_in(worker, world))
    on(day + timedelta(days=1), lambda: checks(officer, world))
    on(day + timedelta(days=2), lambda: calls_the_vote(worker, world))
    opens, closes = vote_days(world)
    work_is_done(opens)
    on(opens, lambda: votes(tang, world))
    on(opens, lambda: enters_paper(worker, clerk, world))
    on(closes, lambda: finishes_paper(worker, world))
    work_is_done(closes)
    on(closes, lambda: files(worker, world))

    edition = on(closes, lambda: reads_the_edition(wu, world, former))
    on(closes, lambda: compares(wu, world))
    on(closes, lambda: takes_it_along(wu, edition))


def at_a_browser(user: User) -> Person:
    """Somebody who is signed in."""
    person = Person()
    person.client.force_login(user)
    return person


def on(moment: datetime, doing: Callable[[], Done]) -> Done:
    """Do something at a moment."""
    with clock.at(moment):
        return doing()


def work_is_done(moment: datetime) -> None:
    """The periodic work of a moment is done."""
    with clock.at(moment):
        assert tick.run() == []


def over(world: World) -> datetime:
    """The morning after the comments are over."""
    until = world.round.state_until
    assert until is not None
    return until + timedelta(hours=10)


def vote_days(world: World) -> tuple[datetime, datetime]:
    """While the vote is open, and the day after it."""
    vote = world.round.vote
    assert vote is not None
    return vote.opens_at + timedelta(days=1, hours=10), vote.closes_at + timedelta(hours=10)


def signs(tang: Person, world: World) -> str:
    """The first edition is signed by one household. Returns its address."""
    tang.open(world.page.get_absolute_url())
    tang.press(zh("Sign for your household"))
    tang.send()
    assert "签名户数 1 / 4 户" in tang.text
    return f.edition_of(world).get_absolute_url()


def begins_a_new_text(worker: Person, world: World) -> None:
    """A new round; one article is written anew, and the draft put to comment."""
    worker.open(f"/conventions/pages/{world.page.pk}/begin/")
    worker.send(purpose="电梯前室也停了电动车")
    worker.open(f"/n/{world.here.slug}/conventions/{world.page.pk}/edit/")
    worker.send(**{"a3-text": CARS})
    assert CARS in worker.text
    worker.open(world.round.get_absolute_url())
    worker.press(zh("Put the draft to comment"))
    worker.send()


def suggests(tang: Person, world: World) -> None:
    """A neighbour suggests another wording for an article."""
    tang.open(f"/conventions/rounds/{world.round.pk}/articles/a2/")
    tang.press(zh("Suggest another wording"))
    tang.send(new_text=LIFTS, reason="去年电梯前室冒过烟")
    assert "去年电梯前室冒过烟" in tang.text


def supports(wu: Person, world: World) -> None:
    """Another household says what it thinks of it."""
    wu.open(f"/conventions/rounds/{world.round.pk}/articles/a2/")
    wu.press(zh("Say what your household thinks"))
    wu.send(choice="agree")
    assert "赞成 1 户" in wu.text


def answers(worker: Person, world: World) -> None:
    """The suggestion is adopted, and stands in the draft at once."""
    worker.open(f"/conventions/rounds/{world.round.pk}/articles/a2/")
    worker.press(zh("Answer this suggestion"))
    worker.send(verdict="adopted", reason="有道理，写进去。")
    assert "电梯前室停放" in worker.open(f"/n/{world.here.slug}/conventions/{world.page.pk}/preview/")


def hands_in(worker: Person, world: World) -> None:
    """The text goes to the subdistrict."""
    worker.open(world.round.get_absolute_url())
    worker.press(zh("Hand the text in for checking"))
    worker.send()


def checks(officer: Person, world: World) -> None:
    """The officer has no objection."""
    officer.open(world.round.get_absolute_url())
    officer.press(zh("Give the result of the check"))
    officer.send(passed="1", reason="无异议")


def calls_the_vote(worker: Person, world: World) -> None:
    """The vote is called as the form proposes it."""
    worker.open(world.round.get_absolute_url())
    worker.press(zh("Call the vote"))
    worker.send(electorate="residents")


def votes(tang: Person, world: World) -> None:
    """A neighbour checks and casts a ballot; the motion names the whole hash."""
    vote = world.round.vote
    assert vote is not None
    assert world.text.sha256 in tang.open(vote.get_absolute_url())
    tang.send(choice="for")
    tang.send()


def enters_paper(first: Person, second: Person, world: World) -> None:
    """Another neighbour's ballot came on paper: one clerk enters it, another reads it again."""
    vote = world.round.vote
    assert vote is not None
    code = RollEntry.objects.get(vote=vote, person=world.wu.person_id).label
    first.open(f"/votes/{vote.pk}/paper/enter/?code={code}&same={code}")
    first.send(mark="for")
    second.open(f"/votes/papers/{vote.papers.get().pk}/confirm/")
    second.send(mark="for")


def finishes_paper(worker: Person, world: World) -> None:
    """No more paper comes: the vote is counted."""
    vote = world.round.vote
    assert vote is not None
    worker.open(f"/votes/{vote.pk}/paper/finish/")
    worker.send()


def files(worker: Person, world: World) -> None:
    """Both votes were counted; the filing is entered, and the edition holds from today."""
    worker.open(world.round.get_absolute_url())
    worker.press(zh("Enter the filing"))
    worker.send(number=NUMBER)


def reads_the_edition(wu: Person, world: World, former: str) -> str:
    """It holds, nobody signed it yet; one household signed the former, which says that it is superseded."""
    assert "电梯前室停放" in wu.open(world.page.get_absolute_url())
    edition = f.edition_of(world)
    assert edition.number == 2
    page = wu.open(edition.get_absolute_url())
    assert NUMBER in page
    assert edition.sha256 in page
    assert "签名户数 0 / 4 户" in page
    assert "第 1 版有 1 户签名，本版从零起签" in page
    page = wu.open(former)
    assert zh("superseded") in page
    assert "签名户数 1 / 4 户" in page
    return edition.get_absolute_url()


def compares(wu: Person, world: World) -> None:
    """Beside the first edition: two of three articles changed, by the character."""
    page = wu.open(f"/conventions/pages/{world.page.pk}/versions/")
    assert "修改 2 条、未变 1 条" in page
    assert {tag.get_text() for tag in wu.page.select("main ins")} == {"、电梯前室", "，消防通道上不停车"}
    assert wu.page.select("main del") == []


def takes_it_along(wu: Person, edition: str) -> None:
    """The hash of the data is that of the page; the poster is a PDF which names it."""
    said = json.loads(wu.client.get(f"{edition.rstrip('/')}.json").content)
    text = json.dumps(said["text"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == said["sha256"]
    assert LIFTS in text
    assert said["sha256"] in wu.open(edition)
    if printing.can_print():
        poster = wu.client.get(f"{edition}poster-a4.pdf").content
        assert poster.startswith(b"%PDF")
        first = PdfReader(io.BytesIO(poster)).pages[0].extract_text()
        assert said["sha256"][:4] in first
