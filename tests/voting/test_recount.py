"""The stand-alone recount: right files pass, and each way of being wrong is named."""

from __future__ import annotations

import ast
import copy
import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.voting import methods, recount
from portal.voting.contests import contest
from portal.voting.models.choices import Method
from portal.voting.outcome import Tally, Totals, outcome
from tests.voting.rules import ASSEMBLY, ORDINARY, SOUNDING, SPECIAL

ROOT = Path(__file__).parents[2]
NODE = shutil.which("node")
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
        "participation · heads: 3 / 4, at least 2/3: reached",
        "participation · floor area in 0.01 m²: 30000 / 40000, at least 2/3: reached",
        "approval · heads: 2 / 3, more than 1/2: reached",
        "approval · floor area in 0.01 m²: 20000 / 30000, more than 1/2: reached",
    ]


@pytest.mark.parametrize("name", ["zh_CN", "Chinese (Simplified)_China"])
def test_on_a_chinese_computer_it_speaks_chinese_and_nothing_else(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount.locale, "getlocale", lambda: (name, "UTF-8"))
    content = published(["for", "for", "against"], absent=1)
    broken("ballots.0.choice", "perhaps")(content)

    lines = recounted(content, tmp_path, capsys)[1]

    assert "- 选票 1 (R0001): 选项不存在: 'perhaps'" in lines
    # The first line is for programs; names and values of the file stand as they are.
    read = [re.sub("'.*?'|[0-9a-f]{64}| outcome:", "", line) for line in lines[1:]]
    assert not [line for line in read if re.search("[a-z]{3,}", line)]


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
    assert len(source.splitlines()) < 350


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


# --- other questions than a motion ---

PEOPLE = ["o1", "o2", "o3", "o4"]
PLAIN = {
    "name": "any", "participation": [], "approval": [], "silence": "none",
    "seats": 1, "choose": 2, "points": 3, "tie": "runoff",
}  # fmt: skip


def contested(method: str, lines: list[str], **changes: Any) -> dict[str, Any]:
    """The published file of a choice between options, as the portal counts it. The n-th entry has n m\u00b2."""
    rule = {**PLAIN, "method": method, **changes}
    content = published([], rule=rule)
    content["vote"]["options"] = [*PEOPLE, "invalid"] if "invalid" in lines else PEOPLE
    content["vote"]["labels"] = dict(zip(PEOPLE, "甲乙丙丁", strict=True))
    cast: dict[str, Tally] = {}
    for number, line in enumerate(lines, 1):
        content["roll"].append({"entry": f"e{number}", "area": 100 * number, "served": True, "voted": True})
        choice = methods.read(Method(method), line)
        content["ballots"].append({"receipt": f"R{number:04}", "entry": f"e{number}", "choice": choice})
        cast[line] = cast.get(line, Tally()) + Tally(1, 100 * number)
    roll = Tally(len(lines), sum(100 * number for number in range(1, len(lines) + 1)))
    found = contest(rule, PEOPLE, cast, roll)
    return content | {"outcome": found.result, "winners": list(found.winners), "tied": list(found.tied)}


two_of = st.lists(st.sampled_from(PEOPLE), unique=True, max_size=2)
BALLOTS = {
    "choice": st.sampled_from([*PEOPLE, ""]),
    "approval": two_of.map(lambda marks: ",".join(sorted(marks))),
    "election": two_of.map(lambda marks: ",".join(sorted(marks))),
    "ranked": st.lists(st.sampled_from(PEOPLE), unique=True).map(">".join),
    "score": st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 3)).map(
        lambda given: ",".join(f"{option}={points}" for option, points in sorted(given.items()))
    ),
}
any_contest = st.sampled_from(["choice", "approval", "election", "ranked", "score"]).flatmap(
    lambda method: st.tuples(
        st.just(method),
        st.lists(st.one_of(BALLOTS[method], st.just("invalid")), max_size=10),
        st.fixed_dictionaries(
            {
                "seats": st.integers(1, 3),
                "participation": st.sampled_from([[], ORDINARY["participation"], ASSEMBLY["participation"]]),
                "approval": st.sampled_from([[], ORDINARY["approval"], ASSEMBLY["approval"]]),
                "withdrawn": st.sampled_from([[], ["o1"], PEOPLE]),
                "tie": st.sampled_from(["runoff", "lot"]),
                "lot": st.just("双色球"),
            }
        ),
    )
)


@given(any_contest)
def test_two_programs_choose_the_same(held: tuple[str, list[str], dict[str, Any]]) -> None:
    content = contested(held[0], held[1], **held[2])

    result, lines, faults = recount.recount(content)

    assert (result, faults) == (content["outcome"], [])
    assert {line.step for line in lines} <= {"participation", "approval"}


ELECTION = contested(
    "election", ["", "invalid", "o1", "o1,o3", "o1,o2"], seats=2, approval=ORDINARY["approval"]
)
RANKED = contested("ranked", ["o1>o2", "o2>o1", "o2>o3", "o3>o1", "o4"])
SCORE = contested("score", ["o1=3,o2=1", "o2=3", "o3=0"])
DRAWN = contested("choice", ["o1", "o2", "o3"], tie="lot", lot="双色球 2026137")


@pytest.mark.parametrize(
    ("content", "change", "reason"),
    [
        (ELECTION, broken("winners", ["o2"]), "wrong winners"),
        (ELECTION, broken("winners", []), "wrong winners"),
        (ELECTION, drop("winners"), "wrong winners"),
        (DRAWN, broken("tied", []), "wrong tied"),
        (DRAWN, broken("rule.lot", "双色球 2026138"), "wrong winners"),
        (DRAWN, drop("rule.lot"), "the lot is missing"),
        (DRAWN, broken("rule.lot", 7), "bad rule"),
        (DRAWN, broken("rule.tie", "youngest"), "bad rule"),
        (ELECTION, broken("outcome", "failed"), "wrong outcome"),
        (ELECTION, broken("ballots.0.choice", ["o1", "o9"]), "unknown choice"),
        (ELECTION, broken("ballots.0.choice", ["o1", "o1"]), "unknown choice"),
        (ELECTION, broken("ballots.0.choice", ["o1", "o2", "o3"]), "unknown choice"),
        (ELECTION, broken("ballots.0.choice", "o1"), "unknown choice"),
        (ELECTION, broken("ballots.0.choice", [["o1"]]), "unknown choice"),
        (ELECTION, broken("vote.options", PEOPLE), "unknown choice"),
        (SCORE, broken("ballots.0.choice", {"o1": 4}), "unknown choice"),
        (SCORE, broken("ballots.0.choice", {"o1": -1}), "unknown choice"),
        (SCORE, broken("ballots.0.choice", {"o1": True}), "unknown choice"),
        (SCORE, broken("ballots.1.choice", {"o1": 3}), "wrong winners"),
        (RANKED, broken("ballots.0.choice", ["o2", "o2"]), "unknown choice"),
        (RANKED, broken("rule.seats", 0), "bad rule"),
        (RANKED, broken("rule.method", "loudest"), "bad rule"),
        (RANKED, broken("rule.silence", "follows_majority"), "bad rule"),
        (RANKED, broken("rule.withdrawn", ["o9"]), "bad rule"),
        (RANKED, broken("rule.withdrawn", ["o2"]), "wrong winners"),
        (RANKED, broken("ballots.1.entry", "e1"), "two ballots of one entry"),
        (RANKED, drop("ballots.2"), "count mismatch"),
    ],
)  # fmt: skip
def test_each_way_a_choice_is_unsound_is_named(
    content: dict[str, Any], change: Change, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = copy.deepcopy(content)
    change(changed)

    code, lines = recounted(changed, tmp_path, capsys)

    assert code == 1
    assert [line for line in lines if reason in line] != []


def paths(value: Any, above: str = "") -> list[str]:
    """The path of each single value in a content."""
    if isinstance(value, dict):
        return [path for name in value for path in paths(value[name], f"{above}.{name}")]
    if isinstance(value, list) and value:
        return [path for place, each in enumerate(value) for path in paths(each, f"{above}.{place}")]
    return [above[1:]]


@pytest.mark.parametrize("content", [published(["for", "for", "against"]), ELECTION, RANKED, SCORE, DRAWN])
def test_any_change_of_a_file_shows_against_the_fingerprint_in_the_record(
    content: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sha256, path = recount.fingerprint(content), tmp_path / "result.json"
    for place in paths(content):
        if place == "format" or place.startswith("record."):
            continue
        changed = copy.deepcopy(content)
        broken(place, "changed")(changed)
        path.write_text(json.dumps(changed), encoding="utf-8")

        code = recount.main([str(path), sha256])

        assert code == 1, place
        assert "- changed: fingerprint" in capsys.readouterr().out, place
    path.write_text(json.dumps(content), encoding="utf-8")
    assert recount.main([str(path), sha256.upper()]) == 0


def test_what_is_not_compared_with_the_record_is_said_loudly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = published(["for", "for", "against"])
    sha256, path = recount.fingerprint(content), tmp_path / "result.json"
    content["record"] = {"sequence": 7, "hash": "b" * 64}
    path.write_text(json.dumps(content), encoding="utf-8")

    said = {}
    for known in ([], [sha256], [sha256, "B" * 64], [sha256, "a" * 64]):
        code = recount.main([str(path), *known])
        lines = capsys.readouterr().out.splitlines()
        said[len(said)] = (code, [line.split(":")[0] for line in lines if line.startswith("NOT CHECKED")])
        assert lines[0] == "passed"

    assert said[0] == (0, ["NOT CHECKED"] * 2)
    assert said[1] == (0, ["NOT CHECKED"])
    assert said[2] == (0, [])
    assert said[3] == (1, [])
    assert any(line.startswith("- changed: record") for line in lines)


@pytest.mark.parametrize(
    "record",
    [
        None,
        {},
        7,
        {"sequence": 0, "hash": "a" * 64},
        {"sequence": 4, "hash": "a"},
        {"sequence": "4", "hash": "a" * 64},
    ],
)
def test_what_is_no_place_in_a_record_is_not_sound(
    record: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines = recounted({**published(["for"]), "record": record}, tmp_path, capsys)

    assert code == 1
    assert any(line.startswith("- bad record") for line in lines)


# --- the same in the browser ---

IN_NODE = """
import { readFileSync } from "node:fs";
import { compared, recount } from "./recount.mjs";
const found = [], known = { sha256: "", sequence: "412", hash: "a".repeat(64) };
for (const text of JSON.parse(readFileSync(0, "utf8"))) {
  const one = await recount(text);
  found.push(one && { ...one, changed: compared(one, { ...known, sha256: one.sha256 }) });
}
console.log(JSON.stringify(found));
"""


def many_files() -> list[dict[str, Any]]:
    """Sound files of every kind, and each of them broken in a few places."""
    chance = random.Random(7)
    sound = [
        published(["for", "for", "against"], absent=1),
        secret(["for", "against", "for"]),
        ELECTION,
        RANKED,
        SCORE,
        DRAWN,
    ]
    for silence in ("counts_as_participating", "follows_majority"):
        sound.append(published(["for", "for", "against"], rule={**ORDINARY, "silence": silence}, absent=2))
    for number in range(30):
        ranking = [">".join(chance.sample(PEOPLE, chance.randint(0, 4))) for _ in range(number)]
        points = [",".join(f"{o}={chance.randint(0, 3)}" for o in PEOPLE) for _ in range(number)]
        tie = {"tie": chance.choice(["lot", "runoff"]), "lot": "双色球", "seats": chance.randint(1, 3)}
        sound += [contested("ranked", ranking, **tie), contested("score", points, **tie)]
    wrong = []
    for content in sound[:8]:
        for place in paths(content):
            values: list[Any] = [None, 7, "o1", [], "failed"]
            for value in values:
                changed = copy.deepcopy(content)
                broken(place, value)(changed)
                wrong.append(changed)
    return [*sound, *chance.sample(wrong, 250)]


@pytest.mark.skipif(NODE is None, reason="needs node to run the browser's module")
def test_the_browser_comes_to_the_same_verdict(tmp_path: Path) -> None:
    (tmp_path / "recount.mjs").write_text((ROOT / "static/js/recount.js").read_text(encoding="utf-8"))
    (tmp_path / "run.mjs").write_text(IN_NODE)
    files = many_files()
    given = json.dumps([json.dumps(content) for content in files])

    ran = subprocess.run(
        [str(NODE), "run.mjs"], cwd=tmp_path, input=given, capture_output=True, text=True, check=True
    )

    for content, found in zip(files, json.loads(ran.stdout), strict=True):
        if content["format"] != recount.FORMAT:
            assert found is None
            continue
        result, lines, faults = recount.recount(content)
        places = [fault.split(":")[0] for fault in faults]
        assert (found["result"], found["lines"], found["sha256"]) == (
            result, [str(line) for line in lines], recount.fingerprint(content),
        )  # fmt: skip
        assert [fault.split(":")[0] for fault in found["faults"]] == places
        moved = content.get("record") != {"sequence": 412, "hash": "a" * 64}
        assert bool(found["changed"]) == moved
