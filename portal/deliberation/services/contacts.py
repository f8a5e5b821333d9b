"""The first contact of a topic: somebody of the committee, and whoever comes after who left."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM, announce
from portal.community.leaving import Item, Leaving
from portal.community.models import Appointment, Area, Person, Post, User
from portal.community.permissions import holders
from portal.community.rules import rule, rule_once
from portal.community.selectors import accounts_of, post_users
from portal.deliberation.events import CONTACT_LEFT, CONTACT_NAMED
from portal.deliberation.models import Topic
from portal.deliberation.models.topics import OFFICE, contact_in_office
from portal.deliberation.permissions import TOPICS
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline

DUTY = "topic.contact"


def contacts(here: Area) -> dict[int, Appointment]:
    """Who can be first contact of a topic here today, by the person's key, with the post they sign by."""
    return {held.person_id: held for post in reversed(OFFICE) for held in holders(post, here)}


def left_by(leaving: Leaving) -> QuerySet[Topic]:
    """The topics whose first contact somebody is, and no longer can be once a post ends."""
    post = leaving.post
    if post is None or post.post not in OFFICE:
        return Topic.objects.none()
    mine = Topic.objects.current().filter(
        ~contact_in_office(clock.today(), but=post.pk), first_contact=leaving.person
    )
    return mine.select_related("neighbourhood", "area").order_by("pk")


def shown(leaving: Leaving, topic: Topic) -> Item:
    """One of them, as the page of the leaving lists it."""
    return Item(f"{topic.number} {topic.title}", _becomes(leaving, topic), topic.get_absolute_url())


def lock(topics: list[Topic]) -> None:
    """Their locks, always in the same order."""
    locked = Topic.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    list(locked.filter(pk__in=[topic.pk for topic in topics]))


def pass_on(leaving: Leaving, topics: list[Topic]) -> None:
    """The successor becomes first contact; without one the committee is, and its director owes naming somebody."""
    for topic in topics:
        heir = contacts(topic.neighbourhood).get(leaving.successor.pk) if leaving.successor else None
        if heir is not None:
            _name(topic, heir, leaving.by)
        else:
            _vacate(topic, leaving)


def still_with_heir(leaving: Leaving, topics: list[int]) -> QuerySet[Topic]:
    """Of the topics handed over by an end that is taken back: those for which nobody else was named since."""
    heir = leaving.successor
    whose = Q(first_contact=heir) | Q(first_contact=None) if heir else Q(first_contact=None)
    found = Topic.objects.current().filter(whose, pk__in=topics)
    return found.select_related("neighbourhood", "area").order_by("pk")


def take_up_again(leaving: Leaving, topics: list[Topic]) -> None:
    """Whoever was first contact is it again, and nobody owes naming another."""
    held = leaving.post
    if held is None:
        return
    for topic in topics:
        _name(topic, held, leaving.by)
        duties.drop(topic, DUTY)


def _becomes(leaving: Leaving, topic: Topic) -> str:
    if leaving.successor is not None:
        return _("goes to: %(post)s") % {"post": leaving.successor.public_name}
    days = rule_once("topic.contact_working_days", leaving.place or topic.neighbourhood)
    said = _(
        "goes to whoever takes over; without anybody to the committee, and the director names somebody by %(day)s"
    )
    return said % {"day": deadline(add_working_days(clock.now(), days).at)}


@transaction.atomic
def name_contact(user: User, pk: int, contact: Person) -> Topic:
    """Name who of the committee is first contact of a topic from now on; they are told.

    Raises NotPossible for somebody without a post in the committee, and for who is first contact already.
    """
    topic = TOPICS.take(user, pk, "name_contact")
    held = contacts(topic.neighbourhood).get(contact.pk)
    if held is None:
        raise NotPossible(_("The first contact is somebody who holds a post in the residents’ committee."))
    if topic.first_contact_id == contact.pk:
        raise NotPossible(_("This person is the first contact already."))
    _name(topic, held, user)
    duties.close(DUTY, topic, by=user)
    return topic


def _name(topic: Topic, held: Appointment, by: User | None) -> None:
    topic.first_contact = held.person
    topic.save(update_fields=["first_contact"])
    told = accounts_of(held.person_id).exclude(pk=by.pk if by else 0)
    announce(CONTACT_NAMED, topic, by=by or SYSTEM, to=told, data={"contact": held.record_title})


def _vacate(topic: Topic, leaving: Leaving) -> None:
    topic.first_contact = None
    topic.save(update_fields=["first_contact"])
    due = add_working_days(clock.now(), rule("topic.contact_working_days", topic.area))
    page = reverse("deliberation:act", args=[topic.pk, "name-contact"])
    duties.open_duty(DUTY, topic, due=due, post=Post.DIRECTOR, url=page)
    directors = [one for one in post_users(Post.DIRECTOR, topic.neighbourhood) if one != leaving.by]
    who = leaving.person.public_name
    announce(
        CONTACT_LEFT,
        topic,
        by=leaving.by or SYSTEM,
        to=directors,
        url=page,
        who=who,
        due_at=due.at.isoformat(),
    )
