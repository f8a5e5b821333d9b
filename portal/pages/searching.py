"""How notices and texts are found: as they were published, from the press of the button or the time set for it."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Length, Substr
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from portal.pages.cards import searching as cards
from portal.pages.disclosure import searching as disclosure
from portal.pages.models import NeighbourhoodPage, NoticePage, TextPage, WrittenPage
from portal.pages.papers import papers_of, papers_text
from portal.pages.resources import searching as resources
from portal.search import services
from portal.search.kinds import Kind, Mark, register
from portal.search.rooms import register_room

# Registered by being read.
BESIDES = (cards, disclosure, resources)


def _things(model: type[WrittenPage]) -> Any:
    """Pages with the key and the slug of their neighbourhood: it is on the page above."""
    above = Substr(OuterRef("path"), 1, Length(OuterRef("path")) - Page.steplen)
    home = NeighbourhoodPage.objects.filter(path=above)
    return model.objects.annotate(
        area_pk=Subquery(home.values("area")[:1]),
        area_slug=Subquery(home.values("area__slug")[:1]),
        papers=papers_text(),
    )


def _area_of(page: Any) -> int:
    known = getattr(page, "area_pk", None)
    return int(known if known is not None else page.neighbourhood.pk)


def _text(page: Any) -> str:
    known = getattr(page, "papers", None)
    return f"{page.text}\n{papers_of(page) if known is None else known}"


def _mark(page: Any) -> Mark | None:
    return Mark(str(_("no longer current")), "grey") if getattr(page, "over", False) else None


def _live(model: type[WrittenPage]) -> Any:
    return lambda user: model.objects.live().public()


def _register(name: str, label: Any, model: type[WrittenPage]) -> None:
    register(
        Kind(
            name=name,
            label=label,
            model=model,
            things=lambda: _things(model),
            visible_to=_live(model),
            title=lambda page: page.title,
            text=_text,
            mark=_mark,
            url=lambda page: reverse("pages:page", args=[page.area_slug, page.pk]),
            when=lambda page: getattr(page, "day", None) or page.first_published_at,
            shown=lambda page: page.live,
            neighbourhood=_area_of,
        )
    )


def _published(sender: type[Page], instance: Page, **_kwargs: Any) -> None:
    """A page is published or taken off the site, by our screens, the stock admin or the clock."""
    if isinstance(instance, NoticePage | TextPage):
        services.index(instance)


_register("notice", _("Notices"), NoticePage)
_register("text", _("Texts"), TextPage)
page_published.connect(_published, dispatch_uid="search.published")
page_unpublished.connect(_published, dispatch_uid="search.unpublished")
register_room("pages:notices", _("Notices"))
