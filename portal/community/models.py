"""Places, people, and how they belong: everything a permission follows from."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, TypeAlias

from django.contrib.auth.models import AbstractUser, AnonymousUser, UserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from portal.record import clock

Visitor: TypeAlias = "User | AnonymousUser"


class Kind(models.TextChoices):
    """The levels of the area tree, from domain terms 区, 街道, 居民区, 小区, 幢."""

    DISTRICT = "district", _("district")
    SUBDISTRICT = "subdistrict", _("subdistrict")
    NEIGHBOURHOOD = "neighbourhood", _("neighbourhood")
    ESTATE = "estate", _("estate")
    BUILDING = "building", _("building")


class Area(MP_Node):
    """A place in the tree: district > subdistrict > neighbourhood > estate > building."""

    node_order_by: ClassVar[list[str]] = []
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=60, unique=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=Kind.values), name="area_known_kind")]

    def __str__(self) -> str:
        return self.name

    def within(self, other: Area) -> bool:
        """Whether this area is `other` or lies inside it."""
        return bool(self.path.startswith(other.path))

    @property
    def is_neighbourhood(self) -> bool:
        """Whether the area is a neighbourhood, the tenancy of the portal."""
        return self.kind == Kind.NEIGHBOURHOOD


class PersonKind(models.TextChoices):
    NATURAL = "natural", _("person")
    COMPANY = "company", _("company")
    DEVELOPER = "developer", _("developer")


class Person(models.Model):
    """Somebody with or without a phone. The real name is for staff; the public reads `display_name`. No ID numbers.

    `adult_on` is the day from which the person is 18: the only thing kept about age. Null: not known to be an adult.
    """

    kind = models.CharField(max_length=12, choices=PersonKind, default=PersonKind.NATURAL)
    real_name = models.CharField(_("real name"), max_length=60)
    display_name = models.CharField(_("name shown to neighbours"), max_length=30, blank=True)
    phone = models.CharField(_("mobile phone"), max_length=20, blank=True, db_index=True)
    adult_on = models.DateField(_("adult from"), null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["real_name", "phone"], name="person_name_phone")]

    def __str__(self) -> str:
        return self.public_name

    @property
    def public_name(self) -> str:
        """The name any reader may see: the chosen one, else the surname with the rest masked (王**)."""
        if self.display_name:
            return self.display_name
        return self.real_name if self.kind != PersonKind.NATURAL else f"{self.real_name[:1]}**"

    def is_adult(self, day: date) -> bool:
        """Whether the person is known to be 18 or older on a day (residents' votes, organic law 2018 art. 9)."""
        return self.adult_on is not None and self.adult_on <= day


class User(AbstractUser):
    """An account. Signs in by name, phone or e-mail; the person behind it carries every relation."""

    person = models.OneToOneField(Person, models.SET_NULL, null=True, blank=True, related_name="user")
    phone = models.CharField(max_length=20, blank=True)
    phone_verified = models.BooleanField(default=False)
    elder_mode = models.BooleanField(default=False)
    objects: ClassVar[UserManager[User]] = UserManager()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(fields=["phone"], condition=~Q(phone=""), name="user_phone_once"),
            models.UniqueConstraint(fields=["email"], condition=~Q(email=""), name="user_email_once"),
        ]

    @property
    def public_name(self) -> str:
        """The name neighbours read."""
        return self.person.public_name if self.person else self.username


class AreaSource(models.TextChoices):
    """Where a dwelling's exclusive area was taken from (judicial interpretation on owners, art. 8)."""

    REGISTER = "register", _("property register")
    SURVEY = "survey", _("survey")
    CONTRACT = "contract", _("purchase contract")


class Usage(models.TextChoices):
    OWN = "own", _("lived in by its owner")
    LET = "let", _("let")
    EMPTY = "empty", _("empty")
    OTHER = "other", _("other use")


class Dwelling(models.Model):
    """A separately ownable flat (专有部分). `exclusive_area` in hundredths of a square metre."""

    building = models.ForeignKey(Area, models.PROTECT, related_name="dwellings")
    entrance = models.CharField(_("entrance"), max_length=20, blank=True)
    room = models.CharField(_("room"), max_length=20)
    exclusive_area = models.PositiveIntegerField(_("exclusive area"))
    area_source = models.CharField(max_length=12, choices=AreaSource, default=AreaSource.REGISTER)
    usage = models.CharField(max_length=12, choices=Usage, default=Usage.OWN)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["building", "entrance", "room"], name="dwelling_once"),
            models.CheckConstraint(condition=Q(exclusive_area__gt=0), name="dwelling_has_area"),
        ]
        ordering = ["building", "entrance", "room"]

    def __str__(self) -> str:
        return f"{self.building.name} {self.entrance} {self.room}"


class Standing(models.TextChoices):
    """How far a claimed relation to a dwelling has come."""

    REQUESTED = "requested", _("waiting for verification")
    VERIFIED = "verified", _("verified")
    REFUSED = "refused", _("refused")


class Method(models.TextChoices):
    ROSTER = "roster", _("roster")
    LETTER = "letter", _("letter with code")
    REQUEST = "request", _("request")
    COUNTER = "counter", _("at the counter")


class RelationQuerySet(models.QuerySet["Relation"]):
    """Relations of people to dwellings, read as English."""

    def on(self, day: date) -> RelationQuerySet:
        """Verified relations that hold on a day; `until` is the first day on which one no longer holds."""
        return self.filter(Q(until=None) | Q(until__gt=day), standing=Standing.VERIFIED, since__lte=day)

    def in_area(self, area: Area) -> RelationQuerySet:
        """Relations to dwellings inside an area of any level."""
        return self.filter(dwelling__building__path__startswith=area.path)


class Relation(models.Model):
    """A dated, verified relation of a person to a dwelling. Who verified it, when and how is part of it."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="%(class)ss")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="%(class)ss")
    since = models.DateField(default=clock.today)
    until = models.DateField(null=True, blank=True)
    standing = models.CharField(max_length=12, choices=Standing, default=Standing.REQUESTED)
    method = models.CharField(max_length=12, choices=Method, default=Method.REQUEST)
    requested_at = models.DateTimeField(default=clock.now)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    objects = RelationQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.person} – {self.dwelling}"


class Residency(Relation):
    """Somebody lives in a dwelling, owner or tenant."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "dwelling"],
                condition=Q(until=None) & ~Q(standing=Standing.REFUSED),
                name="residency_once",
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="residency_dates"),
        ]


class Right(models.TextChoices):
    """The title: an owner, or the tenant of a public dwelling listed in the roster (公房承租人)."""

    OWNER = "owner", _("owner")
    PUBLIC_TENANT = "public_tenant", _("tenant of public housing")


class Ownership(Relation):
    """Title to a dwelling. Co-owners name one of them as the voter; a person with several dwellings is one head."""

    right = models.CharField(max_length=16, choices=Right, default=Right.OWNER)
    is_voter = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "dwelling"],
                condition=Q(until=None) & ~Q(standing=Standing.REFUSED),
                name="ownership_once",
            ),
            models.UniqueConstraint(
                fields=["dwelling"],
                condition=Q(until=None, is_voter=True, standing=Standing.VERIFIED),
                name="ownership_one_voter",
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="ownership_dates"),
        ]


class Invitation(models.Model):
    """A code on a printed letter to a dwelling. Used once, within its days; only its hash is kept."""

    dwelling = models.ForeignKey(Dwelling, models.CASCADE, related_name="invitations")
    code_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(default=clock.now)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.dwelling} {self.issued_at:%Y-%m-%d}"


class Post(models.TextChoices):
    """The posts a person can be appointed to. Permissions follow from these, never from flags."""

    DIRECTOR = "director", _("committee director")
    WORKER = "worker", _("committee worker")
    PARTY = "party", _("party branch secretary")
    OVERSIGHT = "oversight", _("oversight committee member")
    OWNERS_COMMITTEE = "owners_committee", _("owners' committee member")
    PROPERTY = "property", _("property manager")
    BUILDING_HEAD = "building_head", _("building head")
    OFFICER = "officer", _("subdistrict officer")
    AUDITOR = "auditor", _("auditor")
    EDITOR = "editor", _("district editor")


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def on(self, day: date) -> AppointmentQuerySet:
        """Appointments that hold on a day; `until` is the first day without the post."""
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)


class Appointment(models.Model):
    """A person holds a post for an area from a day to a day. `title` is how the post is signed in public."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments")
    post = models.CharField(max_length=20, choices=Post)
    area = models.ForeignKey(Area, models.PROTECT, related_name="appointments")
    title = models.CharField(max_length=40)
    since = models.DateField(default=clock.today)
    until = models.DateField(null=True, blank=True)
    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "post", "area"], condition=Q(until=None), name="appointment_once"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="appointment_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.person}"


class LegalStatus(models.TextChoices):
    LAW = "law", _("law")
    LOCAL_RULE = "local_rule", _("local rule")
    PRACTICE = "practice", _("practice")
    ASSUMED = "assumed", _("assumed, may be changed by the neighbourhood")


class RuleSet(models.Model):
    """A number of the law or of practice, as dated data with its source; copied where it is applied."""

    area = models.ForeignKey(Area, models.CASCADE, null=True, blank=True, related_name="rule_sets")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)
    status = models.CharField(max_length=12, choices=LegalStatus)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "key", "valid_from"], name="rule_once_in_area"),
            models.UniqueConstraint(
                fields=["key", "valid_from"], condition=Q(area=None), name="rule_once_everywhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.valid_from}"


def upload_path(upload: Upload, _name: str) -> str:
    """Files are stored under a random name; the name people gave them is data."""
    return f"uploads/{upload.pk.hex[:2]}/{upload.pk.hex}"


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: Visitor) -> UploadQuerySet:
        """Published files, and one's own."""
        person = getattr(user, "person_id", None)
        mine = Q(owner_id=person) if person else Q(pk=None)
        return self.filter(mine | Q(public=True))


class Upload(models.Model):
    """A picture or PDF that passed the check by content; pictures are stored re-encoded, without position data."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    file = models.FileField(upload_to=upload_path)
    name = models.CharField(max_length=120)
    alt = models.CharField(_("what the picture shows"), max_length=200, blank=True)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    public = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    objects = UploadQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown in a page."""
        return self.content_type.startswith("image/")


class Submission(models.Model):
    """A form that was sent, by its hidden key: the second sending is answered like the first, and does nothing."""

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now, db_index=True)
    location = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return str(self.key)
