"""What somebody asks of the desk: to put a record right, or to have a post stood in for. Each is owed an answer."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.events import each_time, notify
from portal.actions.lifecycles import advance
from portal.community.models import Appointment, Area, Person, Post, User
from portal.community.rules import rule
from portal.community.selectors import accounts_of, person_of
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.register.events import WISH_ANSWERED, WISHED
from portal.register.models import Wish, WishKind
from portal.register.permissions import WISHES, places_of
from portal.register.states import WishState

DUTY = "wish.answer"


@transaction.atomic
def ask(user: User, here: Area, kind: str, text: str) -> Wish:
    """Ask the desk of a place where one lives, owns or holds a post; its answer is owed by a date.

    Raises NotPossible for a second one of the kind while the first waits, for a stranger, and for a deputy of a post
    that one does not hold.
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_of(user).pk)
    if here not in places_of(person):
        raise NotPossible(_("You are not tied to this place. Please ask to be verified first."))
    if Wish.objects.waiting().filter(person=person, neighbourhood=here, kind=kind).exists():
        raise NotPossible(_("You have asked for this already; its answer is still owed."))
    if kind == WishKind.DEPUTY and not holds_post(person.pk, here):
        raise NotPossible(_("You hold no post here that somebody could stand in for."))
    wish = Wish.objects.create(person=person, neighbourhood=here, kind=kind, text=text)
    _owe(wish)
    return wish


@transaction.atomic
def settle(user: User, pk: int, answer: str) -> Wish:
    """It is done, with what was done; whoever asked is told."""
    return _answer(user, pk, "settle", WishState.DONE, answer)


@transaction.atomic
def decline(user: User, pk: int, reason: str) -> Wish:
    """It is not done, with the reason; whoever asked is told."""
    return _answer(user, pk, "decline", WishState.DECLINED, reason)


@transaction.atomic
def withdraw(user: User, pk: int) -> None:
    """Whoever asked takes it back: nothing is owed, and nothing is kept."""
    wish = WISHES.take(user, pk, "withdraw")
    duties.drop(wish)
    wish.delete()


def forget(person: Person) -> None:
    """What waits for somebody who closes the account is dropped, with what was said."""
    for wish in Wish.objects.waiting().filter(person=person):
        duties.drop(wish)
        wish.delete()
    Wish.objects.filter(person=person).update(text="", answer="")


def holds_post(person: int | None, here: Area) -> bool:
    """Whether somebody holds a post in a place today, which a deputy could stand in for."""
    held = Appointment.objects.on(clock.today()).filter(person=person, area__path__startswith=here.path)
    return held.exists()


def due_of(wish: Wish) -> Duty | None:
    """Who owes the answer, and by when."""
    return Duty.objects.active().about(key(wish)).first()


def with_duties(wishes: list[Wish]) -> list[tuple[Wish, Duty | None]]:
    """Each with the duty to answer it; one query."""
    owed = {
        duty.subject: duty for duty in Duty.objects.active().filter(kind=DUTY, subject__in=map(key, wishes))
    }
    return [(wish, owed.get(key(wish))) for wish in wishes]


def _owe(wish: Wish) -> None:
    """Of a deputy whoever gives posts here owes it, of all else the committee's workers."""
    due = add_working_days(wish.asked_at, rule("request.answer_working_days", wish.neighbourhood))
    post = Post.DIRECTOR if wish.kind == WishKind.DEPUTY else Post.WORKER
    duty = duties.open_duty(DUTY, wish, due=due, post=post)
    notify(WISHED, wish, duties.listeners(duty), once_per=key(wish), due_at=duty.due_at.isoformat())


def _answer(user: User, pk: int, action: str, state: WishState, answer: str) -> Wish:
    wish = WISHES.take(user, pk, action)
    if user.person_id == wish.person_id:
        raise NotPossible(_("This is your own record. Please ask a colleague."))
    advance(wish, state, state=state, answer=answer, answered_at=clock.now(), answered_by=user)
    duties.close(DUTY, wish, by=user)
    told = accounts_of(wish.person_id)
    notify(
        WISH_ANSWERED,
        wish,
        told,
        once_per=each_time(wish),
        url=f"{reverse('register:me')}#wish-{wish.pk}",
        answer=answer,
    )
    return wish
