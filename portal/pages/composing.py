"""The screens with which a committee composes the home of its neighbourhood."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect
from portal.actions.views import action_view
from portal.community.web import account
from portal.kit.fields import CharField
from portal.pages import homes
from portal.pages.drafts import sit_down
from portal.pages.home import left_out, rows, usual_added
from portal.pages.home_blocks import HOME_KINDS, Visit
from portal.pages.homes import HOMES
from portal.pages.models import NeighbourhoodPage
from portal.pages.screens import Addresses, Screen
from portal.pages.streams import BlockKind, Raw, Step
from portal.pages.versions import draft_of, raw_of

ACTIONS = {
    "publish": Action(
        _("Publish"),
        homes.publish,
        text=_("Everybody sees the home like this from now on."),
        done=_("The home is published."),
        main=True,
        effect=Effect.REPLACES,
        way_back=_("An earlier version can be made the draft again from the history, and published."),
        then=lambda page, result: reverse("pages:neighbourhood", args=[page.area.slug]),
    ),
}


class HomeForm(forms.Form):
    """What stands on a home besides its sections."""

    greeting = CharField(
        label=_("The sentence under the name"),
        max_length=200,
        required=False,
        help_text=_("Whoever comes for the first time reads it: what happens here, and why to join."),
    )
    version = CharField(widget=forms.HiddenInput, required=False, max_length=40)


def _address(name: str, page: NeighbourhoodPage, *more: Any) -> str:
    """Where the screens and actions of a home are."""
    if name in ACTIONS:
        return reverse("pages:home_act", args=[page.area.slug, page.pk, name])
    return reverse(f"pages:home_{name}", args=[page.area.slug, page.pk, *more])


@dataclass(frozen=True)
class HomeScreen(Screen):
    """As of any page made of sections; the preview shows the home as somebody sees it who comes for the first time."""

    def _stepped(self, kinds: list[BlockKind], kept: Raw, step: Step) -> tuple[Raw, str]:
        """The usual blocks as a beginning: with one block composed the others would be gone."""
        return (usual_added(kept), "") if step.name == "usual" else super()._stepped(kinds, kept, step)

    def _more(self, page: Any) -> dict[str, Any]:
        raw = raw_of(draft_of(page), self.field)
        composed = any(block["type"] != "cover" for block in raw)
        return {"composed": composed, "left_out": left_out(raw)}

    def _preview(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        page = self.door.open(request, pk, "edit")
        sit_down(account(request), page)
        draft = draft_of(page)
        context = {
            "place": draft,
            "page": page,
            "rows": rows(Visit(request.user, page.area, draft, member=False)),
            "changed": page.has_unpublished_changes,
            "unfinished": self.unfinished(page),
            **self._more(page),
            "address": Addresses(self, page),
        }
        return render(request, "pages/home/preview.html", context)


SCREEN = HomeScreen(
    HOMES,
    lambda page: HomeForm,
    _address,
    lambda page: HOME_KINDS,
    field="blocks",
    save=homes.compose,
    templates="pages/home",
)
edit, both, preview = SCREEN.edit, SCREEN.both, SCREEN.preview
history, restore = SCREEN.history, SCREEN.restore

_act = action_view(HOMES, ACTIONS)


@wraps(_act, assigned=())
def act(request: HttpRequest, slug: str, pk: int, action: str) -> HttpResponse:
    """Publish a home as it was composed."""
    return _act(request, pk, action)
