"""A transaction that the database gave up is done once more; a second failure loses nothing of what was typed."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client
from django.urls import reverse

from portal.actions.models import Submission
from portal.actions.retrying import once_more, was_given_up
from portal.actions.web import once
from portal.community.models import Person
from portal.deliberation.services import execution
from portal.kit import clock
from portal.record.models import Entry
from portal.voting.matters import Question
from portal.voting.services import casting
from tests import factories
from tests.actions.test_web import post
from tests.concurrency import at_once
from tests.deliberation.factories import World
from tests.voting import factories as votes

pytestmark = pytest.mark.django_db


class _Cause(Exception):
    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


def given_up(how: str) -> OperationalError:
    """What Django raises: PostgreSQL's has the driver's error behind it, with its SQLSTATE."""
    error = OperationalError(how if how.startswith("database") else "given up")
    error.__cause__ = None if how.startswith("database") else _Cause(how)
    return error


def failing(times: int, work: Callable[..., Any], how: str = "40P01") -> Callable[..., Any]:
    """A service that does its work and then, so often, loses its transaction."""
    left = [times]

    def run(*args: Any, **kwargs: Any) -> Any:
        result = work(*args, **kwargs)
        if left[0]:
            left[0] -= 1
            raise given_up(how)
        return result

    return run


@pytest.mark.parametrize("how", ["40001", "40P01", "database is locked", "database table is locked"])
def test_what_another_transaction_was_in_the_way_of_is_known(how: str) -> None:
    assert was_given_up(given_up(how))


@pytest.mark.parametrize("how", ["57014", "53300"])
def test_what_else_fails_is_not_tried_again(how: str) -> None:
    assert not was_given_up(given_up(how))

    calls: list[int] = []

    @once_more
    def fails(request: HttpRequest) -> HttpResponse:
        calls.append(1)
        raise given_up(how)

    with pytest.raises(OperationalError):
        fails(post(factories.make_user()))
    assert calls == [1]


def test_the_second_time_all_of_it_is_done_again_and_done_once() -> None:
    user, key = factories.make_user(), uuid.uuid4().hex
    names: list[str] = []
    write = failing(1, lambda name: Person.objects.create(real_name=name, display_name="新"))

    @once
    def adds(request: HttpRequest) -> HttpResponse:
        names.append(request.FILES["list"].read().decode())
        write(names[-1])
        return HttpResponseRedirect("/done/")

    def sent() -> HttpRequest:
        return post(user, once=key, list=SimpleUploadedFile("names.txt", "陈".encode()))

    answers = [adds(sent()) for _time in range(2)]

    assert [answer["Location"] for answer in answers] == ["/done/"] * 2
    # The file was read from its beginning again; the second sending was answered like the first.
    assert names == ["陈", "陈"]
    assert (Person.objects.filter(display_name="新").count(), Submission.objects.count()) == (1, 1)


@pytest.fixture
def at_work() -> tuple[World, Any]:
    world = World()
    topic = world.evaluating()
    world.wait(30)
    return world, topic


@pytest.mark.parametrize("how", ["40001", "database is locked"])
def test_an_action_is_done_once_more_by_the_door(
    client: Client, monkeypatch: pytest.MonkeyPatch, at_work: tuple[World, Any], how: str
) -> None:
    world, topic = at_work
    client.force_login(world.worker)
    monkeypatch.setattr(execution, "change", failing(1, execution.change, how))
    before = Entry.objects.count()

    with clock.at(world.now):
        answer = client.post(
            reverse("deliberation:act", args=[topic.pk, "close"]),
            {"reason": "办好了", "once": uuid.uuid4().hex},
        )

    assert answer["Location"] == topic.get_absolute_url()
    assert (world.fresh(topic).state, Entry.objects.count()) == ("closed", before + 1)


def test_where_it_fails_again_nothing_is_changed_and_what_was_typed_waits(
    client: Client, monkeypatch: pytest.MonkeyPatch, at_work: tuple[World, Any]
) -> None:
    world, topic = at_work
    client.force_login(world.worker)
    monkeypatch.setattr(execution, "change", failing(2, execution.change))
    path, key = reverse("deliberation:act", args=[topic.pk, "close"]), uuid.uuid4().hex

    with clock.at(world.now):
        answer = client.post(path, {"reason": "办好了，谢谢大家", "once": key})
        assert (answer.status_code, "办好了，谢谢大家" in answer.content.decode()) == (503, True)
        assert world.fresh(topic).state == "evaluating"
        assert client.get(path).context["form"]["reason"].value() == "办好了，谢谢大家"
        # The form was not sent yet, so its key is free.
        assert client.post(path, {"reason": "办好了，谢谢大家", "once": key}).status_code == 302
    assert world.fresh(topic).state == "closed"


def test_a_signed_ballot_is_cast_once_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    place = votes.make_place()
    vote = votes.call(place)
    client.force_login(place.people[0])
    monkeypatch.setattr("portal.voting.services.receive", failing(1, casting.receive))

    with clock.at(votes.DURING):
        answer = client.post(
            reverse("voting:check", args=[vote.pk]), {"choice": "for", "once": uuid.uuid4().hex}
        )

    assert (answer.status_code, vote.ballots.count()) == (302, 1)


def test_of_a_secret_ballot_that_failed_twice_nothing_is_kept_or_shown(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = votes.make_place(residents=True)
    vote = votes.call_residents(place, question=Question(secret=True))
    client.force_login(place.people[0])
    monkeypatch.setattr("portal.voting.services.cast_sealed", failing(2, lambda *args: None))

    with clock.at(votes.DURING):
        answer = client.post(
            reverse("voting:cast_sealed", args=[vote.pk]), {"choice": "against", "envelope": "QUFB"}
        )

    assert answer.status_code == 503
    assert "against" not in answer.content.decode()
    assert "typed" not in client.session


def crossing(door: Callable[[Any], Any]) -> list[Any]:
    """Two forms at once that change two people in opposite order: PostgreSQL gives one of them up."""
    people = [factories.make_person() for _ in range(2)]
    user = factories.make_user()
    meet = threading.Barrier(2)

    def send(number: int) -> Any:
        first, second = people if number else people[::-1]
        waits = [True]

        @door
        def changes(request: HttpRequest) -> HttpResponse:
            Person.objects.filter(pk=first.pk).update(display_name=F("display_name"))
            if waits.pop() if waits else False:
                meet.wait(timeout=10)
            Person.objects.filter(pk=second.pk).update(display_name=F("display_name"))
            return HttpResponseRedirect("/done/")

        return changes(post(user, once=uuid.uuid4().hex))

    outcome = at_once(2, send, numbered=True)
    return [*(answer.status_code for answer in outcome.results), *(type(error) for error in outcome.errors)]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_that_lock_each_other_both_are_done() -> None:
    assert crossing(once) == [302, 302]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_door_one_of_two_that_lock_each_other_fails() -> None:
    """The control: the deadlock is there."""

    def bare(view: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def alone(request: HttpRequest) -> HttpResponse:
            with transaction.atomic():
                return view(request)

        return alone

    assert sorted(map(str, crossing(bare))) == sorted(["302", str(OperationalError)])
