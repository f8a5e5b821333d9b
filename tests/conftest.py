from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import TestCase

import pytest
from django.apps import apps
from django.core.cache import caches
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import Client
from django.utils import translation
from hypothesis import is_hypothesis_test
from pytest_django import DjangoDbBlocker, Settings
from wagtail.models import Locale, Page, Site
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from portal.community import rules
from portal.translations import compile_stale
from tests import examples as examples
from tests import leads, worlds

# What is played while the first portal is made.
MEANWHILE = Path(__file__).with_name("test_answers.py")


def pytest_configure() -> None:
    """A fresh clone has no compiled translations, and the tests read Chinese.

    While tests are imported and collected next to nothing is thrown away: to look for it takes a third of the time.
    """
    gc.disable()
    compile_stale(Path(__file__).parent.parent / "locale")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The journeys come first, because they take longest. Races are proved on PostgreSQL, which does not hide them.

    Second comes what needs no portal and takes as long as the tables of the first portal need to be made: else every
    worker would wait for these.
    """
    journeys = [item.path for item in items if "browser" in item.path.parts]
    first = journeys[:1]
    items.sort(key=lambda item: (item.path not in first, item.path != MEANWHILE, item.path not in journeys))
    if connection.vendor == "postgresql":
        skip, elsewhere = "It reads no table: make test has run it", without_services
    else:
        skip, elsewhere = "SQLite hides races; make test-services runs this on PostgreSQL", only_on_postgresql
    for item in items:
        if elsewhere(item):
            item.add_marker(pytest.mark.skip(reason=skip))


def only_on_postgresql(item: pytest.Item) -> bool:
    """Whether a test is about what SQLite hides."""
    return item.get_closest_marker("postgres") is not None


def without_services(item: pytest.Item) -> bool:
    """Whether a test is the same on every database: it may not read one, is not about Redis, and tries no examples.

    Of examples all are tried on the services alone (tests/examples.py).
    """
    marked = any(item.get_closest_marker(name) for name in ("django_db", "postgres"))
    may_read = {"db", "transactional_db"} & {*getattr(item, "fixturenames", ())}
    of_django = issubclass(getattr(item, "cls", None) or object, TestCase)
    return not (marked or may_read or of_django or is_hypothesis_test(getattr(item, "obj", None)))


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: the collector need not look at it again and again.

    Whatever notice a test sends leads to what it speaks of.
    """
    leads.watch()
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 20)


class ByModule(LoadScopeScheduling):
    """The tests of a module share their worlds, and the journeys of a module its portals: on one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByModule:
    """Our own: xdist 3.8 writes its group into a field that pytest 9.2 no longer reads."""
    return ByModule(config, log)


def plant(**kwargs: Any) -> None:
    """What migrations bring to a real database: the shipped rules, Wagtail's locale, root page and site."""
    rules.load()
    locale, _ = Locale.objects.get_or_create(language_code="zh-hans")
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root", locale=locale)
    Site.objects.get_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": root})


# Sent when the test database was made, and again after each test that flushes it.
post_migrate.connect(plant, sender=apps.get_app_config("community"), dispatch_uid="tests.plant")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The tables as every test finds them; after a test that commits they are made so again."""
    with django_db_blocker.unblock():
        worlds.begin_here()


@pytest.fixture(scope="session")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where uploads go; most tests have none, so it is not there before somebody uploads."""
    return tmp_path_factory.mktemp("uploads") / "media"


def transactional(item: pytest.Item) -> bool:
    """Whether a test commits, so that its tables are emptied afterwards."""
    marker = item.get_closest_marker("django_db")
    return marker is not None and bool(marker.kwargs.get("transaction"))


@pytest.fixture(autouse=True)
def apart(
    request: pytest.FixtureRequest, uploads: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Each test has its own uploads and its own counters, and begins in Chinese at the start of every way."""
    worlds.way.begin(monkeypatch, possible=not transactional(request.node))
    settings.MEDIA_ROOT = uploads
    for name in settings.CACHES:
        caches[name].clear()
    with translation.override("zh-hans"):
        yield
    if uploads.exists():
        shutil.rmtree(uploads)


@pytest.fixture
def client() -> Client:
    """A reader's browser, in Chinese."""
    return Client(headers={"Accept-Language": "zh-CN,zh;q=0.9"})
