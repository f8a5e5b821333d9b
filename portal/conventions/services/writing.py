"""Writing the draft: a Wagtail page with revisions, whose blocks keep their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from portal.actions.versions import Overtaken
from portal.community.models import Area, Kind, User
from portal.conventions.models import (
    AgreementKind,
    AgreementPage,
    ConventionPage,
    ConventionRound,
    ManagementCovenantPage,
)
from portal.conventions.models.pages import LONGEST
from portal.conventions.permissions import PAGES, PLACE
from portal.conventions.services.rounds import opened
from portal.conventions.states import WRITTEN
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.pages.permissions import home_page
from portal.record.fragments import stir

# At what level of the tree each kind is agreed on, and how much one text holds.
LEVELS = {
    AgreementKind.CONVENTION: Kind.NEIGHBOURHOOD,
    AgreementKind.CHARTER: Kind.NEIGHBOURHOOD,
    AgreementKind.BUILDING: Kind.BUILDING,
    AgreementKind.COVENANT: Kind.ESTATE,
}
MOST_BLOCKS = 300


@transaction.atomic
def found(user: User, slug: str, kind: str, title: str, area: Area, purpose: str) -> AgreementPage:
    """A new text of a neighbourhood, an estate or a building, with its first round; nobody else reads it yet.

    Raises PermissionDenied for others than its writers, NotPossible for a place that does not agree on such a text.
    """
    here = PLACE.get(user, slug, "found")
    if not area.within(here) or area.kind != LEVELS[AgreementKind(kind)] or area.retired_on:
        raise NotPossible(_("Please choose the place that adopts this text."))
    if AgreementPage.objects.filter(area=area, kind=kind).exists():
        raise NotPossible(_("There is such a text here already: please begin a new round on its page."))
    model = ManagementCovenantPage if kind == AgreementKind.COVENANT else ConventionPage
    page = model(title=title.strip(), slug=f"{kind}-{uuid4().hex[:10]}", kind=kind, area=area, live=False)
    if not PAGES.entitled(user, "write", page):
        raise PermissionDenied("found")
    home_page(here).add_child(instance=page)
    opened(user, page.agreementpage_ptr, purpose)
    return page.agreementpage_ptr


@transaction.atomic
def save_draft(
    user: User, pk: int, version: int, blocks: Iterable[Mapping[str, Any]], title: str = ""
) -> AgreementPage:
    """A new revision of the draft, or nothing where nothing was changed. `version`: the one its writer read.

    Blocks without an id, or with one that stands twice, get a new one. Raises Overtaken where somebody saved another
    version meanwhile, NotPossible while the text is checked, voted on or signed, or where no round is open.
    """
    page = PAGES.get(user, pk, "write")
    round_ = ConventionRound.objects.open().select_for_update(of=("self",)).filter(page=pk).first()
    # Read again under the lock of the round, which an answer that writes into the draft takes too.
    page = PAGES.get(user, pk, "write")
    fresh, title = clean_blocks(blocks), title.strip() or page.title
    if fresh == clean_blocks(page.raw) and title == page.title:
        return page
    if round_ is None:
        raise NotPossible(_("Nobody is working on a new text. Please begin a new round first."))
    if round_.state not in WRITTEN:
        raise NotPossible(
            _("The text is at “%(state)s” and stays as it is. To change it, take it back first.")
            % {"state": round_.state_label}
        )
    return write(user, page, version, fresh, title)


def write(
    user: User, page: AgreementPage, version: int, blocks: list[dict[str, Any]], title: str = ""
) -> AgreementPage:
    """Save a revision with these blocks, as long as the newest one is `version`. Raises Overtaken."""
    newest = Page.objects.filter(pk=page.pk, latest_revision=version or None)
    if not newest.update(latest_revision_created_at=clock.now()):
        raise Overtaken(page)
    draft = page.get_latest_revision_as_object() if page.latest_revision_id else page.specific
    draft.body, draft.title = blocks, title or page.title
    draft.save_revision(user=user, clean=False)
    stir(page.neighbourhood.slug)
    page.refresh_from_db()
    return page


def clean_blocks(blocks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Chapters and articles as they are kept: trimmed, each with an id of its own.

    Raises NotPossible for a chapter without a title, an article without a text, or too much of both.
    """
    cleaned: list[dict[str, Any]] = []
    taken: set[str] = set()
    for block in blocks:
        ident = str(block.get("id") or "")
        ident = ident if ident and ident not in taken else str(uuid4())
        taken.add(ident)
        cleaned.append({"type": block["type"], "value": _value(block["type"], block["value"]), "id": ident})
    if len(cleaned) > MOST_BLOCKS:
        raise NotPossible(_("A text has at most %(most)d chapters and articles.") % {"most": MOST_BLOCKS})
    return cleaned


def _value(kind: str, value: Mapping[str, Any]) -> dict[str, str]:
    title = str(value.get("title") or "").strip()[:60]
    if kind == "chapter":
        if not title:
            raise NotPossible(_("Each chapter needs a title."))
        return {"title": title}
    text = str(value.get("text") or "").replace("\r\n", "\n").strip()
    if not text or len(text) > LONGEST:
        raise NotPossible(_("Each article needs a text of at most %(most)d characters.") % {"most": LONGEST})
    return {"title": title, "text": text}
