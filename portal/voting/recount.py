#!/usr/bin/env python3
"""Recounts a published vote. 重新计票。

    python3 recount.py result.json [SHA-256 [HASH]]    python -m portal.voting.recount result.json [SHA-256 [HASH]]
Needs nothing but Python 3.11. The first line says passed, failed or no_quorum; then each measure, in words.
The SHA-256 is that of the public record, HASH the hash of its entry: with both every later change of the file shows.
Exit 0: the file is sound and its outcome is right. Exit 1: it is not, with the reasons. Exit 2: no such file.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import locale
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

FORMAT, INVALID = "portal-vote-result/1", "invalid"
METHODS = ("motion", "choice", "approval", "ranked", "score", "election")
SILENCES = ("none", "counts_as_participating", "follows_majority")
STEPS = {"participation": "‹participation|参与›", "approval": "‹approval|同意›"}
MEASURES = {"heads": "‹heads|人数›", "area": "‹floor area in 0.01 m²|面积（单位 0.01 平方米）›"}
PLACES = ("‹fingerprint|指纹›", "‹record|记录›")
WORDS = {"passed": "‹passed|通过›", "failed": "‹failed|未通过›", "no_quorum": "‹no quorum|参与不足›"}
Sums = Counter[str]  # heads and area
Marks = tuple[tuple[str, int], ...]  # the options a ballot names, in its order, with their points (else 1)


class Line(NamedTuple):
    """One measure against its threshold; `option` where one of several can be chosen."""

    step: str
    measure: str
    part: int
    whole: int
    need: tuple[int, int]
    inclusive: bool
    option: str = ""

    @property
    def reached(self) -> bool:
        have, want = self.part * self.need[1], self.need[0] * self.whole
        return self.whole > 0 and (have >= want if self.inclusive else have > want)

    def __str__(self) -> str:
        sign = "‹at least|不少于›" if self.inclusive else "‹more than|超过›"
        held = "‹reached|达到›" if self.reached else "‹not reached|未达到›"
        head = f"{self.option or STEPS[self.step]} · {MEASURES[self.measure]}: {self.part} / {self.whole}"
        return f"{head}, {sign} {self.need[0]}/{self.need[1]}: {held}"


class Count:
    """One published vote counted again: its `result`, the `lines` to be reached, the `faults` of the file."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.result, self.measures, self.lines, self.faults = "", ["heads"], list[Line](), list[str]()
        self.needs: dict[str, list[tuple[str, tuple[int, int], bool]]] = {step: [] for step in STEPS}
        self.roll: dict[Any, dict[str, Any]] = {}
        self.cast: dict[Marks, Sums] = defaultdict(Counter)
        place = _named(content.get("record", {"sequence": 1, "hash": "0" * 64}))
        good = _whole_number(place.get("sequence")) and re.fullmatch("[0-9a-f]{64}", str(place.get("hash")))
        self.check(
            "‹bad record|记录位置有误›", {repr(content.get("record")): not good or not place["sequence"]}
        )
        self.read_question(_named(content.get("vote")))
        self.read_rule(_named(content.get("rule")))
        self.read_roll(content.get("roll"))
        if not self.faults:
            self.read_ballots(content.get("ballots"))
            right = self.decide()
            self.result = right["outcome"]
            for name, value in right.items():
                said = f"‹the file says|文件写的是› {content.get(name)!r}‹, the ballots say|，按选票应为› {value!r}"
                self.check(f"‹wrong|结果不符› {name}", {said: content.get(name) != value})

    def check(self, where: str, wrong: dict[str, bool]) -> bool:
        """Note each reason that holds; whether there was none."""
        found = [f"{where}: {reason}" for reason, holds in wrong.items() if holds]
        self.faults += found
        return not found

    def read_question(self, vote: dict[str, Any]) -> None:
        given = vote.get("options")
        listed = given if isinstance(given, list) and all(isinstance(name, str) for name in given) else []
        self.readable, self.secret = INVALID not in listed, vote.get("secret") is True
        self.options = [option for option in listed if option != INVALID]
        twice = len(set(listed)) < len(listed)
        self.check(
            "‹bad options|选项有误›",
            {"‹names are needed|缺少选项›": not self.options, "‹one stands twice|有一项出现两次›": twice},
        )
        self.check(
            "‹bad vote|表决信息有误›",
            {"‹secret is unclear|没有写明是否无记名›": not isinstance(vote.get("secret"), bool)},
        )

    def read_rule(self, given: dict[str, Any]) -> None:
        usual = {"method": "motion", "seats": 1, "choose": len(self.options), "points": 1, "tie": "runoff"}
        rule = self.rule = {**usual, "lot": "", "withdrawn": [], **given}
        self.method, out = rule["method"], rule["withdrawn"]
        good = {name: _whole_number(rule[name]) and rule[name] > 0 for name in ("seats", "choose", "points")}
        good["method"] = self.method in METHODS
        good["silence"] = rule.get("silence") in SILENCES[: 3 if self.method == "motion" else 1]
        good["tie"] = rule["tie"] in ("runoff", "lot") and isinstance(rule["lot"], str)
        good["withdrawn"] = isinstance(out, list) and all(option in self.options for option in out)
        for step in STEPS:
            may_be_empty = step == "participation" or self.method != "motion"
            good[step] = isinstance(rule.get(step), list) and (may_be_empty or rule[step] != [])
            for need in rule[step] if good[step] else []:
                self.read_need(step, _named(need))
        self.check("‹bad rule|规则有误›", {f"{name} {rule.get(name)!r}": not good[name] for name in good})

    def read_need(self, step: str, need: dict[str, Any]) -> None:
        measure: Any = need.get("measure")
        unknown = measure not in tuple(MEASURES)[: 1 if self.secret else 2]
        kinds = [kind for kind in ("at_least", "more_than") if kind in need]
        share: Any = need[kinds[0]] if len(kinds) == 1 else None
        pair = isinstance(share, list) and len(share) == 2 and all(map(_whole_number, share))
        if self.check("‹bad rule|规则有误›", {f"{step} by {measure!r}": unknown}):
            self.measures = [name for name in MEASURES if name in {*self.measures, measure}]
            fair = pair and share[0] <= share[1] > 0
            if self.check("‹bad fraction|分数有误›", {f"{step} {share!r}": not fair}):
                self.needs[step].append((measure, (share[0], share[1]), kinds == ["at_least"]))

    def read_roll(self, entries: Any) -> None:
        self.check(
            "‹bad roll|名册有误›", {"‹a list of entries is needed|缺少名册›": not isinstance(entries, list)}
        )
        area = None if "area" in self.measures else 0
        for place, entry in enumerate(map(_named, entries) if isinstance(entries, list) else [], 1):
            code, marks = entry.get("entry"), (entry.get("served"), entry.get("voted"))
            wrong = {
                "‹it has no code|没有编号›": not isinstance(code, str),
                f"{code} ‹stands twice|出现两次›": isinstance(code, str) and code in self.roll,
                "‹served and voted must be true or false|送达和投票须为 true 或 false›": not all(
                    isinstance(mark, bool) for mark in marks
                ),
                "‹a secret vote has no area|无记名表决不应有面积›": self.secret and "area" in entry,
                "‹area is not a whole number|面积不是整数›": not _whole_number(entry.get("area", area)),
            }
            if self.check(f"‹bad roll|名册有误›: ‹entry {place}|第 {place} 行›", wrong):
                self.roll[code] = entry

    def read_ballots(self, ballots: Any) -> None:
        self.check(
            "‹bad ballots|选票有误›",
            {"‹a list of ballots is needed|缺少选票›": not isinstance(ballots, list)},
        )
        used, receipts = set[Any](), []
        for place, ballot in enumerate(map(_named, ballots) if isinstance(ballots, list) else [], 1):
            receipt, code, choice = ballot.get("receipt"), ballot.get("entry"), ballot.get("choice")
            receipts.append(receipt if isinstance(receipt, str) else "")
            known, marks = isinstance(code, str) and code in self.roll, self.marks(choice)
            wrong = {
                "‹a secret ballot names an entry|无记名票不得有编号›": self.secret and code is not None,
                f"‹ballot of no entry|名册上没有›: {code!r}": not self.secret and not known,
                f"‹two ballots of one entry|一人两票›: {code}": known and code in used,
                f"‹unknown choice|选项不存在›: {choice!r}": marks is None,
            }
            if self.check(f"‹ballot|选票› {place} ({receipt})", wrong):
                used |= {code} if known else set()
                self.cast[marks or ()].update(heads=1, area=self.roll[code].get("area", 0) if known else 0)
        voted = {code for code, entry in self.roll.items() if entry["voted"]}
        self.check("‹bad receipt|回执号有误›", {"‹each ballot needs one|每张选票都要有›": not all(receipts)})
        self.check(
            "‹a receipt stands twice|回执号重复›",
            {"‹each has its own|每张应不同›": len(set(receipts)) < len(receipts)},
        )
        self.check(
            "‹bad order|顺序有误›",
            {"‹ballots are not sorted by receipt|选票未按回执号排序›": receipts != sorted(receipts)},
        )
        wrong = {
            f"{len(receipts)} ‹ballots|张选票›, {len(voted)} ‹voted|人投票›": self.secret
            and len(receipts) != len(voted)
        }
        for code in sorted(used ^ voted) if not self.secret else []:
            wrong[
                f"{code} "
                + ("‹is not marked as voted|未标为已投票›" if code in used else "‹has no ballot|没有选票›")
            ] = True
        self.check("‹count mismatch|票数不符›", wrong)

    def marks(self, choice: Any) -> Marks | None:
        """What a ballot names; nothing for an abstention; None where the rule does not allow it."""
        if choice == INVALID and not self.readable:
            return ((INVALID, 1),)
        kind = {"motion": str, "choice": str, "score": dict}.get(self.method, list)
        if not isinstance(choice, kind):
            return None
        names = list(choice) if kind is not str else [choice] if choice or self.method == "motion" else []
        points = list(choice.values()) if isinstance(choice, dict) else []
        most = self.rule["choose"] if self.method in {"approval", "election"} else len(names)
        known = all(map(self.options.__contains__, names)) and len(set(names)) == len(names) <= most
        fair = all(_whole_number(each) and each <= self.rule["points"] for each in points)
        return tuple(zip(names, points or [1] * len(names), strict=True)) if known and fair else None

    def decide(self) -> dict[str, Any]:
        """What the file should say of the outcome, by the lines that were reached."""
        took_part: Sums = sum(self.cast.values(), Counter())
        agreed = self.presume(took_part) if self.method == "motion" else None
        self.lines = self.against("participation", took_part, self.sums(list(self.roll)))
        enough = all(line.reached for line in self.lines)
        winners, tied = self.choose(took_part) if enough and agreed is None else ([], [])
        self.lines += [] if agreed is None else self.against("approval", agreed, took_part)
        passed = bool(winners) if agreed is None else all(line.reached for line in self.lines)
        right = {"outcome": "no_quorum" if not enough else "passed" if passed else "failed"}
        return {**right, "winners": winners, "tied": tied} if agreed is None else right

    def presume(self, took_part: Sums) -> Sums:
        """Who agreed. The silent ones are added, there and to who took part, where the rule counts them."""
        heads = {option: self.cast[(option, 1),]["heads"] for option in self.options}
        leaders = [option for option in self.options if heads[option] == max(heads.values())]
        agreed, follows = self.cast[(self.options[0], 1),], self.rule["silence"] == "follows_majority"
        quiet = self.sums([code for code, each in self.roll.items() if each["served"] > each["voted"]])
        if self.rule["silence"] != "none" and (not follows or len(leaders) == 1):
            took_part.update(quiet)
        return agreed + quiet if follows and leaders == self.options[:1] else agreed

    def choose(self, took_part: Sums) -> tuple[list[str], list[str]]:
        """Who is chosen, and who is equal at the last place: by people, then by area where the rule counts it.

        Ranked: the weakest drops out (of equals the one weaker in the round before, and so on back; else they
        go together) until as many are left as are sought, or the one that is sought has more than half.
        """
        seats, lot = self.rule["seats"], self.rule["lot"]
        rounds = [self.got([option for option in self.options if option not in self.rule["withdrawn"]])]
        while True:
            now = rounds[0]
            strength = {name: [[got[name][m] for m in self.measures] for got in rounds] for name in now}
            stay = [name for name in now if strength[name] > min(strength.values())]
            heads = [sums["heads"] for sums in now.values()] or [0]
            if self.method != "ranked" or len(stay) < seats or (seats == 1 and 2 * max(heads) > sum(heads)):
                break
            rounds.insert(0, self.got(stay))
        times, able = self.rule["points"] if self.method == "score" else 1, list[str]()
        whole = Counter({name: number * times for name, number in took_part.items()})
        for option in sorted(now, key=strength.__getitem__, reverse=True):
            lines = [Line("approval", "heads", now[option]["heads"], whole["heads"], (0, 1), False, option)]
            lines += self.against("approval", now[option], whole, option)
            able += [option] if all(line.reached for line in lines) else []
            self.lines += lines
        line = strength[able[seats]] if len(able) > seats else []
        sure = [option for option in able[:seats] if strength[option] > line]
        tied = [option for option in able if strength[option] == line] if len(sure) < seats else []
        if tied and self.rule["tie"] == "lot":
            self.check("‹bad rule|规则有误›", {"‹the lot is missing|缺少抽签号码›": not lot})
            drawn = sorted(tied, key=lambda option: hashlib.sha256(f"{lot}|{option}".encode()).hexdigest())
            sure += drawn[: seats - len(sure)]
        return sure, tied

    def got(self, running: list[str]) -> dict[str, Sums]:
        """What each option gets: of all ballots that name it; ranked, where it is the first of those running."""
        got: dict[str, Sums] = {option: Counter() for option in running}
        for marks, sums in self.cast.items():
            for option, times in [m for m in marks if m[0] in got][: 1 if self.method == "ranked" else None]:
                got[option].update(heads=sums["heads"] * times, area=sums["area"] * times)
        return got

    def against(self, step: str, part: Sums, whole: Sums, option: str = "") -> list[Line]:
        return [Line(step, m, part[m], whole[m], need, least, option) for m, need, least in self.needs[step]]

    def sums(self, codes: list[str]) -> Sums:
        return Counter(heads=len(codes), area=sum(self.roll[code].get("area", 0) for code in codes))


def load(path: str) -> dict[str, Any]:
    """The file's content; ValueError or OSError where it is missing, unreadable or of another format."""
    content = json.loads(Path(path).read_text(encoding="utf-8"), object_pairs_hook=_named_once)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(f"not a {FORMAT} file")
    return content


def recount(content: dict[str, Any]) -> tuple[str, list[Line], list[str]]:
    """The outcome ("" where the file allows none), the measures, each reason why it is not sound."""
    return (count := Count(content)).result, count.lines, count.faults


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of everything but `record`; the public record's entry about the result holds the same."""
    body = {name: content[name] for name in content if name != "record"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def says(line: object) -> str:
    """A line in the language of this computer: where the two differ, ‹English|中文› stands in it."""
    name = (locale.getlocale()[0] or "").lower()
    return re.sub(r"‹([^|›]*)\|([^›]*)›", r"\2" if name.startswith(("zh", "chinese")) else r"\1", str(line))


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return dict(pairs)


def _named(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _whole_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def main(arguments: list[str]) -> int:
    """Print what the recount found; the exit code as the head of this file says."""
    try:
        content = load(arguments[0] if arguments else "")
    except (OSError, ValueError, RecursionError) as error:
        print(says(f"‹cannot be read|读不出来›: {error}"), __doc__, sep="\n\n", file=sys.stderr)
        return 2
    (result, lines, faults), found = recount(content), fingerprint(content)
    here, unchecked = (found, _named(content.get("record")).get("hash")), list[str]()
    for what, is_, said in zip(PLACES, here, [*arguments[1:3], "", ""], strict=False):
        faults += (
            [f"‹changed|不符›: {what}‹: the record says|，公开记录是› {said}"]
            if said.lower() not in ("", is_)
            else []
        )
        unchecked += (
            []
            if said
            else [f"‹NOT CHECKED|未核对›: {what}‹: is {is_} in the public record?|，请在公开记录中找：{is_}›"]
        )
    verdict = "‹NOT sound:|文件有误：›" if faults else f"‹sound|文件无误›: {WORDS[result]}"
    report = [*lines, f"SHA-256 {found}", verdict, *(f"- {fault}" for fault in faults), *unchecked]
    print(*([result] if result else []), *map(says, report), sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, "")
    sys.exit(main(sys.argv[1:]))
