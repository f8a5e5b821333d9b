#!/usr/bin/env python3
"""Recounts a published vote. 重新计票。

    python3 recount.py result.json          python -m portal.voting.recount result.json

Needs nothing but Python 3.11. The first line says passed, failed or no_quorum; then each measure, in words.
Exit 0: the file is sound and its outcome is right. Exit 1: it is not, with the reasons. Exit 2: no such file.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FORMAT = "portal-vote-result/1"
SILENCES = ("none", "counts_as_participating", "follows_majority")
STEPS = {"participation": "participation 参与", "approval": "approval 同意"}
MEASURES = {"heads": "heads 人数", "area": "area 面积 (0.01 m²)"}
WORDS = {"passed": "passed 通过", "failed": "failed 未通过", "no_quorum": "no quorum 参与不足"}
Need = tuple[str, str, tuple[int, int], bool]
Sums = dict[str, int]


class NoSuchFile(Exception):
    """What was given is not a published vote."""


@dataclass
class Roll:
    """The frozen roll: area of each entry, who was served, who voted."""

    area: dict[str, int] = field(default_factory=dict)
    served: set[str] = field(default_factory=set)
    voted: set[str] = field(default_factory=set)


@dataclass
class Line:
    """One measure against its threshold."""

    step: str
    measure: str
    part: int
    whole: int
    need: tuple[int, int]
    inclusive: bool

    @property
    def reached(self) -> bool:
        have, want = self.part * self.need[1], self.need[0] * self.whole
        return self.whole > 0 and (have >= want if self.inclusive else have > want)

    def __str__(self) -> str:
        sign = "at least 不少于" if self.inclusive else "more than 超过"
        held = "reached 达到" if self.reached else "not reached 未达到"
        need = f"{sign} {self.need[0]}/{self.need[1]}"
        return f"{STEPS[self.step]} · {MEASURES[self.measure]}: {self.part} / {self.whole}, {need}: {held}"


def load(path: str) -> dict[str, Any]:
    """The file's content; NoSuchFile where it is missing, unreadable or of another format."""
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"), object_pairs_hook=_named_once)
    except (OSError, ValueError, RecursionError) as error:
        raise NoSuchFile(f"{path}: {error}") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise NoSuchFile(f"{path}: not a {FORMAT} file")
    return content


def recount(content: dict[str, Any]) -> tuple[str, list[Line], list[str]]:
    """The outcome ("" where the file allows none), the measures, each reason why it is not sound."""
    faults: list[str] = []
    options, secret = _question(content.get("vote"), faults)
    needs, silence = _rule(content.get("rule"), secret, faults)
    weighed = any(measure == "area" for _, measure, *_ in needs)
    roll = _roll(content.get("roll"), secret, weighed, faults)
    if faults:
        return "", [], faults
    count = _ballots(content.get("ballots"), roll, options, secret, faults)
    took_part, agreed = _presume(count, options, silence, roll)
    lines = [
        Line(step, measure, agreed[measure], took_part[measure], need, inclusive)
        if step == "approval"
        else Line(step, measure, took_part[measure], _whole(roll, measure), need, inclusive)
        for step, measure, need, inclusive in needs
    ]
    short = {line.step for line in lines if not line.reached}
    result = "no_quorum" if "participation" in short else "failed" if short else "passed"
    if content.get("outcome") != result:
        said = content.get("outcome")
        faults.append(f"wrong outcome 结果不符: the file says {said!r}, the ballots say {result!r}")
    return result, lines, faults


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of everything but `record`; the public record's entry about the result holds the same."""
    body = {name: value for name, value in content.items() if name != "record"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return named


def _question(vote: Any, faults: list[str]) -> tuple[list[str], bool]:
    vote = vote if isinstance(vote, dict) else {}
    options, secret = vote.get("options"), vote.get("secret")
    if not isinstance(options, list) or not options or not all(isinstance(name, str) for name in options):
        faults.append("bad options 选项有误: a list of names is needed")
        options = []
    elif len(set(options)) != len(options):
        faults.append("bad options 选项有误: one stands twice")
    if not isinstance(secret, bool):
        faults.append("bad vote 表决信息有误: secret must be true or false")
    return options, secret is True


def _rule(rule: Any, secret: bool, faults: list[str]) -> tuple[list[Need], str]:
    rule = rule if isinstance(rule, dict) else {}
    silence = rule.get("silence")
    if silence not in SILENCES:
        faults.append(f"bad rule 规则有误: unknown silence {silence!r}")
    needs = []
    for step in STEPS:
        items = rule.get(step)
        if not isinstance(items, list) or (step == "approval" and not items):
            faults.append(f"bad rule 规则有误: {step} must be a list of measures")
            continue
        needs += [need for item in items if (need := _need(step, item, secret, faults))]
    return needs, str(silence)


def _need(step: str, item: Any, secret: bool, faults: list[str]) -> Need | None:
    measure = item.get("measure") if isinstance(item, dict) else None
    if measure not in tuple(MEASURES) or (secret and measure != "heads"):
        faults.append(f"bad rule 规则有误: {step} by {measure!r}")
        return None
    kinds = [kind for kind in ("at_least", "more_than") if kind in item]
    share = item[kinds[0]] if len(kinds) == 1 else None
    if not isinstance(share, list) or len(share) != 2 or not all(_whole_number(n) for n in share):
        faults.append(f"bad fraction 分数有误: {step} by {measure}: {share!r}")
        return None
    if share[1] == 0 or share[0] > share[1]:
        faults.append(f"bad fraction 分数有误: {step} by {measure}: {share[0]}/{share[1]}")
        return None
    return step, measure, (share[0], share[1]), kinds == ["at_least"]


def _roll(entries: Any, secret: bool, weighed: bool, faults: list[str]) -> Roll:
    roll = Roll()
    if not isinstance(entries, list):
        faults.append("bad roll 名册有误: a list of entries is needed")
        return roll
    for place, entry in enumerate(entries, 1):
        reason = _entry_fault(entry, secret, weighed, roll)
        if reason:
            faults.append(f"bad roll 名册有误: entry {place}: {reason}")
            continue
        code = entry["entry"]
        roll.area[code] = entry.get("area", 0)
        if entry["served"]:
            roll.served.add(code)
        if entry["voted"]:
            roll.voted.add(code)
    return roll


def _entry_fault(entry: Any, secret: bool, weighed: bool, roll: Roll) -> str:
    if not isinstance(entry, dict) or not isinstance(entry.get("entry"), str):
        return "it has no code"
    if entry["entry"] in roll.area:
        return f"{entry['entry']} stands twice"
    if not isinstance(entry.get("served"), bool) or not isinstance(entry.get("voted"), bool):
        return "served and voted must be true or false"
    if secret and "area" in entry:
        return "a secret vote has no area"
    if weighed and "area" not in entry:
        return "area is missing"
    return "" if _whole_number(entry.get("area", 0)) else "area is not a whole number"


def _ballots(
    ballots: Any, roll: Roll, options: list[str], secret: bool, faults: list[str]
) -> dict[str, Sums]:
    count = {option: {"heads": 0, "area": 0} for option in options}
    if not isinstance(ballots, list):
        faults.append("bad ballots 选票有误: a list of ballots is needed")
        return count
    used: set[str] = set()
    receipts: list[str] = []
    for place, ballot in enumerate(ballots, 1):
        given: Any = ballot if isinstance(ballot, dict) else {}
        receipt, code, choice = given.get("receipt"), given.get("entry"), given.get("choice")
        name = f"ballot {place} ({receipt})"
        receipts.append(receipt if isinstance(receipt, str) else "")
        reason = _ballot_fault(code, roll, used, secret)
        if choice not in options:
            reason = reason or f"unknown choice 选项不存在: {choice!r}"
        if reason:
            faults.append(f"{name}: {reason}")
            continue
        if not secret:
            used.add(code)
            count[choice]["area"] += roll.area[code]
        count[choice]["heads"] += 1
    _sound_list(receipts, faults)
    _sound_count(len(ballots), used, roll, secret, faults)
    return count


def _ballot_fault(code: Any, roll: Roll, used: set[str], secret: bool) -> str:
    if secret:
        return "" if code is None else "a secret ballot names an entry 无记名票不得有编号"
    if not isinstance(code, str) or code not in roll.area:
        return f"ballot of no entry 名册上没有: {code!r}"
    return f"two ballots of one entry 一人两票: {code}" if code in used else ""


def _sound_list(receipts: list[str], faults: list[str]) -> None:
    if not all(receipts):
        faults.append("bad receipt 回执号有误: each ballot needs one")
    if len(set(receipts)) != len(receipts):
        faults.append("a receipt stands twice 回执号重复")
    if receipts != sorted(receipts):
        faults.append("ballots are not sorted by receipt 选票未按回执号排序")


def _sound_count(ballots: int, used: set[str], roll: Roll, secret: bool, faults: list[str]) -> None:
    if secret and ballots != len(roll.voted):
        faults.append(f"count mismatch 票数不符: {ballots} ballots, {len(roll.voted)} entries voted")
    for code in sorted(used ^ roll.voted) if not secret else []:
        what = "is not marked as voted" if code in used else "is marked as voted but has no ballot"
        faults.append(f"count mismatch 票数不符: {code} {what}")


def _presume(count: dict[str, Sums], options: list[str], silence: str, roll: Roll) -> tuple[Sums, Sums]:
    """Who took part and who agreed, by measure, with the silent ones where the rule counts them."""
    took_part = {measure: sum(sums[measure] for sums in count.values()) for measure in MEASURES}
    agreed = dict(count[options[0]])
    most = max(sums["heads"] for sums in count.values())
    leaders = [option for option in options if count[option]["heads"] == most]
    if silence == "none" or (silence == "follows_majority" and len(leaders) != 1):
        return took_part, agreed
    silent = roll.served - roll.voted
    quiet = {"heads": len(silent), "area": sum(roll.area[code] for code in silent)}
    for measure in MEASURES:
        took_part[measure] += quiet[measure]
        if silence == "follows_majority" and leaders == options[:1]:
            agreed[measure] += quiet[measure]
    return took_part, agreed


def _whole(roll: Roll, measure: str) -> int:
    return len(roll.area) if measure == "heads" else sum(roll.area.values())


def _whole_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def main(arguments: list[str]) -> int:
    """Print what the recount found; the exit code as the head of this file says."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        content = load(arguments[0])
    except NoSuchFile as error:
        print(error, file=sys.stderr)
        return 2
    result, lines, faults = recount(content)
    if result:
        print(result)
    for line in lines:
        print(line)
    print(f"SHA-256 {fingerprint(content)}")
    print("NOT sound 文件有误:" if faults else f"sound 文件无误: {WORDS[result]}")
    for fault in faults:
        print(f"- {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
