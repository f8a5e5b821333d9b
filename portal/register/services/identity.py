"""Who somebody is: the real name, the age that matters, and that an account and a roster's person are one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, models, transaction
from django.db.models import ForeignObjectRel, Q
from django.utils.translation import gettext as _

from portal.community.models import Area, Dwelling, Ownership, Person, RelationStatus, Residency, User
from portal.community.permissions import forget_roles
from portal.community.rules import rule
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.register.services import answers


@dataclass(frozen=True)
class Identity:
    """What somebody says about themselves: the name on papers, and the birthday only of those who are not adults."""

    real_name: str
    adult: bool
    birthday: date | None = None

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


def registered(dwelling: Dwelling, real_name: str) -> Person | None:
    """Somebody without an account who lives in or owns the dwelling under that name."""
    today = clock.today()
    for model in (Ownership, Residency):
        held = model.objects.on(today).filter(
            dwelling=dwelling, person__real_name=real_name, person__user=None
        )
        relation = held.select_related("person").order_by("pk").first()
        if relation is not None:
            return relation.person
    return None


@transaction.atomic
def unite(user: User, known: Person) -> None:
    """Make a person known from the roster or the counter the one behind an account, with all that either holds.

    Raises NotPossible where both hold what one person can hold only once.
    """
    own = user.person
    if own is None or own.pk == known.pk:
        user.person = known
        user.save(update_fields=["person"])
        return
    user.person = known
    user.save(update_fields=["person"])
    _drop_doubles(own, known)
    _move_everything(own, known)
    known.display_name = own.display_name or known.display_name
    known.adult_on = own.adult_on or known.adult_on
    known.phone = user.phone if user.phone_verified else known.phone
    known.save(update_fields=["display_name", "adult_on", "phone"])
    own.delete()
    forget_roles(user)


def ties(thing: models.Model) -> list[tuple[type[models.Model], str]]:
    """Every table, of any app, that points at a thing, with the name of the field that does."""
    return [
        (tie.related_model, tie.field.name)
        for tie in thing._meta.get_fields(include_hidden=True)
        if isinstance(tie, ForeignObjectRel) and not tie.many_to_many
    ]


def _drop_doubles(own: Person, known: Person) -> None:
    """Requests for what the known person has already."""
    for model in (Residency, Ownership):
        has = model.objects.filter(person=known, until=None).exclude(status=RelationStatus.REFUSED)
        waiting = model.objects.filter(person=own, status=RelationStatus.REQUESTED)
        answers.take_back(waiting.filter(dwelling__in=list(has.values_list("dwelling", flat=True))))


def _move_everything(own: Person, known: Person) -> None:
    """Whatever any app ties to the one person is tied to the other."""
    try:
        with transaction.atomic():
            for model, field in ties(own):
                model._base_manager.filter(**{field: own}).update(**{field: known})
    except IntegrityError as error:
        raise NotPossible(
            _(
                "These two people have both taken part already and cannot be made one. Please ask the operator."
            )
        ) from error
