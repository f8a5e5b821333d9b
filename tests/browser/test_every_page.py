"""Every kind of page of the demo: the normal and the elder view, light and dark, as nobody, a resident and staff."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.browser.conftest import Enter
from tests.browser.looking import covered, look
from tests.browser.readers import Reader
from tests.browser.servers import Portal

pytestmark = pytest.mark.slow

WHO = ("", "chen", "wang", "zhu", "zhou", "volunteer", "operator")
DOING = re.compile(r'href="(/(?:topics|hearings)/\d+/(?:do/[\w-]+|steps/\d+/\w+|hearing/new|[a-z_]+)/)"')
# Read, not done.
READING = {"print", "check"}
DOERS = ("wang", "li", "sun", "officer", "chen", "zhou", "zhu")


@pytest.fixture(scope="module")
def census(demo: Portal) -> dict[str, Any]:
    """What there is to see, and sessions of those who see it."""
    done = demo.run("-m", "tests.browser.census")
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout))


def signed_in(census: dict[str, Any], name: str) -> dict[str, Any] | None:
    """A browser's state with somebody's session in it."""
    if not name:
        return None
    cookie = {"name": "session", "value": census["sessions"][name], "domain": "127.0.0.1", "path": "/"}
    rest = {"expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
    return {"cookies": [cookie | rest], "origins": []}


def test_every_kind_of_page_is_looked_at(census: dict[str, Any]) -> None:
    assert {sight["name"] for sight in census["sights"]} == set(census["kinds"])


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
@pytest.mark.parametrize(
    "who", WHO, ids=["nobody", "resident", "staff", "voter", "keeper", "volunteer", "operator"]
)
def test_pages(census: dict[str, Any], demo: Portal, enter: Enter, who: str, elder: bool) -> None:
    reader = enter(demo, who, elder=elder, state=signed_in(census, who))
    sights = [sight for sight in census["sights"] if (sight["who"], sight["elder"]) == (who, elder)]
    wrong = [fault for sight in sights for fault in look(reader, sight["path"], elder=elder)]
    assert wrong == []


# The pages one stays on: each is held sideways, with letters twice as large, and zoomed.
HELD = (
    "pages:neighbourhood deliberation:topic deliberation:propose voting:vote threads:thread meetings:hearing"
)


def test_bars_leave_half_the_height_on_a_phone_held_sideways_and_with_large_letters(
    census: dict[str, Any], demo: Portal, enter: Enter
) -> None:
    reader = enter(demo, "zhu", state=signed_in(census, "zhu"))
    held = {sight["name"]: sight["path"] for sight in census["sights"] if sight["name"] in HELD.split()}
    assert len(held) == len(HELD.split())
    assert [wrong for path in held.values() for wrong in covered(reader, path)] == []


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
def test_pages_in_the_dark(census: dict[str, Any], demo: Portal, enter: Enter, elder: bool) -> None:
    """Each kind of page once."""
    kinds = {sight["name"]: sight for sight in census["sights"] if sight["elder"] == elder}
    wrong = []
    for who in sorted({sight["who"] for sight in kinds.values()}):
        reader = enter(demo, who, elder=elder, dark=True, state=signed_in(census, who))
        paths = [sight["path"] for sight in kinds.values() if sight["who"] == who]
        wrong += [fault for path in paths for fault in look(reader, path, elder=elder)]
    assert wrong == []


def test_pages_of_what_can_be_done(census: dict[str, Any], demo: Portal, enter: Enter) -> None:
    subjects = {sight["path"] for sight in census["sights"] if sight["name"].endswith((":topic", ":hearing"))}
    wrong, seen = [], set[str]()
    for name in DOERS:
        reader = enter(demo, name, state=signed_in(census, name))
        for path in doings(reader, sorted(subjects)):
            kind = re.sub(r"\d+", "0", path)
            if kind not in seen:
                seen.add(kind)
                wrong += look(reader, path)
    assert wrong == []
    assert len(seen) > 20


def doings(reader: Reader, subjects: list[str]) -> list[str]:
    """The links to whatever this reader can do to topics and hearings."""
    found = []
    for path in subjects:
        text = reader.page.request.get(path).text()
        found += [link for link in DOING.findall(text) if link.split("/")[-2] not in READING]
    return found
