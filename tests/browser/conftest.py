"""Chromium, portals for it to look at, and readers who each have a browser of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import servers
from tests.browser.readers import Reader
from tests.browser.servers import Portal

CHROMIUM = Path("/usr/bin/chromium")
ARGS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = Path(__file__).parent
# What there is to look at; each module has portals of its own, and may turn their clocks on by weeks.
WORLDS = {"people": "people", "demo": "demo"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them are marked, and skipped where there is no Chromium."""
    skip = pytest.mark.skip(reason=f"{CHROMIUM} IS MISSING: nothing was looked at in a real browser")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM.exists():
                item.add_marker(skip)


# Module scope, so that the modules spread over the workers; not session: while Playwright's loop runs in this thread,
# Django refuses to touch a database.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def portals(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[dict[str, Portal]]:
    """The portals that the chosen tests of a module need, started side by side."""
    run = tmp_path_factory.getbasetemp()
    shared = run.parent if "PYTEST_XDIST_WORKER" in os.environ else run
    home, store = tmp_path_factory.mktemp("portals"), request.config.cache.mkdir("portal-tables")
    here = [item for item in request.session.items if item.path == request.path]
    wanted = {name for item in here for name in getattr(item, "fixturenames", ())}
    started = {}
    try:
        for name in sorted(WORLDS.keys() & wanted):
            started[name] = servers.like(servers.filled(WORLDS[name], shared, store), home / name)
            started[name].start()
        yield started
    finally:
        for portal in started.values():
            portal.stop()


@pytest.fixture(scope="module")
def people(portals: dict[str, Portal]) -> Portal:
    """A portal with places and people, in which nothing has happened yet."""
    portals["people"].wait()
    return portals["people"]


@pytest.fixture(scope="module")
def demo(portals: dict[str, Portal]) -> Portal:
    """A portal with the whole demo."""
    portals["demo"].wait()
    return portals["demo"]


Enter = Callable[..., Reader]


@pytest.fixture
def enter(chromium: Browser) -> Iterator[Enter]:
    """Let somebody in: enter(portal, "zhou"). Each has a browser profile of their own.

    At the end nobody may have seen a foreign host, a script error, a refused script or a broken answer.
    """
    readers: list[Reader] = []

    def enter(portal: Portal, name: str = "", **how: object) -> Reader:
        readers.append(Reader(chromium, portal, name, **how))
        return readers[-1]

    yield enter
    complaints = {reader.name or "anonymous": reader.complaints for reader in readers if reader.complaints}
    for reader in readers:
        reader.leave()
    assert complaints == {}
