"""The seed, written down by one and read by a second; the panel that follows from it; and seats that are declined."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.community.selectors import person_of
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.events import SEAT_VACANT
from portal.meetings.lots import events
from portal.meetings.lots.drawing import drawn, next_of
from portal.meetings.lots.permissions import DRAWS
from portal.meetings.lots.services import accounts_in, owe_step, take
from portal.meetings.models import Hearing, PanelDraw, Volunteered
from portal.meetings.permissions import SEATED
from portal.meetings.selectors import neighbours_by_key
from portal.meetings.services.hearings import seat_panel
from portal.meetings.services.seats import SEAT_DUTY, pass_seat
from portal.meetings.services.vacancies import owe
from portal.meetings.states.lots import LotState as L


@transaction.atomic
def enter_seed(user: User, pk: int, *, seed: str) -> PanelDraw:
    """Write the seed down, once the event it is read from took place. Somebody else reads it a second time."""
    draw = take(user, pk, "enter_seed")
    if draw.seed_at is None or clock.now() < draw.seed_at:
        raise NotPossible(_("The event that gives the seed has not taken place yet."))
    advance(draw, L.SEEDED, seed=seed, seeded_by=person_of(user))
    duties.close("lot.seed", draw, by=user)
    owe_step(draw, "lot.draw")
    announce(events.SEEDED, draw, by=user, data={"seed": seed})
    return draw


@transaction.atomic
def reject_seed(user: User, pk: int, *, reason: str) -> PanelDraw:
    """Take back a seed that was written down wrongly, with a published reason; no panel was drawn with it."""
    draw = take(user, pk, "reject_seed")
    advance(draw, L.COMMITTED, seed="", seeded_by=None)
    duties.drop(draw, "lot.draw")
    owe_step(draw, "lot.seed")
    announce(events.REJECTED, draw, by=user, data={"reason": reason})
    return draw


@transaction.atomic
def draw_panel(user: User, pk: int, *, seed: str) -> PanelDraw:
    """Read the seed a second time, draw, and seat the panel. Raises NotPossible for who wrote the seed down, and
    where it was read otherwise.

    Somebody drawn who does not live or own here any more is passed over as if the seat had been declined.
    """
    draw = take(user, pk, "draw")
    person = person_of(user)
    if person.pk == draw.seeded_by_id:
        raise NotPossible(_("Somebody else has to read the seed a second time."))
    if seed != draw.seed:
        raise NotPossible(
            _("What you read is not what was written down: “%(seed)s”. Please look at the event again.")
            % {"seed": draw.seed}
        )
    result = drawn(draw.published, seed)
    seated = _seated(draw, list(result.panel))
    advance(draw, L.DRAWN, ticket=result.ticket, drawn_by=person, drawn_at=clock.now())
    duties.close("lot.draw", draw, by=user)
    Volunteered.objects.filter(pk__in=[one.pk for one in seated]).update(drawn_at=draw.drawn_at)
    members = [
        (one.person_id, one.group) for one in sorted(seated, key=lambda one: (one.group, one.person_id))
    ]
    seat_panel(user, draw.hearing, members, draw.groups)
    others = accounts_in(draw, without=[one.person_id for one in seated])
    data = {"seed": seed, "ticket": result.ticket, "codes": " ".join(result.panel)}
    announce(events.DRAWN, draw, by=user, to=others, data=data)
    return draw


@transaction.atomic
def decline(user: User, pk: int) -> PanelDraw:
    """Give back a seat that came by lot. It goes to the next like oneself; with nobody left, the committee owes one."""
    draw = DRAWS.take(user, pk, "decline")
    hearing = draw.hearing
    mine = draw.volunteers.filter(person=person_of(user), drawn_at__isnull=False, declined_at=None).first()
    member = hearing.participants.sitting().filter(person=person_of(user)).first()
    if mine is None or member is None:
        raise NotPossible(_("You have no seat on this panel."))
    if hearing.state not in SEATED:
        raise NotPossible(_("The panel is meeting or has met. Seats do not pass on any more."))
    mine.declined_at = clock.now()
    mine.save(update_fields=["declined_at"])
    following = _following(draw, mine.code)
    data = {"code": mine.code, "next": following.code if following else "–"}
    announce(events.DECLINED, draw, data=data)
    if following is None:
        owe(hearing, SEAT_DUTY, SEAT_VACANT, mine.person, user, group=member.group)
        return draw
    Volunteered.objects.filter(pk=following.pk).update(drawn_at=clock.now())
    pass_seat(user, member, hearing, following.person)
    return draw


def on_panel(draw: PanelDraw, user: User) -> bool:
    """Whether a seat came to the reader by this draw, and was not given back."""
    return draw.volunteers.filter(person=user.person_id, drawn_at__isnull=False, declined_at=None).exists()


def _seated(draw: PanelDraw, panel: list[str]) -> list[Volunteered]:
    """Who takes the seats: those drawn, and the next like them for who cannot sit."""
    volunteers = {one.code: one for one in draw.volunteers.select_related("person")}
    can = _able(draw.hearing, volunteers)
    sitting = [code for code in panel if code in can]
    cannot = set(volunteers) - can
    for code in panel:
        if code not in can and (
            following := next_of(draw.published, draw.seed, code, sitting=sitting, passed=cannot | set(panel))
        ):
            sitting.append(following)
    return [volunteers[code] for code in sitting]


def _able(hearing: Hearing, volunteers: dict[str, Volunteered]) -> set[str]:
    """The codes of those who live or own here today, and neither chair nor present the plan."""
    keys = neighbours_by_key(hearing.neighbourhood, [one.person_id for one in volunteers.values()])
    barred = {hearing.chair_id, hearing.plan_person_id}
    return {code for code, one in volunteers.items() if one.person_id in keys - barred}


def _following(draw: PanelDraw, code: str) -> Volunteered | None:
    """Who takes the seat of `code`: never asked before, able to sit, of another flat than those who sit."""
    hearing = draw.hearing
    volunteers = {one.code: one for one in draw.volunteers.select_related("person")}
    had = set(hearing.participants.values_list("person", flat=True))
    sits = set(hearing.participants.sitting().values_list("person", flat=True))
    sitting = {one.code for one in volunteers.values() if one.person_id in sits}
    passed = {one.code for one in volunteers.values() if one.declined_at or one.person_id in had}
    cannot = set(volunteers) - _able(hearing, volunteers)
    # Codes whose people left the portal's list stay in the published tickets, and are passed over.
    gone = {one for kind in draw.published["kinds"] for one in kind["people"]} - set(volunteers)
    found = next_of(draw.published, draw.seed, code, sitting=sitting, passed=passed | cannot | gone)
    return volunteers[found] if found else None
