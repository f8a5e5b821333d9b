"""The stand-alone recount: right files pass, and each way of being wrong is named."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.voting import recount
from portal.voting.outcome import Tally, Totals, outcome
from tests.voting.rules import ASSEMBLY, ORDINARY, SOUNDING, SPECIAL

ROOT = Path(__file__).parents[2]
OPTIONS = ["for", "against", "abstain"]


def published(
    choices: list[str], *, rule: dict[str, Any] = ORDINARY, absent: int = 0, result: str = "passed"
) -> dict[str, Any]:
    """A published vote: one entry of 100.00 m² a choice, and some who stayed away."""
    voters = len(choices)
    roll = [
        {"entry": f"e{n}", "area": 10000, "served": True, "voted": n <= voters}
        for n in range(1, voters + absent + 1)
    ]
    ballots = [
        {"receipt": f"R{n:04}", "entry": f"e{n}", "choice": choice} for n, choice in enumerate(choices, 1)
    ]
    vote = {
        "id": "0b7e",
        "title": "是否同意开通红林路小门？",
        "electorate": "owners",
        "options": OPTIONS,
        "secret": False,
        "opened_at": "2026-11-10T00:00:00Z",
        "closed_at": "2026-11-24T16:00:00Z",
    }
    record = {"sequence": 412, "hash": "a" * 64}
    return {
        "format": recount.FORMAT,
        "vote": vote,
        "rule": rule,
        "roll": roll,
        "ballots": ballots,
        "outcome": result,
        "record": record,
    }


def secret(choices: list[str], *, absent: int = 0) -> dict[str, Any]:
    """The same as a secret vote: heads only, no entry on a ballot."""
    content = published(choices, rule=ASSEMBLY, absent=absent)
    content["vote"]["secret"] = True
    for entry in content["roll"]:
        del entry["area"]
    for ballot in content["ballots"]:
        ballot["entry"] = None
    return content


def run(path: Path | str, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str], str]:
    """Exit code, lines of the report, and what went to standard error."""
    code = recount.main([str(path)])
    said = capsys.readouterr()
    return code, said.out.splitlines(), said.err


def recounted(content: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Exit code and report for a content."""
    path = tmp_path / "result.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    code, lines, _ = run(path, capsys)
    return code, lines


def test_a_sound_file_with_the_right_outcome(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = recounted(published(["for", "for", "against"], absent=1), tmp_path, capsys)

    assert code == 0
    assert lines[:5] == [
        "passed",
        "participation 参与 · heads 人数: 3 / 4, at least 不少于 2/3: reached 达到",
        "participation 参与 · area 面积 (0.01 m²): 30000 / 40000, at least 不少于 2/3: reached 达到",
        "approval 同意 · heads 人数: 2 / 3, more than 超过 1/2: reached 达到",
        "approval 同意 · area 面积 (0.01 m²): 20000 / 30000, more than 超过 1/2: reached 达到",
    ]


def test_a_secret_vote_without_entries_or_areas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = recounted(secret(["for", "for", "against"]), tmp_path, capsys)

    assert (code, lines[0]) == (0, "passed")


def test_areas_may_be_left_out_where_no_measure_asks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = published(["for"], rule=SOUNDING)
    for entry in content["roll"]:
        del entry["area"]

    assert recounted(content, tmp_path, capsys)[0] == 0


Change = Callable[[dict[str, Any]], Any]


def broken(path: str, value: Any) -> Change:
    """A change of one value in a content, by its path such as roll.0.area."""

    def change(content: dict[str, Any]) -> None:
        *above, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place: Any = content
        for step in above:
            place = place[step]
        place[last] = value

    return change


def drop(path: str) -> Change:
    """The removal of one value."""

    def change(content: dict[str, Any]) -> None:
        *above, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place: Any = content
        for step in above:
            place = place[step]
        del place[last]

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (broken("outcome", "failed"), "wrong outcome"),
        (broken("outcome", "no_quorum"), "wrong outcome"),
        (drop("outcome"), "wrong outcome"),
        (broken("ballots.0.choice", "yes"), "unknown choice"),
        (broken("ballots.0.choice", ["for"]), "unknown choice"),
        (broken("ballots.1.entry", "e1"), "two ballots of one entry"),
        (broken("ballots.1.entry", "e99"), "ballot of no entry"),
        (broken("ballots.1.entry", None), "ballot of no entry"),
        (broken("ballots.1.entry", ["e2"]), "ballot of no entry"),
        (broken("ballots.1", 7), "ballot of no entry"),
        (drop("ballots.2"), "count mismatch"),
        (broken("roll.3.voted", True), "count mismatch"),
        (broken("roll.0.voted", False), "count mismatch"),
        (broken("ballots.1.receipt", "R0001"), "a receipt stands twice"),
        (broken("ballots.0.receipt", "R9999"), "not sorted by receipt"),
        (broken("ballots.0.receipt", ""), "bad receipt"),
        (broken("ballots", None), "bad ballots"),
        (broken("rule.participation.0.at_least", [2, 0]), "bad fraction"),
        (broken("rule.participation.0.at_least", [4, 3]), "bad fraction"),
        (broken("rule.participation.0.at_least", [-1, 3]), "bad fraction"),
        (broken("rule.participation.0.at_least", [0.5, 1]), "bad fraction"),
        (broken("rule.participation.0.at_least", [True, True]), "bad fraction"),
        (broken("rule.participation.0.at_least", "2/3"), "bad fraction"),
        (broken("rule.participation.0.more_than", [1, 2]), "bad fraction"),
        (drop("rule.approval.0.more_than"), "bad fraction"),
        (broken("rule.approval.0.measure", "loudness"), "bad rule"),
        (broken("rule.approval.0.measure", ["heads"]), "bad rule"),
        (broken("rule.approval.0", None), "bad rule"),
        (broken("rule.approval", []), "bad rule"),
        (drop("rule.participation"), "bad rule"),
        (broken("rule.silence", "loudest"), "bad rule"),
        (broken("rule", None), "bad rule"),
        (broken("vote.options", []), "bad options"),
        (broken("vote.options", ["for", "for"]), "bad options"),
        (broken("vote.options", [["for"]]), "bad options"),
        (broken("vote.secret", "no"), "bad vote"),
        (broken("vote", None), "bad vote"),
        (broken("roll.1.entry", "e1"), "bad roll"),
        (broken("roll.0.area", -5), "bad roll"),
        (broken("roll.0.area", 86.42), "bad roll"),
        (drop("roll.0.area"), "bad roll"),
        (broken("roll.0.voted", "yes"), "bad roll"),
        (drop("roll.0.served"), "bad roll"),
        (broken("roll.0", None), "bad roll"),
        (broken("roll", {}), "bad roll"),
    ],
)  # fmt: skip
def test_each_way_of_being_unsound_is_named(
    change: Change, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = json.loads(json.dumps(published(["for", "for", "against"], absent=1)))
    change(content)

    code, lines = recounted(content, tmp_path, capsys)

    assert code == 1
    assert [line for line in lines if line.startswith("- ") and reason in line] != []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (broken("ballots.0.entry", "e1"), "names an entry"),
        (broken("roll.0.area", 10000), "no area"),
        (broken("roll.3.voted", True), "count mismatch"),
        (drop("ballots.0"), "count mismatch"),
        (broken("rule", ORDINARY), "bad rule"),
    ],
)
def test_a_secret_vote_may_show_nothing_that_names_a_voter(
    change: Change, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = json.loads(json.dumps(secret(["for", "for", "against"], absent=1)))
    change(content)

    code, lines = recounted(content, tmp_path, capsys)

    assert code == 1
    assert [line for line in lines if reason in line] != []


def test_a_wrong_outcome_still_shows_the_right_one_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines = recounted(published(["for"], absent=3), tmp_path, capsys)

    assert (code, lines[0]) == (1, "no_quorum")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "7", "{}", '{"format": "portal-vote-result/2"}', '{"format": 1, "format": 2}', "\xff"],
)
def test_what_is_no_published_vote_exits_2(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(text.encode("latin-1"))

    code, lines, errors = run(path, capsys)

    assert (code, lines) == (2, [])
    assert errors != ""


def test_a_missing_file_exits_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "nowhere.json", capsys)[0] == 2
    assert recount.main([]) == 2


def test_it_runs_as_a_module_and_as_a_file_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(json.dumps(published(["for", "for"])), encoding="utf-8")
    alone = tmp_path / "recount.py"
    alone.write_text(Path(recount.__file__).read_text(encoding="utf-8"), encoding="utf-8")

    as_module = subprocess.run(
        [sys.executable, "-m", "portal.voting.recount", path],
        cwd=ROOT,
        capture_output=True,
        check=False,
        env={},
    )
    as_file = subprocess.run(
        [sys.executable, "-I", "-S", alone, path], capture_output=True, check=False, env={}
    )

    assert as_module.returncode == as_file.returncode == 0, as_module.stderr
    assert as_module.stdout == as_file.stdout
    assert as_file.stdout.decode().startswith("passed\n")


def test_it_needs_the_standard_library_only_and_stays_short() -> None:
    source = Path(recount.__file__).read_text(encoding="utf-8")
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name) or ""
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }

    assert {name.partition(".")[0] for name in imported} <= set(sys.stdlib_module_names)
    assert len(source.splitlines()) < 300


any_rule = st.builds(
    lambda rule, silence: {**rule, "silence": silence},
    st.sampled_from([ORDINARY, SPECIAL, ASSEMBLY, SOUNDING]),
    st.sampled_from(["none", "counts_as_participating", "follows_majority"]),
)
any_entry = st.tuples(st.integers(1, 50_000), st.booleans(), st.sampled_from([None, *OPTIONS]))


@given(any_rule, st.lists(any_entry, max_size=12))
def test_two_programs_count_the_same(
    rule: dict[str, Any], entries: list[tuple[int, bool, str | None]]
) -> None:
    """The portal's own count and the recount share no line of code."""
    content = published([], rule=rule)
    cast = dict.fromkeys(OPTIONS, Tally())
    roll, silent = Tally(), Tally()
    for number, (area, served, choice) in enumerate(entries, 1):
        roll += Tally(1, area)
        content["roll"].append(
            {"entry": f"e{number}", "area": area, "served": served, "voted": choice is not None}
        )
        if choice is not None:
            cast[choice] += Tally(1, area)
            content["ballots"].append({"receipt": f"R{number:04}", "entry": f"e{number}", "choice": choice})
        elif served:
            silent += Tally(1, area)
    verdict = outcome(rule, Totals(roll, cast, silent=silent))
    content["outcome"] = verdict.result

    result, lines, faults = recount.recount(content)

    assert (result, faults) == (verdict.result, [])
    assert [(line.step, line.measure, line.part, line.whole, line.reached) for line in lines] == [
        (m.step, m.measure, m.numerator, m.denominator, m.reached) for m in verdict.measures
    ]
