"""Pages at a set time: when they appear, when they go, and whose word that is once a post has ended.

A schedule is Wagtail's own: a revision with `approved_go_live_at`, a page with `expire_at`. What comes due is brought
out by our service, page by page in a transaction of its own, so it is recorded and told as if published by hand.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, OuterRef, Subquery
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page, Revision

from portal.actions.events import SYSTEM, announce
from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.pages import services
from portal.pages.events import EXPIRED
from portal.pages.models import WrittenPage
from portal.pages.permissions import WRITTEN, may_publish
from portal.pages.versions import draft_of

log = logging.getLogger(__name__)


@transaction.atomic
def schedule(
    user: User, pk: int, at: datetime, until: datetime | None = None, version: str = ""
) -> WrittenPage:
    """Let the newest draft appear at a moment, and go at another. An earlier schedule of the page is replaced.

    Raises NotPossible as `services.publish` does.
    """
    page = WRITTEN.take(user, pk, "schedule")
    services.ready(page, version)
    draft = draft_of(page)
    draft.go_live_at, draft.expire_at = at, until
    _approve(page, draft, user, at)
    return page


@transaction.atomic
def confirm(user: User, pk: int) -> WrittenPage:
    """Stand in for what somebody scheduled whose post has ended: it appears as planned, or at once if that is past."""
    page = WRITTEN.take(user, pk, "confirm")
    planned = scheduled(page)
    if planned is None or planned.approved_go_live_at is None:
        raise NotPossible(_("Nothing is scheduled any more."))
    at = planned.approved_go_live_at
    mine = _approve(page, planned.as_object(), user, at)
    if at <= clock.now():
        _bring_out(page, mine)
    return page


@transaction.atomic
def unschedule(user: User, pk: int) -> WrittenPage:
    """Call off what was to appear; the draft stays."""
    page = WRITTEN.take(user, pk, "unschedule")
    if (planned := scheduled(page)) is None:
        raise NotPossible(_("Nothing is scheduled any more."))
    _unset(planned)
    return page


@transaction.atomic
def end(user: User, pk: int, until: datetime | None) -> WrittenPage:
    """Say when a published page goes by itself; None: not before somebody takes it off."""
    page = WRITTEN.take(user, pk, "end")
    Page.objects.filter(pk=page.pk).update(expire_at=until)
    kept = {page.latest_revision_id, page.live_revision_id}
    for revision in page.revisions.filter(pk__in=kept):
        revision.content["expire_at"] = until.isoformat() if until else None
        revision.save(update_fields=["content"])
    return page


def scheduled(page: Page) -> Revision | None:
    """The version that is to appear at a moment, if one is; with who scheduled it."""
    found: Revision | None = (
        page.revisions.exclude(approved_go_live_at=None).select_related("user__person").first()
    )
    return found


def appears() -> Subquery:
    """For a list of pages: when a version of each is to appear, if one is."""
    mine = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id=Cast(OuterRef("pk"), CharField()),
        approved_go_live_at__isnull=False,
    )
    return Subquery(mine.order_by("approved_go_live_at").values("approved_go_live_at")[:1])


def waits_for_a_word(page: WrittenPage, planned: Revision | None) -> bool:
    """Whether what is scheduled does not appear by itself: whoever scheduled it may not publish any more."""
    return planned is not None and planned.user is not None and not may_publish(planned.user, page)


def bring_out_due() -> None:
    """Bring out what has come due, then take off what has run out; each page in a transaction of its own.

    What fails stays scheduled and is tried again; the others are done. Raises the first failure at the end.
    """
    now = clock.now()
    due = Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at", "pk")
    over = Page.objects.filter(live=True, expire_at__lte=now).order_by("expire_at", "pk")
    failures = [
        *_each(_appear, list(due.values_list("pk", flat=True))),
        *_each(_go, list(over.values_list("pk", flat=True))),
    ]
    if failures:
        raise failures[0]


def _each(work: Callable[[int], None], keys: list[int]) -> list[Exception]:
    failures: list[Exception] = []
    for key in keys:
        try:
            work(key)
        except Exception as error:
            # One page that cannot be brought out holds up no other.
            log.exception("%s %s failed", work.__name__, key)
            failures.append(error)
    return failures


@transaction.atomic
def _appear(key: int) -> None:
    revision = Revision.objects.select_related("user").get(pk=key)
    Page.objects.select_for_update().filter(pk=revision.object_id).first()
    revision.refresh_from_db()
    if revision.approved_go_live_at is None:
        return
    page = revision.content_object
    if not isinstance(page, WrittenPage):
        revision.publish(log_action="wagtail.publish.scheduled")
    elif not waits_for_a_word(page, revision):
        _bring_out(page, revision)


def _bring_out(page: WrittenPage, revision: Revision) -> None:
    """A version whose whole time fell into a pause is not brought out: nobody is told of what is over."""
    draft = revision.as_object()
    _unset(revision)
    if draft.expire_at and draft.expire_at <= clock.now():
        Page.objects.filter(pk=page.pk, live=False).update(expired=True)
        return
    why = _("A later version, at the time that was set for it")
    services.bring_out(page, revision, by=revision.user or SYSTEM, why=why)


@transaction.atomic
def _go(key: int) -> None:
    page = Page.objects.select_for_update().filter(pk=key, live=True, expire_at__lte=clock.now()).first()
    if page is None:
        return
    found: Any = page.specific
    gone = UnpublishPageAction(found, set_expired=True, log_action="wagtail.unpublish.scheduled")
    gone.execute(skip_permission_checks=True)
    if isinstance(found, WrittenPage):
        announce(EXPIRED, found)


def _approve(page: WrittenPage, draft: Any, user: User, at: datetime) -> Revision:
    revision: Revision = draft.save_revision(user=user, approved_go_live_at=at)
    for other in page.revisions.exclude(pk=revision.pk).exclude(approved_go_live_at=None):
        _unset(other)
    page.refresh_from_db(fields=["latest_revision", "latest_revision_created_at", "has_unpublished_changes"])
    return revision


def _unset(revision: Revision) -> None:
    """A version without a set time: Wagtail would wait for the one that stands in it."""
    revision.approved_go_live_at = None
    revision.content["go_live_at"] = None
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None, content=revision.content)
