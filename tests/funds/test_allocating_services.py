from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from portal.funds.allocating import pabulib, progressing, services
from portal.funds.allocating.elections import Rules
from portal.funds.models import Allocation, AllocationRun
from portal.kit import clock
from portal.record.hashing import digest
from portal.record.models import Entry
from portal.record.services import key
from tests.concurrency import at_once
from tests.funds.elections import ELECTIONS, REFERENCE, election, example
from tests.funds.factories import lead_of
from tests.funds.factories_allocating import Box, make_box

Captured = Callable[..., AbstractContextManager[list[Any]]]


@pytest.fixture
def box(db: None, monkeypatch: pytest.MonkeyPatch) -> Box:
    return make_box(monkeypatch)


def computed(box: Box) -> Allocation:
    made = services.compute(services.ask_for(box.call, None).pk)
    assert made is not None
    return made


def entries(box: Box) -> list[Entry]:
    return list(Entry.objects.about([key(box.call)]).filter(action="fundcall.allocated"))


def test_the_ballots_are_computed_written_down_and_named_in_the_record(box: Box) -> None:
    made = computed(box)

    won = {row["application"]: row["won"] for row in made.payload["projects"]}
    assert won == {box.first.pk: True, box.second.pk: False}
    assert made.instance == box.text(box.call)
    assert made.payload["instance"] == hashlib.sha256(made.instance.encode()).hexdigest()
    assert made.sha256 == digest(Allocation.objects.get().payload)
    [entry] = entries(box)
    told = {"number": 1, "sha256": made.sha256, "instance": made.payload["instance"], "why": ""}
    assert entry.data == told
    run = AllocationRun.objects.get()
    assert (run.percent, run.error, run.ended_at is not None) == (100, "", True)


def test_few_ballots_are_computed_as_soon_as_they_are_asked_for(
    box: Box, django_capture_on_commit_callbacks: Captured
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        services.ask_for(box.call, None)

    assert Allocation.objects.count() == 1


def test_asked_for_twice_it_is_computed_once(box: Box, django_capture_on_commit_callbacks: Captured) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first, second = services.ask_for(box.call, None), services.ask_for(box.call, None)
    third = services.ask_for(box.call, None)

    assert first.pk == second.pk == third.pk
    assert services.compute(third.pk) is None
    assert (Allocation.objects.count(), len(entries(box))) == (1, 1)


def test_other_ballots_are_computed_anew_beside_the_first(box: Box) -> None:
    computed(box)
    box.cast += [(box.second,), (box.second,)]

    made = computed(box)

    assert (made.number, made.why, services.latest(box.call)) == (2, services.CHANGED, made)
    assert [row["won"] for row in made.payload["projects"]] == [False, True]
    assert Allocation.objects.count() == 2


def test_what_was_written_down_is_never_changed(box: Box) -> None:
    made = computed(box)

    with pytest.raises(DatabaseError), transaction.atomic():
        Allocation.objects.filter(pk=made.pk).update(sha256="0" * 64)


def test_while_one_process_computes_no_other_begins_and_a_dead_one_is_followed(box: Box) -> None:
    run = services.ask_for(box.call, None)
    now = clock.now()
    AllocationRun.objects.update(begun_at=now, seen_at=now, done=100, of=1000)

    assert services.compute(run.pk) is None
    with clock.at(now + services.SILENT + timedelta(seconds=1)):
        assert services.compute(run.pk) is not None


def test_how_far_it_is_never_goes_back(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progressing, "EVERY", 0.0)
    run = services.ask_for(box.call, None)
    AllocationRun.objects.update(of=progressing.WHOLE)
    meter, seen = progressing.Meter(run), []

    for tell, done in ((meter.sharing, 5), (meter.sharing, 10), (meter.explaining, 0), (meter.explaining, 5)):
        tell(done, 10)
        run.refresh_from_db()
        seen.append(run.percent)

    assert seen == [17, 33, 33, 67]
    assert run.seen_at is not None


def test_ballots_that_changed_while_they_were_computed_are_computed_again(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = services.ask_for(box.call, None)
    whole = services.explain

    def meanwhile(*args: Any, **known: Any) -> dict[str, Any]:
        box.cast += [(box.second,), (box.second,)]
        return whole(*args, **known)

    monkeypatch.setattr(services, "explain", meanwhile)
    assert services.compute(run.pk) is None
    assert not Allocation.objects.exists()

    monkeypatch.setattr(services, "explain", whole)
    made = services.compute(run.pk)
    assert made is not None
    assert made.payload["voters"] == 7


def test_what_breaks_off_is_noted_tried_three_times_and_then_only_if_somebody_asks(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = services.ask_for(box.call, None)
    whole = services.explain

    def breaks(*args: Any, **known: Any) -> dict[str, Any]:
        raise MemoryError("full")

    monkeypatch.setattr(services, "explain", breaks)
    for _ in range(services.TRIES):
        with pytest.raises(MemoryError):
            services.compute(run.pk)
    monkeypatch.setattr(services, "explain", whole)

    run.refresh_from_db()
    assert (run.failed, run.error, run.ended_at is not None) == (3, "MemoryError: full", True)
    assert not Allocation.objects.exists()
    assert services.ask_for(box.call, None).ended_at is not None
    assert services.compute(run.pk) is None
    services.ask_for(box.call, lead_of(box.first))
    assert services.compute(run.pk) is not None


def test_the_job_computes_what_waits_in_a_process_of_its_own(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = services.ask_for(box.call, None)
    begun: list[tuple[str, ...]] = []

    def manage(*arguments: str, longest: float) -> None:
        begun.append(arguments)
        call_command(*arguments)

    monkeypatch.setattr(services, "manage", manage)
    services.compute_waiting()
    services.compute_waiting()

    assert begun == [("allocate_call", str(run.pk))]
    assert Allocation.objects.count() == 1


def test_a_process_that_dies_is_counted(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    services.ask_for(box.call, None)

    def dies(*arguments: str, longest: float) -> None:
        raise CalledProcessError(137, arguments)

    monkeypatch.setattr(services, "manage", dies)
    services.compute_waiting()

    run = AllocationRun.objects.get()
    assert (run.failed, run.error, run.ended_at) == (1, "CalledProcessError", None)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_computed_by_many_at_once_it_is_written_down_once(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 0)
    run = services.ask_for(box.call, None)

    found = at_once(6, lambda: services.compute(run.pk))

    assert not found.errors
    assert (Allocation.objects.count(), len(entries(box))) == (1, 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_processes_that_took_each_other_for_dead_one_writes(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 0)
    run = services.ask_for(box.call, None)

    found = at_once(6, lambda: services._computed(run.pk))

    assert not found.errors
    assert sum(made is not None for made in found.results) == 1
    assert (Allocation.objects.count(), len(entries(box))) == (1, 1)


# --- the command ---


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    call_command("allocate", *arguments)
    return json.loads(capsys.readouterr().out)


def test_anybody_can_compute_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    name = "poland_warszawa_2018_grochow-centrum.pb"
    known, file = REFERENCE[name], str(ELECTIONS / name)

    assert said(capsys, file, "--rule", "equal-shares", "--completion", "none") == {
        "rule": "equal-shares",
        "completion": "none",
        "winners": known["equal-shares"],
        "cost": sum(example(name).project[key].cost for key in known["equal-shares"]),
        "budget": 361677.8,
    }
    found = said(capsys, file, "--rule", "equal-shares")
    assert (found["completion"], found["winners"]) == ("add1-greedy", known["equal-shares+add1-greedy"])
    assert said(capsys, file, "--rule", "greedy")["winners"] == known["greedy"]


def test_a_file_of_a_round_says_itself_by_which_rules_it_is_computed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "round.pb"
    ballots = election(100, {"a": 10, "b": 10}, ("a", 3), ("b", 2))
    file.write_text(pabulib.write(ballots, Rules("greedy", minimum_votes=3), unit="fen"))

    assert said(capsys, str(file))["winners"] == ["a"]
    assert said(capsys, str(file), "--minimum-votes", "1")["winners"] == ["a", "b"]
    assert said(capsys, str(file), "--explain")["projects"][1]["out"] == "few_votes"


def test_a_broken_file_exits_1_with_line_and_reason(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "broken.pb"
    file.write_bytes((ELECTIONS / "tiny" / "exact_fit.pb").read_bytes().replace(b"y;40", b"y;-40"))

    with pytest.raises(SystemExit) as ended:
        call_command("allocate", str(file), "--rule", "greedy")

    heard = capsys.readouterr()
    assert (ended.value.code, heard.out, heard.err) == (1, "", "line 17: cost '-40' is below 0\n")
    with pytest.raises(CommandError, match="No such file"):
        call_command("allocate", str(tmp_path / "nowhere.pb"), "--rule", "greedy")
