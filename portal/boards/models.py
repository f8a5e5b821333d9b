"""The board of a building: who looks after it, what must be read, whose turn it is, and its photos."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.models import Page

from portal.boards import states
from portal.boards.cashbook.models import BigSpending as BigSpending
from portal.boards.cashbook.models import CashBook as CashBook
from portal.boards.cashbook.models import YearCheck as YearCheck
from portal.boards.doors.models import CallConsent as CallConsent
from portal.boards.doors.models import DoorTry as DoorTry
from portal.boards.states import PhotoState, ReadState, SwapState
from portal.community.models import Area, Dwelling, Person, Upload, User, Visitor
from portal.community.models.places import DwellingQuerySet
from portal.kit import clock
from portal.kit.constraints import in_order
from portal.pages.seen import SeenPageForm


class BuildingBoardPage(Page):
    """The board of a building (楼组园地), or of some entrances of it where a large one is looked after in parts.

    `entrances`: those it is for, with commas between; empty for the building, or for what of it has no board of
    its own. It is written on our own screens; Wagtail's stay with the district's editors.
    """

    building = models.ForeignKey(Area, models.PROTECT, related_name="boards")
    entrances = models.CharField(_("entrances"), max_length=60, blank=True)
    meets = models.CharField(_("when and where to find you"), max_length=120, blank=True)
    chore = models.CharField(_("what the household on duty does"), max_length=80, blank=True)
    cover = models.ForeignKey(Upload, models.SET_NULL, null=True, blank=True, related_name="+")
    parent_page_types: ClassVar[list[str]] = ["pages.NeighbourhoodPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("meets"),
        FieldPanel("chore"),
    ]
    base_form_class = SeenPageForm
    # Each change of a board would write to Wagtail's index of references, which nobody asks here.
    wagtail_reference_index_ignore = True
    is_creatable = False

    class Meta:
        constraints = [models.UniqueConstraint(fields=["building", "entrances"], name="board_once")]

    def get_absolute_url(self) -> str:
        """Where everybody reads it."""
        return reverse("boards:board", args=[self.neighbourhood.slug, self.pk])

    def get_url_parts(self, request: HttpRequest | None = None) -> Any:
        """The board's address: Wagtail knows the site, the portal's own URL map knows the path."""
        parts = Page.get_url_parts(self, request)
        return None if parts is None else (parts[0], "", self.get_absolute_url())

    @cached_property
    def neighbourhood(self) -> Area:
        """Whose it is now, wherever its building was when the board was made."""
        return self.building.neighbourhood

    @property
    def record_subject(self) -> str:
        """A board stands for its building in the record, in duties and in discussions."""
        return f"building:{self.pk}"

    @property
    def of_entrances(self) -> list[str]:
        """The entrances it is for; none: the building."""
        return self.entrances.split(",") if self.entrances else []

    def dwellings(self) -> DwellingQuerySet:
        """The dwellings it is for."""
        inside = Dwelling.objects.in_use().filter(building=self.building_id)
        if self.entrances:
            return inside.filter(entrance__in=self.of_entrances)
        return inside.exclude(entrance__in=self.taken) if self.taken else inside

    # Whether the building has boards for parts of it; None: not asked yet (the door asks with the board itself).
    has_parts: bool | None = None

    @cached_property
    def taken(self) -> list[str]:
        """The entrances of the building that have boards of their own."""
        if self.has_parts is False:
            return []
        parts = BuildingBoardPage.objects.filter(building=self.building_id).exclude(entrances="")
        return [one for part in parts.values_list("entrances", flat=True) for one in part.split(",")]


class Face(models.Model):
    """How somebody who looks after a building is shown on its board: with a photo of their own, and for what."""

    board = models.ForeignKey(BuildingBoardPage, models.CASCADE, related_name="faces")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    photo = models.ForeignKey(Upload, models.SET_NULL, null=True, blank=True, related_name="+")
    looks_after = models.CharField(_("what you look after"), max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "person"], name="face_once")]

    def __str__(self) -> str:
        return f"{self.board_id} {self.person}"


class OnBoard(models.Model):
    """What hangs on a board belongs where the board does."""

    board: models.ForeignKey[BuildingBoardPage]

    class Meta:
        abstract = True

    @property
    def neighbourhood(self) -> Area:
        """Where it belongs."""
        return self.board.neighbourhood

    @property
    def record_subject(self) -> str:
        """It is filed under its board."""
        return self.board.record_subject


class MustReadQuerySet(models.QuerySet["MustRead"]):
    def visible_to(self, user: Visitor) -> MustReadQuerySet:
        """What must be read can be read by everybody."""
        return self.all()

    def current(self) -> MustReadQuerySet:
        """Neither ended nor past its last day."""
        return self.filter(ended_at=None, last_day__gte=clock.today())


class MustRead(OnBoard):
    """A notice of a building that every household should read until its last day; at most five at a time.

    `day`: what it is about happens then. `posted_on`: when it was put up in the lobby, with a photo of that.
    """

    board = models.ForeignKey(BuildingBoardPage, models.PROTECT, related_name="must_reads")
    title = models.CharField(_("title"), max_length=40)
    body = models.CharField(_("what to do"), max_length=300, blank=True)
    day = models.DateField(_("when it happens"))
    last_day = models.DateField(_("shown until"))
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed = models.CharField(max_length=100)
    written_at = models.DateTimeField(default=clock.now)
    corrected_at = models.DateTimeField(null=True, blank=True)
    posted_on = models.DateField(_("put up in the lobby on"), null=True, blank=True)
    posted_photo = models.ForeignKey(Upload, models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=200, blank=True)
    ended_signed = models.CharField(max_length=100, blank=True, help_text="who took it down, as signed")
    objects = MustReadQuerySet.as_manager()
    life = states.MUST_READ

    class Meta:
        indexes = [models.Index(fields=["board", "last_day"], name="mustread_current")]
        constraints = [in_order("day", "last_day", name="mustread_days", same=True)]
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("boards:must_read", args=[self.pk])

    @property
    def state(self) -> ReadState:
        """Where it stands, by the clock."""
        if self.ended_at:
            return ReadState.ENDED
        return ReadState.OVER if self.last_day < clock.today() else ReadState.CURRENT


class FormerText(models.Model):
    """What a must-read said before it was corrected."""

    must_read = models.ForeignKey(MustRead, models.CASCADE, related_name="former")
    title = models.CharField(max_length=40)
    body = models.CharField(max_length=300, blank=True)
    day = models.DateField()
    last_day = models.DateField()
    until = models.DateTimeField(default=clock.now, help_text="when it was corrected")

    class Meta:
        constraints = [in_order("day", "last_day", name="former_text_days", same=True)]
        ordering = ["-until", "-pk"]

    def __str__(self) -> str:
        return self.title


class RotaDayQuerySet(models.QuerySet["RotaDay"]):
    def visible_to(self, user: Visitor) -> RotaDayQuerySet:
        """All of them: the door asks who belongs to the building (permissions.DAYS)."""
        return self.all()


class RotaDay(OnBoard):
    """Whose turn it is on a day: a household, never a person."""

    board = models.ForeignKey(BuildingBoardPage, models.PROTECT, related_name="rota")
    day = models.DateField()
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    objects = RotaDayQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "day"], name="rota_day_once")]
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.board_id} {self.day}"

    def get_absolute_url(self) -> str:
        """The rota of its week."""
        return f"{reverse('boards:rota', args=[self.board_id])}?week={self.day.isoformat()}"

    @property
    def title(self) -> str:
        """What the record calls it: the board, never the household."""
        return self.board.title


class SwapQuerySet(models.QuerySet["Swap"]):
    def visible_to(self, user: Visitor) -> SwapQuerySet:
        """All of them: the door asks whose days they are (permissions.SWAPS)."""
        return self.all()

    def waiting(self) -> SwapQuerySet:
        """Those that can still be answered: neither day has come."""
        ahead = Q(own__day__gt=clock.today(), other__day__gt=clock.today())
        return self.filter(ahead, agreed_at=None, refused_at=None, withdrawn_at=None, lapsed_at=None)


class Swap(models.Model):
    """A household asks another one to swap a day. Who held the days then is kept: nobody agrees to another deal."""

    board = models.ForeignKey(BuildingBoardPage, models.PROTECT, related_name="swaps")
    own = models.ForeignKey(RotaDay, models.CASCADE, related_name="+")
    other = models.ForeignKey(RotaDay, models.CASCADE, related_name="+")
    asker = models.ForeignKey(Dwelling, models.PROTECT, related_name="+")
    asked = models.ForeignKey(Dwelling, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    agreed_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    lapsed_at = models.DateTimeField(
        null=True, blank=True, help_text="when one of the days went to somebody else"
    )
    objects = SwapQuerySet.as_manager()
    life = states.SWAP

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["own"],
                condition=Q(agreed_at=None, refused_at=None, withdrawn_at=None, lapsed_at=None),
                name="swap_one_wish_a_day",
            ),
            models.CheckConstraint(condition=~Q(own=F("other")), name="swap_two_days"),
        ]
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.own} – {self.other}"

    def get_absolute_url(self) -> str:
        """Where it is answered."""
        return reverse("boards:swap", args=[self.pk])

    @property
    def neighbourhood(self) -> Area:
        """Where it belongs."""
        return self.board.neighbourhood

    @property
    def title(self) -> str:
        """What duties and notices call it."""
        return self.board.title

    @property
    def state(self) -> SwapState:
        """What became of it; unanswered it lapses when one of the days has come."""
        for moment, state in (
            (self.agreed_at, SwapState.AGREED),
            (self.refused_at, SwapState.REFUSED),
            (self.withdrawn_at, SwapState.WITHDRAWN),
        ):
            if moment:
                return state
        over = self.lapsed_at or min(self.own.day, self.other.day) <= clock.today()
        return SwapState.LAPSED if over else SwapState.ASKED


class PhotoQuerySet(models.QuerySet["Photo"]):
    def visible_to(self, user: Visitor) -> PhotoQuerySet:
        """All of them: the door asks who may see what is not shown (permissions.PHOTOS)."""
        return self.all()

    def shown(self) -> PhotoQuerySet:
        """Those in the gallery, the newest day first."""
        return self.exclude(shown_at=None).filter(removed_at=None).order_by("-taken_on", "-pk")

    def proposed(self) -> PhotoQuerySet:
        """Those the head has not decided about."""
        return self.filter(shown_at=None, refused_at=None)


class Photo(OnBoard):
    """A photo of life in the building, with its day and what it shows; proposed by a neighbour, taken by the head."""

    board = models.ForeignKey(BuildingBoardPage, models.PROTECT, related_name="photos")
    picture = models.ForeignKey(Upload, models.PROTECT, related_name="+")
    caption = models.CharField(_("what it shows"), max_length=60)
    taken_on = models.DateField(_("taken on"))
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    shown_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    objects = PhotoQuerySet.as_manager()
    life = states.PHOTO

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(shown_at=None) | Q(refused_at=None), name="photo_shown_or_refused"
            )
        ]
        indexes = [models.Index(fields=["board", "-taken_on", "-id"], name="photo_newest")]

    def __str__(self) -> str:
        return self.caption

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("boards:photo", args=[self.pk])

    @property
    def title(self) -> str:
        """What notices and the record call it."""
        return self.caption

    @property
    def state(self) -> PhotoState:
        """Where it stands."""
        if self.refused_at:
            return PhotoState.REFUSED
        if self.shown_at is None:
            return PhotoState.PROPOSED
        return PhotoState.REMOVED if self.removed_at else PhotoState.SHOWN
