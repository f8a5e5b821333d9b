"""What editors write: a portal page, one page a neighbourhood, and below it notices and texts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.models import Page

from portal.community.models import Area, Upload
from portal.kit import clock
from portal.pages.prose import prose


class PortalPage(Page):
    """The root of the site: what an installation says about itself."""

    body = models.TextField(_("text"), blank=True)
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["pages.NeighbourhoodPage"]
    content_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("body")]

    def get_url_parts(self, request: HttpRequest | None = None) -> Any:
        """The portal's own address; Wagtail serves no pages here."""
        return _address(self, request, reverse("home"))


class NeighbourhoodPage(Page):
    """What a neighbourhood says on its home page; how its committee is reached is its area's `contact`."""

    area = models.OneToOneField(Area, models.PROTECT, related_name="page")
    greeting = models.CharField(_("greeting"), max_length=200, blank=True)
    parent_page_types: ClassVar[list[str]] = ["pages.PortalPage"]
    subpage_types: ClassVar[list[str]] = [
        "pages.NoticePage",
        "pages.TextPage",
        "conventions.ConventionPage",
        "conventions.ManagementCovenantPage",
    ]
    content_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("greeting")]

    def get_url_parts(self, request: HttpRequest | None = None) -> Any:
        """The neighbourhood's home."""
        return _address(self, request, reverse("pages:neighbourhood", args=[self.area.slug]))


class WrittenPage(Page):
    """What notices and texts share: Markdown, and one picture with its description."""

    body = models.TextField(_("text"))
    picture = models.ForeignKey(Upload, models.SET_NULL, null=True, blank=True, related_name="+")
    parent_page_types: ClassVar[list[str]] = ["pages.NeighbourhoodPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("body")]
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
    def version(self) -> int:
        """Which version an editor has read: the newest revision."""
        return self.latest_revision_id or 0

    @property
    def html(self) -> str:
        """The text as cleaned HTML."""
        return prose(self.body)

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


class TextPage(WrittenPage):
    """A text that stays: how we meet, house rules, who is who."""

    is_creatable = True


def _address(page: Page, request: HttpRequest | None, path: str) -> tuple[int, str, str] | None:
    """The page's address: Wagtail knows the site, the portal's own URL map knows the path."""
    parts = Page.get_url_parts(page, request)
    return None if parts is None else (parts[0], "", path)
