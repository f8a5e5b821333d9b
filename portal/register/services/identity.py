"""Who somebody is: the real name, the age that matters, and when two records are of one human."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.finding import ever_tied
from portal.community.models import (
    Area,
    Dwelling,
    Ownership,
    Person,
    PersonKind,
    RelationStatus,
    Residency,
    User,
)
from portal.community.permissions import forget_roles
from portal.community.rules import rule
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import compared
from portal.register.models import PersonChange, What


@dataclass(frozen=True)
class Identity:
    """What somebody says about themselves: the name on papers, and the birthday only of those who are not adults."""

    real_name: str
    adult: bool
    birthday: date | None = None
    # A company or another body, of which no age is asked.
    company: bool = False

    def adult_on(self, area: Area) -> date:
        """The day from which the person is an adult, the only thing kept about age (organic law 2018 art. 9).

        Raises NotPossible for those too young for an account of their own (personal information law art. 28, 31).
        """
        if self.adult:
            return clock.today()
        if self.birthday is None:
            raise NotPossible(_("Please enter the date of birth."))
        youngest = rule("age.own_account", area)
        if birthday_number(youngest, self.birthday) > clock.today():
            raise NotPossible(
                _(
                    "Children under %(age)d take part through a parent or guardian, not by an account of their own."
                )
                % {"age": youngest}
            )
        return birthday_number(rule("age.assembly", area), self.birthday)


def birthday_number(years: int, born: date) -> date:
    """The day on which somebody turns so many years old; those born on 29 February on 1 March of other years."""
    year = born.year + years
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def tell(person: Person, who: Identity, area: Area) -> None:
    """Keep the name and age of somebody nobody has verified yet; afterwards only staff correct them."""
    if not is_verified(person):
        person.real_name = who.real_name
    if person.adult_on is None:
        person.adult_on = who.adult_on(area)
    person.save(update_fields=["real_name", "adult_on"])


def is_verified(person: Person) -> bool:
    """Whether anybody has verified that this person lives or owns somewhere."""
    held = Q(status=RelationStatus.VERIFIED)
    return any(model.objects.filter(held, person=person).exists() for model in (Residency, Ownership))


def has_account(person: Person) -> bool:
    """Whether somebody can sign in as this person."""
    return User.objects.filter(person=person, is_active=True).exists()


def namesakes(dwelling: Dwelling, real_name: str, *, but: Person | None = None) -> list[Person]:
    """Who lives in or owns the dwelling under that name, with or without an account; each person once."""
    ahead = Q(until=None) | Q(until__gt=clock.today())
    held: list[QuerySet[Any, Any]] = [
        model.objects.filter(ahead, dwelling=dwelling, status=RelationStatus.VERIFIED).values("person")
        for model in (Ownership, Residency)
    ]
    found = Person.objects.filter(Q(pk__in=held[0]) | Q(pk__in=held[1]), name_key=compared(real_name))
    return list(found.exclude(pk=but.pk if but else 0).order_by("pk"))


def candidates(
    dwelling: Dwelling, real_name: str, phone: str = "", *, but: Person | None = None
) -> list[Person]:
    """Whom a name means at a dwelling: who is verified there under it, else who has name and phone in the place.

    Same name and same phone is the same person, also among several of one name.
    """
    if not compared(real_name):
        return []
    there = namesakes(dwelling, real_name, but=but)
    same = [person for person in there if phone and person.phone == phone]
    if there or not phone:
        return same if len(same) == 1 else there
    near = ever_tied(dwelling.building.neighbourhood).filter(name_key=compared(real_name), phone=phone)
    return list(near.exclude(pk=but.pk if but else 0).order_by("pk"))


def companies(dwelling: Dwelling, name: str) -> list[Person]:
    """A company of that name in the neighbourhood: it is one owner, however many dwellings it has."""
    known = ever_tied(dwelling.building.neighbourhood).exclude(kind=PersonKind.NATURAL)
    return list(known.filter(name_key=compared(name)).order_by("pk"))


@transaction.atomic
def unite(user: User, known: Person, area: Area, *, by: User | None = None) -> PersonChange | None:
    """Make a person known from the roster or the counter the one behind an account, with all that either holds.

    An account that the known person has is closed. Both records are kept, and can be parted. Raises NotPossible
    where what both have done cannot be brought together.
    """
    own = user.person
    if own is None or own.pk == known.pk:
        user.person = known
        user.save(update_fields=["person"])
        return None
    made = join(uniting.Union(known, own, by or user), area, account_of=own)
    user.person = known
    forget_roles(user)
    return made


def join(union: uniting.Union, area: Area, *, account_of: Person) -> PersonChange:
    """Unite two records and keep how. The account of `account_of` goes on, with the name neighbours know it by."""
    kept, other = union.kept, union.other
    leading, second = (other, kept) if account_of.pk == other.pk else (kept, other)
    _one_account(union, account_of)
    uniting.unite(union)
    account = User.objects.filter(person=kept).first()
    proved = account.phone if account and account.phone_verified else ""
    wanted = {
        "real_name": kept.real_name or other.real_name,
        "display_name": leading.display_name or second.display_name,
        "adult_on": leading.adult_on or second.adult_on,
        "phone": proved or kept.phone or other.phone,
    }
    union.changes.change(other, united_into=kept, phone="")
    changed = {name: value for name, value in wanted.items() if value != getattr(kept, name)}
    if changed:
        union.changes.change(kept, **changed)
    return PersonChange.objects.create(
        person=kept,
        other=other,
        neighbourhood=area.neighbourhood,
        what=What.UNION,
        reason=union.reason,
        steps=union.changes.steps,
        held=uniting.held_by(kept),
        final=" ".join(union.final)[:400],
        by=union.by,
    )


def _one_account(union: uniting.Union, account_of: Person) -> None:
    """One account goes on; the other can sign in no more, until the two are parted."""
    kept, other, changes = union.kept, union.other, union.changes
    mine = User.objects.select_for_update(of=("self",)).filter(person=kept).first()
    theirs = User.objects.select_for_update(of=("self",)).filter(person=other).first()
    if theirs is None:
        return
    if mine is None:
        changes.change(theirs, person=kept)
        return
    union.notes.append(_("Both have an account. One goes on; nobody can sign in with the other any more."))
    if account_of.pk == other.pk:
        changes.change(mine, person=None)
        changes.change(theirs, person=kept)
        changes.change(mine, person=other)
        mine, theirs = theirs, mine
    number = theirs.phone if theirs.phone_verified and not mine.phone_verified else ""
    changes.change(theirs, is_active=False, **({"phone": "", "phone_verified": False} if number else {}))
    if number:
        changes.change(mine, phone=number, phone_verified=True)


def forget_traces(person: Person) -> None:
    """Who keeps nothing here any more is forgotten in the records united into theirs, and in what was changed, too."""
    Person.objects.filter(united_into=person).update(real_name="", display_name="", phone="")
    about = PersonChange.objects.filter(Q(person=person) | Q(other=person))
    gone = _("The account was closed and what was known of the person is forgotten.")
    about.update(before="", after="", reason="", steps=[], held={}, final=gone)
