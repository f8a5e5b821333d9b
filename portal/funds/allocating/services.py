"""Computing what the ballots of a round come to, beside the pages, and writing it down once.

Whoever asks gets the one computation of the round (`AllocationRun`); it may be asked for as often as one likes. What
breaks off is taken up again; what two processes compute is written once, because both write under the lock of the
round and only from the ballots as they stand then.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from subprocess import CalledProcessError, TimeoutExpired

from django.db import transaction
from django.db.models import F, Q

from portal.actions.events import SYSTEM, log
from portal.community.models import User
from portal.funds.allocating import events, pabulib
from portal.funds.allocating.elections import Project
from portal.funds.allocating.explaining import explain
from portal.funds.allocating.progressing import WHOLE, Meter
from portal.funds.allocating.rules import outcome_of
from portal.funds.ballot.instance import pabulib_of, rules_of
from portal.funds.ballot.selectors import on_ballot
from portal.funds.models import Allocation, AllocationRun, Call
from portal.kit import clock
from portal.kit.apart import manage
from portal.record.hashing import digest

# Ticks times projects: so many take half a second and are computed at once; more in a process of their own.
AT_ONCE = 20_000
# A process that said nothing for so long has died; the longest silence is one rerun of the largest election.
SILENT = timedelta(minutes=3)
# The largest election takes some minutes; what takes longer hangs, and is tried so often.
LONGEST, TRIES = 1800.0, 3
# Why a round is computed another time (`Allocation.why`): the same ballots were counted again, or they are others.
RECOUNTED, CHANGED = "recounted", "changed"


@transaction.atomic
def ask_for(call: Call, user: User | None) -> AllocationRun:
    """Have the counted ballots of a round computed. Asked again it stays one computation.

    It begins anew only where the ballots or their projects are not those that were computed last, or where somebody
    asks after it broke off `TRIES` times.
    """
    Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    run, new = AllocationRun.objects.get_or_create(call=call, defaults={"asked_by": user})
    given_up = run.failed >= TRIES and user is None
    if not new and (run.ended_at is None or given_up):
        return run
    text = pabulib_of(call)
    if not new and _written(call, text):
        return run
    _begin_anew(run, user)
    if _size(text) <= AT_ONCE:
        transaction.on_commit(lambda: compute(run.pk), robust=True)
    return run


def latest(call: Call) -> Allocation | None:
    """The allocation that holds; None before the first."""
    return call.allocations.order_by("-number").first()


def compute_waiting() -> None:
    """Compute what was asked for and is not under way, each in a process that ends with its memory."""
    for run in AllocationRun.objects.filter(_waiting(), ended_at=None).order_by("asked_at", "pk"):
        try:
            manage("allocate_call", str(run.pk), longest=LONGEST)
        except (CalledProcessError, TimeoutExpired) as error:
            _broke_off(run.pk, type(error).__name__)


def compute(pk: int) -> Allocation | None:
    """Compute and write down one run. None where another process does it, or it is done.

    Whatever breaks it off is noted with the run and raised.
    """
    now = clock.now()
    if not AllocationRun.objects.filter(_waiting(), pk=pk, ended_at=None).update(
        begun_at=now, seen_at=now, done=0, of=WHOLE
    ):
        return None
    try:
        return _computed(pk)
    except Exception as error:
        _broke_off(pk, f"{type(error).__name__}: {error}")
        raise


def _computed(pk: int) -> Allocation | None:
    run = AllocationRun.objects.select_related("call__vote", "call__fund__neighbourhood").get(pk=pk)
    text = pabulib_of(run.call)
    meter = Meter(run)
    election, rules = pabulib.read(text), rules_of(run.call)
    outcome = outcome_of(election, rules, meter.sharing)
    payload = explain(
        election,
        outcome,
        call=run.call_id,
        applications={str(one.number): one.pk for one in run.call.applications.exclude(number=None)},
        struck=_struck(run.call),
        progress=meter.explaining,
    )
    payload["instance"] = hashlib.sha256(text.encode()).hexdigest()
    return _write_down(run, text, payload)


@transaction.atomic
def _write_down(run: AllocationRun, text: str, payload: dict[str, object]) -> Allocation | None:
    """Once, and only what the ballots still say; else the next round of the job computes again."""
    call = Call.objects.select_for_update(of=("self",)).get(pk=run.call_id)
    run = AllocationRun.objects.get(pk=run.pk)
    if run.ended_at is not None:
        return None
    if pabulib_of(call) != text:
        _begin_anew(run, run.asked_by)
        return None
    last = latest(call)
    why = "" if last is None else RECOUNTED if last.instance == text else CHANGED
    made = Allocation.objects.create(
        call=call,
        number=last.number + 1 if last else 1,
        instance=text,
        payload=payload,
        sha256=digest(payload),
        why=why,
        made_by=run.asked_by,
    )
    AllocationRun.objects.filter(pk=run.pk).update(done=F("of"), ended_at=clock.now(), error="")
    data = {"number": made.number, "sha256": made.sha256, "instance": payload["instance"], "why": why}
    log(events.ALLOCATED, call, by=run.asked_by or SYSTEM, data=data)
    return made


def _waiting() -> Q:
    """Not begun, or begun by a process that has died."""
    return Q(seen_at=None) | Q(seen_at__lt=clock.now() - SILENT)


def _written(call: Call, text: str) -> bool:
    """Whether these ballots were computed since they were counted last."""
    last, vote = latest(call), call.vote
    if last is None or last.instance != text:
        return False
    return vote is None or vote.counted_at is None or last.made_at >= vote.counted_at


def _begin_anew(run: AllocationRun, user: User | None) -> None:
    AllocationRun.objects.filter(pk=run.pk).update(
        asked_by=user, asked_at=clock.now(), begun_at=None, seen_at=None, done=0, of=0, ended_at=None, failed=0,
    )  # fmt: skip


def _broke_off(pk: int, why: str) -> None:
    """It waits for the next round of the job, or is not tried any more."""
    run = AllocationRun.objects.filter(pk=pk, ended_at=None)
    run.update(failed=F("failed") + 1, error=why[:300], seen_at=None)
    run.filter(failed__gte=TRIES).update(ended_at=clock.now())


def _struck(call: Call) -> list[Project]:
    if call.vote is None:
        return []
    gone = [row.project for row in on_ballot(call, call.vote) if row.void]
    return [Project(str(one.number), one.asked, one.title, one.exclusion) for one in gone]


def _size(text: str) -> int:
    """How large the work is, before it is read."""
    projects, _votes, ballots = text.partition("\nVOTES\n")
    return (ballots.count(",") + ballots.count("\n")) * projects.count("\n")
