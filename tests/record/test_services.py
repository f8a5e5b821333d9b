"""Writing the record, reading it back, and finding whatever was done to it behind its back."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.kit import clock
from portal.kit.wording import day
from portal.record import services, verify, wording
from portal.record.hashing import GENESIS, Fault
from portal.record.models import Chain, Entry
from tests.examples import examples

SLUG = "tianxin"
Queries = Callable[[int], AbstractContextManager[object]]


def write_some(n: int, chain: str = SLUG) -> list[Entry]:
    with transaction.atomic():
        return [
            services.write(
                chain,
                "topic.proposed",
                actor="陈阿姨",
                subject=f"topic:{number}",
                title=f"第{number}件事",
                data={"n": number, "need": [2, 3]},
            )
            for number in range(1, n + 1)
        ]


def verified(*arguments: str) -> str:
    out = io.StringIO()
    call_command("verify_record", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_entries_are_numbered_and_chained() -> None:
    first, second = write_some(2)

    head = Chain.objects.get(pk=SLUG)
    assert (first.sequence, first.previous) == (1, GENESIS)
    assert (second.sequence, second.previous) == (2, first.hash)
    assert (head.sequence, head.hash) == (2, second.hash)


@pytest.mark.django_db
def test_neighbourhoods_have_their_own_chains() -> None:
    write_some(2)
    other = write_some(1, "elsewhere")

    assert (other[0].sequence, other[0].previous) == (1, GENESIS)


@pytest.mark.django_db(transaction=True)
def test_writing_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        services.write(SLUG, "topic.proposed", actor="陈阿姨", subject="topic:1")

    assert Entry.objects.count() == 0


@pytest.mark.django_db
def test_an_entry_goes_when_its_change_is_rolled_back() -> None:
    write_some(1)
    with transaction.atomic():
        services.write(SLUG, "topic.proposed", actor="陈阿姨", subject="topic:2")
        transaction.set_rollback(True)

    assert Chain.objects.get(pk=SLUG).sequence == 1
    assert services.verify(SLUG).sound == 1


@pytest.mark.django_db
def test_data_is_hashed_as_it_is_kept() -> None:
    with transaction.atomic():
        entry = services.write(SLUG, "a.b", actor="x", subject="y:1", data={"pair": (1, 2), "of": {3: None}})

    assert entry.data == {"pair": [1, 2], "of": {"3": None}}
    assert services.verify(SLUG).holds


@pytest.mark.django_db
def test_floats_are_refused() -> None:
    with pytest.raises(ValueError, match="no floats"), transaction.atomic():
        services.write(SLUG, "a.b", actor="x", subject="y:1", data={"share": 0.1})

    assert Entry.objects.count() == 0


@pytest.mark.django_db
def test_long_names_are_cut_before_they_are_hashed() -> None:
    with transaction.atomic():
        entry = services.write(SLUG, "a.b", actor="甲" * 300, subject="y:1", title="乙" * 300)

    entry.refresh_from_db()
    assert (len(entry.actor), len(entry.title)) == (120, 200)
    assert services.verify(SLUG).holds


@pytest.mark.django_db
def test_an_entry_can_be_neither_changed_nor_deleted() -> None:
    entry = write_some(1)[0]
    entry.title = "别的"

    with pytest.raises(Exception, match=r"(?i)unique|duplicate"), transaction.atomic():
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()

    assert Entry.objects.get().title == "第1件事"


@pytest.mark.django_db
def test_times_are_kept_to_the_microsecond_whatever_zone_the_clock_stands_in() -> None:
    moment = datetime(2026, 11, 22, 23, 59, 59, 123456, tzinfo=clock.SHANGHAI)
    with clock.at(moment):
        write_some(1)

    assert services.entry_body(Entry.objects.get())["at"] == "2026-11-22T15:59:59.123456+00:00"
    assert Entry.objects.get().at == moment.astimezone(UTC)
    assert services.verify(SLUG).holds


# --- finding what was done behind its back ---


@pytest.mark.django_db
def test_a_sound_record_is_said_to_hold() -> None:
    newest = write_some(3)[-1]
    write_some(1, "elsewhere")

    assert (
        verified("--neighbourhood", SLUG)
        == f"{SLUG}: 3 entries, the chain holds, newest hash {newest.hash}\n"
    )
    assert verified().splitlines()[0].startswith("elsewhere: 1 entries, the chain holds")


@pytest.mark.django_db
def test_an_unknown_neighbourhood_has_no_record() -> None:
    with pytest.raises(CommandError) as raised:
        verified("--neighbourhood", "nowhere")

    assert raised.value.returncode == 2


@pytest.mark.django_db
def test_a_changed_row_is_named() -> None:
    write_some(4)
    Entry.objects.filter(sequence=3).update(title="假的")

    with pytest.raises(CommandError) as raised:
        verified()

    assert str(raised.value) == f"{SLUG}: broken at 3: its content does not match its hash"
    assert raised.value.returncode == 1


@pytest.mark.django_db
def test_a_deleted_row_is_named() -> None:
    write_some(4)
    Entry.objects.filter(sequence=2)._raw_delete("default")

    with pytest.raises(CommandError, match="tianxin: broken at 2: an entry is missing"):
        verified()


@pytest.mark.django_db
def test_swapped_rows_are_named() -> None:
    write_some(4)
    Entry.objects.filter(sequence=2).update(sequence=99)
    Entry.objects.filter(sequence=3).update(sequence=2)
    Entry.objects.filter(sequence=99).update(sequence=3)

    with pytest.raises(CommandError, match="tianxin: broken at 2: "):
        verified()


@pytest.mark.django_db
@pytest.mark.parametrize("kept", [0, 1, 3])
def test_a_cut_off_tail_is_named_by_its_first_missing_number(kept: int) -> None:
    write_some(4)
    Entry.objects.filter(sequence__gt=kept)._raw_delete("default")

    with pytest.raises(CommandError, match=f"tianxin: broken at {kept + 1}: the newest hash is not"):
        verified()


@pytest.mark.django_db
def test_one_broken_record_does_not_hide_another() -> None:
    write_some(2)
    write_some(2, "elsewhere")
    Entry.objects.update(data={})

    with pytest.raises(CommandError) as raised:
        verified()

    assert [line.partition(":")[0] for line in str(raised.value).splitlines()] == ["elsewhere", SLUG]


def _edit(rows: int, dice: random.Random) -> int:
    number = dice.randint(1, rows)
    field = dice.choice(["title", "actor", "action", "subject", "previous", "hash"])
    Entry.objects.filter(sequence=number).update(**{field: "0badc0de"})
    return number


def _delete(rows: int, dice: random.Random) -> int:
    number = dice.randint(1, rows)
    Entry.objects.filter(sequence=number)._raw_delete("default")
    return number


def _truncate(rows: int, dice: random.Random) -> int:
    number = dice.randint(1, rows)
    Entry.objects.filter(sequence__gte=number)._raw_delete("default")
    return number


def _swap(rows: int, dice: random.Random) -> int:
    first, second = sorted(dice.sample(range(1, rows + 1), 2))
    Entry.objects.filter(sequence=first).update(sequence=10_000)
    Entry.objects.filter(sequence=second).update(sequence=first)
    Entry.objects.filter(sequence=10_000).update(sequence=second)
    return first


def _shift(rows: int, dice: random.Random) -> int:
    number = dice.randint(1, rows)
    Entry.objects.filter(sequence__gte=number).update(sequence=F("sequence") + 1000)
    return number


class Tampering(TestCase):
    @settings(max_examples=examples(60), deadline=None)
    @given(
        rows=st.integers(2, 6),
        how=st.sampled_from([_edit, _delete, _truncate, _swap, _shift]),
        dice=st.randoms(use_true_random=False),
    )
    def test_every_kind_of_tampering_is_found_at_its_first_row(
        self, rows: int, how: Callable[[int, random.Random], int], dice: random.Random
    ) -> None:
        write_some(rows)

        first = how(rows, dice)

        assert services.verify(SLUG).broken_at == first


# --- reading it back ---


@pytest.mark.django_db
def test_the_export_is_what_the_stand_alone_program_checks() -> None:
    write_some(3)

    rows = [json.loads(text) for text in "".join(services.export(SLUG)).splitlines()]

    assert [row["sequence"] for row in rows] == [1, 2, 3]
    assert verify.check(rows).holds
    assert verify.check(rows).hash == Chain.objects.get(pk=SLUG).hash


@pytest.mark.django_db
def test_the_export_reads_in_batches(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Queries
) -> None:
    write_some(5)
    monkeypatch.setattr(services, "BATCH", 2)

    with django_assert_num_queries(4):
        batches = list(services.export(SLUG))

    assert [batch.count("\n") for batch in batches] == [2, 2, 1]


@pytest.mark.django_db
def test_history_is_of_its_subjects_newest_first_in_one_query(django_assert_num_queries: Queries) -> None:
    write_some(3)

    with django_assert_num_queries(1):
        lines = services.history(["topic:1", "topic:3", "topic:9"])

    assert [(line.sequence, line.title, line.who) for line in lines] == [
        (3, "第3件事", "陈阿姨"),
        (1, "第1件事", "陈阿姨"),
    ]
    assert lines[0].url == f"/n/{SLUG}/record/3/"
    assert [line.sequence for line in services.history(["topic:1", "topic:3"], limit=1)] == [3]


@pytest.mark.parametrize(
    ("text", "data", "said"),
    [
        ("Proposed", {"n": 1}, "Proposed"),
        ("Seconded by %(n)s of %(need)s", {"n": 3, "need": 5}, "Seconded by 3 of 5"),
        ("Seconded by %(n)s", {}, "Seconded by …"),
        ("Seconded by %(n)d", {"n": "many"}, "Seconded by %(n)d"),
        ("100 % of %(n)s", {"n": 3}, "100 % of %(n)s"),
        ("Broken %(n", {"n": 3}, "Broken %(n"),
    ],
)
def test_words_never_fail_for_want_of_data(text: str, data: dict[str, object], said: str) -> None:
    assert wording.fill(text, data) == said


def test_an_action_nobody_registered_is_shown_bare() -> None:
    assert wording.words("ghost.moved", {}) == "ghost.moved"
    assert wording.subject_label("ghost") == "ghost"
    assert wording.subject_url("ghost:1") == ""


def test_registering_an_action_twice_with_other_words_is_refused() -> None:
    wording.register({"test.done": "Done"})
    wording.register({"test.done": "Done"})

    with pytest.raises(ValueError, match="test.done"):
        wording.register({"test.done": "Finished"})

    del wording.WORDING["test.done"]


def test_days_in_the_data_of_an_entry_are_read_as_people_read_them() -> None:
    wording.register({"ghost.promised": "by %(day)s, not %(other)s"})
    said = wording.words("ghost.promised", {"day": "2025-11-28", "other": "2025-13-28"})

    assert said == f"by {day(date(2025, 11, 28))}, not 2025-13-28"
    del wording.WORDING["ghost.promised"]


def test_faults_all_have_words() -> None:
    assert set(verify.WORDS) == set(Fault)
