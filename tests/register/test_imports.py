"""A roster over time: a second person where much changes, what the desk knows better, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.community.models import (
    Area,
    Dwelling,
    Method,
    Ownership,
    Person,
    Post,
    RelationStatus,
    Residency,
    User,
)
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.register.brakes import stops
from portal.register.comparison import compare
from portal.register.differences import Choices
from portal.register.models import Import
from portal.register.preview import Preview, of_waiting
from portal.register.services import imports, joining, taking_back, voters
from portal.register.services.dwellings import retire
from portal.register.services.identity import Identity
from portal.register.services.joining import Claim
from portal.register.services.roster import File, NeedsSecond
from portal.register.services.tidying import tidy
from portal.register.states import ImportState
from tests import factories
from tests.concurrency import at_once
from tests.examples import examples
from tests.register.rosters import ROW, as_csv, loosen, row
from tests.worlds import kept

pytestmark = pytest.mark.django_db
HOUSE = [row(room=str(100 + n), owner=f"业主{n:02d}", phone=f"1390000{n:04d}") for n in range(1, 21)]


@kept
def make_place() -> tuple[Area, User, User]:
    """A neighbourhood with a worker and a director."""
    here = factories.make_neighbourhood()
    return (
        here,
        factories.make_user(post=Post.WORKER, neighbourhood=here),
        factories.make_user(post=Post.DIRECTOR, neighbourhood=here),
    )


def hand_in(user: User | None, here: Area, *rows: dict[str, str], **options: Any) -> Import:
    """Hand a roster in, as it was shown."""
    file = File("名册.csv", as_csv(*rows), options.pop("as_of", None))
    digest = compare(here, file.roster.entries, as_of=file.as_of).digest
    return imports.hand_in(user, here, file, digest=digest, **options)[0]


def register() -> dict[str, list[Any]]:
    """All that an import could touch."""
    models = (Area, Person, Dwelling, Ownership, Residency)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def owners(room: str = "101") -> list[str]:
    held = Ownership.objects.on(clock.today()).filter(dwelling__room=room, dwelling__retired_on=None)
    return [title.person.real_name for title in held.order_by("-is_voter", "pk")]


# --- a second person ---


def test_more_than_a_tenth_of_the_owners_of_a_building_needs_a_second_person() -> None:
    here, worker, _director = make_place()
    hand_in(worker, here, *HOUSE)
    two = [*HOUSE[:18], *(one | {"产权人": "别人" + one["室号"], "手机号": ""} for one in HOUSE[18:])]
    three = [*HOUSE[:17], *(one | {"产权人": "别人" + one["室号"], "手机号": ""} for one in HOUSE[17:])]

    assert stops(here, compare(here, File("", as_csv(*two)).roster.entries)) == []
    [stop] = stops(here, compare(here, File("", as_csv(*three)).roster.entries))

    assert (stop.building, stop.owners, stop.changing) == ("1号楼", 20, 3)
    with pytest.raises(NeedsSecond, match="1号楼"):
        hand_in(None, here, *three)
    assert hand_in(worker, here, *two).state == ImportState.DONE


def test_dwellings_that_do_not_match_need_a_second_person_but_a_new_building_does_not() -> None:
    here, worker, _director = make_place()
    hand_in(worker, here, *HOUSE)

    def stop_of(*rows: dict[str, str]) -> list[tuple[list[str], list[str]]]:
        found = stops(here, compare(here, File("", as_csv(*rows)).roster.entries))
        return [(stop.missing, stop.more) for stop in found]

    changed = HOUSE[0] | {"专有部分面积(平方米)": "90"}
    assert stop_of(changed, *HOUSE[1:]) == []
    assert stop_of(changed, *HOUSE[1:], row(building="2号楼")) == []
    assert stop_of(changed, *HOUSE[1:-1]) == [(["1号楼 1单元 120室"], [])]
    assert stop_of(*HOUSE, row(room="999")) == [([], ["1号楼 1单元 999室"])]


def test_what_needs_a_second_person_waits_as_a_duty_and_changes_nothing() -> None:
    here, worker, director = make_place()
    hand_in(worker, here, ROW)
    before = register()

    waiting = hand_in(worker, here, row(owner="李明", phone=""))

    assert (waiting.state, register()) == (ImportState.WAITING, before)
    duty = Duty.objects.active().get()
    assert (duty.kind, duty.post, duty.url) == ("roster.confirm", Post.WORKER, waiting.get_absolute_url())
    assert list(Notice.objects.values_list("user", "kind")) == [(director.pk, "roster.waits")]
    with pytest.raises(NotPossible):
        hand_in(worker, here, row(owner="李明", phone=""))
    with pytest.raises(NotPossible):
        imports.confirm(worker, waiting.pk, waiting.digest)
    with pytest.raises(PermissionDenied):
        imports.confirm(factories.make_user(), waiting.pk, waiting.digest)

    done = imports.confirm(director, waiting.pk, waiting.digest)

    assert (owners(), done.state, done.by, done.decided_by) == (["李明"], ImportState.DONE, worker, director)
    assert (bytes(done.content), Duty.objects.active().count()) == (b"", 0)
    assert Notice.objects.filter(user=worker, kind="roster.confirmed").count() == 1


def test_the_second_person_confirms_what_is_shown_now() -> None:
    here, worker, director = make_place()
    hand_in(worker, here, ROW)
    waiting = hand_in(worker, here, row(owner="李明", phone=""))
    Dwelling.objects.update(exclusive_area=1)

    with pytest.raises(NotPossible):
        imports.confirm(director, waiting.pk, waiting.digest)
    assert Import.objects.get(pk=waiting.pk).state == ImportState.WAITING


def test_a_waiting_roster_is_turned_down_with_a_reason_or_ends_by_itself() -> None:
    here, worker, director = make_place()
    hand_in(worker, here, ROW)
    before = register()
    first = hand_in(worker, here, row(owner="李明", phone=""))
    imports.turn_down(director, first.pk, "旧名册")
    second = hand_in(worker, here, row(owner="李明", phone=""))

    with clock.at(clock.now() + timedelta(days=15)):
        tidy()

    states = Import.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk")
    assert [one.state for one in states] == [ImportState.TURNED_DOWN, ImportState.EXPIRED]
    assert [bytes(one.content) for one in states] == [b"", b""]
    assert (register(), Duty.objects.active().count()) == (before, 0)
    told = Notice.objects.filter(user=worker).order_by("pk").values_list("kind", flat=True)
    assert list(told) == ["roster.turned_down", "roster.expired"]


def test_the_command_stops_likewise_and_says_old_and_new(tmp_path: Any, capsys: Any) -> None:
    here, worker, director = make_place()
    hand_in(worker, here, ROW)
    file = tmp_path / "roster.csv"
    file.write_bytes(as_csv(row(owner="李明", phone="", area="90")))
    asked = ["import_roster", str(file), "--neighbourhood", here.slug]

    with pytest.raises(SystemExit):
        call_command(*asked)
    said = capsys.readouterr().out
    assert "陈静 → 李明" in said
    assert "86.42" in said
    assert "1 of 1 owners" in said
    assert owners() == ["陈静"]

    with pytest.raises(CommandError):
        call_command(*asked, "--confirm-by", factories.make_user().username)
    call_command(*asked, "--confirm-by", director.username)
    assert owners() == ["李明"]
    assert Import.objects.latest("pk").decided_by == director


# --- old and new, who gets and who loses ---


def test_every_change_is_shown_as_old_and_new() -> None:
    here, worker, _director = make_place()
    hand_in(worker, here, row(owner="陈静、李明", phone="13900000001"))
    later = row(owner="李明、王五", phone="13900000002", area="90", use="出租", right="公房承租人")

    [one] = compare(here, File("", as_csv(later)).roster.entries).changed

    said = {(change.old, change.new) for change in one.changes}
    assert {("陈静、李明", "李明、王五"), ("陈静", "李明")} <= said
    assert any("86.42" in old and "90" in new for old, new in said)
    assert any("139****0002" in new for _old, new in said)
    assert [change.name for change in one.changes] == [
        "area",
        "usage",
        "owners",
        "right",
        "voter",
        "homes",
        "phone",
    ]
    assert (one.lost, one.gets) == (["陈静"], ["王五"])


def test_who_loses_a_title_is_told() -> None:
    here, worker, director = make_place()
    hand_in(worker, here, ROW, row(room="102", owner="张三", phone="13900000002"))
    user = factories.make_account(person=Person.objects.get(real_name="陈静"))

    hand_in(
        worker, here, row(owner="李明", phone=""), row(room="102", owner="李四", phone=""), second=director
    )

    assert list(Notice.objects.values_list("user", "kind")) == [(user.pk, "ownership.lost")]
    assert Notice.objects.get().params["title"] == "1号楼"


def test_dates_of_titles_survive_and_who_is_listed_again_gets_the_same_row() -> None:
    here, _worker, _director = make_place()
    loosen()
    with clock.at(clock.now() - timedelta(days=400)):
        hand_in(None, here, ROW)
    title = Ownership.objects.get()

    hand_in(None, here, row(owner="陈　静", area="90"))
    hand_in(None, here, row(owner="李明", phone=""))
    hand_in(None, here, ROW)

    again = Ownership.objects.on(clock.today()).get()
    assert (again.pk, again.since, again.person_id) == (title.pk, title.since, title.person_id)


def test_one_name_and_number_in_two_rows_is_one_owner_with_the_area_of_both() -> None:
    here, _worker, _director = make_place()
    rows = [row(room="101", owner="张　三"), row(room="102", owner="张三", area="100")]

    [(person, listed, area)] = compare(here, File("", as_csv(*rows)).roster.entries).several
    hand_in(None, here, *rows)

    assert (person.real_name, len(listed), area) == ("张 三", 2, 18642)
    assert Person.objects.filter(name_key="张三").count() == 1


def test_a_name_without_a_number_is_asked_about() -> None:
    here, _worker, _director = make_place()
    rows = [row(room="101", owner="张伟", phone=""), row(room="102", owner="张 伟", phone="13900000002")]

    [asked] = compare(here, File("", as_csv(*rows)).roster.entries).namesakes
    assert (asked.key, [line for line, _where, _phone in asked.rows]) == ("张伟", [2, 3])
    hand_in(None, here, *rows, choices=Choices(one=frozenset({"张伟"})))

    person = Person.objects.get(name_key="张伟")
    assert (person.phone, person.ownerships.count()) == ("13900000002", 2)
    assert compare(here, File("", as_csv(*rows)).roster.entries).namesakes == []
    assert hand_in(None, here, *rows).pk is None


def test_a_building_or_room_written_shorter_is_the_same_dwelling() -> None:
    here, _worker, _director = make_place()
    hand_in(None, here, ROW)
    before = register()

    assert hand_in(None, here, row(building="1", entrance="1", room="101室")).pk is None
    assert register() == before
    twice = [row(building="1号"), row(room="101室")]
    assert [one.line for one in compare(here, File("", as_csv(*twice)).roster.entries).problems] == [3]


def test_two_numbers_are_two_people_and_nobody_is_asked() -> None:
    here, _worker, _director = make_place()
    rows = [row(room="101", owner="张伟"), row(room="102", owner="张伟", phone="13900000002")]

    assert compare(here, File("", as_csv(*rows)).roster.entries).namesakes == []


def test_whoever_is_verified_at_a_dwelling_is_not_entered_there_again() -> None:
    here, _worker, director = make_place()
    home = factories.make_dwelling(within=factories.make_building(parent=here, name="1号楼"), room="101")
    user = factories.make_account(person=factories.make_person(real_name="陈静", phone="13911111111"))
    user.phone, user.phone_verified = "13911111111", True
    user.save()
    factories.make_residency(factories.person_of(user), home)

    hand_in(None, here, row(entrance="1", owner="陈 静"), second=director)

    assert [title.person_id for title in Ownership.objects.all()] == [user.person_id]


# --- what the desk knows better ---


def sold_at_the_counter() -> tuple[Area, User, Dwelling]:
    """The roster's owner has sold, and the desk has verified the buyer ten days ago."""
    here, worker, _director = make_place()
    with clock.at(clock.now() - timedelta(days=100)):
        hand_in(None, here, ROW)
    home = Dwelling.objects.get()
    buyer = factories.make_person(real_name="李明", phone="13900000002")
    with clock.at(clock.now() - timedelta(days=10)):
        asked = Ownership.objects.create(person=buyer, dwelling=home, method=Method.REQUEST)
        joining.approve(worker, "ownership", asked.pk, replaces=True)
    return here, worker, home


@pytest.mark.parametrize("days", [None, 60, 10])
def test_an_older_roster_never_brings_a_former_owner_back_by_itself(days: int | None) -> None:
    here, _worker, _home = sold_at_the_counter()
    as_of = clock.today() - timedelta(days=days) if days else None
    before = register()

    [left] = compare(here, File("", as_csv(ROW)).roster.entries, as_of=as_of).left
    done = hand_in(None, here, ROW, as_of=as_of)

    assert (left.lost, left.gets) == (["李明"], ["陈静"])
    assert (owners(), register(), done.pk) == (["李明"], before, None)


def test_a_row_that_is_confirmed_with_both_names_counts() -> None:
    here, worker, director = make_place()
    here, worker, _home = sold_at_the_counter()

    hand_in(worker, here, ROW, choices=Choices(again=frozenset({2})), second=_other(here))

    assert owners() == ["陈静"]


def _other(here: Area) -> User:
    return factories.make_user(post=Post.DIRECTOR, neighbourhood=here)


def test_a_newer_roster_names_a_new_owner_without_being_asked() -> None:
    here, _worker, _home = sold_at_the_counter()

    hand_in(None, here, row(owner="王五", phone=""), as_of=clock.today(), second=_other(here))

    assert owners() == ["王五"]


def test_whoever_the_desk_ended_does_not_come_back_by_an_older_roster() -> None:
    here, worker, _director = make_place()
    hand_in(None, here, ROW)
    joining.end(worker, "ownership", Ownership.objects.get().pk, "已售出")

    assert hand_in(None, here, ROW, as_of=clock.today() - timedelta(days=30)).pk is None
    assert owners() == []


def test_a_correction_of_the_desk_is_not_undone_by_an_older_roster() -> None:
    here, _worker, _director = make_place()
    hand_in(None, here, ROW)
    Dwelling.objects.update(exclusive_area=9000, corrected_at=clock.now())

    assert hand_in(None, here, ROW, as_of=clock.today() - timedelta(days=30)).pk is None
    assert Dwelling.objects.get().exclusive_area == 9000


def test_a_voter_whom_the_desk_named_is_not_replaced_by_an_older_roster_unasked() -> None:
    here, worker, _director = make_place()
    loosen()
    with clock.at(clock.now() - timedelta(days=100)):
        hand_in(None, here, row(owner="陈静、李明", phone=""))
    voters.name_voter(worker, Ownership.objects.get(person__real_name="李明").pk)
    older, newer = clock.today() - timedelta(days=30), clock.today() + timedelta(days=1)
    sold = row(owner="陈静、王五", phone="")

    assert hand_in(None, here, sold, as_of=older).pk is None
    assert owners() == ["李明", "陈静"]
    hand_in(None, here, sold, as_of=newer)
    assert owners() == ["陈静", "王五"]


def test_a_title_that_was_ended_at_the_desk_does_not_come_back_unasked_beside_another() -> None:
    here, worker, _director = make_place()
    loosen()
    with clock.at(clock.now() - timedelta(days=100)):
        hand_in(None, here, row(owner="陈静、李明", phone=""))
    # Entered today, and counted from a day before that of the roster.
    sold = clock.today() - timedelta(days=40)
    joining.end(worker, "ownership", Ownership.objects.get(person__real_name="陈静").pk, "已售出", on=sold)
    older = clock.today() - timedelta(days=30)
    read = File("", as_csv(row(owner="陈静、李明", phone="")), older)

    [(line, said)] = Preview(here, read).questions
    assert (line, "李明" in said, "陈静" in said) == ("2", True, True)
    assert hand_in(None, here, row(owner="陈静、李明", phone=""), as_of=older).pk is None
    assert owners() == ["李明"]


def test_an_older_roster_does_not_bring_back_whom_a_later_one_ended() -> None:
    here, _worker, _director = make_place()
    loosen()
    with clock.at(clock.now() - timedelta(days=100)):
        hand_in(None, here, ROW)
    with clock.at(clock.now() - timedelta(days=10)):
        hand_in(None, here, row(owner="李明", phone=""))

    assert hand_in(None, here, ROW, as_of=clock.today() - timedelta(days=50)).pk is None
    assert owners() == ["李明"]


@pytest.mark.parametrize("ticked", [False, True])
def test_a_corrected_area_stays_and_the_owner_of_the_same_row_changes(ticked: bool) -> None:
    here, _worker, _director = make_place()
    loosen()
    hand_in(None, here, ROW)
    Dwelling.objects.update(exclusive_area=9000, corrected_at=clock.now())
    sold, older = row(owner="李明", phone=""), clock.today() - timedelta(days=1)

    [(_line, said)] = Preview(here, File("", as_csv(sold), older)).questions
    assert ("90 " in said, "86.42" in said, "李明" in said) == (True, True, False)
    choices = Choices(again=frozenset({2} if ticked else ()))
    done = hand_in(None, here, sold, as_of=older, choices=choices)

    assert (owners(), Dwelling.objects.get().exclusive_area) == (["李明"], 8642 if ticked else 9000)
    assert ("area" in [name for name, _old, _new in done.rows.get().changes]) == ticked


def test_what_the_desk_changed_while_it_waited_stops_the_second_person() -> None:
    here, worker, director = make_place()
    with clock.at(clock.now() - timedelta(days=100)):
        hand_in(worker, here, *HOUSE)
    older = clock.today() - timedelta(days=30)
    others = [one | {"产权人": "别人" + one["室号"], "手机号": ""} for one in HOUSE[:10]]
    waiting = hand_in(worker, here, *others, *HOUSE[10:], as_of=older)
    home = Dwelling.objects.get(room="101")
    asked = Ownership.objects.create(
        person=factories.make_person(real_name="王五"), dwelling=home, method=Method.REQUEST
    )
    joining.approve(worker, "ownership", asked.pk, replaces=True)
    now = shown_now(waiting)

    assert [one.entry.line for one in now.untold] == [2]
    with pytest.raises(NotPossible, match="101"):
        imports.confirm(director, waiting.pk, now.digest)

    imports.turn_down(director, waiting.pk, "房屋有变动")
    again = hand_in(worker, here, *others, *HOUSE[10:], as_of=older)
    done = imports.confirm(director, again.pk, shown_now(again).digest)
    assert (owners("101"), done.left, done.changed) == (["王五"], 1, 9)


def test_a_tick_that_was_given_to_another_owner_is_none() -> None:
    _here, worker, home = sold_at_the_counter()
    here = home.neighbourhood
    waiting = hand_in(worker, here, ROW, choices=Choices(again=frozenset({2})))
    asked = Ownership.objects.create(
        person=factories.make_person(real_name="王五"), dwelling=home, method=Method.REQUEST
    )
    joining.approve(worker, "ownership", asked.pk, replaces=True)

    with pytest.raises(NotPossible, match="101"):
        imports.confirm(_other(here), waiting.pk, shown_now(waiting).digest)
    assert owners() == ["王五"]


def shown_now(waiting: Import) -> Preview:
    """What the second person is shown."""
    return of_waiting(Import.objects.get(pk=waiting.pk))


# --- what is shown ---


def test_homes_that_end_and_begin_are_shown_by_name() -> None:
    here, worker, _director = make_place()
    hand_in(worker, here, ROW, row(room="102", owner="张三", phone=""))
    read = File("", as_csv(row(owner="李明", phone=""), row(room="102", owner="张三", phone="", use="出租")))

    shown = Preview(here, read)

    assert shown.leaving == [(["陈静"], "1号楼 1单元 101室"), (["张三"], "1号楼 1单元 102室")]
    assert shown.coming == [(["李明"], "1号楼 1单元 101室")]
    before = set(Residency.objects.on(clock.today()).values_list("person__real_name", flat=True))
    hand_in(
        None,
        here,
        row(owner="李明", phone=""),
        row(room="102", owner="张三", phone="", use="出租"),
        second=worker,
    )
    after = set(Residency.objects.on(clock.today()).values_list("person__real_name", flat=True))
    assert (before - after, after - before) == ({"陈静", "张三"}, {"李明"})


def test_rows_that_cannot_be_read_are_not_missing_dwellings() -> None:
    here, worker, _director = make_place()
    hand_in(worker, here, *HOUSE)
    bad = [one | {"专有部分面积(平方米)": "?"} for one in HOUSE[:3]]
    changed = HOUSE[3] | {"专有部分面积(平方米)": "90"}

    assert Preview(here, File("", as_csv(*bad, changed, *HOUSE[4:]))).stops == []
    [stop] = Preview(here, File("", as_csv(changed, *HOUSE[4:]))).stops
    assert stop.missing_number == 3


def test_an_area_that_changes_by_more_than_half_is_shown_again() -> None:
    here, worker, _director = make_place()
    hand_in(worker, here, row(area="80"), row(room="102", area="80", owner="张三"))
    rows = as_csv(row(area="121"), row(room="102", area="120", owner="张三"))

    assert [one.entry.line for one, _change in Preview(here, File("", rows)).doubtful] == [2]


def test_an_unknown_owner_leaves_the_known_one() -> None:
    here, worker, _director = make_place()
    hand_in(worker, here, ROW)

    shown = Preview(here, File("", as_csv(row(owner="不详", phone="", area="90"))))

    assert [(one.line, "owner known stays" in one.said["en"]) for one in shown.remarks] == [(2, True)]
    assert shown.losing == []


def test_what_was_not_taken_stays_readable_in_both_languages_while_it_can_be_taken_back() -> None:
    here, worker, _director = make_place()
    done = hand_in(worker, here, ROW, row(room="102", phone="abc"), row(room="103", area="?"), skip_bad=True)

    assert [(line, sorted(said)) for line, said in done.problems] == [
        (4, ["en", "zh-hans"]),
        (3, ["en", "zh-hans"]),
    ]
    with clock.at(clock.now() + timedelta(days=91)):
        tidy()
    assert Import.objects.get(pk=done.pk).problems == []


def test_a_confirmed_roster_says_what_it_did_in_the_end() -> None:
    here, worker, director = make_place()
    hand_in(worker, here, ROW)
    waiting = hand_in(worker, here, row(owner="李明", phone="", area="90"), row(room="102", owner="张三"))
    building = Dwelling.objects.get().building
    Dwelling.objects.create(building=building, entrance="1单元", room="102", exclusive_area=8642)

    done = imports.confirm(director, waiting.pk, shown_now(waiting).digest)

    assert (waiting.added, done.added, done.changed) == (1, 0, 2)


def test_a_retired_dwelling_is_a_bad_row() -> None:
    here, worker, _director = make_place()
    hand_in(None, here, ROW)
    retire(worker, Dwelling.objects.get().pk, clock.today(), "拆除")

    with pytest.raises(NotPossible):
        hand_in(None, here, ROW)


# --- the way back ---


def test_an_import_is_taken_back_whole() -> None:
    here, worker, director = make_place()
    with clock.at(clock.now() - timedelta(days=9)):
        hand_in(None, here, ROW, row(room="102", owner="张三、李四", phone=""))
    user = factories.make_account(person=Person.objects.get(real_name="陈静"))
    before = register()
    later = [
        row(owner="李明", phone="13900000009", area="90", use="出租"),
        row(room="102", owner="李四", phone="13900000008", right="公房承租人"),
        row(room="103", owner="王五", phone=""),
        row(building="2号楼", estate="新小区", owner="赵六", phone=""),
    ]
    done = hand_in(worker, here, *later, second=director)
    assert register() != before

    back = taking_back.take_back(worker, done.pk)

    assert (back.state, register()) == (ImportState.TAKEN_BACK, before)
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.data) == ("roster.taken_back", {"rows": 4})
    assert sorted(Notice.objects.filter(user=user).values_list("kind", flat=True)) == [
        "ownership.back",
        "ownership.lost",
    ]
    with pytest.raises(NotPossible):
        taking_back.take_back(worker, done.pk)


def test_who_handed_it_in_reads_that_somebody_else_took_it_back() -> None:
    here, worker, director = make_place()
    first, second = (
        hand_in(worker, here, ROW),
        hand_in(worker, here, row(room="102", owner="张三"), second=director),
    )

    taking_back.take_back(worker, second.pk)
    assert not Notice.objects.filter(kind="roster.taken_back").exists()
    taking_back.take_back(director, first.pk)

    told = Notice.objects.get(kind="roster.taken_back")
    assert (told.user, told.url) == (worker, first.get_absolute_url())


def test_after_its_time_an_import_stays_and_what_was_before_is_forgotten() -> None:
    here, worker, _director = make_place()
    done = hand_in(None, here, ROW)

    with clock.at(clock.now() + timedelta(days=91)):
        with pytest.raises(NotPossible):
            taking_back.take_back(worker, done.pk)
        tidy()

    assert (done.rows.get().touched, owners()) == ([], ["陈静"])


def test_a_request_that_a_roster_granted_waits_again() -> None:
    here, worker, _director = make_place()
    loosen()
    hand_in(None, here, row(owner="李明", phone="13900000002"))
    user = factories.make_user()
    person = factories.person_of(user)
    Person.objects.filter(pk=person.pk).update(real_name="陈静", phone="13900000001")
    asked = joining.request(Person.objects.get(pk=person.pk), Dwelling.objects.get(), Ownership)
    done = hand_in(None, here, ROW)
    assert Ownership.objects.get(pk=asked.pk).status == RelationStatus.VERIFIED

    taking_back.take_back(worker, done.pk)

    assert (owners(), Ownership.objects.get(pk=asked.pk).status) == (["李明"], RelationStatus.REQUESTED)
    assert Duty.objects.active().filter(kind="ownership.decide").count() == 1


def corrected(here: Area, worker: User) -> None:
    joining.end(worker, "ownership", Ownership.objects.get(person__real_name="李明").pk, "错")


def joined(here: Area, worker: User) -> None:
    factories.make_account(person=Person.objects.get(real_name="李明"))


def moved_in(here: Area, worker: User) -> None:
    who = Identity("房客", adult=True)
    joining.register(worker, Dwelling.objects.get(room="102"), Claim(living=True, owning=False), who)


@pytest.mark.parametrize(
    ("happened", "line", "why"),
    [(corrected, 2, "corrected"), (joined, 2, "account"), (moved_in, 3, "others")],
)
def test_what_can_no_longer_be_taken_back_stays_and_says_why(
    happened: Callable[[Area, User], None], line: int, why: str
) -> None:
    here, worker, director = make_place()
    hand_in(None, here, ROW)
    done = hand_in(
        worker, here, row(owner="李明", phone=""), row(room="102", owner="张三", phone=""), second=director
    )
    happened(here, worker)

    back = taking_back.take_back(worker, done.pk)

    assert back.state == ImportState.PARTLY_BACK
    assert list(back.rows.exclude(why="").values_list("line", "why")) == [(line, why)]
    assert owners("101") == (["陈静"] if line == 3 else ([] if why == "corrected" else ["李明"]))
    assert Dwelling.objects.filter(room="102").exists() == (line == 3)


def test_a_later_roster_stands_in_the_way_of_an_earlier_one_only_where_it_changed_something() -> None:
    here, worker, _director = make_place()
    loosen()
    hand_in(None, here, ROW, row(room="102", owner="张三", phone=""))
    first = hand_in(None, here, row(area="90"), row(room="102", owner="张三", phone="", area="90"))
    hand_in(None, here, row(area="95"))

    back = taking_back.take_back(worker, first.pk)

    areas = Dwelling.objects.order_by("room").values_list("exclusive_area", flat=True)
    assert (list(areas), back.state) == ([9500, 8642], ImportState.PARTLY_BACK)


def test_a_dwelling_on_which_something_rests_is_retired_and_not_lost() -> None:
    here, worker, _director = make_place()
    done = hand_in(None, here, ROW)
    home = Dwelling.objects.get()
    home.looks.create(user=worker, reason="电话核实")

    taking_back.take_back(worker, done.pk)

    home.refresh_from_db()
    assert (home.retired_on, home.looks.count(), owners()) == (clock.today(), 1, [])


ROWS = st.lists(
    st.builds(
        row,
        room=st.sampled_from(["101", "102", "103"]),
        area=st.sampled_from(["80", "86.42"]),
        owner=st.sampled_from(["陈静", "李明", "陈静、李明", "李明/陈静", "某某有限公司", "不详"]),
        phone=st.sampled_from(["", "13900000001"]),
        use=st.sampled_from(["自住", "出租"]),
        right=st.sampled_from(["业主", "公房承租人"]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one["室号"],
)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_once_bring_it_in_once() -> None:
    here, worker, director = make_place()
    other = factories.make_user(post=Post.DIRECTOR, neighbourhood=here)
    hand_in(worker, here, ROW)
    waiting = hand_in(worker, here, row(owner="李明", phone=""))

    seconds = [director, other]
    outcome = at_once(
        2, lambda number: imports.confirm(seconds[number], waiting.pk, waiting.digest), numbered=True
    )

    assert [type(error) for error in outcome.errors] == [NotPossible]
    assert [done.state for done in outcome.results] == [ImportState.DONE]
    assert Ownership.objects.filter(person__real_name="李明").count() == 1


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(ROWS, min_size=1, max_size=3), st.integers(0, 40))
def test_after_any_history_the_last_import_can_be_taken_back(
    history: list[list[dict[str, str]]], days: int
) -> None:
    here, worker, _director = make_place()
    loosen()
    with clock.at(clock.now() - timedelta(days=days)):
        for rows in history[:-1]:
            hand_in(None, here, *rows)
    before = register()
    done = hand_in(None, here, *history[-1])
    if done.pk:
        assert taking_back.take_back(worker, done.pk).state == ImportState.TAKEN_BACK

    assert register() == before


def test_taking_back_a_whole_neighbourhood_costs_a_constant_number_of_queries() -> None:
    here, worker, _director = make_place()

    def cost(number: int) -> int:
        rows = [row(room=str(n), owner=f"业主{n}", phone=f"139{n:08d}") for n in range(number)]
        done = hand_in(None, here, *rows)
        with CaptureQueriesContext(connection) as asked:
            taking_back.take_back(worker, done.pk)
        return len(asked)

    few, many = cost(10), cost(300)

    assert (Dwelling.objects.count(), Area.objects.filter(name="1号楼").count()) == (0, 0)
    assert many <= few


def test_a_day_of_the_roster_is_kept_with_it() -> None:
    here, _worker, _director = make_place()

    assert hand_in(None, here, ROW, as_of=date(2026, 1, 2)).as_of == date(2026, 1, 2)


def test_a_file_of_which_no_row_is_right_is_not_said_to_be_brought_in_already() -> None:
    here, _worker, _director = make_place()

    wrong = Preview(here, File("", as_csv(row(right="所有权"))))
    tenant = Preview(here, File("", as_csv(row(right="公房承租人"))))

    assert (wrong.nothing_read, tenant.nothing_read) == (True, False)
    assert "公房承租人" in tenant.comparison.added[0].entered[0]
