"""What a body was asked, answered and handed on, and the texts it keeps for its answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.models import Area
from portal.community.web import account, signed_in
from portal.kit.paging import paged
from portal.threads.actions import TEXT_ACTIONS
from portal.threads.forms import TextForm
from portal.threads.models import Post, PostQuerySet
from portal.threads.permissions import PLACE, TEXTS, answers_for
from portal.threads.selectors import questions_to, texts_of, with_more
from portal.threads.services import keep_text

WAITING, MORE, ANSWERED, HANDED = "waiting", "more", "answered", "handed"
SHOWN = [
    (WAITING, _("Waiting")),
    (MORE, _("New after the answer")),
    (ANSWERED, _("Answered")),
    (HANDED, _("Handed on")),
]


class ShownForm(forms.Form):
    """Which of the questions are shown."""

    shown = forms.ChoiceField(label=_("Which ones"), choices=SHOWN, required=False)


@require_safe
@signed_in
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions to the reader's bodies: waiting (the most urgent first), answered, or handed on by them."""
    here = PLACE.open(request, slug, "answer")
    form = ShownForm(request.GET or None)
    shown = (form.cleaned_data["shown"] if form.is_valid() else "") or WAITING
    own, asked = answers_for(request.user, here), questions_to(request.user, here)
    page = paged(request, _of(asked, shown, own))
    context = {
        "here": here,
        "tab": "me",
        "form": form,
        "shown": shown,
        "own": own,
        "page": page,
        "waiting": page.paginator.count if shown == WAITING else _of(asked, WAITING, own).count(),
    }
    return render(request, "threads/questions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def texts(request: HttpRequest, slug: str) -> HttpResponse:
    """The texts of the reader's bodies, and the form for a new one."""
    here = PLACE.open(request, slug, "answer")
    return handle_form(
        request,
        TextForm(request.POST or None),
        lambda form: _kept(request, here, form),
        "threads/texts.html",
        {"here": here, "tab": "me", "rows": _rows(request, here)},
    )


text_act = action_view(TEXTS, TEXT_ACTIONS)


def _of(asked: PostQuerySet, shown: str, own: list[str]) -> QuerySet[Post]:
    if shown == HANDED:
        return asked.filter(handed__first__in=own).order_by("-handed__at", "-pk")
    mine = asked.filter(asks__in=own)
    if shown == MORE:
        return with_more(mine)
    if shown == ANSWERED:
        return mine.filter(answered_at__isnull=False).order_by("-answered_at", "-pk")
    return mine.waiting()


def _kept(request: HttpRequest, here: Area, form: TextForm) -> str:
    keep_text(account(request), here.slug, **form.cleaned_data)
    return reverse("threads:texts", args=[here.slug])


def _rows(request: HttpRequest, here: Area) -> list[dict[str, Any]]:
    """Each with what can be done with it, those put away last."""
    kept = texts_of(request.user, here).select_related("neighbourhood").order_by("title", "pk")
    ordered = sorted(kept, key=lambda text: text.away_at is not None)
    return [
        {"text": one, "offers": offers(request, TEXTS, TEXT_ACTIONS, one, "threads:text_act")}
        for one in ordered
    ]
