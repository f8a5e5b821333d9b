"""The screens on which a draft is written: chapters and articles as sections of one plain form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import User
from portal.conventions import services
from portal.conventions.models import AgreementPage
from portal.conventions.models.pages import LONGEST
from portal.conventions.permissions import PAGES
from portal.conventions.selectors import open_round
from portal.conventions.text import numbered
from portal.kit.fields import CharField
from portal.pages.screens import Screen
from portal.pages.streams import BlockKind, SectionForm
from portal.pages.versions import draft_of, raw_of


class ChapterForm(SectionForm):
    """The heading of a chapter."""

    title = CharField(label=_("Title of the chapter"), max_length=60)


class ArticleForm(SectionForm):
    """One article; its number follows from its place."""

    title = CharField(label=_("Title of the article"), max_length=60, required=False)
    text = CharField(label=_("Text of the article"), max_length=LONGEST, rows=5)


class OwnForm(forms.Form):
    """What stands beside the sections."""

    title = CharField(label=_("Title"), max_length=100)
    version = CharField(widget=forms.HiddenInput, required=False, max_length=40)


KINDS = (BlockKind("article", _("Article"), ArticleForm), BlockKind("chapter", _("Chapter"), ChapterForm))


def _address(name: str, page: Any, *more: Any) -> str:
    """Where a draft's screens are; what publishes it is the next step of its round."""
    if name in {"publish", "schedule"}:
        round_ = open_round(page)
        return round_.get_absolute_url() if round_ else page.get_absolute_url()
    return reverse(f"conventions:{name}", args=[page.neighbourhood.slug, page.pk, *more])


def _shows(page: AgreementPage, user: User) -> dict[str, Any]:
    """The numbered draft, and its round."""
    return {"chapters": numbered(raw_of(draft_of(page))), "round": open_round(page)}


SCREEN = Screen(
    PAGES,
    lambda page: OwnForm,
    _address,
    lambda page: KINDS,
    save=services.save_draft,
    templates="conventions",
    shows=_shows,
)
edit, both, preview, compare = SCREEN.edit, SCREEN.both, SCREEN.preview, SCREEN.compare
history, restore = SCREEN.history, SCREEN.restore
