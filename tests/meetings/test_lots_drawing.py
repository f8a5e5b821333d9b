"""Panels drawn by lot, as pure functions: chances, quotas, flats, and that anybody comes to the same."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings as portal
from django.core.management import call_command
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from portal.meetings.lots import redraw
from portal.meetings.lots.drawing import drawn, next_of
from portal.meetings.lots.pools import Broken, Pool, Quota, Volunteer, read_pool, read_quotas
from portal.meetings.lots.space import Impossible
from portal.meetings.lots.tickets import content_of, dry_run, sha256_of, tickets_of

REDRAW = Path(portal.BASE_DIR) / "portal" / "meetings" / "lots" / "redraw.py"
POOL = "id,flat,group,sex\n" + "".join(
    f"P{n:02},{n // 2},{('local', 'newcomer')[n % 3 == 0]},{('f', 'm')[n % 2]}\n" for n in range(24)
)
QUOTAS = "feature,value,min,max\ngroup,local,3,3\ngroup,newcomer,2,2\nsex,f,2,3\nsex,m,2,3\n"


def pool_of(*people: tuple[str, ...]) -> Pool:
    """A pool of (flat, values…), coded in this order; one feature a value."""
    width = len(people[0]) - 1
    return Pool(
        tuple("abc"[:width]), tuple(Volunteer(f"P{n}", one[0], one[1:]) for n, one in enumerate(people))
    )


@pytest.fixture(scope="module")
def tickets() -> dict[str, Any]:
    pool = read_pool(POOL.encode())
    return tickets_of(pool, read_quotas(QUOTAS.encode(), pool.features), 5)


@st.composite
def small(draw: st.DrawFn) -> tuple[Pool, list[Quota], int]:
    people = draw(
        st.lists(
            st.tuples(st.sampled_from(["", "1", "2", "3"]), st.sampled_from("xy"), st.sampled_from("pqr")),
            min_size=2,
            max_size=8,
        )
    )
    size = draw(st.integers(1, 3))
    quotas = []
    for feature, values in (("a", "xy"), ("b", "pqr")):
        for value in draw(st.sets(st.sampled_from(values))):
            least = draw(st.integers(0, 2))
            quotas.append(Quota(feature, value, least, draw(st.integers(least, 3))))
    return pool_of(*people), quotas, size


def allowed(pool: Pool, quotas: list[Quota], size: int) -> list[tuple[Volunteer, ...]]:
    """All panels that quotas and flats allow, one by one."""
    return [panel for panel in combinations(pool.people, size) if fits(pool, quotas, panel)]


def fits(pool: Pool, quotas: list[Quota], panel: tuple[Volunteer, ...]) -> bool:
    flats = [one.flat for one in panel if one.flat]
    held = Counter(
        (name, value) for one in panel for name, value in zip(pool.features, one.values, strict=True)
    )
    return len(set(flats)) == len(flats) and all(
        one.least <= held[one.feature, one.value] <= one.most for one in quotas
    )


def chances(tickets: dict[str, Any]) -> dict[str, Fraction]:
    return {code: Fraction(kind["chance"]) for kind in tickets["kinds"] for code in kind["people"]}


def smallest(pool: Pool, panels: list[tuple[Volunteer, ...]]) -> float:
    """The largest smallest chance there can be, with every panel an unknown of its own."""
    inside = np.array([[float(one in panel) for panel in panels] for one in pool.people])
    reached = [row for row in inside if row.any()]
    found = linprog(
        [0.0] * len(panels) + [-1.0],
        A_ub=np.hstack([-np.array(reached), np.ones((len(reached), 1))]),
        b_ub=np.zeros(len(reached)),
        A_eq=[[1.0] * len(panels) + [0.0]],
        b_eq=[1.0],
    )
    return float(found.x[-1])


@settings(max_examples=15, deadline=None)
@given(small())
def test_the_smallest_chance_is_as_large_as_it_can_be(made: tuple[Pool, list[Quota], int]) -> None:
    pool, quotas, size = made
    panels = allowed(pool, quotas, size)
    assume(panels)
    tickets = tickets_of(pool, quotas, size)
    given_ = chances(tickets)
    if all(any(one in panel for panel in panels) for one in pool.people):
        assert min(given_.values()) >= smallest(pool, panels) - 0.004
    assert sum(given_.values()) == size
    assert redraw.faults(tickets) == []


def test_the_program_speaks_the_language_of_the_computer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tickets = {"kinds": [], "tickets": [], "quotas": [], "together": [], "size": 1}
    file = tmp_path / "tickets.json"
    file.write_text(json.dumps(tickets))
    said = []
    for language in ("en_GB", "zh_CN"):
        monkeypatch.setattr(redraw.locale, "getlocale", lambda language=language: (language, "UTF-8"))
        assert redraw.main([str(file), "1"]) == 1
        said.append(capsys.readouterr().err.strip())
    assert said == ["the tickets are not numbered 0 to 999", "签号不是从 0 到 999"]


@settings(max_examples=15, deadline=None)
@given(small(), st.text(max_size=20))
def test_every_panel_is_one_that_quotas_and_flats_allow(
    made: tuple[Pool, list[Quota], int], seed: str
) -> None:
    pool, quotas, size = made
    panels = allowed(pool, quotas, size)
    try:
        tickets = tickets_of(pool, quotas, size)
    except Impossible:
        assert panels == []
        return
    by_code = {one.code: one for one in pool.people}
    result = drawn(tickets, seed)
    assert tuple(sorted((by_code[code] for code in result.panel), key=lambda one: one.code)) in panels
    for code, following in zip(result.panel, result.next, strict=True):
        if following:
            now = tuple(by_code[one] for one in {*result.panel, following} - {code})
            assert fits(pool, quotas, now)


@settings(max_examples=15, deadline=None)
@given(small())
def test_the_smallest_change_makes_it_possible_and_none_smaller_does(
    made: tuple[Pool, list[Quota], int],
) -> None:
    pool, quotas, size = made
    try:
        changes = dry_run(pool, quotas, size)
    except Impossible:
        assert not allowed(pool, [], size)
        return
    changed = {
        change.quota: Quota(change.quota.feature, change.quota.value, change.least, change.most)
        for change in changes
    }
    assert allowed(pool, [changed.get(one, one) for one in quotas], size)
    assert bool(changes) == (not allowed(pool, quotas, size))


def test_chances_come_true(tickets: dict[str, Any]) -> None:
    """Over many seeds everybody sits as often as was published."""
    told, sat = chances(tickets), Counter[str]()
    for seed in range(1500):
        sat.update(redraw.draw(tickets, str(seed))[1])
    for code, chance in told.items():
        assert sat[code] / 1500 == pytest.approx(float(chance), abs=0.06)


def test_who_shares_a_flat_sits_alone_and_has_an_equal_chance_with_likewise_people() -> None:
    pool = pool_of(("1", "x"), ("1", "x"), ("2", "x"), ("2", "x"), ("", "x"))
    tickets = tickets_of(pool, [Quota("a", "x", 2, 2)], 2)
    told = chances(tickets)
    assert len({told["P0"], told["P1"], told["P2"], told["P3"]}) == 1
    for seed in range(40):
        panel = set(drawn(tickets, str(seed)).panel)
        assert not panel >= {"P0", "P1"}
        assert not panel >= {"P2", "P3"}


def test_a_pool_in_another_order_gives_the_same_tickets(tickets: dict[str, Any]) -> None:
    heading, *rows = POOL.splitlines()
    turned = read_pool("\ufeff{}\r\n{}\r\n".format(heading, "\r\n".join(reversed(rows))).encode())
    again = tickets_of(turned, read_quotas(QUOTAS.encode(), turned.features), 5)
    assert sha256_of(again) == sha256_of(tickets)


def test_a_panel_is_the_same_in_every_process(tmp_path: Path) -> None:
    (tmp_path / "pool.csv").write_text(POOL)
    (tmp_path / "quotas.csv").write_text(QUOTAS)
    script = (
        "import sys\n"
        "from portal.meetings.lots.pools import read_pool, read_quotas\n"
        "from portal.meetings.lots.tickets import tickets_of, sha256_of\n"
        "from portal.meetings.lots.drawing import drawn\n"
        "pool = read_pool(open('pool.csv', 'rb').read())\n"
        "tickets = tickets_of(pool, read_quotas(open('quotas.csv', 'rb').read(), pool.features), 5)\n"
        "print(sha256_of(tickets), drawn(tickets, '种子').panel)\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=tmp_path,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(portal.BASE_DIR), "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert "P" in said.pop()


def test_the_check_alone_draws_the_same_and_sees_a_changed_ticket(
    tickets: dict[str, Any], tmp_path: Path
) -> None:
    file, result = tmp_path / "tickets.json", drawn(tickets, "dice 4 2 6")
    file.write_bytes(content_of(tickets))

    def said(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-I", str(REDRAW), *arguments], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    code, out = said(str(file), "dice 4 2 6", sha256_of(tickets))
    assert code == 0
    # Whichever language the computer has.
    assert out.split()[-1 - len(result.panel) :] == [str(result.ticket), *result.panel]
    changed = json.loads(content_of(tickets))
    changed["tickets"][0]["seats"][0][1] += 1
    file.write_bytes(content_of(changed))
    code, out = said(str(file), "dice 4 2 6", sha256_of(tickets))
    assert code == 1
    assert "seats" in out
    assert "is not what was committed" in out
    assert said(str(tmp_path / "none.json"), "x")[0] == 2


def test_a_seat_declined_goes_to_the_next_of_equal_features(tickets: dict[str, Any]) -> None:
    result = drawn(tickets, "s")
    declined = result.panel[0]
    first = next_of(tickets, "s", declined, sitting=result.panel)
    assert first == result.next[0]
    second = next_of(tickets, "s", declined, sitting=result.panel, passed={first or ""})
    assert second not in {first, declined, *result.panel}
    everybody = set(chances(tickets))
    assert next_of(tickets, "s", declined, sitting=result.panel, passed=everybody) is None


def test_quotas_that_cannot_be_met_are_named_with_what_would_do() -> None:
    pool = pool_of(*[("", "x")] * 5, ("", "y"))
    quotas = [Quota("a", "y", 2, 3), Quota("a", "x", 1, 2)]
    with pytest.raises(Impossible, match=r"a = y: min 2 → 1"):
        tickets_of(pool, quotas, 3)
    assert [str(one) for one in dry_run(pool, quotas, 3)] == ["a = y: min 2 → 1"]
    assert dry_run(pool, [Quota("a", "y", 0, 1)], 3) == []


def test_too_few_flats_are_told_as_such() -> None:
    with pytest.raises(Impossible, match="3 seats, but the people of this pool can fill 2"):
        dry_run(pool_of(("1", "x"), ("1", "x"), ("2", "y")), [], 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: the file is empty"),
        ("id,flat\n", "line 2: nobody stands in this pool"),
        ("flat,sex\n1,f\n", "line 1: the column 'id' is missing"),
        ("id,sex,sex\n1,f,f\n", "line 1: a column stands twice"),
        ("id,sex\n1,f\n\n1,m\n", "line 4: '1' stands twice"),
        ("id,sex\n1\n", "line 2: 1 cells where the heading has 2"),
        ("id,sex\n,f\n", "line 2: somebody has no id"),
        ('id,sex\n1,"f\n', "line 2: unexpected end of data"),
    ],
)
def test_a_broken_pool_is_told_by_its_line(text: str, said: str) -> None:
    with pytest.raises(Broken) as broken:
        read_pool(text.encode())
    assert str(broken.value) == said


def test_a_pool_that_is_not_utf_8_is_told_by_its_line() -> None:
    with pytest.raises(Broken, match="line 2: this is not text in UTF-8"):
        read_pool("id,sex\n1,女性\n".encode("gb18030"))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("age,60+,1,2", "line 2: the pool has no column 'age'"),
        ("sex,f,2,1", "line 2: min 2 is more than max 1"),
        ("sex,f,-1,1", "line 2: min '-1' is no number of at most 4 digits"),
        ("sex,f,1,2\nsex,f,1,2", "line 3: sex = f stands twice"),
    ],
)
def test_a_broken_quota_is_told_by_its_line(row: str, said: str) -> None:
    with pytest.raises(Broken) as broken:
        read_quotas(f"feature,value,min,max\n{row}\n".encode(), ["sex"])
    assert str(broken.value) == said


def test_the_command_says_what_was_promised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pool, quotas = tmp_path / "pool.csv", tmp_path / "quotas.csv"
    pool.write_text(POOL)
    quotas.write_text(QUOTAS)
    call_command("draw_panel", str(pool), str(quotas), size=5, seed="s")
    said = json.loads(capsys.readouterr().out)
    assert list(said) == ["panel", "reserves", "method", "seed", "ticket", "pool_sha256", "tickets_sha256"]
    assert len(said["panel"]) == 5
    assert said["reserves"]
    assert not set(said["panel"]) & set(said["reserves"])
    assert said["pool_sha256"] == read_pool(POOL.encode()).sha256
    quotas.write_text(QUOTAS.replace("newcomer,2,2", "newcomer,9,9"))
    with pytest.raises(SystemExit) as left:
        call_command("draw_panel", str(pool), str(quotas), size=5, seed="s")
    assert left.value.code == 1
    assert "group = newcomer: min 9 → 2" in capsys.readouterr().err
    quotas.write_text("feature,value,min,max\ngroup,local,x,3\n")
    with pytest.raises(SystemExit):
        call_command("draw_panel", str(pool), str(quotas), size=5, seed="s")
    assert "quotas.csv: line 2: min 'x'" in capsys.readouterr().err
