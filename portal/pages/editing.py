"""Our own small editing screens over the Wagtail models: draft, preview, publish, history."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.models import Page

from portal.actions.actions import ready
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community import uploads
from portal.community.models import User
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit.paging import paged
from portal.pages import scheduling, services
from portal.pages.actions import ACTIONS
from portal.pages.blocks import KINDS
from portal.pages.correcting import versions
from portal.pages.forms import NoticeForm, NoticeOwnForm, OwnForm, PageForm
from portal.pages.models import NoticePage, TextPage, WrittenPage
from portal.pages.permissions import PAGES, WRITTEN, home_page
from portal.pages.screens import Screen

FORMS: dict[str, type[PageForm]] = {"notice": NoticeForm, "text": PageForm}


@require_safe
@signed_in
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """All pages of the neighbourhood, drafts too, the last changed first."""
    below = home_page(PAGES.open(request, slug, "write"))
    written = Page.objects.child_of(below).type(NoticePage, TextPage).annotate(appears=scheduling.appears())
    # A page that came by an import has neither a draft nor a day of publication; it stands last.
    changed = Coalesce("latest_revision_created_at", "first_published_at").desc(nulls_last=True)
    return render(
        request,
        "pages/edit_index.html",
        {"pages": paged(request, written.order_by(changed, "-pk")), "home": below},
    )


@signed_in
@once
def new(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Write a new notice or text."""
    here = PAGES.open(request, slug, "write")
    if kind not in FORMS:
        raise Http404

    def add(form: PageForm) -> str:
        fields = dict(form.cleaned_data)
        photo, alt = fields.pop("photo"), fields.pop("alt")
        picture = uploads.accept(account(request), here, photo, alt=alt) if photo else None
        saved = services.add_page(account(request), here, kind, fields | {"picture": picture})
        return _address("edit" if "more" in request.POST else "preview", saved)

    form = FORMS[kind](sent(request), request.FILES or None, initial=typed_before(request))
    return handle_form(request, form, add, "pages/new.html", {"kind": kind})


def _address(name: str, page: WrittenPage, *more: Any) -> str:
    """Where a page's screens and actions are."""
    if name in ACTIONS:
        return reverse("pages:act", args=[page.neighbourhood.slug, page.pk, name.replace("_", "-")])
    return reverse(f"pages:{name}", args=[page.neighbourhood.slug, page.pk, *more])


def _own_form(page: WrittenPage) -> type[OwnForm]:
    return NoticeOwnForm if isinstance(page, NoticePage) else OwnForm


def _plans(page: WrittenPage, user: User) -> dict[str, Any]:
    """When it appears and goes, on whose word, and what can be done."""
    planned = scheduling.scheduled(page)
    allowed = [name for name in ACTIONS if WRITTEN.may(user, name, page) and ready(ACTIONS, name, page, user)]
    return {
        "planned": planned,
        "waits": scheduling.waits_for_a_word(page, planned),
        # What was written after it does not appear with it.
        "newer": planned is not None and planned.pk != page.latest_revision_id,
        # What is planned says when it goes; before that, what is read now.
        "goes": planned.as_object().expire_at if planned else page.expire_at if page.live else None,
        "allowed": allowed,
    }


SCREEN = Screen(WRITTEN, _own_form, _address, lambda page: KINDS, save=services.edit_page, shows=_plans)
edit, both, preview, compare = SCREEN.edit, SCREEN.both, SCREEN.preview, SCREEN.compare
history, restore = SCREEN.history, SCREEN.restore


@require_safe
def correction(request: HttpRequest, slug: str, pk: int, sequence: int) -> HttpResponse:
    """What a published page said before a correction, and says since."""
    page = WRITTEN.open(request, pk)
    found = versions(page, sequence) if page.live else None
    if found is None:
        raise Http404
    entry, old, new = found
    rows = SCREEN.beside(old, new)
    return render(request, "pages/correction.html", {"page": page, "entry": entry, "rows": rows})


_act = action_view(WRITTEN, ACTIONS)


@wraps(_act, assigned=())
def act(request: HttpRequest, slug: str, pk: int, action: str) -> HttpResponse:
    """Publish a page, or take it off the site."""
    return _act(request, pk, action)
