"""What is published in the stock admin is recorded and told as on our own screens."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.models import Page

from portal.actions.events import log
from portal.community.web import account
from portal.pages import services
from portal.pages.events import CORRECTED
from portal.pages.models import WrittenPage


def tell(request: HttpRequest, page: Page) -> None:
    """A page was published, or given a time at which it will be; of the latter the periodic work tells."""
    published = page.specific
    published.refresh_from_db()
    if isinstance(published, WrittenPage) and published.live and not published.has_unpublished_changes:
        first = published.first_published_at == published.last_published_at
        services.told(published, by=account(request), first=first)
        if not first:
            why = _("A later version, from the district's editors")
            log(CORRECTED, published, by=account(request), data={"why": why})
