"""Editors' screens for pages made of sections: edit, both texts, preview, history, comparing, restoring.

A `Screen` says whose pages they are: the door, the kinds of sections, the form of the page's own fields, and how
its addresses are written. Its methods are views; every press is a plain form that saves and redirects.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from itertools import zip_longest
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Revision

from portal.actions import held
from portal.actions.doors import Door
from portal.actions.versions import Overtaken
from portal.actions.web import once
from portal.community import uploads
from portal.community.models import Area, User
from portal.community.web import View, account, sent, signed_in, typed_before
from portal.kit.difference import Difference, difference
from portal.kit.errors import NotPossible
from portal.kit.paging import paged
from portal.pages.blocks import plain
from portal.pages.drafts import save_draft, set_beside, sit_down
from portal.pages.streams import BlockKind, Keep, Raw, Sections, Step, both, stepped, unfinished
from portal.pages.versions import base_of, draft_of, raw_of, version_of

STEPS = frozenset({"add", "up", "down", "remove", "usual"})
# Among so many of the newest versions two are chosen by hand; any other is compared from the history.
MOST_COMPARED = 50
LEADS = frozenset({"publish", "schedule"})


@dataclass(frozen=True)
class Screen:
    """The editors' screens of one kind of page.

    `door` knows `edit` and `restore`. `form(page)`: the page's own fields, with `version`. `kinds(page)`: the kinds of
    sections. `address(name, page, *more)`: where edit, both, preview, history, compare, restore and the actions publish
    and schedule are. `field`: the StreamField. `save`: keeps a draft, like `drafts.save_draft`. `templates`: where
    edit.html, both.html, preview.html, history.html and compare.html lie. `shows(page, user)`: more for the preview.
    """

    door: Door[Any]
    form: Callable[[Any], type[forms.Form]]
    address: Callable[..., str]
    kinds: Callable[[Any], Sequence[BlockKind]]
    field: str = "body"
    save: Callable[..., Any] = save_draft
    templates: str = "pages"
    shows: Callable[[Any, User], dict[str, Any]] | None = None

    @property
    def edit(self) -> View:
        """Sections and fields in one form; each button saves what was typed."""
        return signed_in(once(self._edit))

    @property
    def both(self) -> View:
        """What two editors wrote at the same time, section by section."""
        return signed_in(once(self._both))

    @property
    def preview(self) -> View:
        """The newest draft as readers would see it, with what can be done with it."""
        return require_safe(signed_in(self._preview))

    @property
    def history(self) -> View:
        """All versions, and what changed from one to the next."""
        return require_safe(signed_in(self._history))

    @property
    def compare(self) -> View:
        """Two versions side by side, section by section and character by character."""
        return require_safe(signed_in(self._compare))

    @property
    def restore(self) -> View:
        """An earlier version beside the newest draft; sent, it becomes the newest draft."""
        return signed_in(once(self._restore))

    def unfinished(self, page: Any) -> list[str]:
        """What the newest draft lacks before it can be published."""
        draft = draft_of(page)
        return unfinished(self.kinds(draft), raw_of(draft, self.field))

    def _edit(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        page = self.door.open(request, pk, "edit")
        data = sent(request)
        base = base_of(page, data.get("version", "")) if data is not None else None
        read = base.as_object() if base else draft_of(page)
        sections = Sections(self.kinds(read), raw_of(read, self.field), data, request.FILES)
        form = self.form(page)(data, initial=typed_before(request) or self._initial(read, page))
        if data is None:
            return self._editor(request, page, form, sections, 200)
        if not (form.is_valid() & sections.is_valid()):
            return self._editor(request, page, form, sections, 422)
        try:
            return redirect(self._saved(request, page, base, form, sections))
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
            return self._editor(request, page, form, sections, 409)

    def _saved(
        self, request: HttpRequest, page: Any, base: Revision | None, form: forms.Form, sections: Sections
    ) -> str:
        user, step = account(request), Step.of(request.POST)
        kept = sections.kept(self._keep(request, self.door.neighbourhood(page)))
        raw, anchor = self._stepped(list(sections.kinds.values()), kept, step)
        fields = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        fields[self.field] = raw
        try:
            self.save(user, page, form.cleaned_data["version"], fields, fresh=step.name == "remove")
        except Overtaken:
            mine = set_beside(user, page, base, fields)
            return self.address("both", page, mine.pk)
        return self._next(request, page, step, anchor)

    def _stepped(self, kinds: list[BlockKind], kept: Raw, step: Step) -> tuple[Raw, str]:
        return stepped(kinds, kept, step)

    def _more(self, page: Any) -> dict[str, Any]:
        """What else the editor shows."""
        return {}

    def _next(self, request: HttpRequest, page: Any, step: Step, anchor: str) -> str:
        if step.name in STEPS:
            if step.name == "remove":
                messages.info(request, _("Taken out. The version before stays in the history."))
            return self.address("edit", page) + (f"#s-{anchor}" if anchor else "")
        return self.address(step.name if step.name in LEADS else "preview", page)

    def _editor(
        self, request: HttpRequest, page: Any, form: forms.Form, sections: Sections, status: int
    ) -> HttpResponse:
        others = sit_down(account(request), page) if request.method != "POST" else []
        for row in sections:
            held.keep(request, row.form)
        context = {
            "page": page,
            "form": form,
            "sections": sections,
            "kinds": sections.kinds.values(),
            "others": others,
            **self._more(page),
            "address": Addresses(self, page),
        }
        return render(request, f"{self.templates}/edit.html", context, status=status)

    def _initial(self, draft: Any, page: Any) -> dict[str, Any]:
        names = [name for name in self.form(page).base_fields if name != "version"]
        return {name: getattr(draft, name) for name in names} | {"version": version_of(page)}

    def _keep(self, request: HttpRequest, here: Area) -> Keep:
        def keep(file: UploadedFile[Any], alt: str) -> str:
            return str(uploads.accept(account(request), here, file, alt=alt).pk)

        return keep

    def _both(self, request: HttpRequest, slug: str, pk: int, revision: int) -> HttpResponse:
        page = self.door.open(request, pk, "edit")
        mine = get_object_or_404(page.revisions, pk=revision).as_object()
        if request.method == "POST":
            return self._chosen(request, page, mine, revision)
        theirs = draft_of(page)
        sit_down(account(request), page)
        context = {
            "page": page,
            "mine": mine,
            "theirs": theirs,
            "writer": page.latest_revision.user if page.latest_revision else None,
            "rows": self.beside(mine, theirs),
            "version": version_of(page),
            "address": Addresses(self, page),
        }
        return render(request, f"{self.templates}/both.html", context)

    def _chosen(self, request: HttpRequest, page: Any, mine: Any, revision: int) -> HttpResponse:
        choice = request.POST.get("take", "")
        if choice not in {"mine", "both"}:
            return redirect(self.address("edit", page))
        own, theirs = raw_of(mine, self.field), raw_of(draft_of(page), self.field)
        fields = {self.field: both(own, theirs)}
        if choice == "mine":
            fields = {name: getattr(mine, name) for name in self._names(page)} | {self.field: own}
        try:
            self.save(account(request), page, request.POST.get("version", ""), fields, fresh=True)
        except Overtaken:
            messages.warning(
                request, _("Meanwhile it was changed once more. Please look at both texts again.")
            )
            return redirect(self.address("both", page, revision))
        return redirect(self.address("edit", page))

    def _names(self, page: Any) -> list[str]:
        return [name for name in self.form(page).base_fields if name != "version"]

    def beside(self, old: Any, new: Any) -> list[tuple[str, Difference]]:
        """Where two versions differ: what it is, and how."""
        rows = [
            (
                str(self.form(new).base_fields[name].label),
                _said(getattr(old, name)),
                _said(getattr(new, name)),
            )
            for name in self._names(new)
        ]
        labels = {kind.name: str(kind.label) for kind in self.kinds(new)}
        for one, other in _pairs(raw_of(old, self.field), raw_of(new, self.field)):
            kind = (one or other or {}).get("type", "")
            rows.append((labels.get(kind, kind), _text(one), _text(other)))
        return [(label, difference(one, other)) for label, one, other in rows if one != other]

    def _compare(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        page = self.door.open(request, pk, "edit")
        sit_down(account(request), page)
        versions = list(
            page.revisions.select_related("user__person").order_by("-created_at", "-pk")[:MOST_COMPARED]
        )
        if not versions:
            raise Http404
        new = self._chosen_version(request, page, "new") or versions[0]
        old = self._chosen_version(request, page, "old") or page.live_revision or versions[-1]
        context = {
            "page": page,
            "versions": versions,
            "old": old,
            "new": new,
            "rows": self.beside(old.as_object(), new.as_object()),
            "address": Addresses(self, page),
        }
        return render(request, f"{self.templates}/compare.html", context)

    def _chosen_version(self, request: HttpRequest, page: Any, name: str) -> Revision | None:
        """A version named in the address: of this page, or 404."""
        key = request.GET.get(name, "")
        if not key:
            return None
        if not key.isdecimal() or len(key) > 18:
            raise Http404
        found: Revision = get_object_or_404(page.revisions, pk=int(key))
        return found

    def _preview(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        page = self.door.open(request, pk, "edit")
        sit_down(account(request), page)
        context = {
            "page": draft_of(page),
            "live": page.live,
            "changed": page.has_unpublished_changes or not page.live,
            "unfinished": self.unfinished(page),
            "version": version_of(page),
            **(self.shows(page, account(request)) if self.shows else {}),
            "address": Addresses(self, page),
        }
        return render(request, f"{self.templates}/preview.html", context)

    def _history(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        page = self.door.open(request, pk, "edit")
        every = page.revisions.select_related("user__person").order_by("-created_at", "-pk")
        listed = paged(request, every)
        # The oldest one here is compared with the newest of the following page.
        revisions = list(every[max(0, listed.start_index() - 1) : listed.end_index() + 1])
        rows = [
            {"revision": new, "first": old is None, "changes": self._changes(old, new)}
            for new, old in zip_longest(revisions[: len(listed)], revisions[1:])
        ]
        context = {"page": page, "rows": rows, "listed": listed, "address": Addresses(self, page)}
        return render(request, f"{self.templates}/history.html", context)

    def _changes(self, old: Any, new: Any) -> list[tuple[str, str]]:
        """Lines that went (-) and came (+) between two revisions."""
        if old is None:
            return []
        before, after = (self._lines(revision) for revision in (old, new))
        lines = [
            line
            for line in unified_diff(before, after, lineterm="", n=0)
            if line[:2] not in {"--", "++", "@@"}
        ]
        return [(line[0], line[1:]) for line in lines if line[0] in "+-"]

    def _lines(self, revision: Revision) -> list[str]:
        raw: Raw = json.loads(revision.content.get(self.field) or "[]")
        return [revision.content.get("title", ""), *plain(raw).splitlines()]

    def _restore(self, request: HttpRequest, slug: str, pk: int, revision: int) -> HttpResponse:
        page = self.door.open(request, pk, "restore")
        kept = get_object_or_404(page.revisions.select_related("user__person"), pk=revision)
        earlier = kept.as_object()
        if request.method != "POST":
            return self._asked(request, page, kept, earlier)
        fields = {name: getattr(earlier, name) for name in self._names(page)}
        fields[self.field] = raw_of(earlier, self.field)
        version = request.POST.get("version") or version_of(page)
        try:
            self.save(account(request), page, version, fields, fresh=True)
        except Overtaken as refusal:
            messages.warning(request, str(refusal))
            return redirect(self.address("history", page))
        messages.success(request, _("The earlier version is now the draft. Publish it when you are content."))
        return redirect(self.address("preview", page))

    def _asked(self, request: HttpRequest, page: Any, kept: Revision, earlier: Any) -> HttpResponse:
        """What would change, before an earlier version becomes the draft."""
        sit_down(account(request), page)
        context = {
            "page": page,
            "kept": kept,
            "rows": self.beside(draft_of(page), earlier),
            "version": version_of(page),
            "address": Addresses(self, page),
        }
        return render(request, "pages/restore.html", context)


@dataclass(frozen=True)
class Addresses:
    """The addresses of a page's screens, for templates: `address.edit`."""

    screen: Screen
    page: Any

    def __getattr__(self, name: str) -> str:
        return self.screen.address(name, self.page)


def _pairs(mine: Raw, theirs: Raw) -> list[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    """The sections of two texts by their ids, in the order of the second; then those only the first has."""
    own = {block["id"]: block for block in mine}
    pairs = [(own.pop(block["id"], None), block) for block in theirs]
    return [*pairs, *((block, None) for block in own.values())]


def _said(value: Any) -> str:
    return str(value) if value not in (None, "") else "–"


def _text(block: dict[str, Any] | None) -> str:
    return plain([block]) or "–" if block else "–"
