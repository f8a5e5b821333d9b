"""Which draft of a page an editor has read, and saving only over that one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from wagtail.models import Page, Revision

from portal.actions.versions import Overtaken
from portal.kit import clock
from portal.pages.streams import Raw

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def version_of(page: Page) -> str:
    """The newest draft and the moment it was saved: a draft that is saved over in place is another version."""
    saved = page.latest_revision_created_at
    return f"{page.latest_revision_id or 0}.{(saved - EPOCH) // MICROSECOND if saved else 0}"


def take_version(page: Page, version: str) -> None:
    """Claim the page for saving. Raises Overtaken where its draft is no longer the one that was read.

    The version stands in the UPDATE's WHERE: of two editors at the same moment one is refused. Drafts that were
    saved in the stock admin count as well. Call it before anything else is written.
    """
    revision, moment = _parts(version)
    saved = EPOCH + moment * MICROSECOND if moment else None
    read = Page.objects.filter(pk=page.pk, latest_revision=revision, latest_revision_created_at=saved)
    if not read.update(latest_revision_created_at=clock.now()):
        raise Overtaken(page)


def base_of(page: Page, version: str) -> Revision | None:
    """The draft that was read, where it is still kept."""
    found: Revision | None = page.revisions.filter(pk=_parts(version)[0]).first()
    return found


def draft_of(page: Any) -> Any:
    """The page as it was last saved, published or not."""
    return page.get_latest_revision_as_object() if page.latest_revision_id else page


def raw_of(page: Any, field: str = "body") -> Raw:
    """The sections of a page as they are kept, each with its id."""
    raw: Raw = getattr(page, field).get_prep_value()
    return raw


def _parts(version: str) -> tuple[int | None, int]:
    revision, _point, moment = version.partition(".")
    known = revision.isdecimal() and moment.isdecimal() and len(version) < 40
    return (int(revision) or None, int(moment)) if known else (-1, 0)
