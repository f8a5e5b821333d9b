"""Raising a topic: draft, numbers, seconders, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, TypedDict

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from portal.community import selectors as community
from portal.community import uploads
from portal.community.models import Area, Dwelling, Kind, Person, Upload, User
from portal.community.permissions import roles_in
from portal.community.rules import rule
from portal.community.selectors import person_of
from portal.deliberation import households, similar
from portal.deliberation.models import Seconding, Topic
from portal.deliberation.news import WITHDRAWAL_REFUSED
from portal.deliberation.permissions import PUTS_WITHOUT_SECONDERS, may_propose, topic_for
from portal.deliberation.services.transitions import (
    SYSTEM,
    hold,
    move,
    next_step_due,
    no_open_hearing,
    note,
    owe,
    require,
    signed,
    tell,
    to_screening,
)
from portal.deliberation.states import State
from portal.duties import services as duties
from portal.duties.calendar import calendar_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.fragments import stir

# A file that was sent, or one that is stored already.
Photo: TypeAlias = "UploadedFile[Any] | Upload"

MAX_DRAFTS = 10
MAX_PHOTOS = 6
REQUIRED = ("title", "place", "category", "problem", "affected", "wish")


class Proposal(TypedDict, total=False):
    """What a proposer writes; `cost` in fen."""

    title: str
    area: Area
    place: str
    category: str
    problem: str
    affected: str
    wish: str
    cost: int | None
    own_role: str
    interest: str


@transaction.atomic
def propose(user: User, neighbourhood: Area, fields: Proposal, photos: Sequence[Photo] = ()) -> Topic:
    """Begin a draft, which only its proposer sees. Raises PermissionDenied for strangers."""
    if not may_propose(user, neighbourhood):
        raise PermissionDenied("propose")
    person = person_of(user)
    if Topic.objects.filter(proposer=person, state=State.DRAFT).count() >= MAX_DRAFTS:
        raise NotPossible(
            _("You have %(number)d drafts already. Please send or give up one of them first.")
            % {"number": MAX_DRAFTS}
        )
    topic = Topic(neighbourhood=neighbourhood, area=neighbourhood, proposer=person)
    _write(topic, fields)
    topic.save()
    attach(user, topic, photos)
    stir(neighbourhood.slug)
    return topic


@transaction.atomic
def edit(
    user: User,
    pk: int,
    fields: Proposal,
    photos: Sequence[Photo] = (),
    without: Sequence[Upload] = (),
) -> Topic:
    """Change a draft or a returned topic; `without` are photos to take away."""
    topic = topic_for(user, pk, "edit", lock=True)
    require(topic, "edit")
    _write(topic, fields)
    topic.save()
    gone = list(topic.photos.filter(pk__in=[photo.pk for photo in without]))
    topic.photos.remove(*gone)
    uploads.withdraw(gone)
    attach(user, topic, photos)
    if topic.submitted_at:
        similar.index(topic)
    stir(topic.neighbourhood.slug)
    return topic


@transaction.atomic
def submit(user: User, pk: int) -> Topic:
    """Send a draft: it gets its number and looks for seconders, or goes to screening if none are needed."""
    topic = topic_for(user, pk, "submit", lock=True)
    require(topic, "submit")
    if not may_propose(user, topic.neighbourhood):
        raise PermissionDenied("propose")
    _complete(topic)
    topic.submitted_at = clock.now()
    topic.number = _next_number(topic.neighbourhood)
    topic.signed = _signature(user, topic)
    uploads.publish(topic.photos.all())
    similar.index(topic)
    actor = signed(user, topic)
    if not PUTS_WITHOUT_SECONDERS.isdisjoint(roles_in(user, topic.neighbourhood)):
        return to_screening(topic, actor=actor, by=user)
    topic.needs = needs_of(topic)
    until = calendar_days(clock.now(), topic.needs["days"]).at
    return move(topic, State.SECONDING, actor=actor, until=until, by=user, data={"needs": topic.needs})


@transaction.atomic
def resubmit(user: User, pk: int) -> Topic:
    """Hand a completed topic back to the committee, within the days it was given."""
    topic = topic_for(user, pk, "resubmit", lock=True)
    require(topic, "resubmit")
    if _is_over(topic):
        raise NotPossible(_("The time for completing the topic is over. You may raise it anew."))
    _complete(topic)
    uploads.publish(topic.photos.all())
    return to_screening(topic, actor=signed(user, topic), by=user)


@transaction.atomic
def second(user: User, pk: int, dwelling: int | None = None) -> Topic:
    """Stand behind a topic for one's household; the last one needed brings it to screening.

    `dwelling`: for which of several, by its key. One a household, held by the database; the proposer's does
    not count.
    """
    topic = topic_for(user, pk, "second", lock=True)
    require(topic, "second")
    person = person_of(user)
    if topic.secondings.filter(person=person).exists():
        return topic  # a second click
    if _is_over(topic):
        raise NotPossible(_("The time for seconding is over."))
    Seconding.objects.create(topic=topic, person=person, dwelling=_household(person, topic, dwelling))
    stir(topic.neighbourhood.slug)
    count = topic.secondings.count()
    if count >= needed(topic):
        to_screening(topic, actor=SYSTEM, data={"households": count})
    return topic


@transaction.atomic
def unsecond(user: User, pk: int) -> Topic:
    """Take one's seconding back, until screening begins."""
    topic = topic_for(user, pk, "unsecond", lock=True)
    require(topic, "unsecond")
    topic.secondings.filter(person=person_of(user)).delete()
    stir(topic.neighbourhood.slug)
    return topic


@transaction.atomic
def withdraw(user: User, pk: int, reason: str = "") -> Topic:
    """Take one's own topic back; after the public notice began the committee must agree (ask_withdrawal)."""
    topic = topic_for(user, pk, "withdraw", lock=True)
    require(topic, "withdraw")
    return move(topic, State.WITHDRAWN, actor=signed(user, topic), reason=reason)


@transaction.atomic
def ask_withdrawal(user: User, pk: int, reason: str) -> Topic:
    """Ask the committee to let a topic go that neighbours are already discussing; once at a time."""
    topic = topic_for(user, pk, "ask_withdrawal", lock=True)
    require(topic, "ask_withdrawal")
    if topic.withdrawal_asked_at:
        raise NotPossible(_("You have asked already; the committee has not decided yet."))
    topic.withdrawal_asked_at = clock.now()
    topic.save(update_fields=["withdrawal_asked_at"])
    note(topic, "withdrawal_asked", actor=signed(user, topic), data={"reason": reason})
    owe(topic, "topic.withdrawal", next_step_due(topic))
    return topic


@transaction.atomic
def agree_withdrawal(user: User, pk: int, agreed: bool, reason: str) -> Topic:
    """The committee lets a topic go, or not; the reason is published either way."""
    topic = topic_for(user, pk, "agree_withdrawal", lock=True)
    require(topic, "agree_withdrawal")
    if topic.withdrawal_asked_at is None:
        raise NotPossible(_("The proposer has not asked to withdraw this topic."))
    duties.close("topic.withdrawal", topic, by=user)
    topic.withdrawal_asked_at = None
    if agreed:
        no_open_hearing(topic)
        return move(topic, State.WITHDRAWN, actor=signed(user, topic), reason=reason)
    topic.save(update_fields=["withdrawal_asked_at"])
    note(topic, "withdrawal_refused", actor=signed(user, topic), data={"reason": reason})
    occasion = f"topic:{topic.pk}:withdrawal:{clock.now().isoformat()}"
    tell(topic, WITHDRAWAL_REFUSED, occasion=occasion, params={"reason": reason})
    return topic


@transaction.atomic
def expire(pk: int) -> Topic:
    """End a topic whose time for seconders or for completion has run out; does nothing to any other."""
    topic = Topic.objects.select_for_update(of=("self",)).select_related("neighbourhood", "area").get(pk=pk)
    if topic.state in {State.SECONDING, State.RETURNED} and _is_over(topic):
        move(topic, State.EXPIRED, actor=SYSTEM)
    return topic


def needs_of(topic: Topic) -> dict[str, Any]:
    """How many households must second a topic, copied from the rule that applies where it applies.

    topic.seconders asks for persons of households; as a household seconds once, the larger number counts.
    topic.seconders_building asks for a share of the building's dwellings, rounded up.
    """
    if topic.area.kind == Kind.BUILDING:
        needs = dict(rule("topic.seconders_building", topic.area))
        dwellings = Dwelling.objects.filter(building=topic.area).count()
        share, of = needs["share"]
        return {**needs, "dwellings": dwellings, "number": max(-(-dwellings * share // of), 1)}
    needs = dict(rule("topic.seconders", topic.area))
    return {**needs, "number": max(needs["persons"], needs["households"])}


def needed(topic: Topic) -> int:
    """The number of households asked for when the topic was sent; 0 where it needed none."""
    needs = topic.needs
    return int(needs.get("number") or max(needs.get("persons", 0), needs.get("households", 0)))


def attach(user: User, topic: Topic, photos: Sequence[Photo]) -> None:
    """Keep photos with a topic; they are published when the topic is."""
    if topic.photos.count() + len(photos) > MAX_PHOTOS:
        raise NotPossible(_("A topic can hold %(number)d photos or papers.") % {"number": MAX_PHOTOS})
    topic.photos.add(*(kept(user, topic, photo) for photo in photos))


def kept(user: User, topic: Topic, photo: Photo) -> Upload:
    """A file that is checked and stored, or one that already is."""
    return photo if isinstance(photo, Upload) else uploads.accept(user, topic.neighbourhood, photo)


def _write(topic: Topic, fields: Proposal) -> None:
    for name, value in fields.items():
        setattr(topic, name, value)
    if not topic.area.within(topic.neighbourhood):
        raise NotPossible(
            _("This place is not in the neighbourhood %(name)s.") % {"name": topic.neighbourhood.name}
        )


def _complete(topic: Topic) -> None:
    missing = [name for name in REQUIRED if not getattr(topic, name)]
    if missing:
        names = "、".join(str(getattr(Topic, name).field.verbose_name) for name in missing)
        raise NotPossible(_("Please fill in first: %(names)s.") % {"names": names})


def _is_over(topic: Topic) -> bool:
    return topic.state_until is not None and clock.now() >= topic.state_until


def _signature(user: User, topic: Topic) -> str:
    signature = community.signature(user, topic.neighbourhood)
    return " · ".join(part for part in (signature.name, signature.note) if part)[:100]


def _household(person: Person, topic: Topic, chosen: int | None) -> Dwelling:
    """The household a person seconds for; says in plain words why there is none."""
    dwellings = households.open_to_second(person.pk, topic)
    if chosen is not None:
        dwellings = [dwelling for dwelling in dwellings if dwelling.pk == chosen]
    if len(dwellings) > 1:
        raise NotPossible(_("You have several homes here. Please choose the one you second for."))
    if dwellings:
        return dwellings[0]
    if not households.belongs(person.pk, topic.area):
        raise NotPossible(
            _("Only those who live or own in %(place)s can second this topic.") % {"place": topic.area}
        )
    raise NotPossible(_("Your household stands behind this topic already; each household counts once."))


def _next_number(neighbourhood: Area) -> str:
    """The next serial of the year in Shanghai, taken under the neighbourhood's lock: never given twice."""
    hold(neighbourhood)
    year = clock.today().year
    given = Topic.objects.filter(neighbourhood=neighbourhood, number__startswith=f"{year}-")
    last = given.order_by(Length("number").desc(), "-number").values_list("number", flat=True).first()
    return f"{year}-{int(last.split('-')[1]) + 1 if last else 1:03d}"
