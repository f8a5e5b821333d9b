"""However news are lost, doubled or reordered: a page that fetches its gaps ends like the database."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings as site
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.threads.lines import Mirror

# What happens to a thread: None is a new post, a number changes one of the posts there are.
changes = st.lists(st.one_of(st.none(), st.integers(0, 30)), max_size=40)


@dataclass
class Story:
    """A thread as the database keeps it: the post each number belongs to."""

    posts: dict[int, int] = field(default_factory=dict)
    sequence: int = 0

    def change(self, which: int | None) -> None:
        """A new post, or a change of one; either takes the next number."""
        self.sequence += 1
        known = list(self.posts)
        post = self.sequence if which is None or not known else known[which % len(known)]
        self.posts[post] = self.sequence

    def news(self, after: int) -> dict[str, Any]:
        """What the server answers to somebody at a number."""
        told = sorted((rev, n) for n, rev in self.posts.items() if rev > after)
        posts = [{"n": n, "rev": rev, "html": f"{n}:{rev}"} for rev, n in told]
        return {"after": after, "sequence": self.sequence, "posts": posts}

    def shown(self) -> dict[int, tuple[int, str]]:
        """What a page should show in the end."""
        return {n: (rev, f"{n}:{rev}") for n, rev in self.posts.items()}


def frames_of(story: Story, happened: list[int | None], sizes: list[int]) -> list[dict[str, Any]]:
    """The frames a server sends while things happen: several changes may travel together."""
    frames, queue = [], list(happened)
    for size in [*sizes, *[1] * len(queue)]:
        taken, queue = queue[: size % 4 + 1], queue[size % 4 + 1 :]
        if not taken:
            break
        after = story.sequence
        for which in taken:
            story.change(which)
        frames.append(story.news(after))
    return frames


def delivered(frames: list[dict[str, Any]], fate: list[int]) -> list[dict[str, Any]]:
    """Some are lost, some come twice, some later than others."""
    order = []
    for at, frame in enumerate(frames):
        luck = fate[at % len(fate)] if fate else 0
        order += [(at + luck % 5, frame)] * (luck % 3)
    return [frame for _when, frame in sorted(order, key=lambda pair: pair[0])]


def beat(story: Story) -> dict[str, Any]:
    """The heartbeat, which tells the newest number and nothing else."""
    return {"after": story.sequence, "sequence": story.sequence, "posts": []}


@settings(max_examples=examples(300))
@given(changes, st.lists(st.integers(0, 9), max_size=10), st.lists(st.integers(0, 14), max_size=20))
def test_a_page_ends_like_the_database(happened: list[int | None], sizes: list[int], fate: list[int]) -> None:
    story, page = Story(), Mirror()
    frames = frames_of(story, happened, sizes)

    for frame in [
        *delivered(frames, fate),
        {"after": story.sequence, "sequence": story.sequence, "posts": []},
    ]:
        if not page.take(frame):
            assert page.take(story.news(page.last))

    assert (page.shown, page.last) == (story.shown(), story.sequence)


@settings(max_examples=examples(100))
@given(changes, st.lists(st.integers(0, 9), max_size=10))
def test_undisturbed_nothing_is_fetched_and_nothing_comes_twice(
    happened: list[int | None], sizes: list[int]
) -> None:
    story, page = Story(), Mirror()

    assert all(page.take(frame) for frame in frames_of(story, happened, sizes))
    assert (page.shown, page.doubles) == (story.shown(), 0)


SCRIPT = """
import { Ledger, pause } from %s;
let text = "";
for await (const part of process.stdin) text += part;
const ends = JSON.parse(text).map(({ walk, story }) => {
  const drawn = {};
  const page = new Ledger(0, [], (post) => { drawn[post.n] = post.html; });
  const missed = () => story.posts.filter((post) => post.rev > page.last);
  for (const news of walk) if (!page.take(news)) page.take({ ...story, after: page.last, posts: missed() });
  return { drawn, last: page.last };
});
const waits = [0, 1, 5, 50].flatMap((tries) => [pause(tries, 0), pause(tries, 1)]);
console.log(JSON.stringify({ ends, waits }));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="node runs the page's script without a page")
def test_the_script_of_the_page_ends_like_the_database() -> None:
    walks, expected = [], []

    @settings(max_examples=examples(150), database=None)
    @given(changes, st.lists(st.integers(0, 9), max_size=10), st.lists(st.integers(0, 14), max_size=20))
    def collect(happened: list[int | None], sizes: list[int], fate: list[int]) -> None:
        story = Story()
        frames = delivered(frames_of(story, happened, sizes), fate)
        walks.append({"walk": [*frames, beat(story)], "story": story.news(0)})
        expected.append(
            {"drawn": {str(n): html for n, (_rev, html) in story.shown().items()}, "last": story.sequence}
        )

    collect()
    module = json.dumps((site.BASE_DIR / "static/js/thread.js").as_uri())
    done = subprocess.run(
        ["node", "--no-warnings", "--input-type=module", "-e", SCRIPT % module],
        input=json.dumps(walks),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    told = json.loads(done.stdout)
    assert told["ends"] == expected
    assert told["waits"] == [500, 5500, 500, 5500, 500, 30500, 500, 30500]


@pytest.mark.skipif(shutil.which("node") is None, reason="node runs the page's script without a page")
def test_a_page_heals_after_restarts_dead_lines_and_sleep_and_never_claims_what_is_not() -> None:
    line = (site.BASE_DIR / "static/js/line.js").as_uri()
    done = subprocess.run(
        ["node", "--no-warnings", str(site.BASE_DIR / "tests/threads/healing.mjs"), line, str(examples(60))],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert json.loads(done.stdout) == {}
