"""Where: the tree of areas, and the dwellings in its buildings."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, cast

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from portal.kit import clock
from portal.kit.wording import told


class Kind(models.TextChoices):
    """The levels of the area tree, from domain terms 区, 街道, 居民区, 小区, 幢."""

    DISTRICT = "district", _("district")
    SUBDISTRICT = "subdistrict", _("subdistrict")
    NEIGHBOURHOOD = "neighbourhood", _("neighbourhood")
    ESTATE = "estate", _("estate")
    BUILDING = "building", _("building")


class Area(MP_Node):
    """A place in the tree: district > subdistrict > neighbourhood > estate > building.

    `retired_on`: the day from which there is no such place any more. It stays in history, and is offered nowhere.
    """

    node_order_by: ClassVar[list[str]] = []
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("name in the address"), max_length=60, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    retired_on = models.DateField(null=True, blank=True)
    retired_reason = models.CharField(max_length=200, blank=True)
    # The name of the state a neighbourhood was in when it was found for a page (places.find).
    mark: str = ""

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=Kind.values), name="area_known_kind")]

    def __str__(self) -> str:
        return self.name

    def within(self, other: Area) -> bool:
        """Whether this area is `other` or lies inside it."""
        return bool(self.path.startswith(other.path))

    def touches(self, other: Area) -> bool:
        """Whether one of the two is the other or lies inside it, as `places.touching` finds them."""
        return self.within(other) or other.within(self)

    @property
    def is_neighbourhood(self) -> bool:
        """Whether the area is a neighbourhood, the tenancy of the portal."""
        return self.kind == Kind.NEIGHBOURHOOD

    @cached_property
    def neighbourhood(self) -> Area:
        """The neighbourhood the area is or lies in. Raises LookupError above that level."""
        if self.is_neighbourhood:
            return self
        above = [self.path[:end] for end in range(self.steplen, len(self.path), self.steplen)]
        found = Area.objects.filter(path__in=above, kind=Kind.NEIGHBOURHOOD).first()
        if found is None:
            raise LookupError(f"{self} lies in no neighbourhood")
        return found

    @property
    def title(self) -> str:
        """What the record calls it."""
        return self.name

    @property
    def state(self) -> str:
        """Whether there is still such a place (see administration.states)."""
        return "retired" if self.retired_on else "in_use"

    def get_absolute_url(self) -> str:
        """Its page for whoever runs the portal."""
        return reverse("administration:area", args=[self.pk])


class Contact(models.Model):
    """How those who serve a neighbourhood are reached without the portal: on its home page, on letters."""

    area = models.OneToOneField(Area, models.CASCADE, related_name="contact")
    office = models.CharField(_("address of the committee"), max_length=100, blank=True)
    hours = models.CharField(_("office hours"), max_length=100, blank=True)
    telephone = models.CharField(_("telephone of the committee"), max_length=40, blank=True)
    property_telephone = models.CharField(_("telephone of the property manager"), max_length=40, blank=True)

    def __str__(self) -> str:
        return told(str(self.area), f"{self.office} {self.telephone}")

    @property
    def neighbourhood(self) -> Area:
        """Whose it is."""
        return self.area

    @property
    def title(self) -> str:
        """What the record calls it."""
        return self.area.name

    @property
    def is_known(self) -> bool:
        """Whether neighbours can read where the office is, or whom to call."""
        return bool(self.office or self.telephone)

    @property
    def missing(self) -> list[str]:
        """What a letter could not say of the office: its address, its hours, its telephone."""
        lacking = [name for name in ("office", "hours", "telephone") if not getattr(self, name)]
        return [
            str(cast(models.Field[str, str], self._meta.get_field(name)).verbose_name) for name in lacking
        ]


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


def in_words(building: str, entrance: str, room: str) -> str:
    """A dwelling as it is written everywhere: 3号楼 1单元 501室. A name that says it already is left as it is."""
    entrance = f"{entrance}单元" if entrance.isdecimal() else entrance
    room = f"{room}室" if room.isdecimal() else room
    return " ".join(filter(None, (building, entrance, room)))


class DwellingQuerySet(models.QuerySet["Dwelling"]):
    def in_use(self, day: date | None = None) -> DwellingQuerySet:
        """Those that were not retired, or on a day not yet: whom letters go to, who is searched, asked and counted."""
        return self.filter(Q(retired_on=None) | Q(retired_on__gt=day) if day else Q(retired_on=None))


class Dwelling(models.Model):
    """A separately ownable flat (专有部分). `exclusive_area` in hundredths of a square metre.

    `retired_on`: the day from which there is no such dwelling any more, such as when two became one. `corrected_at`:
    when the desk last corrected it by hand, which an older roster does not undo unasked.
    """

    building = models.ForeignKey(Area, models.PROTECT, related_name="dwellings")
    entrance = models.CharField(_("entrance"), max_length=20, blank=True)
    room = models.CharField(_("room"), max_length=20)
    exclusive_area = models.PositiveIntegerField(_("exclusive area"))
    area_source = models.CharField(max_length=12, choices=AreaSource, default=AreaSource.REGISTER)
    usage = models.CharField(max_length=12, choices=Usage, default=Usage.OWN)
    created_at = models.DateTimeField(default=clock.now)
    corrected_at = models.DateTimeField(null=True, blank=True)
    retired_on = models.DateField(null=True, blank=True)
    retired_reason = models.CharField(max_length=200, blank=True)
    objects = DwellingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["building", "entrance", "room"],
                condition=Q(retired_on=None),
                name="dwelling_once",
            ),
            models.CheckConstraint(condition=Q(exclusive_area__gt=0), name="dwelling_has_area"),
        ]
        ordering = ["building", "entrance", "room"]

    def __str__(self) -> str:
        return in_words(self.building.name, self.entrance, self.room)

    def get_absolute_url(self) -> str:
        """Its page at the desk."""
        return reverse("register:dwelling", args=[self.neighbourhood.slug, self.pk])

    @property
    def state(self) -> str:
        """Whether there is still such a dwelling (see register.states)."""
        return "retired" if self.retired_on else "in_use"

    @property
    def neighbourhood(self) -> Area:
        """Whose desk it belongs to."""
        return self.building.neighbourhood

    @property
    def title(self) -> str:
        """The building: as near as the record comes to anybody."""
        return self.building.name
