"""Live discussion beside a bare Channels consumer: what a delivered message costs, how late it is, what is lost.

Both are served by Daphne on the same machine, by turns in the same minute, with the same service making the posts and
the same readers in another process. The bare consumer gets its texts ready-made, of the same size as ours, and does
nothing but send them on; ours also checks origins, knows who is signed in, numbers, beats and catches up. The bare
one counts at its best: at a post every two seconds, where it loses nothing. What making a post costs is the same for
both, and is measured without readers and left out of what delivering it costs.

In memory there is one process (portal.checks refuses two); with Redis one and two, the readers spread over both.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench._live_crowd import Crowd, Figures, Place, both, compared, delivering, median_cost, prepared, redis
from bench._live_posting import posting
from bench._live_storm import storm
from bench.report import progress, report

READERS = (200, 500, 1_000)
RUNS = 3
# How many posts, at how many a second.
COSTS: dict[str, tuple[int, float]] = {"bare": (3, 0.5), "ours": (20, 5)}
LATE: dict[str, tuple[int, float]] = {"bare": (40, 5), "ours": (40, 5)}
AT = 500
FEW = 20


def main() -> None:
    """Print the figures of all runs."""
    with tempfile.TemporaryDirectory(prefix="bench-live-") as folder:
        place, said = prepared(Path(folder))
        with redis(place.folder) as address:
            asyncio.run(everything(place, address, said["cookies"]))
        posting(place, said)


async def everything(place: Place, address: str, cookies: list[str]) -> None:
    """All figures of sockets."""
    kinds = {"in memory": place}
    if address:
        shared = replace(place, redis=address)
        kinds |= {"Redis": shared, "Redis, 2 processes": replace(shared, processes=2)}
    else:
        progress("no Redis here: it is left out")
    for name, kind in kinds.items():
        for readers in READERS:
            tell_cost(f"{name}, {readers:,} readers", await compared(kind, readers, RUNS, COSTS))
        tell_late(f"{name}, {AT} readers, 5 posts/s", await compared(kind, AT, 1, LATE))
    await tell_memory(place, cookies)
    await storm(kinds.get("Redis, 2 processes", place))


def tell_cost(what: str, runs: dict[str, list[Figures]]) -> None:
    """What a delivered message costs: delivering alone, and with the post itself shared among its readers."""
    ours, bare = runs["ours"], runs["bare"]
    alone = delivering(ours), delivering(bare)
    cost = f"CPU a delivered message, {what}"
    report("live", cost, alone[0], "us", limit=alone[1], goal="<= 0.2")
    report("live", f"{cost}, making the post included", median_cost(ours), "us", limit=median_cost(bare))
    report("live", f"lost, {what}", sum(run.lost for run in ours), "messages", goal="<= 0")
    report("live", f"doubled, {what}", sum(run.doubled for run in ours), "messages", goal="<= 0")


def tell_late(what: str, runs: dict[str, list[Figures]]) -> None:
    """How late a message is."""
    ours, bare = runs["ours"][-1], runs["bare"][-1]
    report("live", f"commit to frame p99, {what}", 1000 * ours.p99, "ms", limit=1000 * bare.p99, goal="<= 1")
    report("live", f"lost, {what}", ours.lost, "messages", goal="<= 0")
    report("live", f"bare consumer: lost of {bare.lost + bare.delivered:,}, {what}", bare.lost, "messages")


async def tell_memory(place: Place, cookies: list[str]) -> None:
    """What a connection holds, of a visitor and of somebody signed in."""
    held: dict[str, float] = {}
    with both(place) as crowds:
        for mode, crowd in crowds.items():
            held[mode] = await a_connection(crowd)
    with both(place) as crowds:
        held["signed in"] = await a_connection(crowds["ours"], cookies)
    for who, key in (("", "ours"), (" of somebody signed in", "signed in")):
        report("live", f"memory a connection{who}", held[key], "KB", limit=held["bare"], goal="<= 1.2")


async def a_connection(crowd: Crowd, cookies: Any = None) -> float:
    """KB that a connection holds after some posts, beyond those of the first few."""
    await crowd.ready()
    await crowd.join(FEW, cookies)
    await crowd.told(3, 2)
    before = crowd.memory()
    await crowd.join(AT, cookies)
    await crowd.told(3, 1)
    return (crowd.memory() - before) / AT


if __name__ == "__main__":
    main()
