"""Taking one's data along, and closing an account."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import models, transaction
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from portal.community import leaving
from portal.community.leaving import Leaving
from portal.community.models import Appointment, Ownership, Person, RelationStatus, Residency, User
from portal.community.rowchanges import ties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Follow, PushDevice, Way, WechatLink
from portal.register.models import Device, Onward
from portal.register.permissions import PLACES
from portal.register.services import answers, vacancies, wishes
from portal.register.services.identity import forget_traces

# Kept secret even from a copy of one's own data: who reads the copy could sign in with them.
# Nor what staff need to take a change back, which may be about somebody else.
SECRET = {"password", "code_hash", "data", "secret", "steps", "held", "handed_over"}
# Fields by which a row is about the one they name. By any other field somebody acted for a post or a team, and
# the row is about others: who verified a residency, entered a paper ballot, kept a volunteer's hours.
ABOUT = {"person", "user", "owner", "author", "proposer", "holder", "by", "cast_by", "used_by", "guardian"}
ABOUT_OTHERS = {("voting.rollcorrection", "by")}
# How a closed account is read where it took part, in the portal's language.
CLOSED = "已注销用户"


def export(user: User) -> dict[str, Any]:
    """Everything the portal keeps about somebody, table by table, as plain JSON (personal information law art. 45)."""
    told: dict[str, Any] = {"account": _row(user)}
    if user.person is not None:
        told["person"] = _row(user.person)
    for thing in filter(None, (user, user.person)):
        for model, field in ties(thing):
            name = model._meta.label_lower
            if field in ABOUT and (name, field) not in ABOUT_OTHERS:
                told.setdefault(name, []).extend(_row(row) for row in _about(model, field, thing))
    return {name: rows for name, rows in told.items() if rows}


def posts_in_the_way(person: Person) -> list[tuple[Appointment, str]]:
    """The posts somebody holds today, each with who ends it: an account closes only after that."""
    held = Appointment.objects.on(clock.today()).filter(person=person).select_related("area").order_by("pk")
    return [(one, _who_ends(one)) for one in held]


def _who_ends(held: Appointment) -> str:
    giver = vacancies.giver(held.post) if held.area.kind in PLACES else None
    return str(giver.label) if giver else _("whoever runs the portal")


@transaction.atomic
def close(user: User) -> None:
    """Close an account: nobody can sign in with it, and what was written stands under no name.

    What hangs on the person is handed over or freed (portal.community.leaving).
    Relations that the committee verified stay: whoever lives or owns here can vote on paper. The real name and phone
    of somebody without any are forgotten. Raises NotPossible while the person holds a post.
    """
    person = user.person
    if person is not None and Appointment.objects.on(clock.today()).filter(person=person).exists():
        raise NotPossible(_("You still hold a post. Please let it be ended first."))
    if person is not None:
        leaving.hand_over(Leaving(person, user, by=user))
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    Device.objects.filter(user=user).delete()
    for chosen in (Follow, Way, PushDevice, WechatLink, Onward):
        chosen.objects.filter(user=user).delete()
    if person is not None:
        _forget(person)
    user.person, user.is_active = None, False
    user.username, user.email, user.phone, user.phone_verified = f"closed-{user.pk}", "", "", False
    user.first_name, user.last_name = "", ""
    user.set_unusable_password()
    user.save()


def _forget(person: Person) -> None:
    for model in (Residency, Ownership):
        answers.take_back(model.objects.filter(person=person, status=RelationStatus.REQUESTED))
    wishes.forget(person)
    person.display_name = CLOSED
    if not lives_or_owns(person):
        person.real_name, person.phone = "", ""
        forget_traces(person)
    person.save(update_fields=["display_name", "real_name", "phone"])


def lives_or_owns(person: Person) -> bool:
    """Whether somebody is verified as living or owning anywhere today."""
    today = clock.today()
    return any(model.objects.on(today).filter(person=person).exists() for model in (Residency, Ownership))


def _about(model: type[models.Model], field: str, thing: models.Model) -> models.QuerySet[models.Model]:
    """The rows by which one field ties a thing; a ballot on paper bears the name of the clerk who entered it."""
    rows = model._base_manager.filter(**{field: thing}).order_by("pk")
    return rows.filter(channel="online") if field == "cast_by" else rows


def _row(thing: models.Model) -> dict[str, Any]:
    return {
        field.name: _plain(field.value_from_object(thing))
        for field in thing._meta.concrete_fields
        if field.name not in SECRET
    }


def _plain(value: Any) -> Any:
    """A file by its name; everything else as it is."""
    return value.name if isinstance(value, FieldFile) else value
