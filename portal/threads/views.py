"""Pages of discussions: reading, speaking, what happened since, and one post with what can be done to it."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from portal.actions.actions import offers
from portal.actions.retrying import once_more
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.models import User
from portal.community.web import account, signed_in, typed_before
from portal.kit.errors import NotPossible
from portal.threads import fragments
from portal.threads.actions import ACTIONS
from portal.threads.forms import ReplyForm, SayForm
from portal.threads.fragments import Name
from portal.threads.models import PORTION, HideReason, Post, Thread
from portal.threads.permissions import POSTS, THREADS, may_read, may_speak
from portal.threads.selectors import texts_of, to_say, waiting_in
from portal.threads.services import answer
from portal.threads.services import post as say_in
from portal.threads.states import AWAY

FARTHEST, DIGITS = 2**31 - 1, 20


def thread_context(request: HttpRequest, thread: Thread, form: SayForm | None = None) -> dict[str, Any]:
    """What `threads/_thread.html` draws: the newest posts, or those before `?before=`.

    The number of the last change names the state of a thread, under which what is drawn of it is kept. The form
    is there where something stands in it; else a blank one is drawn once.
    """
    _known_place(request, thread)
    portion = Portion(thread, _number(request.GET.get("before"), 0))
    return {
        "thread": thread,
        "portion": portion,
        "may_speak": may_speak(request.user, thread),
        "say_form": form or _typed(request, thread),
        "reply_form": reply_form(request, thread),
        "blank_form": SimpleLazyObject(SayForm),
    }


def reply_form(request: HttpRequest, thread: Thread) -> ReplyForm | None:
    """The form of whoever owes answers here, with the question that waits most; None for everybody else."""
    waiting = waiting_in(request.user, thread)
    if not waiting:
        return None
    texts = list(texts_of(request.user, thread.neighbourhood).in_use())
    if request.method == "POST":
        return ReplyForm(request.POST, request.FILES, waiting=waiting, texts=texts)
    kept = next((text for text in texts if str(text.pk) == request.GET.get("kept")), None)
    begun = {"body": kept.text} if kept else {}
    typed = typed_before(request, reverse("threads:reply", args=[thread.pk]))
    return ReplyForm(initial={**begun, **typed}, waiting=waiting, texts=texts)


def _typed(request: HttpRequest, thread: Thread) -> SayForm | None:
    """The form with what was typed before a session expired."""
    typed = typed_before(request, reverse("threads:say", args=[thread.pk]))
    return SayForm(initial=typed) if typed else None


class Portion:
    """A page of a thread's posts, read when it is drawn: the newest ones, or those before a number."""

    def __init__(self, thread: Thread, before: int) -> None:
        self.thread, self.before = thread, before

    @property
    def drawn(self) -> SafeString:
        """The posts in their order, each drawn once for all its readers."""
        texts = fragments.texts(self._found[-PORTION:], get_language() or fragments.LANGUAGES[0])
        return mark_safe("".join(texts))  # noqa: S308 - templates wrote it

    @property
    def earlier(self) -> int | None:
        """Before which number there are more, if there are."""
        return self._found[-PORTION].sequence if len(self._found) > PORTION else None

    @cached_property
    def _found(self) -> list[Name]:
        posts = Post.objects.filter(thread=self.thread)
        if self.before:
            posts = posts.filter(sequence__lt=self.before)
        names = posts.order_by("-sequence").values_list("pk", "revision", "sequence")[: PORTION + 1]
        return [Name(*row) for row in reversed(names)]


@require_safe
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """A discussion on a page of its own."""
    return _thread_page(request, THREADS.open(request, pk))


@require_POST
@signed_in
@once_more
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """Post; the same hidden key twice is one post. A script gets the news, a browser is led to the post."""
    here = THREADS.open(request, pk, "speak")
    form, status = SayForm(request.POST), 422
    if form.is_valid():
        words: dict[str, Any] = form.cleaned_data
        try:
            said = say_in(account(request), pk, body=words["body"], asks=words["asks"], key=words["once"])
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            return _said(request, said)
    if _wants_json(request):
        return JsonResponse({"refusal": _first_error(form)}, status=status)
    return _thread_page(request, here, form, status=status)


@require_POST
@signed_in
@once
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the questions that are ticked; with none of them, after it was asked once, an ordinary post."""
    here = THREADS.open(request, pk, "speak")
    form = reply_form(request, here)
    if form is None:
        refusal = _("These questions were answered meanwhile. Please look at the discussion again.")
        return _thread_page(request, here, _unsent(request, refusal), status=409)
    return handle_form(
        request,
        form,
        lambda filled: _replied(account(request), here, filled.cleaned_data).place,
        "threads/thread.html",
        thread_context(request, here) | {"say_form": None},
        name="reply_form",
    )


def _replied(user: User, here: Thread, said: dict[str, Any]) -> Post:
    if not said["questions"]:
        return say_in(user, here.pk, body=said["body"], key=said["once"])
    first, *also = said["questions"]
    return answer(user, first, body=said["body"], also=also, photos=said["photos"], key=said["once"])


def _unsent(request: HttpRequest, refusal: str) -> SayForm:
    """The ordinary form with what was typed and why it was not taken."""
    form = SayForm(request.POST)
    form.is_valid()
    form.add_error(None, refusal)
    return form


@require_GET
def news(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened after number `after`, as JSON; 304 where the reader has it already."""
    here, language = THREADS.get(request.user, pk), get_language() or fragments.LANGUAGES[0]
    after = _number(request.GET.get("after"), 0)
    etag = f'"{here.pk}-{after}-{here.sequence}-{int(here.is_open)}-{language}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = JsonResponse(fragments.news(here, after, language), headers={"ETag": etag})
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@require_safe
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """One post, and what this reader can do to it."""
    shown = POSTS.open(request, pk)
    context = {
        "post": shown,
        "back": shown.place,
        "offers": offers(request, POSTS, ACTIONS, shown, "threads:act"),
        "hidden_words": shown.body if shown.state in AWAY and may_read(request.user, shown) else "",
        "reports": _reports(shown) if POSTS.may(request.user, "hide", shown) else [],
        "texts": texts_of(request.user, shown.neighbourhood).in_use(),
        "to_say": to_say(request.user, shown),
        "tab": "topics",
    }
    return render(request, "threads/post.html", context)


act = action_view(POSTS, ACTIONS)


def _thread_page(
    request: HttpRequest, shown: Thread, form: SayForm | None = None, status: int = 200
) -> HttpResponse:
    return render(request, "threads/thread.html", thread_context(request, shown, form), status=status)


def _reports(shown: Post) -> list[dict[str, Any]]:
    found = (
        shown.flags.filter(settled_at=None).order_by("reason").values("reason").annotate(count=Count("pk"))
    )
    return [{"label": HideReason(row["reason"]).label, "count": row["count"]} for row in found]


def _said(request: HttpRequest, said: Post) -> HttpResponse:
    if not _wants_json(request):
        return redirect(said.place)
    after = _number(request.POST.get("after"), said.revision - 1)
    told = fragments.news(said.thread, after, get_language() or fragments.LANGUAGES[0])
    return JsonResponse({"said": said.sequence, "once": uuid4().hex, "news": told}, status=201)


def _first_error(form: forms.Form) -> str:
    return next((str(message) for messages in form.errors.values() for message in messages), "")


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _known_place(request: HttpRequest, thread: Thread) -> None:
    """Spare a query: the page usually knows the neighbourhood already."""
    here = getattr(request, "here", None)
    if here is not None and here.pk == thread.neighbourhood_id:
        thread.neighbourhood = here


def _number(text: str | None, default: int) -> int:
    sound = text and text.isascii() and text.isdigit() and len(text) < DIGITS
    return min(int(text), FARTHEST) if text and sound else default
