"""Tables of hours: taken in whole or not at all, each line with its reason; taken out in the city's fields."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.community.models import Dwelling, Person, Post
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.volunteers.models import HourRecord, Shift, Source, Volunteer
from portal.volunteers.services import hours
from portal.volunteers.services.importing import Refused, import_hours
from portal.volunteers.states import HourState
from tests.factories import make_building, make_dwelling, make_person, make_residency, make_user, person_of
from tests.volunteers.factories import (
    Crew,
    make_activity,
    make_crew,
    make_membership,
    make_record,
    make_shift,
)
from tests.worlds import kept

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 16)
HEAD = "日期,活动,姓名,楼号,室号,开始,结束,备注"


class Table:
    """A team with two activities on one day, three neighbours and a member of the team."""

    @kept
    def __init__(self) -> None:
        self.crew: Crew = make_crew()
        self.sweep = self._shift("扫地", 14, 2)
        self.patrol = self._shift("巡逻", 15, 3)
        self.night = self._shift("守夜", 22, 8)
        house = make_building(parent=self.crew.here, name="9号楼")
        first, second = (make_dwelling(within=house, room=room) for room in ("101", "102"))
        self.wang = self._neighbour("王芳", first)
        # Two of one name in one flat: mother and daughter.
        self.li, self.twin = (self._neighbour("李娜", second) for _one in range(2))
        self.member = make_person(real_name="赵强")
        make_membership(self.crew.team, self.member)

    def _shift(self, title: str, hour: int, length: int) -> Shift:
        activity = make_activity(self.crew, title=title)
        return make_shift(activity, starts_at=clock.at_time(DAY, hour), length=timedelta(hours=length))

    def _neighbour(self, name: str, home: Dwelling) -> Person:
        person = make_person(real_name=name)
        make_residency(person, home)
        return person

    def bring(self, *lines: str, head: str = HEAD, encoding: str = "utf-8") -> list[HourRecord]:
        """Take lines in, as the recorder."""
        content = "\n".join([head, *lines]).encode(encoding)
        with clock.at(clock.at_time(DAY + timedelta(days=2), 9)):
            return import_hours(self.crew.recorder, self.crew.team.pk, content)

    def refusals(self, *lines: str) -> list[int]:
        """The numbers of the lines that are refused."""
        with pytest.raises(Refused) as refusal:
            self.bring(*lines)
        assert all(problem.reason for problem in refusal.value.problems)
        return [problem.line for problem in refusal.value.problems]


@pytest.fixture
def table() -> Table:
    """The same for each test."""
    return Table()


GOOD = "2026-11-16,扫地,王芳,9号楼,101,14:00,15:45,带了扫帚"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_good_table_becomes_records_that_another_verifies(table: Table, encoding: str) -> None:
    made = table.bring(GOOD, "2026/11/16,守夜,赵强,,,23:30,01:00,", encoding=encoding)

    assert [(one.person, one.minutes, one.state, one.source) for one in made] == [
        (table.wang, 90, HourState.ENTERED, Source.IMPORT),
        (table.member, 90, HourState.ENTERED, Source.IMPORT),
    ]
    assert made[1].ends_at == clock.at_time(DAY + timedelta(days=1), 1)
    with pytest.raises(NotPossible):
        hours.verify(table.crew.recorder, [made[0].pk])
    hours.verify(table.crew.leader, [one.pk for one in made])
    entries = Entry.objects.filter(action="hours.imported").order_by("sequence")
    assert [entry.data for entry in entries] == [{"records": 1, "minutes": 90}] * 2


def test_columns_come_in_any_order_and_spreadsheets_are_read(table: Table) -> None:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "室号", "楼号", "活动", "日期", "结束", "开始"])  # type: ignore[union-attr]
    book.active.append(["王芳", 101, "9", "扫地", DAY, "16:00", "14:00"])  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)

    with clock.at(clock.at_time(DAY + timedelta(days=2), 9)):
        (made,) = import_hours(table.crew.recorder, table.crew.team.pk, file.getvalue())

    assert (made.person, made.minutes) == (table.wang, 120)


@pytest.mark.parametrize(
    "bad",
    [
        "2026-11-16,扫地,无名氏,9号楼,101,14:00,15:00,",
        "2026-11-16,扫地,李娜,9号楼,102,14:00,15:00,",
        "2026-11-16,扫地,王芳,,,14:00,15:00,",
        "2026-11-16,跳舞,王芳,9号楼,101,14:00,15:00,",
        "2026-11-17,扫地,王芳,9号楼,101,14:00,15:00,",
        "2026-11-16,扫地,王芳,9号楼,101,13:00,15:00,",
        "2026-11-16,扫地,王芳,9号楼,101,14:00,16:30,",
        "2026-11-16,扫地,王芳,9号楼,101,15:00,14:00,",
        "2026-11-16,扫地,王芳,9号楼,101,14:00,14:00,",
        "2026-11-16,扫地,王芳,9号楼,101,14:00,14:20,",
        "2026-11-16,扫地,王芳,9号楼,101,14:00,39:00,",
        "2026-11-16,扫地,王芳,9号楼,101,zwei,drei,",
        "2026-13-45,扫地,王芳,9号楼,101,14:00,15:00,",
        "2026-11-16,扫地,,9号楼,101,14:00,15:00,",
        "2026-11-16,扫地,王芳",
    ],
    ids=[
        "unknown",
        "two of the name",
        "not in the team",
        "unknown activity",
        "no such day",
        "before it began",
        "after it ended",
        "gone before come",
        "no time",
        "less than a step",
        "25 hours",
        "no time of day",
        "no date",
        "nobody",
        "too short a line",
    ],
)
def test_one_bad_line_and_nothing_is_taken(table: Table, bad: str) -> None:
    assert table.refusals(GOOD, bad) == [3]
    assert (HourRecord.objects.count(), Entry.objects.filter(action="hours.imported").count()) == (0, 0)


def test_what_overlaps_or_is_there_already_is_refused_by_line(table: Table) -> None:
    make_record(table.crew, table.member, starts_at=clock.at_time(DAY, 14), minutes=60)
    again = table.bring("2026-11-16,守夜,王芳,9号楼,101,22:00,23:00,")

    found = table.refusals(
        "2026-11-16,扫地,王芳,9号楼,101,14:00,16:00,",
        "2026-11-16,扫地,王芳,9号楼,101,14:00,15:00,",
        "2026-11-16,巡逻,王芳,9号楼,101,15:30,17:00,",
        "2026-11-16,巡逻,王芳,9号楼,101,16:00,17:00,",
        "2026-11-16,扫地,赵强,,,14:30,15:30,",
        "2026-11-16,守夜,王芳,9号楼,101,23:00,24:00,",
    )

    assert found == [3, 4, 6, 7]
    assert list(HourRecord.objects.filter(source=Source.IMPORT)) == again


def test_a_recorder_does_not_bring_own_hours(table: Table) -> None:
    own = person_of(table.crew.recorder)
    own.real_name = "钱进"
    own.save()
    assert table.refusals("2026-11-16,扫地,钱进,,,14:00,15:00,") == [2]


def test_missing_columns_empty_files_and_strangers(table: Table) -> None:
    for head, line in (("日期,活动,姓名", "x,y,z"), (HEAD, ""), ("", "")):
        with pytest.raises(NotPossible):
            table.bring(line, head=head)
    with pytest.raises(PermissionDenied):
        import_hours(table.crew.member(), table.crew.team.pk, GOOD.encode())


def test_the_page_lists_the_lines_with_their_reasons(table: Table) -> None:
    client = Client()
    client.force_login(table.crew.recorder)
    file = SimpleUploadedFile(
        "时长.csv", f"{HEAD}\n{GOOD}\n2026-11-16,跳舞,王芳,9号楼,101,14:00,15:00,".encode()
    )
    with clock.at(clock.at_time(DAY + timedelta(days=2), 9)):
        answer = client.post(f"/teams/{table.crew.team.pk}/hours/import/", {"file": file})
    assert answer.status_code == 409
    assert [problem.line for problem in answer.context["problems"]] == [3]


# --- out ---

FIELDS = (
    "志愿者姓名,志愿者编号,服务队,活动名称,日期,地点,服务对象,服务内容,"
    "服务时长(小时),负责人,记录人,记录编号,时长类别"
)


def exported(user: object, crew: Crew, what: str = "service", team: str = "") -> tuple[int, list[list[str]]]:
    """What the form gives."""
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    sent = {"since": "2026-01-01", "until": "2026-12-31", "what": what}
    answer = client.post(f"/n/{crew.here.slug}/hours/export/{team}", sent)
    if answer.status_code != 200:
        return answer.status_code, []
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    return 200, list(csv.reader(io.StringIO(text)))


def test_the_export_has_the_fields_of_the_city_and_no_formulas() -> None:
    crew = make_crew()
    person = make_person(real_name="=王芳")
    Volunteer.objects.create(person=person, site_number="3101")
    shift = make_shift(
        make_activity(crew, title="扫地", content="扫门厅", beneficiary="老人"),
        starts_at=clock.at_time(DAY, 14),
    )
    record = make_record(crew, person, shift=shift, minutes=90)
    make_record(crew, make_person(), shift=shift, state=HourState.ON_NOTICE)
    make_record(crew, make_person(real_name="互助"), starts_at=clock.at_time(DAY, 9), mutual_aid=True)

    status, rows = exported(crew.worker, crew)

    assert (status, ",".join(rows[0])) == (200, FIELDS)
    leader, recorder = person_of(crew.leader).real_name, person_of(crew.recorder).real_name
    assert rows[1:] == [
        ["'=王芳", "3101", crew.team.name, "扫地", "2026-11-16", "9号楼门厅", "老人", "扫门厅", "1.5"]
        + [leader, recorder, f"H{record.pk}", "志愿服务"]
    ]
    assert [row[0] for row in exported(crew.worker, crew, "mutual_aid")[1][1:]] == ["互助"]
    assert Entry.objects.filter(action="hours.exported").earliest("sequence").data == {
        "records": 1,
        "minutes": 90,
        "since": "2026-01-01",
        "until": "2026-12-31",
        "mutual_aid": False,
    }


def test_who_may_export_what() -> None:
    crew = make_crew()
    for post in (Post.OFFICER, Post.AUDITOR):
        assert exported(make_user(post=post, neighbourhood=crew.here), crew)[0] == 200
    own = f"?team={crew.team.pk}"
    assert [exported(user, crew)[0] for user in (crew.leader, crew.member())] == [403, 403]
    assert [exported(user, crew, team=own)[0] for user in (crew.leader, crew.member())] == [200, 403]


def test_more_than_one_piece_is_exported_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.volunteers.exporting.BATCH", 2)
    crew = make_crew()
    for day in range(5):
        make_record(crew, make_person(), starts_at=clock.at_time(DAY - timedelta(days=day), 9))
    assert len(exported(crew.worker, crew)[1]) == 6
