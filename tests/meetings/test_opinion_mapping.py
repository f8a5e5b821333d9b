"""The opinion map as arithmetic: answers of real conversations, groups that were planted, what must not be shown."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from portal.meetings.opinions import numbers, votes
from portal.meetings.opinions.mapping import LEAST_GROUP, Map, Stand, Tally, mapped
from portal.meetings.opinions.votes import AGREE, DISAGREE, Broken, Votes

DATA = Path(__file__).parent.parent / "data" / "polis"
REFERENCE = json.loads((DATA / "reference.json").read_text())
HEAD = "participant,statement,vote\n"


def planted(sizes: tuple[int, ...], statements: int = 8, *, noise: float = 0.05, seed: int = 1) -> Votes:
    """Groups that agree with every n-th statement and disagree with the others; the last statement all agree with."""
    draw = random.Random(seed)
    rows = []
    people = [group for group, size in enumerate(sizes) for _ in range(size)]
    for person, group in enumerate(people):
        for place in range(statements):
            value = AGREE if place == statements - 1 or place % len(sizes) == group else DISAGREE
            rows.append((str(person), str(place), -value if draw.random() < noise else value))
    return votes.gathered(rows)


@pytest.mark.parametrize("name", sorted(REFERENCE))
def test_real_conversations_give_the_answers_of_the_reference(name: str) -> None:
    known = REFERENCE[name]["reference"]
    table = votes.read((DATA / f"{name}.csv.gz").read_bytes())
    found = mapped(table)

    assert table.removed == REFERENCE[name]["moderated_out"]
    assert len(found.included) == known["included_people"]
    assert [group.size for group in found.groups] == known["group_sizes"]
    assert found.silhouette == pytest.approx(known["silhouette"][str(known["k"])], abs=0.00005)
    best = [table.statements[place] for place in found.consensus[:10]]
    assert best == known["top10_group_informed_consensus"]


def test_the_directions_are_those_of_the_plainest_decomposition() -> None:
    # As published: the missing counts as the statement's mean, the directions are the first singular vectors.
    table = _table(votes.read((DATA / "seattle-15.csv.gz").read_bytes()))
    means = np.array([column[~np.isnan(column)].mean() for column in table.T])
    filled = np.where(np.isnan(table), means, table)
    singular = np.linalg.svd(filled - means, full_matrices=False)[2][:2]
    plane = numbers.plane(table)

    assert np.allclose(plane.means, means)
    assert np.allclose(np.abs((plane.directions * singular).sum(axis=1)), 1)
    assert (plane.directions[[0, 1], np.abs(plane.directions).argmax(axis=1)] > 0).all()


def test_silhouettes_are_those_reckoned_one_by_one() -> None:
    draw = np.random.default_rng(7)
    points, of = draw.normal(size=(40, 2)), np.array([0, 1, 2, 1] * 10)
    of[0] = 3  # alone in a group: its silhouette is 0

    def to(person: int, group: int) -> float:
        others = [other for other in range(40) if of[other] == group and other != person]
        return float(np.mean([np.hypot(*(points[person] - points[other])) for other in others]))

    def one(person: int) -> float:
        own, next_to = (
            to(person, of[person]),
            min(to(person, group) for group in range(4) if group != of[person]),
        )
        return (next_to - own) / max(next_to, own)

    by_hand = sum(one(person) for person in range(1, 40)) / 40

    assert numbers.silhouettes(points, [of])[0] == pytest.approx(by_hand)


def test_planted_groups_are_found_with_what_is_typical_and_what_all_share() -> None:
    found = mapped(planted((30, 20, 10), statements=10))

    assert [group.size for group in found.groups] == [30, 20, 10]
    assert found.silhouette is not None
    assert found.silhouette > 0.8
    for number, group in enumerate(found.groups):
        agreed = {stand.statement for stand in group.typical if stand.agrees}
        assert agreed
        assert all(place % 3 == number for place in agreed)
    assert found.consensus[0] == 9
    assert found.shared == (Stand(9, agrees=True),)


def test_groups_are_tallied_each_for_itself() -> None:
    found = mapped(planted((12, 12), noise=0))

    assert sorted(group.tallies[0].agree for group in found.groups) == [0, 12]
    assert [group.tallies[7] for group in found.groups] == [Tally(12, 0, 0), Tally(12, 0, 0)]
    # Nobody is typical by what all hold.
    assert all(stand.statement != 7 for group in found.groups for stand in group.typical)


@pytest.mark.parametrize(
    ("sizes", "statements", "reckoned"),
    [((7, 7), 8, False), ((8, 8), 4, False), ((8, 7), 5, True)],
    ids=["14 people", "4 statements", "just enough"],
)
def test_below_fifteen_people_or_five_statements_there_are_no_groups(
    sizes: tuple[int, ...], statements: int, reckoned: bool
) -> None:
    found = mapped(planted(sizes, statements=statements, noise=0))

    assert (found.silhouette is not None) is reckoned
    assert bool(found.groups) is reckoned
    assert len(found.consensus) == statements


def test_a_group_of_four_is_never_shown() -> None:
    small, enough = mapped(planted((30, 4), noise=0)), mapped(planted((30, 5), noise=0))

    assert small.silhouette is not None
    assert small.silhouette > 0.9
    assert small.groups == ()
    assert not small.of.any()
    assert [group.size for group in enough.groups] == [30, LEAST_GROUP]


def test_people_without_groups_are_not_split() -> None:
    draw = random.Random(5)
    rows = [(str(p), str(s), draw.choice((-1, 0, 1))) for p in range(80) for s in range(30)]
    found = mapped(votes.gathered(rows))

    assert found.silhouette is not None
    assert found.silhouette < 0.45
    assert found.groups == () or min(group.size for group in found.groups) >= LEAST_GROUP


def test_all_of_one_mind_are_one() -> None:
    found = mapped(votes.gathered([(str(p), str(s), 1) for p in range(20) for s in range(6)]))

    assert found.silhouette == 0
    assert found.groups == ()
    assert [stand.statement for stand in found.shared] == list(range(6))


def test_who_reacted_to_few_statements_is_counted_and_not_placed() -> None:
    table = planted((10, 10), statements=9, noise=0)
    rows = [(table.participants[p], table.statements[s], v) for p, s, v in table.rows]
    rows += [("a", str(place), 1) for place in range(6)] + [("b", str(place), 1) for place in range(7)]
    found = mapped(votes.gathered(rows))

    assert found.participants == 22
    assert list(found.included) == [*range(20), 21]


def test_nothing_at_all_is_a_map_of_nobody() -> None:
    found = mapped(votes.gathered([]))

    assert (found.participants, found.included, found.silhouette, found.groups, found.consensus) == (
        0, (), None, (), (),
    )  # fmt: skip


def test_the_order_of_the_rows_changes_nothing() -> None:
    table = planted((20, 15))
    rows = [(table.participants[p], table.statements[s], v) for p, s, v in table.rows]
    random.Random(2).shuffle(rows)

    assert _plain(mapped(votes.gathered(rows))) == _plain(mapped(table))


def test_the_command_says_the_same_in_any_process() -> None:
    # The command needs no tables, so none of the portal's apps is set up.
    script = (
        "from django.conf import settings; settings.configure()\n"
        "from django.core.management import call_command\n"
        "from portal.meetings.management.commands.opinion_map import Command\n"
        f"call_command(Command(), {str(DATA / 'seattle-15.csv.gz')!r})"
    )
    said = [_run(script, PYTHONHASHSEED=seed, OMP_NUM_THREADS=seed) for seed in ("1", "2")]

    assert said[0] == said[1]
    assert json.loads(said[0])["included"] == 138


def test_the_command_prints_what_its_contract_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = planted((10, 10))
    lines = [f"{table.participants[p]},{table.statements[s]},{v}" for p, s, v in table.rows]
    file = tmp_path / "votes.csv"
    file.write_text("participant,statement,vote\n" + "\n".join(lines))
    call_command("opinion_map", file)
    said: dict[str, Any] = json.loads(capsys.readouterr().out)

    assert list(said) == ["participants", "included", "statements", "silhouette", "groups", "consensus"]
    assert (said["participants"], said["included"], said["statements"]) == (20, 20, 8)
    assert [group["size"] for group in said["groups"]] == [10, 10]
    assert all(set(group["disagrees"]) <= set(group["typical"]) for group in said["groups"])
    assert sorted(said["consensus"]) == list("01234567")


def test_of_a_pair_the_last_row_counts_packed_or_plain() -> None:
    content = (HEAD + "a,1,1\nb,1,0\na,1,-1\n").encode()
    plain = votes.read(content)

    assert plain.rows == ((0, 0, -1), (1, 0, 0))
    assert votes.read(gzip.compress(content, mtime=0)) == plain
    assert votes.read(b"\xef\xbb\xbf" + content) == plain


def test_columns_may_stand_in_any_order_and_have_others_beside_them() -> None:
    found = votes.read(b"vote,when,statement,participant\r\n1,x,s,p\r\n\r\n-1,y,t,p\r\n")

    assert (found.participants, found.statements) == (("p",), ("s", "t"))
    assert found.rows == ((0, 0, 1), (0, 1, -1))


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"participant,statement\na,1\n", 1),
        (b"participant,statement,vote,vote\na,1,1,1\n", 1),
        (b"participant,statement,vote\na,1,1\nb,1,2\n", 3),
        (b"participant,statement,vote\na,1,yes\n", 2),
        (b"participant,statement,vote\na,1,\n", 2),
        (b"participant,statement,vote\na,1\n", 2),
        (b"participant,statement,vote\na,1,1,9\n", 2),
        (b"participant,statement,vote\n,1,1\n", 2),
        (b"participant,statement,vote\na,,1\n", 2),
        (b'participant,statement,vote\na,1,1\n"b,1,1\n', 3),
        (b"participant,statement,vote\na,1,1\n\xff,1,1\n", 3),
        (gzip.compress(b"participant,statement,vote\na,1,1\n", mtime=0)[:-6], 1),
        (b"\x1f\x8bnothing", 1),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(content: bytes, line: int, tmp_path: Path) -> None:
    with pytest.raises(Broken) as refused:
        votes.read(content)
    assert refused.value.line == line

    file = tmp_path / "votes.csv"
    file.write_bytes(content)
    with pytest.raises(CommandError, match=f"line {line}: "):
        call_command("opinion_map", file)


def test_a_packed_file_that_unfolds_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(votes, "MAX_BYTES", 1000)

    with pytest.raises(Broken, match="unpacks to more"):
        votes.read(gzip.compress(b"0" * 5000, mtime=0))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("opinion_map", tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("names", "removed"),
    [("0 1 2 3", 0), ("1 2 3 4", 0), ("0 2 3 7", 4), ("0 9", 0), ("a 3", 0), ("1001 1002", 0), ("2 3 4", 1)],
)
def test_a_gap_in_the_numbering_is_a_statement_taken_out(names: str, removed: int) -> None:
    rows = "".join(f"p,{name},1\n" for name in names.split())

    assert votes.read((HEAD + rows).encode()).removed == removed


def _run(script: str, **environment: str) -> bytes:
    command = [sys.executable, "-c", script]
    return subprocess.run(command, capture_output=True, check=True, env={**os.environ, **environment}).stdout


def _table(found: Votes) -> Any:
    table = np.full((len(found.participants), len(found.statements)), np.nan)
    for person, statement, value in found.rows:
        table[person, statement] = value
    return table


def _plain(found: Map) -> tuple[Any, ...]:
    return found.silhouette, found.groups, found.consensus, found.shared, found.points.tolist()
