"""A panel drawn by lot: sign-up, tickets that are published before the seed is known, the seed read by two, the seats.

The tickets follow from who signed up and from the quotas; the panel follows from the tickets and the seed alone. So
withdrawals end where the tickets begin, and the event from which the seed is read lies after their publication.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM, announce
from portal.actions.lifecycles import advance
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.community.selectors import accounts_of, person_of
from portal.duties import calendar
from portal.duties import services as duties
from portal.duties.calendar import Deadline
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.lots import events, people
from portal.meetings.lots.permissions import DRAWS
from portal.meetings.lots.refusals import why_impossible
from portal.meetings.lots.space import Impossible
from portal.meetings.lots.tickets import Tickets, content_of, sha256_of, tickets_of
from portal.meetings.models import Hearing, PanelDraw, Volunteered
from portal.meetings.permissions import HEARINGS
from portal.meetings.selectors import affected
from portal.meetings.services.transitions import iso
from portal.meetings.states.hearing import HearingState as H
from portal.meetings.states.lots import LotState as L

Rows = list[list[str | int]]
# Between the tickets and the event lies at least an hour, in which everybody can keep a copy.
LEAD = timedelta(hours=1)


@transaction.atomic
def open_draw(user: User, pk: int, *, size: int, closes_at: datetime, quotas: Rows) -> PanelDraw:
    """Have the panel of a planned hearing drawn by lot; all whom the matter affects are asked to sign up.

    `quotas`: rows of feature, value, fewest and most seats; each group that speaks has one, of at least one seat.
    """
    hearing = HEARINGS.take(user, pk, "open_draw")
    if hearing.draws.exclude(state=L.CALLED_OFF).exists():
        raise NotPossible(_("There is a draw for this hearing already."))
    _check(hearing, size, quotas)
    draw = PanelDraw.objects.create(hearing=hearing, size=size, closes_at=closes_at, quotas=quotas)
    owe_step(draw, "lot.close", closes_at)
    announce(
        events.OPENED,
        draw,
        by=user,
        to=affected(hearing),
        data={"seats": size, "quotas": quotas, "closes_at": iso(closes_at)},
        seats=size,
        closes_at=iso(closes_at),
    )
    return draw


@transaction.atomic
def set_quotas(user: User, pk: int, *, size: int, quotas: Rows) -> PanelDraw:
    """Change the seats before any ticket is made."""
    draw = take(user, pk, "set_quotas")
    _check(draw.hearing, size, quotas)
    draw.size, draw.quotas = size, quotas
    draw.save(update_fields=["size", "quotas"])
    groups = set(draw.groups)
    draw.volunteers.exclude(group__in=groups).update(group="")
    announce(events.QUOTAS, draw, by=user, data={"seats": size, "quotas": quotas})
    return draw


@transaction.atomic
def volunteer(user: User, pk: int, *, group: str, age: str, sex: str, tenure: str) -> Volunteered:
    """Sign up, or change what one said before. Raises NotPossible for who chairs or presents the plan."""
    draw = take(user, pk, "volunteer")
    person, hearing = person_of(user), draw.hearing
    if clock.now() >= draw.closes_at:
        raise NotPossible(_("Sign-up is over."))
    if person.pk in {hearing.chair_id, hearing.plan_person_id}:
        raise NotPossible(_("Whoever chairs or presents the plan has no seat on the panel."))
    if group not in draw.groups:
        raise NotPossible(_("This group has no seats on the panel. Please choose again."))
    flat, _tenure = people.home_in(hearing, person)
    said = {"group": group, "age": age, "sex": sex, "tenure": tenure, "dwelling": flat}
    found, _new = Volunteered.objects.update_or_create(
        draw=draw, person=person, defaults=said, create_defaults={**said, "code": people.new_code(draw)}
    )
    return found


@transaction.atomic
def withdraw(user: User, pk: int) -> PanelDraw:
    """Take one's name off the list, before the tickets are made. What one said of oneself is deleted."""
    draw = take(user, pk, "withdraw")
    gone, _models = draw.volunteers.filter(person=person_of(user)).delete()
    if not gone:
        raise NotPossible(_("You have not signed up."))
    return draw


@transaction.atomic
def close_sign_up(user: User, pk: int) -> PanelDraw:
    """End sign-up, if need be before its day, which is then the day it ended. The committee owes the tickets."""
    draw = take(user, pk, "close_sign_up")
    advance(draw, L.CLOSED, closes_at=min(draw.closes_at, clock.now()))
    duties.close("lot.close", draw, by=user)
    owe_step(draw, "lot.commit")
    announce(events.CLOSED, draw, by=user, data={"people": draw.volunteers.count(), "seats": draw.size})
    return draw


@transaction.atomic
def reopen(user: User, pk: int, *, closes_at: datetime) -> PanelDraw:
    """Let more neighbours sign up, where those who did cannot fill the seats."""
    draw = take(user, pk, "reopen")
    advance(draw, L.OPEN, closes_at=closes_at)
    duties.drop(draw, "lot.commit")
    owe_step(draw, "lot.close", closes_at)
    announce(events.REOPENED, draw, by=user, data={"closes_at": iso(closes_at)})
    return draw


@transaction.atomic
def commit(user: User, pk: int, *, seed_event: str, seed_at: datetime) -> PanelDraw:
    """Make the tickets and publish them, with their hash in the record and the event that gives the seed.

    Raises NotPossible where the event does not lie an hour ahead, where somebody speaks for no group any more, and
    where the seats cannot be filled by these quotas (with the smallest change that would do).
    """
    draw = take(user, pk, "commit")
    if seed_at < clock.now() + LEAD:
        raise NotPossible(
            _("The event must lie at least one hour ahead, so that everybody can keep the tickets.")
        )
    pool = people.pool_of(draw)
    tickets = _tickets(draw)
    advance(
        draw,
        L.COMMITTED,
        pool=pool.text,
        pool_sha256=tickets["pool_sha256"],
        tickets=content_of(tickets).decode(),
        tickets_sha256=sha256_of(tickets),
        seed_event=seed_event,
        seed_at=seed_at,
        committed_at=clock.now(),
    )
    duties.close("lot.commit", draw, by=user)
    owe_step(draw, "lot.seed", seed_at)
    told = {"seed_event": seed_event, "seed_at": iso(seed_at)}
    hashes = {"pool_sha256": draw.pool_sha256, "tickets_sha256": draw.tickets_sha256}
    data = {"people": len(pool.people), **hashes, **told}
    announce(events.COMMITTED, draw, by=user, to=accounts_in(draw), data=data, **told)
    return draw


@transaction.atomic
def call_off(user: User, pk: int, *, reason: str) -> PanelDraw:
    """Give the draw up, with a published reason; what the volunteers said of themselves is deleted.

    Not from the moment on at which the seed can be known: nobody chooses between a panel and none.
    """
    draw = take(user, pk, "call_off")
    if draw.seed_at and clock.now() >= draw.seed_at:
        raise NotPossible(_("The seed can be known by now. The draw cannot be called off any more."))
    end(draw, reason, by=user)
    return draw


def end(draw: PanelDraw, reason: str, by: User | None = None) -> None:
    """Call off a locked draw. `by` nobody: because its hearing was cancelled."""
    told = list(accounts_in(draw))
    advance(draw, L.CALLED_OFF, reason=reason)
    draw.volunteers.all().delete()
    duties.drop(draw)
    announce(events.CALLED_OFF, draw, by=by or SYSTEM, to=told, data={"reason": reason}, reason=reason)


def take(user: User, pk: int, action: str) -> PanelDraw:
    """A draw to change, of a hearing that still waits for its panel."""
    draw = DRAWS.take(user, pk, action)
    require_waiting(draw)
    return draw


def require_waiting(draw: PanelDraw) -> None:
    """Refuse to change a draw whose hearing does not wait for its panel any more."""
    if draw.hearing.state != H.PLANNED:
        raise NotPossible(_("The hearing does not wait for its panel any more."))


def _tickets(draw: PanelDraw) -> Tickets:
    if draw.volunteers.filter(group="").exists():
        raise NotPossible(
            _("Somebody signed up for a group that has no seats any more. Please open sign-up again.")
        )
    pool = people.pool_of(draw)
    if not pool.people:
        raise NotPossible(_("Nobody has signed up. Open sign-up again, or name the panel by hand."))
    try:
        return tickets_of(pool, people.quotas_of(draw), draw.size)
    except Impossible as impossible:
        raise NotPossible(why_impossible(impossible)) from impossible


def _check(hearing: Hearing, size: int, quotas: Rows) -> None:
    least = rule("hearing.panel_minimum", hearing.neighbourhood)
    if size < least:
        raise NotPossible(_("A panel has at least %(n)d members. Please name more.") % {"n": least})
    groups = [fewest for feature, _value, fewest, _most in quotas if feature == "group"]
    if not groups:
        raise NotPossible(_("Please name the groups that are affected."))
    if not all(groups):
        raise NotPossible(_("Each group that is affected has at least one seat."))


def owe_step(draw: PanelDraw, kind: str, after: datetime | None = None) -> None:
    """The committee owes the next step within a working period: from now on, or after a moment."""
    days = rule("hearing.step_working_days", draw.neighbourhood)
    due: Deadline = calendar.add_working_days(after or clock.now(), days)
    duties.open_duty(kind, draw, due=due, post=Post.WORKER)


def accounts_in(draw: PanelDraw, *, without: Iterable[int] = ()) -> Iterable[User]:
    """The accounts of those who signed up, but for these people."""
    keys = draw.volunteers.exclude(person__in=list(without)).values_list("person", flat=True)
    return accounts_of(*keys)
