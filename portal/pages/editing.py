"""Our own small editing screens over the Wagtail models: draft, preview, publish, history."""

from __future__ import annotations

from difflib import unified_diff
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.actions.web import once, refused
from portal.community import uploads
from portal.community.models import Area, Upload
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here
from portal.community.web import account, signed_in, typed_before
from portal.kit.errors import NotPossible
from portal.pages import services
from portal.pages.forms import NoticeForm, PageForm
from portal.pages.models import NoticePage, TextPage
from portal.pages.permissions import home_page, may_write, written_page

FORMS: dict[str, type[PageForm]] = {"notice": NoticeForm, "text": PageForm}


@signed_in
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """All pages of the neighbourhood, drafts too, the last changed first."""
    here = _writable(request, slug)
    below = home_page(here)
    pages = [page for model in (NoticePage, TextPage) for page in model.objects.child_of(below)[:200]]
    pages.sort(key=lambda page: page.latest_revision_created_at or page.first_published_at, reverse=True)
    return render(request, "pages/edit_index.html", {"pages": pages})


@signed_in
@once
def new(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Write a new notice or text."""
    here = _writable(request, slug)
    if kind not in FORMS:
        raise Http404
    return _edit(request, here, kind, None)


@signed_in
@once
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Go on with a page; what is published stays until the new draft is published."""
    here = _writable(request, slug)
    page = written_page(request.user, here, pk, write=True)
    return _edit(request, here, "notice" if isinstance(page, NoticePage) else "text", page)


@signed_in
def preview(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The newest draft as readers would see it, with what can be done with it."""
    here = _writable(request, slug)
    page = written_page(request.user, here, pk, write=True)
    draft = page.get_latest_revision_as_object()
    context = {"page": draft, "live": page.live, "changed": page.has_unpublished_changes or not page.live}
    return render(request, "pages/preview.html", context)


@signed_in
@once
@require_POST
def publish(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Publish the newest draft."""
    here = _writable(request, slug)
    services.publish_page(account(request), here, written_page(request.user, here, pk, write=True))
    messages.success(request, _("Published."))
    return redirect("pages:page", slug, pk)


@signed_in
@once
@require_POST
def withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take the page off the site."""
    here = _writable(request, slug)
    services.withdraw_page(account(request), here, written_page(request.user, here, pk, write=True))
    messages.success(request, _("Taken off the site. The text is kept as a draft."))
    return redirect("pages:edit_index", slug)


@signed_in
def history(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """All versions, and what changed from one to the next."""
    here = _writable(request, slug)
    page = written_page(request.user, here, pk, write=True)
    revisions = list(page.revisions.select_related("user__person").order_by("-created_at", "-pk")[:50])
    older: list[Any] = [*revisions[1:], None]
    rows = [
        {"revision": new, "changes": _changes(old, new)} for new, old in zip(revisions, older, strict=True)
    ]
    return render(request, "pages/history.html", {"page": page, "rows": rows})


@signed_in
@once
@require_POST
def restore(request: HttpRequest, slug: str, pk: int, revision: int) -> HttpResponse:
    """Make an earlier version the newest draft."""
    here = _writable(request, slug)
    page = written_page(request.user, here, pk, write=True)
    services.restore_revision(account(request), page, get_object_or_404(page.revisions, pk=revision))
    messages.success(request, _("The earlier version is now the draft. Publish it when you are content."))
    return redirect("pages:preview", slug, pk)


def _writable(request: HttpRequest, slug: str) -> Area:
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    if not may_write(request.user, here):
        raise PermissionDenied
    return here


def _edit(request: HttpRequest, here: Area, kind: str, page: NoticePage | TextPage | None) -> HttpResponse:
    form = FORMS[kind](
        request.POST or None, request.FILES or None, initial=typed_before(request) or _initial(page)
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.write_page(
                account(request), home_page(here), page, kind, _fields(request, here, form, page)
            )
            return redirect("pages:preview", here.slug, saved.pk)
        except NotPossible as error:
            refused(request, form, error)
    context = {"form": form, "page": page, "kind": kind}
    return render(request, "pages/edit.html", context, status=409 if form.non_field_errors() else 200)


def _fields(
    request: HttpRequest, here: Area, form: forms.Form, page: NoticePage | TextPage | None
) -> dict[str, Any]:
    data = dict(form.cleaned_data)
    photo, alt, remove = data.pop("photo"), data.pop("alt"), data.pop("remove_picture")
    draft = page.get_latest_revision_as_object() if page and page.latest_revision_id else page
    picture = None if remove or draft is None else draft.picture
    if photo:
        picture = uploads.accept(account(request), here, photo, alt=alt)
    elif picture and alt and picture.alt != alt:
        Upload.objects.filter(pk=picture.pk).update(alt=alt)
    return data | {"picture": picture}


def _initial(page: NoticePage | TextPage | None) -> dict[str, Any]:
    if page is None:
        return {}
    draft = page.get_latest_revision_as_object() if page.latest_revision_id else page
    names = ("title", "body", "day", "shown_until")
    known = {name: getattr(draft, name) for name in names if hasattr(draft, name)}
    return known | {"alt": draft.picture.alt if draft.picture else ""}


def _changes(old: Any, new: Any) -> list[tuple[str, str]]:
    """Lines that went (-) and came (+) between two revisions."""
    if old is None:
        return []
    before, after = (revision.content.get("body", "").splitlines() for revision in (old, new))
    lines = [
        line for line in unified_diff(before, after, lineterm="", n=0) if line[:2] not in {"--", "++", "@@"}
    ]
    return [(line[0], line[1:]) for line in lines if line[0] in "+-"]
