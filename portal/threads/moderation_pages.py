"""Pages of moderation: the public log, the list of words, and a time in which somebody writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.models import Area
from portal.community.rules import rule
from portal.community.web import account, signed_in
from portal.kit.paging import paged
from portal.threads import moderation_log
from portal.threads.actions import MUTE_ACTIONS, READING_ACTIONS, WORD_ACTIONS
from portal.threads.forms import WordForm
from portal.threads.models import HideReason, Thread
from portal.threads.moderating import WatchedWord
from portal.threads.permissions import MODERATION, MUTES, READING, WORDS, runs_it_all
from portal.threads.services import add_word, add_word_for_all
from portal.threads.services.moderation import appeal_to

# So many discussions are named that are looked at first; there are hardly ever more than a few.
MOST = 50
mute_act = action_view(MUTES, MUTE_ACTIONS)
word_act = action_view(WORDS, WORD_ACTIONS)
reading_act = action_view(READING, READING_ACTIONS)


@require_safe
def moderation(request: HttpRequest, slug: str) -> HttpResponse:
    """What was done to posts, in counts by month; which discussions are looked at first, and why."""
    here = MODERATION.open(request, slug)
    moderates = MODERATION.may(request.user, "moderate", here)
    busy = [line for line in moderation_log.log(here) if not line.quiet]
    context = {
        "here": here,
        "tab": "topics",
        "busy": busy,
        "quiet": moderation_log.MONTHS - len(busy),
        "reasons": moderation_log.reasons(here),
        "first": Thread.objects.filter(neighbourhood=here, read_first_at__isnull=False).order_by(
            "-read_first_at"
        ),
        "all_first": bool(rule("thread.read_first", here)),
        "decides": appeal_to(here),
        "moderates": moderates,
        "page": paged(request, Thread.objects.filter(neighbourhood=here).order_by("-pk"))
        if moderates
        else None,
    }
    return render(request, "threads/moderation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def words(request: HttpRequest, slug: str) -> HttpResponse:
    """The words that make posts wait, and the form for a new one."""
    here = MODERATION.open(request, slug, "moderate")
    shown = {"here": here, "rows": _rows(request, here), "for_all": WatchedWord.objects.of(None).in_use()}
    return _list(request, shown, lambda word: add_word(account(request), here.slug, word=word))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def words_for_all(request: HttpRequest) -> HttpResponse:
    """The words that make posts of every neighbourhood wait; the page is there for whoever runs all of it."""
    if not runs_it_all(request.user):
        raise Http404("words for all")
    shown = {"rows": _rows(request, None)}
    return _list(request, shown, lambda word: add_word_for_all(account(request), word=word))


def _list(request: HttpRequest, shown: dict[str, Any], add: Callable[[str], WatchedWord]) -> HttpResponse:
    return handle_form(
        request,
        WordForm(request.POST or None),
        lambda form: add(form.cleaned_data["word"]).get_absolute_url(),
        "threads/words.html",
        {"tab": "me", **shown},
    )


@require_safe
@signed_in
def mute(request: HttpRequest, pk: int) -> HttpResponse:
    """A time in which somebody writes nothing: why, until when, and the appeal."""
    shown = MUTES.open(request, pk, "read")
    context = {
        "mute": shown,
        "reason": HideReason(shown.reason).label,
        "offers": offers(request, MUTES, MUTE_ACTIONS, shown, "threads:mute_act"),
        "tab": "topics",
    }
    return render(request, "threads/mute.html", context)


def _rows(request: HttpRequest, here: Area | None) -> list[dict[str, Any]]:
    """Each with what can be done with it, those put away last."""
    kept = WatchedWord.objects.of(here).select_related("neighbourhood")
    ordered = sorted(kept, key=lambda word: word.away_at is not None)
    return [
        {"word": one, "offers": offers(request, WORDS, WORD_ACTIONS, one, "threads:word_act")}
        for one in ordered
    ]
