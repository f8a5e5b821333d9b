"""Where the text of an agreement is written: a Wagtail page with chapters and articles.

The page is the draft. What binds is never the page but an `Edition` (editions.py).
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager, PageQuerySet

from portal.community.models import Area, Post, Visitor, inside_offices
from portal.conventions.text import Text, numbered
from portal.pages.seen import LineBlock, LinesBlock, SeenPageForm

WRITING_POSTS = (Post.DIRECTOR, Post.WORKER, Post.BUILDING_HEAD, Post.OWNERS_COMMITTEE, Post.OFFICER)
LONGEST = 2000


class AgreementKind(models.TextChoices):
    """What people agree on, and so who adopts it."""

    CONVENTION = "convention", _("residents' convention")
    CHARTER = "charter", _("self-governance charter")
    BUILDING = "building", _("building convention")
    COVENANT = "covenant", _("owners' management covenant")


class ChapterBlock(blocks.StructBlock):
    """A heading; the articles after it belong to the chapter."""

    title = LineBlock(label=_("title of the chapter"), max_length=60)

    class Meta:
        label = _("chapter")


class ArticleBlock(blocks.StructBlock):
    """One article. Its number follows from its place."""

    title = LineBlock(label=_("title of the article"), max_length=60, required=False)
    text = LinesBlock(label=_("text of the article"), max_length=LONGEST)

    class Meta:
        label = _("article")


def may_write(user: Visitor) -> Q:
    """The pages of the places for which somebody holds a post that writes or checks."""
    return inside_offices(user, WRITING_POSTS)


class AgreementQuerySet(PageQuerySet):
    def visible_to(self, user: Visitor) -> AgreementQuerySet:
        """Those put to comment or in force; the others for who writes them."""
        shown = Q(live=True) | may_write(user) if getattr(user, "person_id", None) else Q(live=True)
        found: AgreementQuerySet = self.filter(shown)
        return found

    def of(self, neighbourhood: Area) -> AgreementQuerySet:
        """Those of a neighbourhood, its estates and buildings, in the order of the tree."""
        found: AgreementQuerySet = self.filter(area__path__startswith=neighbourhood.path)
        return found.order_by("area__path", "pk")


class AgreementPage(Page):
    """A text of chapters and articles that people of an area adopt. `body` is its draft; see `Edition`."""

    kind = models.CharField(_("kind"), max_length=12, choices=AgreementKind)
    area = models.ForeignKey(Area, models.PROTECT, related_name="agreements")
    body = StreamField(
        [("chapter", ChapterBlock()), ("article", ArticleBlock())], verbose_name=_("text"), blank=True
    )
    objects = PageManager.from_queryset(AgreementQuerySet)()
    parent_page_types: ClassVar[list[str]] = []
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("body")]
    base_form_class = SeenPageForm
    # A text is begun with its place and its round (services.found), never in the stock admin.
    is_creatable = False

    def get_absolute_url(self) -> str:
        """Where it is read."""
        return reverse("conventions:page", args=[self.neighbourhood.slug, self.pk])

    @property
    def neighbourhood(self) -> Area:
        """Whose record it belongs to."""
        return self.area.neighbourhood

    @property
    def record_subject(self) -> str:
        """All kinds are one kind of thing to the record."""
        return f"agreement:{self.pk}"

    @property
    def is_building(self) -> bool:
        """Whether a building's households adopt it by signing."""
        return self.kind == AgreementKind.BUILDING

    @property
    def is_covenant(self) -> bool:
        """Whether the owners adopt it, under article 278 (2) of the Civil Code."""
        return self.kind == AgreementKind.COVENANT

    @property
    def draft(self) -> Text:
        """The newest draft, numbered."""
        return numbered(self.raw)

    @property
    def raw(self) -> list[dict[str, Any]]:
        """The blocks of the newest draft: type, value, id."""
        page = self.get_latest_revision_as_object() if self.latest_revision_id else self
        return [{**block, "value": dict(block["value"])} for block in page.body.raw_data]

    def get_url_parts(self, request: HttpRequest | None = None) -> Any:
        """Below the neighbourhood's home."""
        parts = Page.get_url_parts(self, request)
        return None if parts is None else (parts[0], "", self.get_absolute_url())


class ConventionPage(AgreementPage):
    """A residents' convention, a charter or a building convention."""

    parent_page_types: ClassVar[list[str]] = ["pages.NeighbourhoodPage"]
    is_creatable = False


class ManagementCovenantPage(AgreementPage):
    """The owners' covenant of an estate: adopted by its owners, never by a residents' assembly."""

    parent_page_types: ClassVar[list[str]] = ["pages.NeighbourhoodPage"]
    is_creatable = False
