"""Raising a topic: draft, numbers, seconders, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, TypedDict

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM, announce, log
from portal.actions.versions import save_version
from portal.community import uploads
from portal.community.models import Area, Dwelling, Kind, Person, Post, Upload, User
from portal.community.permissions import roles_in
from portal.community.rules import rule
from portal.community.selectors import person_of, signature
from portal.deliberation import households
from portal.deliberation.events import WITHDRAWAL_ASKED, WITHDRAWAL_REFUSED
from portal.deliberation.models import Seconding, Topic
from portal.deliberation.permissions import PLACE, PUTS_WITHOUT_SECONDERS, TOPICS
from portal.deliberation.selectors import followers
from portal.deliberation.services.transitions import (
    change,
    discussion_of,
    hold,
    next_step_due,
    no_open_hearing,
    to_screening,
)
from portal.deliberation.states import State
from portal.duties import services as duties
from portal.duties.calendar import calendar_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.fragments import stir
from portal.search import services as search

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
    _require_proposer(user, neighbourhood)
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
    version: int | None = None,
) -> Topic:
    """Change a draft or a returned topic; `without` are photos to take away.

    `version`: the one that was opened to be changed; Overtaken where it was changed elsewhere since.
    """
    topic = TOPICS.take(user, pk, "edit")
    _write(topic, fields)
    save_version(topic, version or topic.version, fields)
    gone = list(topic.photos.filter(pk__in=[photo.pk for photo in without]))
    topic.photos.remove(*gone)
    uploads.withdraw(gone)
    attach(user, topic, photos)
    if topic.submitted_at:
        search.index(topic)
    stir(topic.neighbourhood.slug)
    return topic


@transaction.atomic
def submit(user: User, pk: int) -> Topic:
    """Send a draft: it gets its number and looks for seconders, or goes to screening if none are needed."""
    topic = TOPICS.take(user, pk, "submit")
    _require_proposer(user, topic.neighbourhood)
    _complete(topic)
    uploads.publish(topic.photos.all())
    topic.submitted_at = clock.now()
    search.index(topic)
    sent: dict[str, Any] = {
        "submitted_at": topic.submitted_at,
        "number": _next_number(topic.neighbourhood),
        "signed": _signature(user, topic),
        # From the moment neighbours are asked to stand behind it, they can ask about it.
        "thread": discussion_of(topic),
    }
    if not PUTS_WITHOUT_SECONDERS.isdisjoint(roles_in(user, topic.neighbourhood)):
        return to_screening(topic, by=user, **sent)
    needs = needs_of(topic)
    until = calendar_days(clock.now(), needs["days"]).at
    return change(topic, State.SECONDING, by=user, until=until, data={"needs": needs}, needs=needs, **sent)


@transaction.atomic
def resubmit(user: User, pk: int) -> Topic:
    """Hand a completed topic back to the committee, within the days it was given."""
    topic = TOPICS.take(user, pk, "resubmit")
    if is_over(topic):
        raise NotPossible(_("The time for completing the topic is over. You may raise it anew."))
    _complete(topic)
    uploads.publish(topic.photos.all())
    return to_screening(topic, by=user)


@transaction.atomic
def second(user: User, pk: int, dwelling: int | None = None) -> Topic:
    """Stand behind a topic for one's household; the last one needed brings it to screening.

    `dwelling`: for which of several, by its key. One a household, held by the database; the proposer's does
    not count.
    """
    topic = TOPICS.take(user, pk, "second")
    person = person_of(user)
    if topic.secondings.filter(person=person).exists():
        return topic  # a second click
    if is_over(topic):
        raise NotPossible(_("The time for seconding is over."))
    Seconding.objects.create(topic=topic, person=person, dwelling=_household(person, topic, dwelling))
    stir(topic.neighbourhood.slug)
    count = topic.secondings.count()
    if count >= needed(topic):
        to_screening(topic, by=SYSTEM, data={"households": count})
    return topic


@transaction.atomic
def unsecond(user: User, pk: int) -> Topic:
    """Take one's seconding back, until screening begins."""
    topic = TOPICS.take(user, pk, "unsecond")
    topic.secondings.filter(person=person_of(user)).delete()
    stir(topic.neighbourhood.slug)
    return topic


@transaction.atomic
def withdraw(user: User, pk: int, reason: str = "") -> Topic:
    """Take one's own topic back; after the public notice began the committee must agree (ask_withdrawal)."""
    return change(TOPICS.take(user, pk, "withdraw"), State.WITHDRAWN, by=user, reason=reason)


@transaction.atomic
def ask_withdrawal(user: User, pk: int, reason: str) -> Topic:
    """Ask the committee to let a topic go that neighbours are already discussing; once at a time."""
    topic = TOPICS.take(user, pk, "ask_withdrawal")
    if topic.withdrawal_asked_at:
        raise NotPossible(_("You have asked already; the committee has not decided yet."))
    topic.withdrawal_asked_at = clock.now()
    topic.save(update_fields=["withdrawal_asked_at"])
    log(WITHDRAWAL_ASKED, topic, by=user, data={"reason": reason})
    duties.open_duty("topic.withdrawal", topic, due=next_step_due(topic), post=Post.WORKER)
    return topic


@transaction.atomic
def agree_withdrawal(user: User, pk: int, agreed: bool, reason: str) -> Topic:
    """The committee lets a topic go, or not; the reason is published either way."""
    topic = TOPICS.take(user, pk, "agree_withdrawal")
    if topic.withdrawal_asked_at is None:
        raise NotPossible(_("The proposer has not asked to withdraw this topic."))
    duties.close("topic.withdrawal", topic, by=user)
    if agreed:
        no_open_hearing(topic)
        return change(topic, State.WITHDRAWN, by=user, reason=reason, withdrawal_asked_at=None)
    topic.withdrawal_asked_at = None
    topic.save(update_fields=["withdrawal_asked_at"])
    told = {"reason": reason}
    announce(WITHDRAWAL_REFUSED, topic, by=user, to=followers(topic), data=told, reason=reason)
    return topic


@transaction.atomic
def expire(pk: int) -> Topic:
    """End a topic whose time for seconders or for completion has run out; does nothing to any other."""
    topic = Topic.objects.locked(pk)
    if topic.state in {State.SECONDING, State.RETURNED} and is_over(topic):
        change(topic, State.EXPIRED)
    return topic


def needs_of(topic: Topic) -> dict[str, Any]:
    """How many households must second a topic, copied from the rule that applies where it applies.

    topic.seconders asks for persons of households; as a household seconds once, the larger number counts.
    topic.seconders_building asks for a share of the building's dwellings, rounded up.
    """
    if topic.area.kind == Kind.BUILDING:
        needs = dict(rule("topic.seconders_building", topic.area))
        dwellings = Dwelling.objects.in_use().filter(building=topic.area).count()
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
    topic.photos.add(*(stored(user, topic, photo) for photo in photos))
    topic.cover = uploads.cover_of(topic.photos.all(), topic.cover)
    topic.save(update_fields=["cover"])


def stored(user: User, topic: Topic, photo: Photo) -> Upload:
    """A file that is checked and stored, or one that already is."""
    return photo if isinstance(photo, Upload) else uploads.accept(user, topic.neighbourhood, photo)


def _require_proposer(user: User, neighbourhood: Area) -> None:
    if not PLACE.may(user, "propose", neighbourhood):
        raise PermissionDenied("propose")


def _write(topic: Topic, fields: Proposal) -> None:
    for name, value in fields.items():
        setattr(topic, name, value)
    if not topic.area.within(topic.neighbourhood):
        raise NotPossible(
            _("This place is not in the neighbourhood %(name)s.") % {"name": topic.neighbourhood.name}
        )


def _complete(topic: Topic) -> None:
    if topic.area.retired_on is not None or not topic.area.within(topic.neighbourhood):
        raise NotPossible(_("This place is no more. Please choose another one."))
    missing = [name for name in REQUIRED if not getattr(topic, name)]
    if missing:
        names = "、".join(str(getattr(Topic, name).field.verbose_name) for name in missing)
        raise NotPossible(_("Please fill in first: %(names)s.") % {"names": names})


def is_over(topic: Topic) -> bool:
    """Whether the time of its present state has run out."""
    return topic.state_until is not None and clock.now() >= topic.state_until


def _signature(user: User, topic: Topic) -> str:
    own = signature(user, topic.neighbourhood)
    return " · ".join(part for part in (own.name, own.note) if part)[:100]


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
