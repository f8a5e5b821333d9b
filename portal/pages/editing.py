"""Our own small editing screens over the Wagtail models: draft, preview, publish, history."""

from __future__ import annotations

from difflib import unified_diff
from functools import wraps
from itertools import zip_longest
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page

from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community import uploads
from portal.community.models import Area, Upload
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit.paging import paged
from portal.pages import services
from portal.pages.actions import ACTIONS
from portal.pages.forms import NoticeForm, PageForm
from portal.pages.models import NoticePage, TextPage, WrittenPage
from portal.pages.permissions import PAGES, WRITTEN, home_page

FORMS: dict[str, type[PageForm]] = {"notice": NoticeForm, "text": PageForm}


@require_safe
@signed_in
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """All pages of the neighbourhood, drafts too, the last changed first."""
    below = home_page(PAGES.open(request, slug, "write"))
    written = Page.objects.child_of(below).type(NoticePage, TextPage)
    # A page that came by an import has neither a draft nor a day of publication; it stands last.
    changed = Coalesce("latest_revision_created_at", "first_published_at").desc(nulls_last=True)
    return render(
        request, "pages/edit_index.html", {"pages": paged(request, written.order_by(changed, "-pk"))}
    )


@signed_in
@once
def new(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Write a new notice or text."""
    here = PAGES.open(request, slug, "write")
    if kind not in FORMS:
        raise Http404

    def add(form: PageForm) -> str:
        saved = services.add_page(account(request), here, kind, _fields(request, here, form, None))
        return reverse("pages:preview", args=[slug, saved.pk])

    form = FORMS[kind](sent(request), request.FILES or None, initial=typed_before(request))
    form.drop_removing()
    return handle_form(request, form, add, "pages/edit.html", {"page": None, "kind": kind})


@signed_in
@once
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Go on with a page; what is published stays until the new draft is published."""
    page = WRITTEN.open(request, pk, "edit")
    kind = "notice" if isinstance(page, NoticePage) else "text"

    def save(form: PageForm) -> str:
        version = form.cleaned_data["version"]
        services.edit_page(account(request), pk, version, _fields(request, page.neighbourhood, form, page))
        return reverse("pages:preview", args=[slug, pk])

    form = FORMS[kind](sent(request), request.FILES or None, initial=typed_before(request) or _initial(page))
    if _draft(page).picture is None:
        form.drop_removing()
    return handle_form(request, form, save, "pages/edit.html", {"page": page, "kind": kind})


@require_safe
@signed_in
def preview(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The newest draft as readers would see it, with what can be done with it."""
    page = WRITTEN.open(request, pk, "edit")
    draft = page.get_latest_revision_as_object()
    context = {"page": draft, "live": page.live, "changed": page.has_unpublished_changes or not page.live}
    return render(request, "pages/preview.html", context)


@require_safe
@signed_in
def history(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """All versions, and what changed from one to the next."""
    page = WRITTEN.open(request, pk, "edit")
    every = page.revisions.select_related("user__person").order_by("-created_at", "-pk")
    listed = paged(request, every)
    # The oldest one here is compared with the newest of the following page.
    revisions = list(every[max(0, listed.start_index() - 1) : listed.end_index() + 1])
    rows = [
        {"revision": new, "first": old is None, "changes": _changes(old, new)}
        for new, old in zip_longest(revisions[: len(listed)], revisions[1:])
    ]
    return render(request, "pages/history.html", {"page": page, "rows": rows, "listed": listed})


@signed_in
@once
@require_POST
def restore(request: HttpRequest, slug: str, pk: int, revision: int) -> HttpResponse:
    """Make an earlier version the newest draft."""
    page = WRITTEN.open(request, pk, "restore")
    services.restore(account(request), pk, get_object_or_404(page.revisions, pk=revision))
    messages.success(request, _("The earlier version is now the draft. Publish it when you are content."))
    return redirect("pages:preview", slug, pk)


_act = action_view(WRITTEN, ACTIONS)


@wraps(_act, assigned=())
def act(request: HttpRequest, slug: str, pk: int, action: str) -> HttpResponse:
    """Publish a page, or take it off the site."""
    return _act(request, pk, action)


def _fields(request: HttpRequest, here: Area, form: forms.Form, page: WrittenPage | None) -> dict[str, Any]:
    data = dict(form.cleaned_data)
    del data["version"]
    photo, alt, remove = data.pop("photo"), data.pop("alt"), data.pop("remove_picture", False)
    draft = _draft(page) if page else None
    picture = None if remove or draft is None else draft.picture
    if photo:
        picture = uploads.accept(account(request), here, photo, alt=alt)
    elif picture and alt and picture.alt != alt:
        Upload.objects.filter(pk=picture.pk).update(alt=alt)
    return data | {"picture": picture}


def _initial(page: WrittenPage) -> dict[str, Any]:
    draft = _draft(page)
    names = ("title", "body", "day", "shown_until")
    known = {name: getattr(draft, name) for name in names if hasattr(draft, name)}
    return known | {"alt": draft.picture.alt if draft.picture else "", "version": page.version}


def _draft(page: WrittenPage) -> Any:
    """The page as it was last saved, published or not."""
    return page.get_latest_revision_as_object() if page.latest_revision_id else page


def _changes(old: Any, new: Any) -> list[tuple[str, str]]:
    """Lines that went (-) and came (+) between two revisions."""
    if old is None:
        return []
    before, after = (revision.content.get("body", "").splitlines() for revision in (old, new))
    lines = [
        line for line in unified_diff(before, after, lineterm="", n=0) if line[:2] not in {"--", "++", "@@"}
    ]
    return [(line[0], line[1:]) for line in lines if line[0] in "+-"]
