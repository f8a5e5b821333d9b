"""Writing the draft: a Wagtail page with revisions, whose blocks keep their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

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
from portal.kit.errors import NotPossible
from portal.pages import drafts
from portal.pages.permissions import home_page
from portal.pages.versions import draft_of
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
    if not PAGES.entitled(user, "edit", page):
        raise PermissionDenied("found")
    home_page(here).add_child(instance=page)
    opened(user, page.agreementpage_ptr, purpose)
    return page.agreementpage_ptr


@transaction.atomic
def save_draft(
    user: User, page: AgreementPage, version: str, fields: dict[str, Any], *, fresh: bool = False
) -> AgreementPage:
    """A new revision of the draft, or nothing where nothing was changed: a check that was passed stays passed.

    `version`, `fields` (title, body as blocks), `fresh`: as of `portal.pages.drafts.save_draft`. It may be unfinished.
    Raises Overtaken where somebody saved another version meanwhile, NotPossible while the text is checked, voted on or
    signed, or where no round is open.
    """
    page = PAGES.get(user, page.pk, "edit")
    round_ = ConventionRound.objects.open().select_for_update(of=("self",)).filter(page=page.pk).first()
    # Read again under the lock of the round, which an answer that writes into the draft takes too.
    page = PAGES.get(user, page.pk, "edit")
    draft = draft_of(page)
    fresh_blocks, title = clean_blocks(fields["body"]), fields.get("title") or draft.title
    if fresh_blocks == clean_blocks(page.raw) and title == draft.title:
        return page
    if round_ is None:
        raise NotPossible(_("Nobody is working on a new text. Please begin a new round first."))
    if round_.state not in WRITTEN:
        raise NotPossible(
            _("The text is at “%(state)s” and stays as it is. To change it, take it back first.")
            % {"state": round_.state_label}
        )
    return write(user, page, version, {"title": title, "body": fresh_blocks}, fresh=fresh)


def write(
    user: User, page: AgreementPage, version: str, fields: dict[str, Any], *, fresh: bool = True
) -> AgreementPage:
    """Save a revision, as long as the newest draft is `version`. Raises Overtaken."""
    drafts.save_draft(user, page.specific, version, fields, fresh=fresh)
    stir(page.neighbourhood.slug)
    page.refresh_from_db()
    return page


def clean_blocks(blocks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Chapters and articles as they are kept: trimmed, each with an id of its own.

    Raises NotPossible for too many of them, or too long a text.
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
        return {"title": title}
    text = str(value.get("text") or "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise NotPossible(_("An article has at most %(most)d characters.") % {"most": LONGEST})
    return {"title": title, "text": text}
