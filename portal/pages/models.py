"""What editors write: a portal page, one page a neighbourhood, and below it notices and texts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.fields import StreamField
from wagtail.models import Page, Revision

from portal.community.models import Area, User
from portal.kit import clock
from portal.kit.constraints import in_order
from portal.pages.blocks import plain, stream_blocks, unmarked
from portal.pages.home_blocks import home_blocks
from portal.pages.reading import Picture, Shown, shown
from portal.pages.seen import SeenPageForm
from portal.pages.streams import Raw
from portal.pages.versions import raw_of, version_of


class PortalPage(Page):
    """The root of the site: what an installation says about itself."""

    body = models.TextField(_("text"), blank=True)
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["pages.NeighbourhoodPage"]
    content_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("body")]
    base_form_class = SeenPageForm

    def get_url_parts(self, request: HttpRequest | None = None) -> Any:
        """The portal's own address; Wagtail serves no pages here."""
        return _address(self, request, reverse("home"))


class NeighbourhoodPage(Page):
    """What a neighbourhood says on its home page; how its committee is reached is its area's `contact`."""

    area = models.OneToOneField(Area, models.PROTECT, related_name="page")
    greeting = models.CharField(_("greeting"), max_length=200, blank=True)
    blocks = StreamField(home_blocks(), verbose_name=_("what stands on it"), blank=True, default=list)
    parent_page_types: ClassVar[list[str]] = ["pages.PortalPage"]
    subpage_types: ClassVar[list[str]] = [
        "pages.NoticePage",
        "pages.TextPage",
        "conventions.ConventionPage",
        "conventions.ManagementCovenantPage",
        "boards.BuildingBoardPage",
    ]
    content_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("greeting")]
    base_form_class = SeenPageForm

    def get_absolute_url(self) -> str:
        """The neighbourhood's home."""
        return reverse("pages:neighbourhood", args=[self.area.slug])

    @property
    def neighbourhood(self) -> Area:
        """Whose home it is."""
        return self.area

    @property
    def record_subject(self) -> str:
        """A page like others to the record."""
        return f"page:{self.pk}"

    @cached_property
    def sections(self) -> list[Shown]:
        """The cover and the texts of its editor as readers see them; live blocks are read by portal.pages.home."""
        return shown(raw_of(self, "blocks"))

    @property
    def cover(self) -> Picture | None:
        """The picture on top."""
        return next((part.value for part in self.sections if part.kind == "cover"), None)

    def get_url_parts(self, request: HttpRequest | None = None) -> Any:
        """The neighbourhood's home."""
        return _address(self, request, self.get_absolute_url())


class WrittenPage(Page):
    """What notices and texts share: sections, each with an id that stays."""

    body = StreamField(stream_blocks(), verbose_name=_("text"), blank=True, default=list)
    parent_page_types: ClassVar[list[str]] = ["pages.NeighbourhoodPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("body")]
    base_form_class = SeenPageForm
    is_creatable = False

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        """Where neighbours read it."""
        return reverse("pages:page", args=[self.neighbourhood.slug, self.pk])

    @property
    def neighbourhood(self) -> Area:
        """Whose page it is."""
        area: Area = self.get_parent().specific.area
        return area

    @property
    def record_subject(self) -> str:
        """Notices and texts are one kind of thing to the record."""
        return f"page:{self.pk}"

    @property
    def version(self) -> str:
        """Which version an editor has read."""
        return version_of(self)

    @property
    def raw(self) -> Raw:
        """The sections as they are kept."""
        return raw_of(self)

    @cached_property
    def sections(self) -> list[Shown]:
        """The sections as readers see them."""
        return shown(self.raw)

    @property
    def text(self) -> str:
        """Everything that can be read in the sections, without marks of form: for searching and for previews."""
        return unmarked(plain(self.raw))

    @property
    def cover(self) -> Picture | None:
        """The first picture, for lists."""
        pictures = (part.value for part in self.sections if part.kind in {"picture", "gallery"})
        first = next(pictures, None)
        return first[0] if isinstance(first, list) else first

    def get_url_parts(self, request: HttpRequest | None = None) -> Any:
        """Below the neighbourhood's home."""
        return _address(self, request, self.get_absolute_url())


class NoticePage(WrittenPage):
    """A notice of the committee: the day it is dated, and the last day on the home page."""

    day = models.DateField(_("dated"), default=clock.today)
    shown_until = models.DateField(_("on the home page until"), null=True, blank=True)
    content_panels: ClassVar[list[Panel]] = [
        *WrittenPage.content_panels,
        FieldPanel("day"),
        FieldPanel("shown_until"),
    ]
    is_creatable = True

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            in_order("day", "shown_until", name="notice_days", same=True)
        ]

    def clean(self) -> None:
        """In the stock admin, too, it does not go before it is there."""
        super().clean()
        if self.day and self.shown_until and self.shown_until < self.day:
            raise ValidationError({"shown_until": gettext("This day lies before the day of the notice.")})

    @property
    def over(self) -> bool:
        """Whether its time is over: it is off the home page, and stands in the archive."""
        return self.shown_until is not None and clock.passed(clock.end_of(self.shown_until))


def over_today() -> models.Q:
    """Of notices in the database: those whose time is over (`NoticePage.over`)."""
    return models.Q(shown_until__lt=clock.today())


class TextPage(WrittenPage):
    """A text that stays: how we meet, house rules, who is who."""

    is_creatable = True


class Sitting(models.Model):
    """Somebody at work on a page: since when, when last seen, and which draft was in front of them."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    since = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["page", "user"], name="one_sitting_a_page"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.page}"


class PapersText(models.Model):
    """What can be read in the PDFs of a page, of the version that was published as `revision`."""

    page = models.OneToOneField(Page, models.CASCADE, related_name="+")
    revision = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.page}"


def _address(page: Page, request: HttpRequest | None, path: str) -> tuple[int, str, str] | None:
    """The page's address: Wagtail knows the site, the portal's own URL map knows the path."""
    parts = Page.get_url_parts(page, request)
    return None if parts is None else (parts[0], "", path)


# The rooms of the app have tables of their own.
from portal.pages.cards.models import CardsFile, ContactCard, HeadNumber  # noqa: E402, F401
from portal.pages.disclosure.models import DisclosureItem, Publication  # noqa: E402, F401
from portal.pages.resources.models import Resource, SitePlan, SkillRequest  # noqa: E402, F401
