"""Saving drafts of pages: one version a sitting, never over what somebody else wrote, read, or published."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from wagtail.models import Page, Revision

from portal.community.models import User
from portal.kit import clock
from portal.pages.models import Sitting
from portal.pages.versions import draft_of, take_version

# Somebody who was not seen for so long is no longer at work on a page.
SITS = timedelta(minutes=30)
MICROSECOND = timedelta(microseconds=1)


@transaction.atomic
def sit_down(user: User, page: Page) -> list[Sitting]:
    """Note that an editor has a page's newest draft in front of them. Returns who else is at work on it."""
    now = clock.now()
    seen = {"seen_at": now, "revision_id": page.latest_revision_id}
    own, new = Sitting.objects.get_or_create(page_id=page.pk, user=user, defaults=seen)
    if not new:
        since = own.since if own.seen_at > now - SITS else now
        Sitting.objects.filter(pk=own.pk).update(since=since, **seen)
    others = Sitting.objects.filter(page_id=page.pk, seen_at__gt=now - SITS).exclude(user=user)
    return list(others.select_related("user__person").order_by("since"))


@transaction.atomic
def save_draft(user: User, page: Any, version: str, fields: dict[str, Any], *, fresh: bool = False) -> Any:
    """Save fields of a page as its newest draft; what is published stays. Returns the page as it was saved.

    `version`: the one its editor read. `fresh`: as a version of its own in the history, whatever was saved before.
    Nothing is saved where nothing differs. Raises Overtaken where somebody else saved meanwhile.
    """
    draft = draft_of(page)
    before = draft.serializable_data()
    for name, value in fields.items():
        setattr(draft, name, value)
    if draft.serializable_data() == before:
        return page
    take_version(page, version)
    page.refresh_from_db(fields=["latest_revision", "latest_revision_created_at"])
    over = None if fresh else _own_last(user, page)
    saved = draft.save_revision(user=user, overwrite_revision=over)
    Sitting.objects.filter(page_id=page.pk, user=user).update(seen_at=clock.now(), revision=saved)
    return draft


def set_beside(user: User, page: Any, base: Revision | None, fields: dict[str, Any]) -> Revision:
    """Keep what the second of two editors wrote in the history, without making it the draft."""
    own = base.as_object() if base else draft_of(page)
    for name, value in fields.items():
        setattr(own, name, value)
    before = page.latest_revision.created_at - MICROSECOND if page.latest_revision else clock.now()
    kept: Revision = page.revisions.create(
        content_object=own,
        base_content_type=own.get_base_content_type(),
        user=user,
        # It stands before the draft that was saved first: the newest one stays the newest.
        created_at=before,
        content=own.serializable_data(),
        object_str=str(own),
    )
    return kept


def _own_last(user: User, page: Any) -> Revision | None:
    """The newest draft, where it is of this editor's sitting and nobody else has read, published or scheduled it."""
    last: Revision | None = page.latest_revision
    if (
        last is None
        or last.user_id != user.pk
        or last.approved_go_live_at
        or last.pk == page.live_revision_id
    ):
        return None
    sittings = Sitting.objects.filter(page_id=page.pk)
    mine = sittings.filter(user=user, since__lte=last.created_at, seen_at__gt=clock.now() - SITS)
    read = sittings.filter(revision=last).exclude(user=user)
    return last if mine.exists() and not read.exists() else None
