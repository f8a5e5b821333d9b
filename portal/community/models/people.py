"""Who: people, with or without an account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from django.apps import apps
from django.contrib.auth.models import AbstractUser, AnonymousUser, UserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.kit import clock, phones, trial
from portal.kit.names import ComparedField, compared

if TYPE_CHECKING:
    from portal.community.models.places import Area

Visitor: TypeAlias = "User | AnonymousUser"


class PersonKind(models.TextChoices):
    NATURAL = "natural", _("person")
    COMPANY = "company", _("company")
    DEVELOPER = "developer", _("developer")


# Which column keeps what a name is compared by.
KEYS = {"real_name": "name_key", "display_name": "shown_key"}


class PersonQuerySet(models.QuerySet["Person"]):
    def update(self, **values: Any) -> int:
        """With what a name is compared by, where a name is among the values; of an expression nobody knows it."""
        named = {name for name in KEYS.keys() & values.keys() if isinstance(values[name], str)}
        return super().update(**values, **{KEYS[name]: compared(values[name]) for name in named})

    def bulk_update(
        self, objs: Iterable[Person], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        """With what each name is compared by, where a name is among the fields."""
        people, keys = list(objs), {name: KEYS[name] for name in fields if name in KEYS}
        for person in people:
            for name, key in keys.items():
                setattr(person, key, compared(getattr(person, name)))
        return super().bulk_update(people, [*fields, *keys.values()], batch_size)


class Person(models.Model):
    """Somebody with or without a phone. The real name is for staff; the public reads `display_name`. No ID numbers.

    `adult_on` is the day from which the person is 18: the only thing kept about age. Null: not known to be an adult.
    `died_on`: known to be dead from that day on. `united_into`: this record turned out to be of the same human as
    another, to which all that hung on it went; it stays, so that the two can be parted again.
    """

    kind = models.CharField(max_length=12, choices=PersonKind, default=PersonKind.NATURAL)
    real_name = models.CharField(_("real name"), max_length=60)
    display_name = models.CharField(_("name shown to neighbours"), max_length=30, blank=True)
    phone = models.CharField(_("mobile phone"), max_length=20, blank=True, db_index=True)
    adult_on = models.DateField(_("adult from"), null=True, blank=True)
    died_on = models.DateField(null=True, blank=True)
    united_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="united")
    created_at = models.DateTimeField(default=clock.now)
    # What both names are compared by wherever somebody is matched or searched (portal.kit.names).
    name_key = ComparedField("real_name")
    shown_key = ComparedField("display_name")
    objects = PersonQuerySet.as_manager()
    if TYPE_CHECKING:
        acting: list[Any]  # register.views.desk: who acts for a company
        neighbourhood: Area  # register.permissions.PersonDoor: at whose desk
        flat: str  # register.views.persons: where somebody lives, in a list

    class Meta:
        indexes = [models.Index(fields=["name_key", "phone"], name="person_key_phone")]

    def __str__(self) -> str:
        return self.public_name

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """With what a name is compared by, whenever the name is saved."""
        if update_fields is not None:
            update_fields = {*update_fields, *(KEYS[name] for name in update_fields if name in KEYS)}
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def state(self) -> str:
        """Whether this record is in force (see register.states)."""
        if self.united_into_id is not None:
            return "united"
        return "living" if self.died_on is None else "dead"

    @property
    def public_name(self) -> str:
        """The name any reader may see: the chosen one, else the surname with the rest masked (王**)."""
        if self.display_name:
            return self.display_name
        return self.real_name if self.kind != PersonKind.NATURAL else f"{self.real_name[:1]}**"

    @property
    def masked_phone(self) -> str:
        """138****0001."""
        return phones.masked(self.phone)

    def is_adult(self, day: date) -> bool:
        """Whether the person is known to be 18 or older on a day (residents' votes, organic law 2018 art. 9)."""
        return self.adult_on is not None and self.adult_on <= day


class User(AbstractUser):
    """An account. Signs in by name, phone or e-mail; the person behind it carries every relation."""

    person = models.OneToOneField(Person, models.SET_NULL, null=True, blank=True, related_name="user")
    phone = models.CharField(max_length=20, blank=True)
    phone_verified = models.BooleanField(default=False)
    elder_mode = models.BooleanField(default=False)
    language = models.CharField(max_length=10, blank=True, help_text="chosen language; empty: the portal's")
    consented_at = models.DateTimeField(
        null=True, blank=True, help_text="when the privacy notice was agreed to"
    )
    # How many notices wait to be read; known of whoever asks for a page (portal.register.backends).
    unread: int | None = None
    # Whether a second factor is set up (portal.register.backends) and was used in this session
    # (portal.register.middleware); None: not asked yet.
    second_factor: bool | None = None
    objects: ClassVar[UserManager[User]] = UserManager()  # type: ignore[assignment]

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(fields=["phone"], condition=~Q(phone=""), name="user_phone_once"),
            models.UniqueConstraint(fields=["email"], condition=~Q(email=""), name="user_email_once"),
        ]

    @property
    def public_name(self) -> str:
        """The name neighbours read."""
        return self.person.public_name if self.person else self.username

    @property
    def acts_in_offices(self) -> bool:
        """Whether what its offices allow is open to the account: a password alone is not enough for that."""
        if not trial.second_factor_asked():
            return True
        if self.second_factor is None:
            self.second_factor = self.has_second_factor()
        return self.second_factor

    def has_second_factor(self) -> bool:
        """Whether a code app or a passkey is set up; emergency codes alone are none."""
        factors = apps.get_model("mfa", "Authenticator")._default_manager
        return factors.filter(user_id=self.pk).exclude(type="recovery_codes").exists()
