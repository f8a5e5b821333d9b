"""The notices of a neighbourhood as an Atom feed, for readers and for other sites."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.community.places import neighbourhood_or_404
from portal.pages.models import NoticePage
from portal.pages.permissions import home_page

MOST, SUMMARY = 30, 400


@require_safe
def notices(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest published notices, each with how it begins."""
    here = neighbourhood_or_404(slug)
    feed = Atom1Feed(
        title=_("Notices: %(name)s") % {"name": here.name},
        link=request.build_absolute_uri(reverse("pages:notices", args=[slug])),
        description="",
        feed_url=request.build_absolute_uri(),
    )
    every = NoticePage.objects.child_of(home_page(here)).live().public().order_by("-day", "-pk")
    for notice in every[:MOST]:
        # Asked by its place, not by the page: one notice more is no question more.
        link = request.build_absolute_uri(reverse("pages:page", args=[slug, notice.pk]))
        feed.add_item(
            title=notice.title,
            link=link,
            description=notice.text[:SUMMARY],
            unique_id=link,
            pubdate=notice.first_published_at,
            updateddate=notice.last_published_at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
