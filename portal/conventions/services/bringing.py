"""Bringing a text from a Word file: kept until it was looked at, then taken into the draft."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.versions import Overtaken
from portal.community.models import User
from portal.conventions.importing import blocks
from portal.conventions.models import AgreementPage, Brought
from portal.conventions.permissions import PAGES
from portal.conventions.services.writing import clean_blocks, save_draft
from portal.conventions.word import Recognised
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.pages.versions import version_of

KEPT = timedelta(days=1)


@transaction.atomic
def bring(user: User, pk: int, name: str, found: Recognised) -> Brought:
    """Keep what was recognised until its bringer has looked at it; what was kept before is replaced.

    Raises Http404, PermissionDenied, NotPossible where an article is longer than one may be.
    """
    page = PAGES.get(user, pk, "edit")
    Brought.objects.filter(at__lt=clock.now() - KEPT).delete()
    said = {
        "title": found.title[:255],
        "blocks": clean_blocks(blocks(found.pieces, page.draft)),
        "left_out": [list(line) for line in found.left_out],
        "renumbered": [list(pair) for pair in found.renumbered],
    }
    return Brought.objects.update_or_create(
        page=page,
        by=user,
        defaults={"at": clock.now(), "name": name[:120], "version": version_of(page), "found": said},
    )[0]


@transaction.atomic
def take(user: User, pk: int, version: str) -> AgreementPage:
    """Make what was recognised the draft of the round. `version`: the draft it was compared with.

    Raises Http404, PermissionDenied, NotPossible where nothing was brought, somebody saved the draft meanwhile, or
    the text cannot be written now.
    """
    page = PAGES.get(user, pk, "edit")
    kept = Brought.objects.select_for_update().filter(page=page, by=user).first()
    if kept is None:
        raise NotPossible(_("Nothing was brought, or it was taken already. Please choose the file again."))
    try:
        saved = save_draft(user, page, version, {"body": kept.found["blocks"]}, fresh=True)
    except Overtaken as overtaken:
        raise NotPossible(
            _(
                "Somebody saved the draft meanwhile. Please choose the file again, to see it beside the new draft."
            )
        ) from overtaken
    kept.delete()
    return saved
