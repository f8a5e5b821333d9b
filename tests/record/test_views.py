"""The public record in the browser, and as a file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.db import transaction
from django.http import HttpResponse
from django.test import AsyncClient, Client

from portal.community.models import Area
from portal.kit import clock
from portal.record import forms, services, wording
from portal.record.models import Entry
from tests import factories

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[object]]
NOON = datetime(2026, 11, 20, 12, tzinfo=clock.SHANGHAI)


@pytest.fixture
def here() -> Area:
    return factories.make_neighbourhood(name="天馨", slug="tianxin")


def browser() -> Client:
    return Client(headers={"Accept-Language": "en"})


def note(
    action: str = "topic.proposed", *, subject: str = "topic:1", title: str = "扶手", days: int = 0
) -> Entry:
    with clock.at(NOON + timedelta(days=days)), transaction.atomic():
        return services.write("tianxin", action, actor="陈阿姨", subject=subject, title=title)


def text(response: HttpResponse) -> str:
    return response.content.decode()


def shown(query: str = "") -> list[int]:
    """The numbers of the entries a page shows."""
    return [line.sequence for line in browser().get(f"/n/tianxin/record/?{query}").context["lines"]]


def test_the_record_is_public_and_newest_first(here: Area) -> None:
    note(title="扶手<b>")
    newest = note(title="路灯")

    page = text(browser().get("/n/tianxin/record/"))

    assert shown() == [2, 1]
    assert "扶手&lt;b&gt;" in page
    assert newest.hash in page
    assert "天馨" in page


def test_a_neighbourhood_without_entries_has_a_page_and_nowhere_has_none(here: Area) -> None:
    assert "Nothing was recorded yet." in text(browser().get("/n/tianxin/record/"))
    for page in ("record/", "record/1/", "record.jsonl"):
        assert browser().get(f"/n/nowhere/{page}").status_code == 404


def test_filters_narrow_what_is_shown(here: Area) -> None:
    note("notice.objected", subject="publicnotice:1", title="关于扶手的公示", days=0)
    note("topic.proposed", subject="topic:1", title="给3号楼装扶手", days=1)
    note("topic.proposed", subject="topic:2", title="路灯不亮", days=2)

    assert shown("action=notice") == [1]
    assert shown("subject=publicnotice") == [1]
    assert shown("text=扶手") == [2, 1]
    assert shown("first=2026-11-21") == [3, 2]
    assert shown("last=2026-11-21") == [2, 1]
    assert shown("first=2026-11-21&last=2026-11-21") == [2]
    assert shown("text=扶手&action=notice") == [1]
    assert shown("text=电梯") == []


def test_days_are_days_in_shanghai(here: Area) -> None:
    with clock.at(datetime(2026, 11, 20, 23, 59, tzinfo=clock.SHANGHAI)), transaction.atomic():
        services.write("tianxin", "topic.proposed", actor="x", subject="topic:1")
    with clock.at(datetime(2026, 11, 21, 0, 0, tzinfo=clock.SHANGHAI)), transaction.atomic():
        services.write("tianxin", "topic.proposed", actor="x", subject="topic:1")

    assert shown("last=2026-11-20") == [1]
    assert shown("first=2026-11-21") == [2]


@pytest.mark.parametrize(
    "query",
    [
        "first=yesterday",
        "last=2026-02-30",
        "first=2026-11-21&last=2026-11-20",
        "action=drop%20table",
        "subject=user",
        "before=x",
        "before=0",
        "before=99999999999999999999",
        f"text={'长' * 61}",
    ],
)
def test_a_bad_filter_is_a_message(here: Area, query: str) -> None:
    note()

    response = browser().get(f"/n/tianxin/record/?{query}")

    assert response.status_code == 400
    assert "errorlist" in text(response) or "before" in query
    assert "Please correct the filter above" in text(response)
    assert response.context["lines"] == []


def test_pages_follow_each_other_without_gaps_or_repeats(here: Area) -> None:
    with transaction.atomic():
        for number in range(120):
            services.write("tianxin", "topic.proposed", actor="x", subject=f"topic:{number}")

    first = browser().get("/n/tianxin/record/")
    second = browser().get(f"/n/tianxin/record/?before={first.context['older']}")
    third = browser().get(f"/n/tianxin/record/?before={second.context['older']}")

    numbers = [line.sequence for page in (first, second, third) for line in page.context["lines"]]
    assert numbers == list(range(120, 0, -1))
    assert third.context["older"] is None


@pytest.mark.parametrize("n", [1, 40])
def test_the_page_costs_the_same_however_long(
    here: Area, n: int, django_assert_max_num_queries: Queries
) -> None:
    for _ in range(n):
        note()

    with django_assert_max_num_queries(4):
        browser().get("/n/tianxin/record/")


def test_an_entry_shows_exactly_what_its_hash_is_of(here: Area) -> None:
    first, second = note(), note(title="路灯 & <b>")

    page = browser().get("/n/tianxin/record/2/")

    body = page.context["canonical"]
    assert second.hash == services.digest(json.loads(body))
    assert second.hash in text(page)
    assert first.hash in text(page)
    assert "/n/tianxin/record/1/" in text(page)
    assert "&lt;b&gt;" in text(page)


@pytest.mark.parametrize("number", ["2", "99999999999999999999"])
def test_an_entry_that_does_not_exist_is_not_found(here: Area, number: str) -> None:
    note()

    assert browser().get(f"/n/tianxin/record/{number}/").status_code == 404


def test_nothing_but_looking_is_possible(here: Area) -> None:
    note()

    pages = ("record/", "record/1/", "record.jsonl")
    assert [browser().post(f"/n/tianxin/{page}").status_code for page in pages] == [405, 405, 405]


# --- the file, and the program that checks it without the portal ---


def exported(tmp_path: Path) -> Path:
    response = browser().get("/n/tianxin/record.jsonl")
    file = tmp_path / "record.jsonl"
    file.write_bytes(b"".join(response.streaming_content))  # type: ignore[arg-type]
    return file


def program(*arguments: str, given: str | None = None) -> tuple[int, list[str]]:
    """Run the verifier where neither Django nor any other package can be imported."""
    found = subprocess.run(
        [sys.executable, "-S", "-m", "portal.record.verify", *arguments],
        capture_output=True,
        text=True,
        input=given,
        check=False,
        env={"PYTHONIOENCODING": "utf-8"},
        cwd=Path(__file__).parents[2],
    )
    assert "Traceback" not in found.stderr
    return found.returncode, found.stdout.splitlines()


def test_the_file_is_an_attachment_with_an_entry_a_line(here: Area, tmp_path: Path) -> None:
    for _ in range(3):
        note()

    response = browser().get("/n/tianxin/record.jsonl")
    rows = [json.loads(line) for line in exported(tmp_path).read_text().splitlines()]

    assert response["Content-Disposition"] == 'attachment; filename="record-tianxin.jsonl"'
    assert [row["sequence"] for row in rows] == [1, 2, 3]
    assert set(rows[0]) == {
        "chain", "sequence", "at", "actor", "action", "subject", "title", "data", "previous", "hash",
    }  # fmt: skip


def test_the_program_says_that_a_sound_file_holds(here: Area, tmp_path: Path) -> None:
    note()
    newest = note()

    code, said = program(str(exported(tmp_path)), "--head", newest.hash)

    assert code == 0
    assert said == [
        f"The chain holds: 2 entries, newest hash {newest.hash}",
        f"记录完整：共 2 条，最新校验值 {newest.hash}",
    ]


def test_the_program_names_the_first_changed_entry(here: Area, tmp_path: Path) -> None:
    for _ in range(3):
        note()
    file = exported(tmp_path)
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0], lines[1].replace("扶手", "电梯"), lines[2]]))

    code, said = program(str(file))

    assert code == 1
    assert said[0] == (
        "The chain is broken at entry 2: its content does not match its hash. The 1 before it are sound."
    )
    assert said[1].startswith("记录在第 2 条断开")


def test_a_file_that_was_cut_off_shows_against_the_known_head(here: Area, tmp_path: Path) -> None:
    note()
    newest = note()
    file = exported(tmp_path)
    file.write_text(file.read_text().splitlines()[0])

    assert program(str(file))[0] == 0
    code, said = program(str(file), "--head", newest.hash)
    assert (code, said[0].partition(":")[0]) == (1, "The chain is broken at entry 2")


@pytest.mark.parametrize("content", ["hello", "[1, 2]", '{"a": 1, "a": 2}', "{", "[" * 100_000])
def test_the_program_says_when_it_is_no_such_file(content: str) -> None:
    code, said = program("-", given=content)

    assert code == 2
    assert said[0].startswith("This is not an exported record: line 1: ")


def test_the_program_says_when_there_is_no_file(tmp_path: Path) -> None:
    assert program(str(tmp_path / "nothing"))[0] == 2


@pytest.mark.parametrize("content", ["{}", '{"hash": 1}'])
def test_an_entry_without_its_fields_is_broken(content: str) -> None:
    code, said = program("-", given=content)

    assert (code, said[0].partition(":")[0]) == (1, "The chain is broken at entry 1")


@pytest.mark.django_db(transaction=True)
def test_under_an_asynchronous_server_the_file_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 1)
    for _ in range(2):
        note()

    async def fetch() -> bytes:
        response = await AsyncClient().get("/n/tianxin/record.jsonl")
        return b"".join([part async for part in response])  # type: ignore[attr-defined]

    content = async_to_sync(fetch)().decode()

    assert [json.loads(line)["sequence"] for line in content.splitlines()] == [1, 2]


def test_the_filters_call_each_kind_by_a_name_of_its_own() -> None:
    for choices in (forms._groups(), forms._subjects()):
        said = [str(label) for _kind, label in choices]
        assert len(set(said)) == len(said)
        assert {kind for kind, _label in choices[1:]} <= set(wording.SUBJECTS)
