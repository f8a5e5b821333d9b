"""x"""
from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from bench._live_crowd import *

def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-live-") as folder:
        place = Place(Path(folder))
        (place.folder / "static").mkdir()
        t=time.monotonic()
        thread = int(place.run("prepare").communicate()[0])
        print("prep", time.monotonic()-t)
        place = Place(place.folder, thread)
        for n in (200,500):
            f = asyncio.run(compared(place, n, 2, {"bare": (4, 1), "ours": (15, 5)}))
            print(n, {m: median_cost(r) for m, r in f.items()}, {m: [round(x.p99,3) for x in r] for m, r in f.items()})
        async def mem():
            with both(place) as cs:
                for m,c in cs.items():
                    await c.ready(); await c.join(20); await c.told(2,2)
                    b=c.memory(); await c.join(500); await asyncio.sleep(1)
                    print(m, (c.memory()-b)/500)
                    await c.told(3,1); print(m, (c.memory()-b)/500)
        asyncio.run(mem())
main()
