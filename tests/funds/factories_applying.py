"""An open round with people who apply, for tests: written by the services, or given back, or on paper."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.community.models import Area, Dwelling, Person, User
from portal.funds.applying import services
from portal.funds.models import ApplicantKind, Application, Call, CoApplicant, PaidBy, PayeeKind
from portal.kit import clock
from tests.factories import (
    make_building,
    make_dwelling,
    make_person,
    make_residency,
    make_resident,
    person_of,
)
from tests.funds.factories import YUAN, make_call, make_fund, make_source
from tests.worlds import kept

PARTS: dict[str, dict[str, Any]] = {
    "who": {
        "title": "楼道口的长椅",
        "summary": "给老人歇脚的两张长椅",
        "kind": ApplicantKind.GROUP,
        "group": "三号楼邻里小组",
    },
    "need": {
        "need": "老人下楼没有地方坐。",
        "evidence": "问了 42 户，31 户要。",
        "households": 42,
        "people": 110,
    },
    "plan": {"outcomes": "老人每天下楼坐一坐。"},
    "later": {"risks": "下雨天滑，铺防滑条。", "upkeep": "楼组每季度检查。"},
    "payee": {"payee_kind": PayeeKind.COMMITTEE, "payee": "", "conflict": "", "conflict_declared": True},
}


@dataclass
class Applying:
    """An open round; who leads, three neighbours with accounts, the desk, and somebody without a phone."""

    here: Area
    call: Call
    building: Area
    lead: User
    neighbours: list[User]
    worker: User
    director: User
    offline: Person

    @property
    def pk(self) -> int:
        """The key of the round."""
        return self.call.pk


@kept
def make_round() -> Applying:
    """A round that is open for 20 more days."""
    funding = make_fund()
    make_source(funding)
    call = make_call(funding)
    building = make_building(parent=funding.here)
    lead, *neighbours = (make_resident(within=building) for _one in range(4))
    offline = make_person(real_name="周奶奶")
    make_residency(offline, make_dwelling(within=building))
    return Applying(funding.here, call, building, lead, neighbours, funding.worker, funding.director, offline)


@kept
def make_draft(world: Applying, *, title: str = "楼道口的长椅") -> Application:
    """A draft of the lead in which nothing but its name stands."""
    return services.begin(world.lead, world.pk, title, ApplicantKind.GROUP, "三号楼邻里小组")


@kept
def make_written(world: Applying) -> Application:
    """A draft that is complete: two neighbours said yes, three lines, 2,400 yuan asked."""
    draft = make_draft(world)
    for part, values in PARTS.items():
        services.save_step(world.lead, draft.pk, part, values, fresh(draft).version)
    day = clock.today() + timedelta(days=60)
    services.add_activity(world.lead, draft.pk, "装长椅", day, day + timedelta(days=10))
    for kind, item, count, price, paid_by in (
        ("materials", "长椅木板", 1200, 180 * YUAN, PaidBy.GRANT),
        ("printing", "活动海报", 4000, 6 * YUAN, PaidBy.GRANT),
        ("volunteers", "志愿者午餐", 2000, 20 * YUAN, PaidBy.OWN),
    ):
        add(world, draft, kind, item, count, price, paid_by)
    for neighbour in world.neighbours[:2]:
        asked = ask(world, draft, neighbour)
        services.agree(neighbour, asked.pk)
    return fresh(draft)


@kept
def make_handed_in(world: Applying) -> Application:
    """The same, handed in: the first of its round."""
    return services.hand_in(world.lead, make_written(world).pk)


def ask(world: Applying, draft: Application, neighbour: User) -> CoApplicant:
    """Ask a neighbour by name and flat, as the form does."""
    home = home_of(person_of(neighbour))
    return services.ask_neighbour(
        world.lead, draft.pk, person_of(neighbour).real_name, home.building_id, home.room
    )


def home_of(person: Person) -> Dwelling:
    """The flat in which somebody lives."""
    return Dwelling.objects.get(residencys__person=person)


def add(
    world: Applying,
    draft: Application,
    kind: str = "materials",
    item: str = "木板",
    quantity: int = 100,
    price: int = 100,
    paid_by: str = PaidBy.GRANT,
    **more: Any,
) -> Any:
    """A line of the budget: quantity in hundredths, price in fen."""
    cost_class = world.call.cost_classes.get(key=kind)
    return services.add_line(world.lead, draft.pk, cost_class, item, "个", quantity, price, paid_by, **more)


def fresh(application: Application) -> Application:
    """As the database has it now."""
    return Application.objects.select_related("call__fund__neighbourhood", "lead").get(pk=application.pk)


def photo(name: str = "签字.png") -> SimpleUploadedFile:
    """A small photo."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 180, 160)).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")
