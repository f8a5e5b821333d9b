"""A panel drawn by lot through the services: sign-up, tickets before the seed, two who read it, seats that pass on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import translation

from portal.community.models import Post, Residency, User
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.lots import jobs, seating, services
from portal.meetings.lots.permissions import DRAWS, NEEDS
from portal.meetings.lots.redraw import draw as redrawn
from portal.meetings.models import Hearing, PanelDraw, Volunteered
from portal.meetings.services import hearings, seats
from portal.meetings.states.hearing import HearingState as H
from portal.meetings.states.lots import LotState as L
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import key
from portal.register.services import joining
from tests import factories
from tests.meetings.factories import PLANNED_AT, Scene, make_scene, person, plan

pytestmark = pytest.mark.django_db

QUOTAS = [["group", "业主", 2, 2], ["group", "租户", 1, 1], ["sex", "female", 1, 2]]
SEED_AT = PLANNED_AT + timedelta(days=7)
CLOSES_AT = PLANNED_AT + timedelta(days=5)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Refusals are compared in the words of the source."""
    with translation.override("en"):
        yield


# action: who, and in which states. Written from the order of a public draw, not from the code.
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "volunteer": ({"resident", "owner"}, {"open"}),
    "withdraw": ({"resident", "owner"}, {"open", "closed"}),
    "set_quotas": ({"worker", "director"}, {"open", "closed"}),
    "close_sign_up": ({"worker", "director"}, {"open"}),
    "reopen": ({"worker", "director"}, {"closed"}),
    "commit": ({"worker", "director"}, {"closed"}),
    "enter_seed": ({"worker", "director"}, {"committed"}),
    "reject_seed": ({"worker", "director"}, {"seeded"}),
    "draw": ({"worker", "director"}, {"seeded"}),
    "decline": ({"resident", "owner"}, {"drawn"}),
    "call_off": ({"worker", "director"}, {"open", "closed", "committed"}),
}


class Lot:
    """A hearing whose panel is drawn, its volunteers by turns owners and tenants, women and men."""

    def __init__(self, people: int = 8) -> None:
        self.scene: Scene = make_scene()
        self.worker, self.director = self.scene.worker, self.scene.director
        with clock.at(PLANNED_AT):
            plan(self.scene)
            self.pk = services.open_draw(
                self.worker, self.scene.pk, size=3, closes_at=CLOSES_AT, quotas=[list(row) for row in QUOTAS]
            ).pk
            self.users = [factories.make_resident(within=self.scene.here) for _ in range(people)]
            for number, user in enumerate(self.users):
                self.sign_up(user, number)

    def sign_up(self, user: User, number: int = 0) -> Volunteered:
        return services.volunteer(
            user,
            self.pk,
            group=("业主", "租户")[number % 2],
            age="",
            sex=("female", "male")[number // 2 % 2],
            tenure="owner",
        )

    @property
    def draw(self) -> PanelDraw:
        return PanelDraw.objects.get(pk=self.pk)

    def commit(self) -> Lot:
        with clock.at(CLOSES_AT):
            services.close_sign_up(self.worker, self.pk)
            services.commit(self.worker, self.pk, seed_event="三粒骰子", seed_at=SEED_AT)
        return self

    def drawn(self, seed: str = "4 2 6") -> Lot:
        self.commit()
        with clock.at(SEED_AT):
            seating.enter_seed(self.worker, self.pk, seed=seed)
            seating.draw_panel(self.director, self.pk, seed=seed)
        return self

    def panel(self) -> set[int]:
        return set(self.scene.hearing.participants.sitting().values_list("person", flat=True))


def owed(lot: Lot) -> list[str]:
    return list(Duty.objects.active().filter(subject=key(lot.draw)).values_list("kind", flat=True))


def test_the_panel_follows_from_the_published_tickets_and_the_seed() -> None:
    lot = Lot().drawn()
    draw = lot.draw

    ticket, codes = redrawn(json.loads(draw.tickets), "4 2 6")
    chosen = Volunteered.objects.filter(draw=draw, code__in=codes)
    assert (draw.state, draw.ticket) == (L.DRAWN, ticket)
    assert lot.panel() == set(chosen.values_list("person", flat=True))
    assert lot.scene.fresh().state == H.PANEL_SET
    groups = sorted(lot.scene.hearing.participants.values_list("group", flat=True))
    assert groups == ["业主", "业主", "租户"]
    assert owed(lot) == []
    record = Entry.objects.filter(subject=key(draw)).order_by("sequence")
    assert list(record.values_list("action", flat=True)) == [
        "lot.opened", "lot.closed", "lot.committed", "lot.seeded", "lot.drawn",
    ]  # fmt: skip
    committed = record.get(action="lot.committed").data
    assert (committed["tickets_sha256"], committed["pool_sha256"]) == (draw.tickets_sha256, draw.pool_sha256)
    told = Notice.objects.filter(kind="lot.drawn").values_list("user__person", flat=True)
    assert set(told) == {one.person_id for one in lot.users} - lot.panel()


def test_what_is_owed_goes_on_with_the_draw() -> None:
    lot = Lot()
    assert owed(lot) == ["lot.close"]
    lot.commit()
    assert owed(lot) == ["lot.seed"]
    with clock.at(SEED_AT):
        seating.enter_seed(lot.worker, lot.pk, seed="1")
        assert owed(lot) == ["lot.draw"]
        seating.reject_seed(lot.director, lot.pk, reason="骰子掉了")
        assert owed(lot) == ["lot.seed"]


def test_the_tickets_name_nobody_and_no_flat() -> None:
    lot = Lot()
    with clock.at(PLANNED_AT):
        flat = Residency.objects.get(person=lot.users[0].person).dwelling
        lot.sign_up(factories.make_resident(dwelling=flat), 1)
    lot.commit()

    text = lot.draw.tickets + lot.draw.pool
    assert not any(one.person and one.person.real_name in text for one in lot.users)
    assert str(flat) not in text
    assert len(lot.draw.published["together"]) == 1
    assert [kind["features"].keys() for kind in lot.draw.published["kinds"]][0] == {"group", "sex"}


def test_a_withdrawn_person_is_in_no_ticket_and_after_the_tickets_nobody_withdraws() -> None:
    lot = Lot()
    gone = lot.draw.volunteers.get(person=person(lot.users[0]))
    with clock.at(PLANNED_AT):
        services.withdraw(lot.users[0], lot.pk)
        with pytest.raises(NotPossible):
            services.withdraw(lot.users[0], lot.pk)
    lot.commit()

    assert gone.code not in lot.draw.tickets
    assert gone.code not in lot.draw.pool
    with pytest.raises(NotPossible, match="you can decline"):
        services.withdraw(lot.users[1], lot.pk)
    with pytest.raises(NotPossible):
        lot.sign_up(lot.users[0])


def test_the_seed_is_not_written_down_before_its_event() -> None:
    lot = Lot().commit()
    with clock.at(SEED_AT - timedelta(seconds=1)), pytest.raises(NotPossible, match="not taken place"):
        seating.enter_seed(lot.worker, lot.pk, seed="1")


def test_the_event_lies_after_the_tickets() -> None:
    lot = Lot()
    with clock.at(CLOSES_AT):
        services.close_sign_up(lot.worker, lot.pk)
        with pytest.raises(NotPossible, match="one hour ahead"):
            services.commit(lot.worker, lot.pk, seed_event="x", seed_at=CLOSES_AT + timedelta(minutes=59))
    lot_draw = PanelDraw.objects.filter(pk=lot.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        lot_draw.update(state=L.COMMITTED, tickets_sha256="a", committed_at=SEED_AT, seed_at=SEED_AT)


def test_sign_up_that_ends_early_ended_then_and_the_event_can_lie_before_the_day_it_had() -> None:
    lot = Lot()
    early = CLOSES_AT - timedelta(days=1)
    with clock.at(early):
        services.close_sign_up(lot.worker, lot.pk)
        services.commit(lot.worker, lot.pk, seed_event="x", seed_at=early + timedelta(hours=2))

    assert (lot.draw.closes_at, lot.draw.seed_at) == (early, early + timedelta(hours=2))


def test_two_people_read_the_seed() -> None:
    lot = Lot().commit()
    with clock.at(SEED_AT):
        seating.enter_seed(lot.worker, lot.pk, seed="4 2 6")
        with pytest.raises(NotPossible, match="Somebody else"):
            seating.draw_panel(lot.worker, lot.pk, seed="4 2 6")
        with pytest.raises(NotPossible, match="not what was written down"):
            seating.draw_panel(lot.director, lot.pk, seed="4 2 5")
    assert lot.draw.state == L.SEEDED
    with pytest.raises(IntegrityError), transaction.atomic():
        PanelDraw.objects.filter(pk=lot.pk).update(drawn_by=person(lot.worker))


def test_a_seat_that_is_declined_goes_to_the_next_alike_and_not_back() -> None:
    lot = Lot(12).drawn()
    member = lot.scene.hearing.participants.filter(group="业主").first()
    assert member is not None
    assert member.person is not None
    user = User.objects.get(person=member.person)
    with clock.at(SEED_AT):
        seating.decline(user, lot.pk)
        with pytest.raises(NotPossible, match="no seat"):
            seating.decline(user, lot.pk)

    follower = lot.draw.volunteers.filter(drawn_at__isnull=False, declined_at=None, person__in=lot.panel())
    assert follower.count() == 3
    new = lot.scene.hearing.participants.get(pk=member.pk)
    assert new.person_id != user.person_id
    assert new.group == "业主"
    mine = lot.draw.volunteers.get(person=user.person)
    assert lot.draw.volunteers.get(person=new.person).sex == mine.sex
    assert Notice.objects.filter(kind="hearing.replaced", user__person=new.person).count() == 1


def test_with_nobody_left_alike_the_committee_owes_another_delegate() -> None:
    lot = Lot(4).drawn()
    member = lot.scene.hearing.participants.get(group="租户")
    with clock.at(SEED_AT):
        first = member.person
        seating.decline(User.objects.get(person=first), lot.pk)
        member.refresh_from_db()
    assert member.person == first
    assert Duty.objects.active().filter(kind="hearing.replace").count() == 1
    with clock.at(SEED_AT):
        new = factories.make_resident(within=lot.scene.here)
        seats.replace_delegate(lot.worker, lot.scene.pk, seat=member.pk, person=person(new))
    assert not Duty.objects.active().filter(kind="hearing.replace").exists()


def test_who_moved_away_after_the_tickets_is_passed_over() -> None:
    lot = Lot(12).commit()
    codes = redrawn(lot.draw.published, "4 2 6")[1]
    gone = lot.draw.volunteers.get(code=codes[0])
    with clock.at(CLOSES_AT + timedelta(hours=1)):
        joining.leave(User.objects.get(person=gone.person), Residency.objects.get(person=gone.person).pk)
    with clock.at(SEED_AT):
        seating.enter_seed(lot.worker, lot.pk, seed="4 2 6")
        seating.draw_panel(lot.director, lot.pk, seed="4 2 6")

    assert gone.person_id not in lot.panel()
    assert len(lot.panel()) == 3


def test_who_moves_away_before_the_tickets_is_taken_off_the_list() -> None:
    lot = Lot()
    with clock.at(PLANNED_AT):
        joining.leave(lot.users[0], Residency.objects.get(person=lot.users[0].person).pk)
    assert not lot.draw.volunteers.filter(person=lot.users[0].person).exists()


def test_seats_that_cannot_be_filled_are_told_with_what_would_do() -> None:
    lot = Lot()
    quotas = [["group", "业主", 1, 2], ["group", "租户", 1, 2], ["age", "60+", 1, 3]]
    with clock.at(PLANNED_AT):
        services.set_quotas(lot.director, lot.pk, size=3, quotas=quotas)
    with clock.at(CLOSES_AT):
        services.close_sign_up(lot.worker, lot.pk)
        with pytest.raises(NotPossible, match="60 and older.*0 to 3 seats instead of 1 to 3"):
            services.commit(lot.worker, lot.pk, seed_event="x", seed_at=SEED_AT)
        services.reopen(lot.worker, lot.pk, closes_at=CLOSES_AT + timedelta(days=1))
    assert lot.draw.state == L.OPEN


def test_an_empty_list_gives_no_tickets() -> None:
    lot = Lot(0)
    with clock.at(CLOSES_AT):
        services.close_sign_up(lot.worker, lot.pk)
        with pytest.raises(NotPossible, match="Nobody has signed up"):
            services.commit(lot.worker, lot.pk, seed_event="x", seed_at=SEED_AT)


def test_signing_up_again_changes_what_was_said_and_keeps_the_code() -> None:
    lot = Lot(2)
    before = lot.draw.volunteers.get(person=lot.users[0].person)
    with clock.at(PLANNED_AT):
        again = lot.sign_up(lot.users[0], 3)
    assert (again.pk, again.code, again.group) == (before.pk, before.code, "租户")
    with clock.at(CLOSES_AT), pytest.raises(NotPossible, match="over"):
        lot.sign_up(lot.users[0])


def test_who_chairs_or_chooses_no_group_is_not_on_the_list() -> None:
    lot = Lot(0)
    with clock.at(PLANNED_AT):
        factories.make_residency(person(lot.director), factories.make_dwelling(within=lot.scene.here))
        with pytest.raises(NotPossible, match="chairs"):
            lot.sign_up(User.objects.get(pk=lot.director.pk))
        with pytest.raises(NotPossible, match="no seats"):
            services.volunteer(
                factories.make_resident(within=lot.scene.here),
                lot.pk, group="房东", age="", sex="", tenure="owner",
            )  # fmt: skip


def test_a_draw_is_called_off_until_the_seed_can_be_known_and_what_was_said_goes() -> None:
    lot = Lot().commit()
    with clock.at(SEED_AT), pytest.raises(NotPossible, match="can be known"):
        services.call_off(lot.worker, lot.pk, reason="不想要")
    with clock.at(SEED_AT - timedelta(days=1)):
        services.call_off(lot.worker, lot.pk, reason="彩票停售")
        assert lot.draw.state == L.CALLED_OFF
        assert not lot.draw.volunteers.exists()
        assert owed(lot) == []
        assert Notice.objects.filter(kind="lot.called_off").count() == 8
        services.open_draw(
            lot.worker, lot.scene.pk, size=3, closes_at=SEED_AT, quotas=[list(r) for r in QUOTAS]
        )


def test_while_a_draw_runs_nobody_names_the_panel_by_hand() -> None:
    lot = Lot()
    members = [(person(user).pk, "业主") for user in lot.users[:3]]
    with clock.at(PLANNED_AT):
        with pytest.raises(NotPossible, match="by lot"):
            hearings.set_panel(lot.worker, lot.scene.pk, members=members, groups=["业主"])
        with pytest.raises(NotPossible, match="already"):
            services.open_draw(lot.worker, lot.scene.pk, size=3, closes_at=SEED_AT, quotas=[])


@pytest.mark.parametrize(
    ("size", "quotas", "said"),
    [
        (2, [["group", "业主", 1, 2]], "at least 3"),
        (3, [["sex", "female", 1, 2]], "groups"),
        (3, [["group", "业主", 0, 2]], "at least one seat"),
    ],
)
def test_seats_that_make_no_panel(size: int, quotas: services.Rows, said: str) -> None:
    lot = Lot(0)
    with clock.at(PLANNED_AT), pytest.raises(NotPossible, match=said):
        services.set_quotas(lot.worker, lot.pk, size=size, quotas=quotas)


def test_a_cancelled_hearing_ends_its_draw() -> None:
    lot = Lot().commit()
    with clock.at(SEED_AT):
        seating.enter_seed(lot.worker, lot.pk, seed="1")
        hearings.cancel(lot.worker, lot.scene.pk, reason="方案撤回")
        with pytest.raises(NotPossible, match="does not wait"):
            seating.draw_panel(lot.director, lot.pk, seed="1")
        jobs.end_draws()
        jobs.end_draws()
    assert lot.draw.state == L.CALLED_OFF
    assert Notice.objects.filter(kind="lot.called_off").count() == 8


def test_what_volunteers_said_is_deleted_when_the_hearing_is_over() -> None:
    lot = Lot().drawn()
    jobs.forget_volunteers()
    assert lot.draw.volunteers.count() == 8
    Hearing.objects.filter(pk=lot.scene.pk).update(state=H.PUBLISHED)
    jobs.forget_volunteers()
    assert lot.draw.volunteers.count() == 0
    assert lot.draw.published


def run_with(name: str) -> Callable[[User, int], object]:
    """Each verb with something to say."""
    later = {"closes_at": SEED_AT}
    runs: dict[str, Callable[[User, int], object]] = {
        "volunteer": lambda user, pk: services.volunteer(
            user, pk, group="业主", age="", sex="", tenure="owner"
        ),
        "withdraw": services.withdraw,
        "set_quotas": lambda user, pk: services.set_quotas(
            user, pk, size=3, quotas=[list(r) for r in QUOTAS]
        ),
        "close_sign_up": services.close_sign_up,
        "reopen": lambda user, pk: services.reopen(user, pk, **later),
        "commit": lambda user, pk: services.commit(user, pk, seed_event="x", seed_at=SEED_AT),
        "enter_seed": lambda user, pk: seating.enter_seed(user, pk, seed="1"),
        "reject_seed": lambda user, pk: seating.reject_seed(user, pk, reason="x"),
        "draw": lambda user, pk: seating.draw_panel(user, pk, seed="1"),
        "decline": seating.decline,
        "call_off": lambda user, pk: services.call_off(user, pk, reason="x"),
    }
    return runs[name]


def test_the_table_is_the_one_of_the_app() -> None:
    assert {
        name: ({str(role) for role in need.roles}, {str(state) for state in need.states or ()})
        for name, need in NEEDS.items()
    } == TABLE


@pytest.mark.parametrize("name", sorted(TABLE))
def test_services_hold_to_the_table(name: str) -> None:
    """Who has no role is forbidden, and in another state everybody is refused."""
    lot = Lot(0)
    with clock.at(PLANNED_AT):
        stranger = factories.make_user(post=Post.PROPERTY, neighbourhood=lot.scene.here)
        with pytest.raises(PermissionDenied):
            run_with(name)(stranger, lot.pk)
        PanelDraw.objects.filter(pk=lot.pk).update(state=L.CALLED_OFF)
        entitled = (
            lot.worker if "worker" in TABLE[name][0] else factories.make_resident(within=lot.scene.here)
        )
        with pytest.raises(NotPossible):
            run_with(name)(entitled, lot.pk)


def test_a_door_that_is_public() -> None:
    lot = Lot(0)
    assert DRAWS.get(factories.make_user(), lot.pk).pk == lot.pk
