"""Keeping the resource map: entering, skills offered and looked at, pins, asking for a skill."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce, log, notify
from portal.actions.lifecycles import advance
from portal.community import uploads
from portal.community.models import Area, Post, Upload, User
from portal.community.rules import rule
from portal.community.selectors import accounts_of, person_of
from portal.duties.calendar import add_working_days
from portal.duties.services import promises
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.pages.resources.events import (
    ANSWERED,
    ASKED,
    CHANGED,
    ENDED,
    ENTERED,
    PLANNED,
    REFUSED,
    SHOWN,
)
from portal.pages.resources.models import Kind, Resource, SitePlan, SkillRequest
from portal.pages.resources.permissions import MAP, REQUESTS, RESOURCES
from portal.pages.resources.states import ResourceState
from portal.record.fragments import stir
from portal.record.services import key
from portal.search import services as search

LOOK = "skill.look"
YEAR = timedelta(days=365)
# So many open requests of one person to others at a time: enough for need, too few for advertising.
MOST_ASKED = 5


@transaction.atomic
def enter(user: User, slug: str, kind: str, fields: dict[str, Any]) -> Resource:
    """Enter a place, an organisation or a partner; it is shown at once. `photo`, `alt`: a picture of it."""
    here = MAP.take(user, slug, "keep")
    if kind == Kind.SKILL:
        raise NotPossible(_("A skill is offered by its neighbour."))
    made = Resource(neighbourhood=here, kind=kind, state=ResourceState.SHOWN)
    _fill(user, made, fields)
    made.save()
    search.index(made)
    log(ENTERED, made, by=user)
    return made


@transaction.atomic
def edit(user: User, pk: int, **fields: Any) -> Resource:
    """Say it otherwise."""
    thing = RESOURCES.take(user, pk, "edit")
    if thing.is_skill:
        raise NotPossible(_("A skill is its neighbour's own words."))
    _fill(user, thing, fields)
    thing.save()
    search.index(thing)
    log(CHANGED, thing, by=user)
    return thing


@transaction.atomic
def pin(user: User, pk: int, *, x: int | None, y: int | None) -> Resource:
    """Put its pin on the site plan, in thousandths from the upper left; None takes it off."""
    thing = RESOURCES.take(user, pk, "pin")
    if thing.is_skill:
        raise NotPossible(_("A skill has no place on the plan: nobody's home is shown."))
    thing.x, thing.y = x, y
    thing.save(update_fields=["x", "y"])
    stir(thing.neighbourhood.slug)
    return thing


@transaction.atomic
def offer(user: User, slug: str, fields: dict[str, Any]) -> Resource:
    """Offer a skill; the committee looks at it before it is shown by the chosen name, for a year."""
    here = MAP.take(user, slug, "offer")
    made = Resource.objects.create(neighbourhood=here, kind=Kind.SKILL, person=person_of(user), **fields)
    _owe_look(made)
    return made


@transaction.atomic
def show(user: User, pk: int) -> Resource:
    """Let a skill be shown for a year from today."""
    skill = RESOURCES.take(user, pk, "show")
    advance(skill, ResourceState.SHOWN, shown_until=clock.today() + YEAR)
    search.index(skill)
    promises.close(LOOK, skill, by=user)
    announce(SHOWN, skill, by=user, to=accounts_of(skill.person_id))
    return skill


@transaction.atomic
def refuse(user: User, pk: int, *, reason: str) -> Resource:
    """Do not show a skill; its neighbour is told why."""
    skill = RESOURCES.take(user, pk, "refuse")
    advance(skill, ResourceState.ENDED)
    promises.close(LOOK, skill, by=user)
    notify(
        REFUSED, skill, accounts_of(skill.person_id), once_per=f"{key(skill)}:{clock.now()}", reason=reason
    )
    stir(skill.neighbourhood.slug)
    return skill


@transaction.atomic
def end(user: User, pk: int) -> Resource:
    """Take something off the map."""
    thing = RESOURCES.take(user, pk, "end")
    advance(thing, ResourceState.ENDED)
    search.drop(thing)
    log(ENDED, thing, by=user)
    return thing


@transaction.atomic
def show_again(user: User, pk: int) -> Resource:
    """Put back what the committee entered. A skill comes back by its neighbour alone."""
    thing = RESOURCES.take(user, pk, "show_again")
    if thing.is_skill:
        raise NotPossible(_("Only its neighbour offers a skill again."))
    advance(thing, ResourceState.SHOWN)
    search.index(thing)
    log(ENTERED, thing, by=user)
    return thing


@transaction.atomic
def withdraw(user: User, pk: int) -> Resource:
    """Take back one's own skill, at once and for whatever reason."""
    skill = RESOURCES.take(user, pk, "withdraw")
    advance(skill, ResourceState.ENDED)
    search.drop(skill)
    promises.drop(skill, LOOK)
    stir(skill.neighbourhood.slug)
    return skill


@transaction.atomic
def renew(user: User, pk: int) -> Resource:
    """Offer one's skill for another year."""
    skill = RESOURCES.take(user, pk, "renew")
    skill.shown_until = clock.today() + YEAR
    skill.save(update_fields=["shown_until"])
    stir(skill.neighbourhood.slug)
    return skill


@transaction.atomic
def offer_again(user: User, pk: int) -> Resource:
    """Offer one's skill once more; the committee looks at it again."""
    skill = RESOURCES.take(user, pk, "offer_again")
    advance(skill, ResourceState.OFFERED)
    _owe_look(skill)
    return skill


def require_unasked(skill: Resource, user: User) -> None:
    """Refuse to ask for a skill a second time before the answer, or while too many requests of one's own wait."""
    waiting = SkillRequest.objects.filter(asker=user.person_id, answered_at=None)
    if waiting.count() >= MOST_ASKED or waiting.filter(resource=skill).exists():
        raise NotPossible(_("Please wait until what you asked for was answered."))


@transaction.atomic
def ask(user: User, pk: int, *, text: str) -> SkillRequest:
    """Ask a neighbour for a skill. Both read each other's chosen name; no number is shown.

    Raises NotPossible for one's own, for one that ended, and where too many requests of one's own wait.
    """
    skill = RESOURCES.take(user, pk, "ask")
    person = person_of(user)
    if skill.person_id in {None, person.pk}:
        raise NotPossible(_("This is not a skill of somebody else."))
    if skill.shown_until and skill.shown_until < clock.today():
        raise NotPossible(_("It is not offered any more."))
    require_unasked(skill, user)
    made = SkillRequest.objects.create(resource=skill, asker=person, text=text)
    notify(ASKED, made, accounts_of(skill.person_id), once_per=key(made), text=text)
    return made


@transaction.atomic
def answer(user: User, pk: int, *, text: str) -> SkillRequest:
    """Answer whoever asked."""
    asked = REQUESTS.take(user, pk, "answer")
    asked.answer, asked.answered_at = text, clock.now()
    asked.save(update_fields=["answer", "answered_at"])
    notify(ANSWERED, asked, accounts_of(asked.asker_id), once_per=key(asked), text=text)
    return asked


@transaction.atomic
def set_plan(user: User, slug: str, file: UploadedFile[Any], alt: str) -> SitePlan:
    """Put a site plan in place of the present one; the pins stay where they are, in thousandths."""
    here = MAP.take(user, slug, "keep")
    picture = _picture(user, here, file, alt)
    plan, _new = SitePlan.objects.update_or_create(neighbourhood=here, defaults={"picture": picture})
    log(PLANNED, here, by=user, data={"sha256": picture.sha256}, title=here.name)
    return plan


def end_old() -> None:
    """A skill ends after its year, unless its neighbour renewed it. Idempotent."""
    over = Resource.objects.filter(state=ResourceState.SHOWN, shown_until__lt=clock.today())
    for pk in over.values_list("pk", flat=True):
        with transaction.atomic():
            skill = over.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
            if skill is not None:
                advance(skill, ResourceState.ENDED)
                search.drop(skill)
                stir(skill.neighbourhood.slug)


def _owe_look(skill: Resource) -> None:
    due = add_working_days(clock.now(), int(rule("skill.look_working_days", skill.neighbourhood)))
    promises.open_duty(LOOK, skill, due=due, post=Post.WORKER)


def _fill(user: User, thing: Resource, fields: dict[str, Any]) -> None:
    photo, alt = fields.pop("photo", None), fields.pop("alt", "")
    for name, value in fields.items():
        setattr(thing, name, value)
    if photo:
        thing.picture = _picture(user, thing.neighbourhood, photo, alt)


def _picture(user: User, here: Area, file: UploadedFile[Any], alt: str) -> Upload:
    picture = uploads.accept(user, here, file, alt=alt)
    if not picture.is_image:
        raise NotPossible(_("Please choose a picture."))
    uploads.publish([picture])
    return picture
