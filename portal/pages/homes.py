"""Who composes a neighbourhood's home, and publishing what was composed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from wagtail.models import Page

from portal.actions.doors import Door, Need
from portal.actions.events import announce
from portal.community.models import Upload, User, Visitor
from portal.community.permissions import roles_in
from portal.kit.errors import NotPossible
from portal.pages.blocks import keys_of
from portal.pages.drafts import save_draft
from portal.pages.events import HOME_PUBLISHED
from portal.pages.home_blocks import HOME_KINDS
from portal.pages.models import NeighbourhoodPage
from portal.pages.permissions import WRITERS
from portal.pages.streams import unfinished
from portal.pages.versions import draft_of, raw_of


class HomeDoor(Door[NeighbourhoodPage]):
    """The door to what stands on a neighbourhood's home. Everybody reads it; its writers compose it."""

    def _found(self, user: Visitor, key: Any, *, lock: bool = False, among: Any = None) -> NeighbourhoodPage:
        if lock:
            Page.objects.select_for_update().filter(pk=key).first()
        page = NeighbourhoodPage.objects.select_related("area").filter(pk=key).first()
        if page is None:
            raise Http404(key)
        return page


HOMES = HomeDoor(
    NeighbourhoodPage,
    dict.fromkeys(("edit", "publish", "restore"), Need(WRITERS)),
    lambda user, page: roles_in(user, page.area),
)


@transaction.atomic
def compose(user: User, page: NeighbourhoodPage, version: str, fields: dict[str, Any], **how: bool) -> Any:
    """Keep a home's greeting and blocks as its newest draft. Raises Overtaken where somebody else saved meanwhile."""
    return save_draft(user, HOMES.take(user, page.pk, "edit"), version, fields, **how)


@transaction.atomic
def publish(user: User, pk: int) -> NeighbourhoodPage:
    """Make the newest draft of a home what everybody sees, its pictures too; NotPossible while parts are missing."""
    page = HOMES.take(user, pk, "publish")
    draft = draft_of(page)
    raw = raw_of(draft, "blocks")
    if missing := unfinished(HOME_KINDS, raw):
        raise NotPossible(
            _("Before it can be published, please fill in: %(what)s.") % {"what": _("; ").join(missing)}
        )
    Upload.objects.filter(pk__in=keys_of(raw), area=page.area).update(public=True)
    revision = page.latest_revision or page.save_revision(user=user)
    page.publish(revision, user=user, skip_permission_checks=True)
    announce(HOME_PUBLISHED, draft, by=user)
    return page
