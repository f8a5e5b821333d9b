"""Bringing a roster in: all of it or nothing, and the second time nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import gettext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.community.models import (
    Area,
    Dwelling,
    Kind,
    Method,
    Ownership,
    Person,
    Post,
    RelationStatus,
    Residency,
    Usage,
)
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.register import roster
from portal.register.services.roster import Summary, import_roster
from tests import factories
from tests.concurrency import at_once
from tests.examples import examples
from tests.register.rosters import ROW, as_csv, loosen, row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_is_enough(db: None) -> None:
    """That much needs a second person is tests/register/test_imports.py."""
    loosen()


def bring(here: Area, *rows: dict[str, str], **options: Any) -> tuple[int, int, int]:
    """Import rows and tell how many were added, changed, unchanged."""
    done = import_roster(None, here, roster.parse(as_csv(*rows)), **options)
    return (done.added, done.changed, done.unchanged)


def owners(room: str = "101") -> list[str]:
    """Who holds a title to a room today, the voter first."""
    held = Ownership.objects.on(clock.today()).filter(dwelling__room=room)
    return [title.person.real_name for title in held.order_by("-is_voter", "pk")]


def residents(room: str = "101") -> list[str]:
    held = Residency.objects.on(clock.today()).filter(dwelling__room=room)
    return [home.person.real_name for home in held.order_by("pk")]


def everything() -> dict[str, list[Any]]:
    """All that an import could touch, row by row."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (Area, Person, Dwelling, Ownership, Residency, Entry)
    }


def test_a_dwelling_comes_with_its_building_owner_and_home() -> None:
    here = factories.make_neighbourhood(name="彩虹居民区")

    assert bring(here, ROW) == (1, 0, 0)

    dwelling = Dwelling.objects.get()
    title, home = Ownership.objects.get(), Residency.objects.get()
    assert [area.name for area in dwelling.building.get_ancestors()][2:] == ["彩虹居民区", "彩虹居民区"]
    assert (dwelling.building.name, dwelling.entrance, dwelling.room) == ("1号楼", "1单元", "101")
    assert (dwelling.exclusive_area, dwelling.usage) == (8642, Usage.OWN)
    assert (title.person.real_name, title.person.phone, title.is_voter) == ("陈静", "13900000001", True)
    assert (title.status, title.method, title.since) == (
        RelationStatus.VERIFIED,
        Method.ROSTER,
        clock.today(),
    )
    assert (home.person, home.status, home.method) == (title.person, RelationStatus.VERIFIED, Method.ROSTER)


@pytest.mark.parametrize(
    ("use", "right", "owner", "lives"),
    [
        ("自住", "业主", "陈静", True),
        ("自住", "公房承租人", "陈静", True),
        ("出租", "业主", "陈静", False),
        ("空置", "业主", "陈静", False),
        ("自住", "业主", "上海某某有限公司", False),
    ],
)
def test_only_people_who_live_in_their_dwelling_become_residents(
    use: str, right: str, owner: str, lives: bool
) -> None:
    bring(factories.make_neighbourhood(), row(use=use, right=right, owner=owner))

    assert residents() == ([owner] if lives else [])


def test_the_second_time_nothing_changes() -> None:
    here = factories.make_neighbourhood()
    rows = [
        row(room="101"),
        row(room="102", owner="李明、张三", phone=""),
        row(room="103", owner="某某有限公司", phone=""),
    ]
    bring(here, *rows)
    before = everything()

    assert bring(here, *rows) == (0, 0, 3)
    assert everything() == before


def test_the_same_name_and_phone_is_one_person_with_several_dwellings() -> None:
    bring(
        factories.make_neighbourhood(), row(room="101"), row(room="102"), row(room="103", phone="13900000002")
    )

    assert Person.objects.count() == 2
    assert [title.person.phone for title in Ownership.objects.order_by("pk")] == [
        "13900000001",
        "13900000001",
        "13900000002",
    ]


def test_the_same_name_without_a_phone_is_two_people_but_one_company() -> None:
    bring(
        factories.make_neighbourhood(),
        *(row(room=str(number), owner="张伟", phone="") for number in (101, 102)),
        *(row(room=str(number), owner="某某有限公司", phone="") for number in (103, 104)),
    )

    assert sorted(Person.objects.values_list("real_name", flat=True)) == ["张伟", "张伟", "某某有限公司"]


def test_a_person_known_from_another_neighbourhood_is_the_same() -> None:
    bring(factories.make_neighbourhood(), ROW)

    bring(factories.make_neighbourhood(), ROW)

    assert (Person.objects.count(), Ownership.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"area": "86.43"}, (0, 1, 0)),
        ({"use": "出租"}, (0, 1, 0)),
        ({"owner": "李明"}, (0, 1, 0)),
        ({"right": "公房承租人"}, (0, 1, 0)),
        ({"phone": "13900000009"}, (0, 1, 0)),
        ({"phone": ""}, (0, 0, 1)),
        ({"room": "102"}, (1, 0, 0)),
    ],
)
def test_each_change_is_counted_and_made_once(
    changes: dict[str, str], expected: tuple[int, int, int]
) -> None:
    here = factories.make_neighbourhood()
    bring(here, ROW)

    assert bring(here, row(**changes)) == expected
    assert bring(here, row(**changes)) == (0, 0, 1)


def test_a_new_owner_ends_the_title_of_the_old_one_and_their_home() -> None:
    here = factories.make_neighbourhood()
    with clock.at(clock.now() - timedelta(days=100)):
        bring(here, ROW)

    bring(here, row(owner="李明", phone="13900000002"))

    assert (owners(), residents()) == (["李明"], ["李明"])
    old = Ownership.objects.get(person__real_name="陈静")
    assert (old.until, old.since) == (clock.today(), clock.today() - timedelta(days=100))
    assert Residency.objects.get(person__real_name="陈静").until == clock.today()


def test_an_owner_may_change_twice_on_a_day() -> None:
    here = factories.make_neighbourhood()

    for owner in ("陈静", "李明", "陈静", "李明"):
        bring(here, row(owner=owner, phone=""))

    assert owners() == ["李明"]


def test_letting_a_dwelling_ends_the_home_of_its_owner_but_not_of_others() -> None:
    here = factories.make_neighbourhood()
    bring(here, ROW)
    factories.make_residency(factories.make_person(real_name="母亲"), Dwelling.objects.get())
    Residency.objects.filter(person__real_name="母亲").update(method=Method.REQUEST)

    bring(here, row(use="出租"))

    assert (owners(), residents()) == (["陈静"], ["母亲"])


def test_who_moved_out_is_not_moved_in_again() -> None:
    here = factories.make_neighbourhood()
    bring(here, ROW)
    Residency.objects.update(until=clock.today())

    bring(here, row(area="90"))

    assert residents() == []


def test_the_first_of_co_owners_votes_and_a_chosen_voter_stays() -> None:
    here = factories.make_neighbourhood()
    bring(here, row(owner="陈静、李明", phone=""))
    assert owners() == ["陈静", "李明"]
    Ownership.objects.filter(person__real_name="陈静").update(is_voter=False)
    Ownership.objects.filter(person__real_name="李明").update(is_voter=True)

    assert bring(here, row(owner="陈静、李明", phone="")) == (0, 0, 1)
    bring(here, row(owner="陈静、李明", phone="", area="90"))

    assert owners() == ["李明", "陈静"]


def test_when_the_voter_sells_the_next_co_owner_votes() -> None:
    here = factories.make_neighbourhood()
    bring(here, row(owner="陈静、李明", phone=""))

    bring(here, row(owner="李明", phone=""))

    assert list(Ownership.objects.on(clock.today()).values_list("person__real_name", "is_voter")) == [
        ("李明", True)
    ]


def test_a_co_owner_whom_staff_added_stays() -> None:
    here = factories.make_neighbourhood()
    bring(here, ROW)
    added = factories.make_ownership(
        factories.make_person(real_name="女儿"), Dwelling.objects.get(), is_voter=False
    )
    Ownership.objects.filter(pk=added.pk).update(method=Method.COUNTER)

    assert bring(here, ROW) == (0, 0, 1)
    assert owners() == ["陈静", "女儿"]


def test_a_request_of_the_rosters_owner_is_granted() -> None:
    here = factories.make_neighbourhood()
    bring(here, row(owner="李明", phone="13900000002"))
    user = factories.make_user()
    person = factories.person_of(user)
    Person.objects.filter(pk=person.pk).update(real_name="陈静", phone="13900000001")
    for model in (Ownership, Residency):
        model.objects.create(person=person, dwelling=Dwelling.objects.get())

    bring(here, ROW)

    assert Ownership.objects.on(clock.today()).get().person == person
    assert Residency.objects.filter(person=person).get().status == RelationStatus.VERIFIED
    assert bring(here, ROW) == (0, 0, 1)


def test_a_phone_proved_by_its_owner_counts_more_than_the_rosters() -> None:
    here = factories.make_neighbourhood()
    bring(here, ROW)
    person = Person.objects.get()
    user = factories.make_account(person=person)
    user.phone, user.phone_verified = "13911111111", True
    user.save()
    Person.objects.update(phone="13911111111")

    assert bring(here, ROW) == (0, 0, 1)
    assert Person.objects.get().phone == "13911111111"


def test_a_new_phone_of_one_dwelling_moves_nobody_out_of_another() -> None:
    here = factories.make_neighbourhood()
    bring(here, row(room="101"), row(room="102"))
    rows = [row(room="101", phone="13900000007"), row(room="102")]

    assert bring(here, *rows) == (0, 1, 1)
    assert bring(here, *rows) == (0, 0, 2)
    assert Person.objects.count() == 2


def test_dwellings_that_are_not_listed_stay() -> None:
    here = factories.make_neighbourhood()
    bring(here, row(room="101"), row(room="102"))

    assert bring(here, row(room="101")) == (0, 0, 1)
    assert owners("102") == ["陈静"]


def test_bad_rows_stop_everything_unless_they_are_left_out() -> None:
    here = factories.make_neighbourhood()
    before = everything()
    rows = [row(room="101"), row(room="102", area="x")]

    with pytest.raises(NotPossible):
        bring(here, *rows)
    assert everything() == before

    assert bring(here, *rows, skip_bad=True) == (1, 0, 0)
    assert bring(here, *rows, skip_bad=True) == (0, 0, 1)


def test_nothing_is_half_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    here = factories.make_neighbourhood()
    before = everything()

    def fails(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Residency.objects, "bulk_create", fails)
    with pytest.raises(RuntimeError):
        bring(here, ROW)

    assert everything() == before


def test_several_estates_need_a_name() -> None:
    here = factories.make_neighbourhood()
    east, west = (
        factories.make_estate(parent=here, name="东园"),
        factories.make_estate(parent=here, name="西园"),
    )
    for estate in (east, west):
        factories.make_building(parent=estate, name="1号楼")

    with pytest.raises(NotPossible):
        bring(here, ROW)
    assert bring(here, row(estate="东园"), row(estate="西园"), row(estate="南园")) == (3, 0, 0)

    assert [area.name for area in Area.objects.filter(kind=Kind.ESTATE).order_by("path")] == [
        "东园",
        "西园",
        "南园",
    ]
    assert Area.objects.filter(kind=Kind.BUILDING).count() == 3


def test_a_building_that_is_known_in_the_only_estate_is_used() -> None:
    here = factories.make_neighbourhood()
    building = factories.make_building(parent=factories.make_estate(parent=here), name="1号楼")

    bring(here, ROW, row(building="2号楼"))

    assert Dwelling.objects.filter(building=building).count() == 1
    assert Area.objects.filter(kind=Kind.ESTATE).count() == 1


def test_the_record_has_one_entry_with_counts_and_nothing_personal() -> None:
    here = factories.make_neighbourhood()
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here, title="居委会", name="沈老师")

    import_roster(worker, here, roster.parse(as_csv(ROW, row(room="102"))))
    import_roster(worker, here, roster.parse(as_csv(ROW, row(room="102"))))

    entry = Entry.objects.get()
    title = gettext("Roster of dwellings")
    assert (entry.action, entry.actor, entry.title) == ("roster.imported", "居委会 沈老师", title)
    assert entry.data == {"added": 2, "changed": 0, "unchanged": 0}


def test_what_is_imported_is_what_was_shown() -> None:
    here = factories.make_neighbourhood()

    with pytest.raises(NotPossible):
        bring(here, ROW, expected="0" * 64)

    assert Dwelling.objects.count() == 0


ROOMS = st.sampled_from(["101", "102", "103"])
ROWS = st.lists(
    st.builds(
        row,
        room=ROOMS,
        area=st.sampled_from(["80", "86.42"]),
        owner=st.sampled_from(["陈静", "李明", "陈静、李明", "李明、陈静", "某某有限公司"]),
        phone=st.sampled_from(["", "13900000001", "13900000002"]),
        use=st.sampled_from(["自住", "出租"]),
        right=st.sampled_from(["业主", "公房承租人"]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one["室号"],
)


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(ROWS, min_size=1, max_size=4))
def test_after_any_history_the_last_roster_holds_and_a_repetition_changes_nothing(
    history: list[list[dict[str, str]]],
) -> None:
    here = factories.make_neighbourhood()
    for rows in history:
        bring(here, *rows)
    before = everything()

    assert bring(here, *history[-1]) == (0, 0, len(history[-1]))

    assert everything() == before
    inside = Dwelling.objects.filter(building__path__startswith=here.path)
    for one in history[-1]:
        dwelling = inside.get(room=one["室号"])
        titles = Ownership.objects.on(clock.today()).filter(dwelling=dwelling)
        assert sorted(title.person.real_name for title in titles) == sorted(one["产权人"].split("、"))
        assert [title.is_voter for title in titles].count(True) == 1
        assert {title.right for title in titles} == {
            "owner" if one["权利类别"] == "业主" else "public_tenant"
        }


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_are_one() -> None:
    here = factories.make_neighbourhood()
    content = as_csv(*(row(room=str(number)) for number in range(20)))

    outcome = at_once(4, lambda: import_roster(None, here, roster.parse(content)))

    assert outcome.errors == []
    assert sorted(outcome.results, key=lambda one: one.added) == [Summary(0, 0, 20)] * 3 + [Summary(20, 0, 0)]


# --- the command ---


def run(file: Path, here: Area, *options: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    try:
        call_command("import_roster", str(file), "--neighbourhood", here.slug, *options)
    except SystemExit as stopped:
        return int(stopped.code or 0), capsys.readouterr().out.splitlines()
    return 0, capsys.readouterr().out.splitlines()


def test_the_command_tells_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here, file = factories.make_neighbourhood(), tmp_path / "roster.csv"
    file.write_bytes(as_csv(ROW, row(room="102")))

    assert run(file, here, capsys=capsys) == (0, ["added 2, changed 0, unchanged 0"])
    assert run(file, here, capsys=capsys) == (0, ["added 0, changed 0, unchanged 2"])


def test_the_command_lists_bad_rows_and_stops(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here, file = factories.make_neighbourhood(), tmp_path / "roster.csv"
    file.write_bytes(as_csv(row(area="x"), row(room="102"), row(room="")))

    code, lines = run(file, here, capsys=capsys)

    assert code == 1
    assert [line.split(": ")[0] for line in lines] == ["line 2", "line 4"]
    assert Dwelling.objects.count() == 0

    code, lines = run(file, here, "--skip-bad", capsys=capsys)
    assert (code, lines[-1]) == (0, "added 1, changed 0, unchanged 0")


@pytest.mark.parametrize("content", [b"", "楼号\r\n".encode(), b"\x00"])
def test_the_command_says_why_a_file_is_none(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    here, file = factories.make_neighbourhood(), tmp_path / "roster.csv"
    file.write_bytes(content)

    code, lines = run(file, here, capsys=capsys)

    assert (code, len(lines)) == (1, 1)


def test_the_command_needs_a_file_and_a_neighbourhood(tmp_path: Path) -> None:
    here = factories.make_neighbourhood()
    with pytest.raises(CommandError, match="no neighbourhood"):
        call_command("import_roster", str(tmp_path / "x"), "--neighbourhood", "nowhere")
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_roster", str(tmp_path / "x"), "--neighbourhood", here.slug)


def test_a_whole_neighbourhood_costs_a_constant_number_of_queries(django_assert_max_num_queries: Any) -> None:
    here = factories.make_neighbourhood()
    bring(here, row(room="1"))
    rows = [
        row(room=str(number), owner=f"业主{number}", phone=f"139{number:08d}") for number in range(2, 302)
    ]

    with django_assert_max_num_queries(41):
        assert bring(here, *rows) == (300, 0, 0)
    with django_assert_max_num_queries(12):
        assert bring(here, *rows) == (0, 0, 300)
