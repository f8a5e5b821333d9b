"""Dwellings put right by hand, retired and brought back; and the register as a file that changes nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.community.models import (
    Area,
    AreaSource,
    Dwelling,
    Look,
    Method,
    Ownership,
    Person,
    PersonKind,
    Post,
    Residency,
    Right,
    Usage,
    User,
)
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.register import exporting, roster
from portal.register.comparison import compare
from portal.register.models import Import
from portal.register.services import dwellings, imports, joining, mailings, taking_back
from portal.register.services.dwellings import Facts
from portal.register.services.identity import Identity
from portal.register.services.roster import File
from portal.register.states import ImportState
from portal.voting.models import RollEntry
from tests import factories
from tests.examples import examples
from tests.register.rosters import ROW, as_csv, loosen, row
from tests.voting import factories as votes
from tests.worlds import kept

pytestmark = pytest.mark.django_db


@kept
def make_home() -> tuple[Area, User, Dwelling, User]:
    """A dwelling with somebody who owns it and lives there, and a worker of the committee."""
    here = factories.make_neighbourhood()
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    home = factories.make_dwelling(within=factories.make_building(parent=here, name="1号楼"), room="101")
    user = factories.make_account()
    factories.make_ownership(factories.person_of(user), home)
    factories.make_residency(factories.person_of(user), home)
    return here, worker, home, user


def facts(home: Dwelling, **changes: Any) -> Facts:
    known = {name: getattr(home, name) for name in Facts.__dataclass_fields__}
    return Facts(**(known | changes))


def test_a_dwelling_is_corrected_with_a_trace_and_nothing_personal_in_the_record() -> None:
    here, worker, home, _user = make_home()
    other = factories.make_building(parent=here, name="2号楼")
    right = facts(
        home,
        building=other,
        room="102",
        exclusive_area=9000,
        area_source=AreaSource.SURVEY,
        usage=Usage.LET,
    )

    dwellings.correct(worker, home.pk, right, "产证")

    home.refresh_from_db()
    assert (home.building, home.room, home.exclusive_area, home.usage) == (other, "102", 9000, "let")
    change = home.changes.get()
    assert (change.by, change.reason, change.before["room"], change.after["room"]) == (
        worker,
        "产证",
        "101",
        "102",
    )
    assert ("86.42" in str(change.said), "2号楼" in str(change.said)) == (True, True)
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.title, entry.data) == (
        "dwelling.corrected",
        "2号楼",
        {"what": ["building", "room", "exclusive_area", "area_source", "usage"]},
    )


def test_no_two_dwellings_of_a_building_are_called_the_same_and_nothing_is_no_correction() -> None:
    _here, worker, home, _user = make_home()
    factories.make_dwelling(within=home.building, room="102")

    with pytest.raises(NotPossible):
        dwellings.correct(worker, home.pk, facts(home, room="102"), "x")
    with pytest.raises(NotPossible):
        dwellings.correct(worker, home.pk, facts(home), "x")
    assert home.changes.count() == 0


def test_a_retired_dwelling_ends_what_rests_on_it_and_brings_it_back_with_it() -> None:
    here, worker, home, user = make_home()
    [letter] = mailings.issue(worker, [home])
    before = [list(model.objects.order_by("pk").values()) for model in (Ownership, Residency)]

    dwellings.retire(worker, home.pk, clock.today(), "与102合并")

    home.refresh_from_db()
    letter.invitation.refresh_from_db()
    today = clock.today()
    assert (home.retired_on, home.retired_reason) == (today, "与102合并")
    assert [model.objects.on(today).filter(dwelling=home).count() for model in (Ownership, Residency)] == [
        0,
        0,
    ]
    assert letter.invitation.expires_at <= clock.now()
    assert mailings.addressees(home.building) == []
    assert Notice.objects.filter(user=user, kind="dwelling.retired").count() == 1
    factories.make_dwelling(within=home.building, room="103")
    twin = Dwelling.objects.create(building=home.building, entrance="1", room="101", exclusive_area=1)
    with pytest.raises(NotPossible):
        dwellings.bring_back(worker, home.pk, "误操作")
    twin.delete()

    dwellings.bring_back(worker, home.pk, "误操作")

    after = [list(model.objects.order_by("pk").values()) for model in (Ownership, Residency)]
    assert after == before
    assert [change.what for change in home.changes.all()] == ["back", "retired"]
    assert [entry.data for entry in Entry.objects.filter(action__startswith="dwelling.")] == [{}, {}]


def test_nobody_comes_to_a_retired_dwelling_by_any_way() -> None:
    _here, worker, home, _user = make_home()
    dwellings.retire(worker, home.pk, clock.today(), "与102合并")
    home.refresh_from_db()
    asking = factories.make_account(person=factories.make_person())
    adult = Identity("陈静", True)
    for way in (
        lambda: joining.ask(asking, home, joining.Claim(True, False), adult),
        lambda: joining.register(worker, home, joining.Claim(False, True), adult),
    ):
        with pytest.raises(NotPossible):
            way()
    assert Residency.objects.on(clock.today()).filter(dwelling=home).count() == 0


def test_a_dwelling_is_not_retired_from_a_day_to_come_nor_under_a_request() -> None:
    _here, worker, home, _user = make_home()

    with pytest.raises(NotPossible):
        dwellings.retire(worker, home.pk, clock.today() + timedelta(days=1), "x")
    joining.request(factories.person_of(factories.make_account()), home, Residency)
    with pytest.raises(NotPossible):
        dwellings.retire(worker, home.pk, clock.today(), "x")


def test_a_frozen_roll_is_not_changed_and_the_vote_is_named_but_later_rolls_leave_it_out() -> None:
    place = votes.make_place(residents=True)
    vote = votes.call(place)
    home = Dwelling.objects.filter(building__path__startswith=place.estate.path).order_by("pk").first()
    assert home is not None
    lines = list(RollEntry.objects.filter(vote=vote).order_by("pk").values())

    assert [asked.title for asked in dwellings.votes_on(home)] == [vote.title]
    dwellings.retire(place.director, home.pk, clock.today(), "拆除")

    assert list(RollEntry.objects.filter(vote=vote).order_by("pk").values()) == lines
    with clock.at(clock.now() + timedelta(days=1)):
        now = clock.now()
        later = votes.call(
            place, at=now, opens_at=now + timedelta(days=20), closes_at=now + timedelta(days=25)
        )
    assert (later.heads, later.uncovered, later.area) == (vote.heads - 1, 0, vote.area - home.exclusive_area)


def test_an_import_whose_new_owner_has_voted_stays_in_that_row() -> None:
    place = votes.make_place()
    loosen()
    home = Dwelling.objects.filter(building__path__startswith=place.estate.path).order_by("pk").first()
    assert home is not None
    buyer = factories.make_account(person=factories.make_person(real_name="买家", phone="13900000077"))
    Person.objects.filter(user=buyer).update(kind=PersonKind.NATURAL)
    listed = row(building=home.building.name, entrance="1", room=home.room, owner="买家", phone="13900000077")
    with clock.at(votes.DURING - timedelta(days=60)):
        done = imports.hand_in(None, place.neighbourhood, File("", as_csv(listed)), digest="")[0]
    vote = votes.call(place)
    votes.cast(buyer, vote)

    with clock.at(votes.DURING + timedelta(hours=1)):
        back = taking_back.take_back(place.director, done.pk)

    assert (back.state, [one.why for one in back.rows.all()]) == (ImportState.PARTLY_BACK, ["voted"])


# --- in the browser ---


@pytest.fixture
def desk(client: Client) -> tuple[Client, Area, Dwelling]:
    here, worker, home, _user = make_home()
    client.force_login(worker)
    return client, here, home


def test_the_desk_corrects_and_retires_on_pages_that_say_what_follows(
    desk: tuple[Client, Area, Dwelling],
) -> None:
    client, here, home = desk
    page = f"/n/{here.slug}/people/dwellings/{home.pk}/"
    assert f"/dwellings/{home.pk}/retire/" in client.get(page).content.decode()

    typed = {
        "building": home.building_id,
        "entrance": "1",
        "room": "101",
        "area": "90㎡",
        "area_source": "survey",
    }
    wrong = client.post(
        f"/dwellings/{home.pk}/correct/", typed | {"usage": "own", "area": "x", "reason": "r"}
    )
    done = client.post(f"/dwellings/{home.pk}/correct/", typed | {"usage": "own", "reason": "产证"})
    assert (wrong.status_code, done["Location"]) == (422, page)
    assert "90" in client.get(page).content.decode()

    assert client.get(f"/dwellings/{home.pk}/retire/").status_code == 200
    client.post(f"/dwellings/{home.pk}/retire/", {"day": clock.today().isoformat(), "reason": "拆除"})
    listed = f"/n/{here.slug}/people/dwellings/"
    assert page not in client.get(listed).content.decode()
    assert page in client.get(f"{listed}?retired=on").content.decode()
    assert client.post(f"/dwellings/{home.pk}/retire/", {}).status_code in {409, 422}
    assert client.get(f"/dwellings/{home.pk}/retire/").status_code == 409


def test_a_roster_goes_to_a_second_person_and_back_in_the_browser(client: Client) -> None:
    here, worker, home, _user = make_home()
    director = factories.make_user(post=Post.DIRECTOR, neighbourhood=here)
    client.force_login(worker)
    Ownership.objects.update(method=Method.COUNTER)
    content = as_csv(row(entrance="1", owner="张三", phone=""))
    file = io.BytesIO(content)
    file.name = "名册.csv"
    preview = client.post(f"/n/{here.slug}/people/roster/", {"file": file})["Location"]
    digest = compare(here, roster.parse(content).entries).digest
    asked = client.get(preview).content.decode()
    assert ('name="again" value="2"' in asked, "张三" in asked) == (True, True)

    waits = client.post(preview, {"digest": digest, "again": "2"})["Location"]
    own = client.get(waits).content.decode()
    pk = Import.objects.get().pk
    assert (f"/imports/{pk}/confirm/" in own, f"/imports/{pk}/turn-down/" in own) == (False, True)
    assert client.post(f"/imports/{pk}/confirm/", {"digest": digest}).status_code == 409

    client.force_login(director)
    assert "张三" in client.get(f"/imports/{pk}/confirm/").content.decode()
    assert client.post(f"/imports/{pk}/confirm/", {"digest": digest})["Location"] == waits
    assert Ownership.objects.on(clock.today()).get(dwelling=home).person.real_name == "张三"
    assert client.post(f"/imports/{pk}/confirm/", {"digest": digest}).status_code == 409
    assert f"/imports/{pk}/take-back/" in client.get(waits).content.decode()
    assert client.get(f"/imports/{pk}/take-back/").status_code == 200
    assert client.post(f"/imports/{pk}/take-back/", {})["Location"] == waits
    assert Ownership.objects.on(clock.today()).get(dwelling=home).person.real_name != "张三"


def test_the_page_of_an_import_says_what_became_of_it(client: Client) -> None:
    here, worker, home, _user = make_home()
    director = factories.make_user(post=Post.DIRECTOR, neighbourhood=here)
    Ownership.objects.update(method=Method.ROSTER)
    client.force_login(worker)
    User.objects.update(language="en")
    options: dict[str, Any] = {"skip_bad": True, "digest": ""}
    sold = [row(entrance="1", owner="张三", phone=""), row(entrance="1", room="109", area="?", owner="赵六")]
    with translation.override("zh-hans"):
        waits = imports.hand_in(worker, here, File("", as_csv(*sold)), **options)[0]
    page, second = waits.get_absolute_url(), "A second person has to look at this"
    assert second in client.get(page).content.decode()

    client.force_login(director)
    assert "Can be undone until" in client.get(f"/imports/{waits.pk}/confirm/").content.decode()
    imports.confirm(director, waits.pk, "")
    done = client.get(page).content.decode()
    shown = [second in done, "lost a title" in done, ">owner: " in done, "is not a number of square" in done]
    assert shown == [False, True, True, True]
    assert "Can be undone until" in done

    taking_back.take_back(director, waits.pk)
    back = client.get(page).content.decode()
    assert ("lost a title" in back, "as before again" in back) == (False, True)
    assert Ownership.objects.on(clock.today()).get(dwelling=home).person.real_name != "张三"


def test_the_preview_says_until_when_it_can_be_undone_and_the_rows_come_in_pages(
    desk: tuple[Client, Area, Dwelling],
) -> None:
    client, here, _home = desk
    User.objects.update(language="en")
    content = as_csv(*(row(building="8号楼", room=str(n), owner=f"业主{n}", phone="") for n in range(60)))
    file = io.BytesIO(content)
    file.name = "名册.csv"

    preview = client.post(f"/n/{here.slug}/people/roster/", {"file": file})["Location"]
    assert "Can be undone until" in client.get(preview).content.decode()

    loosen()
    page = imports.hand_in(None, here, File("", content), digest="")[0].get_absolute_url()
    assert [client.get(f"{page}?page={n}").content.decode().count("8号楼") for n in (1, 2)] == [50, 10]


def test_the_pages_of_imports_ask_the_same_however_many_rows_there_are(
    desk: tuple[Client, Area, Dwelling],
) -> None:
    client, here, _home = desk
    loosen()

    def cost(number: int) -> list[int]:
        rows = [row(building="8号楼", room=str(n), owner=f"业主{n}", phone="") for n in range(number)]
        done = imports.hand_in(None, here, File("", as_csv(*rows)), digest="")[0]
        found = []
        for page in (done.get_absolute_url(), f"/n/{here.slug}/people/roster/imports/"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(page).status_code == 200
            found.append(len(asked))
        return found

    cost(1)
    few = cost(2)

    assert cost(200) == few


# --- the register as a file ---


def test_the_file_is_given_once_after_saying_what_for(desk: tuple[Client, Area, Dwelling]) -> None:
    client, here, home = desk
    file = f"/n/{here.slug}/people/roster/export/file/"
    assert client.get(file)["Location"] == f"/n/{here.slug}/people/roster/export/"
    assert client.post(f"/n/{here.slug}/people/roster/export/", {"form": "csv"}).status_code == 422

    assert (
        client.post(f"/n/{here.slug}/people/roster/export/", {"form": "csv", "reason": "年检"})["Location"]
        == file
    )
    given_ = client.get(file)

    assert given_["Content-Disposition"].startswith("attachment")
    assert given_.content.decode("utf-8-sig").splitlines()[1].startswith("1号楼,1,101,86.42,")
    assert list(Look.objects.values_list("dwelling", "reason")) == [(home.pk, "年检")]
    assert client.get(file).status_code == 302


def test_rooms_of_a_workbook_are_text() -> None:
    here, _worker, home, _user = make_home()
    Dwelling.objects.filter(pk=home.pk).update(room="1-2", entrance="=1+1")

    cells = list(openpyxl.load_workbook(io.BytesIO(exporting.as_xlsx(here))).worksheets[0].iter_rows())[1]

    assert [(cell.value, cell.data_type) for cell in cells[1:3]] == [("'=1+1", "s"), ("1-2", "s")]


def unchanged(here: Area, write: Callable[[Area], bytes]) -> None:
    before = [
        list(model.objects.order_by("pk").values())
        for model in (Area, Person, Dwelling, Ownership, Residency)
    ]
    read = roster.parse(write(here))
    found = compare(here, read.entries)

    assert (read.problems, read.remarks, found.problems) == ([], [], [])
    assert [(one.entry, one.changes) for one in [*found.added, *found.changed, *found.left]] == []
    assert found.unchanged == Dwelling.objects.in_use().filter(building__path__startswith=here.path).count()
    imports.hand_in(None, here, File("", write(here)), digest="")
    assert [
        list(model.objects.order_by("pk").values())
        for model in (Area, Person, Dwelling, Ownership, Residency)
    ] == before


NAMES = st.sampled_from(
    [
        "陈静",
        "张　三",
        "John Smith",
        "买买提·吐尔逊",
        "赵大海,钱小英",
        "欧阳 娜娜",
        "某某有限公司",
        "A/B 公司",
        "不详",
        "李和平",
    ]
)
OWNERS = st.lists(
    st.tuples(
        NAMES,
        st.sampled_from(["", "13900000001", "13900000002", "02162345678"]),
        st.sampled_from(list(Right)),
        st.sampled_from(list(PersonKind)),
    ),
    max_size=3,
    unique_by=lambda one: one[0],
)
HOMES = st.lists(
    st.tuples(
        st.sampled_from(["1号楼", "１号楼甲", "-1号楼", "东3"]),
        st.sampled_from(["", "1单元", "甲"]),
        st.sampled_from(["101", "1-2", "0101", "+1", "A座"]),
        st.integers(1, 99_999_999),
        st.sampled_from(list(Usage)),
        OWNERS,
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda one: one[:3],
)


@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(HOMES, st.booleans())
def test_the_register_brought_in_again_changes_nothing(homes: list[Any], two_estates: bool) -> None:
    here = factories.make_neighbourhood()
    estates = [factories.make_estate(parent=here) for _ in range(1 + two_estates)]
    buildings: dict[str, Area] = {}
    for at, (building, entrance, room, area, usage, owners, retired) in enumerate(homes):
        if building not in buildings:
            buildings[building] = factories.make_building(parent=estates[at % len(estates)], name=building)
        home = Dwelling.objects.create(
            building=buildings[building], entrance=entrance, room=room, exclusive_area=area, usage=usage
        )
        for place, (name, phone, right, kind) in enumerate(owners):
            person = Person.objects.create(real_name=name, phone=phone, kind=kind)
            title = factories.make_ownership(person, home, is_voter=place == 0)
            Ownership.objects.filter(pk=title.pk).update(right=right)
        if retired:
            Dwelling.objects.filter(pk=home.pk).update(retired_on=clock.today())

    unchanged(here, exporting.as_csv)
    unchanged(here, exporting.as_xlsx)


def test_a_roster_that_was_brought_in_comes_out_as_it_was() -> None:
    here = factories.make_neighbourhood()
    rows = [ROW, row(room="102", owner="赵大海、钱小英", phone="、13900000002", use="出租")]
    imports.hand_in(None, here, File("", as_csv(*rows)), digest="")

    assert roster.parse(exporting.as_csv(here)).entries == roster.parse(as_csv(*rows)).entries
