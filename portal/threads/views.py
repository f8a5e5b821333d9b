"""Pages of discussions: reading, speaking, what happened since, and one post with what can be done to it."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from portal.actions import held
from portal.actions.actions import offers
from portal.actions.retrying import once_more
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.models import User
from portal.community.web import account, signed_in, typed_before
from portal.duties.models import Duty
from portal.duties.services import who_owes
from portal.kit.errors import NotPossible
from portal.kit.limits import Limit, allow
from portal.record.services import key
from portal.threads import fragments, live, stances
from portal.threads.actions import ACTIONS
from portal.threads.forms import ReplyForm, SayForm
from portal.threads.models import HideReason, Post, Reading, Thread
from portal.threads.permissions import POSTS, THREADS, may_react, may_read, may_speak
from portal.threads.portions import number, portion_of
from portal.threads.selectors import texts_of, to_say, waiting_in
from portal.threads.services import answer, read_up_to
from portal.threads.services import post as say_in
from portal.threads.services.answering import DUTY
from portal.threads.services.moderation import APPEAL
from portal.threads.states import State

# What the form for a post may name by number: the post it answers, and the one it quotes.
ADDRESSED = ("to", "quote")
# How often it is heard that the same person is writing.
WRITES = Limit(1, 3)


def thread_context(
    request: HttpRequest, thread: Thread, form: SayForm | None = None, *, takes: bool | None = None
) -> dict[str, Any]:
    """What `threads/_thread.html` draws: the newest posts, or those before `?before=`.

    The number of the last change names the state of a thread, under which what is drawn of it is kept. The form
    is there where something stands in it; else a blank one is drawn once. `takes`: whether neighbours can say now that
    they agree with posts; None: this is asked.
    """
    _known_place(request, thread)
    speaks = may_speak(request.user, thread)
    # What was typed waits until its author can say it.
    begun = form or ((_typed(request, thread) or _addressed(request)) if speaks else None)
    return {
        "thread": thread,
        "portion": portion_of(thread, request.GET),
        "marker": SimpleLazyObject(partial(_marker, request, thread)),
        "may_speak": speaks,
        "say_form": begun,
        "stance": SimpleLazyObject(partial(_stance, request, thread, takes)),
        "addressed": _posts_of(thread, begun),
        "reply_form": None if begun else reply_form(request, thread),
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


def _addressed(request: HttpRequest) -> SayForm | None:
    """The form that answers or quotes the post whose number stands in the address."""
    numbers = {name: n for name in ADDRESSED if (n := number(request.GET.get(name)))}
    return SayForm(initial=numbers) if numbers else None


def _marker(request: HttpRequest, thread: Thread) -> dict[str, Any]:
    """How far the reader has read, what is new to them, and where it begins; nothing for visitors."""
    if not request.user.is_authenticated:
        return {}
    known = Reading.objects.filter(thread=thread, user=request.user).first()
    if known is None:
        return {"upto": ""}
    known.thread, known.user = thread, account(request)
    fresh, first = known.unread() if known.upto < thread.length else (0, 0)
    return {"upto": known.upto, "fresh": fresh, "first": first}


def _stance(request: HttpRequest, thread: Thread, takes: bool | None = None) -> dict[str, Any]:
    """Whether it can be said now who agrees, whether this reader may say it, and what they said: "17:1 19:-1"."""
    takes = stances.taken_now(thread) if takes is None else takes and thread.is_open
    may = takes and may_react(request.user, thread)
    said = stances.mine(request.user, thread) if may else {}
    return {"takes": takes, "may": may, "mine": " ".join(f"{n}:{value}" for n, value in said.items())}


def _posts_of(thread: Thread, form: SayForm | None) -> dict[str, Post]:
    """The posts that a form answers and quotes; a sent form that fails goes on naming them."""
    numbers = {name: number(str(form[name].value() or "")) for name in ADDRESSED} if form else {}
    if not any(numbers.values()):
        return {}
    found = {post.sequence: post for post in thread.posts.standing().filter(sequence__in=numbers.values())}
    return {name: found[n] for name, n in numbers.items() if n in found}


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
    form, status = SayForm(request.POST, request.FILES), 422
    if form.is_valid():
        words: dict[str, Any] = form.cleaned_data
        try:
            said = say_in(account(request), pk, key=words.pop("once"), **words)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            return _said(request, said)
    if _wants_json(request):
        return JsonResponse({"refusal": _first_error(form)}, status=status)
    held.keep(request, form)
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
        return say_in(user, here.pk, body=said["body"], photos=said["photos"], key=said["once"])
    first, *also = said["questions"]
    return answer(user, first, body=said["body"], also=also, photos=said["photos"], key=said["once"])


def _unsent(request: HttpRequest, refusal: str) -> SayForm:
    """The ordinary form with what was typed and why it was not taken."""
    form = SayForm(request.POST, request.FILES)
    form.is_valid()
    form.add_error(None, refusal)
    held.keep(request, form)
    return form


@require_GET
def news(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened after number `after`, as JSON; 304 where the reader has it already."""
    here, language = THREADS.get(request.user, pk), get_language() or fragments.LANGUAGES[0]
    after = number(request.GET.get("after"))
    etag = f'"{here.pk}-{after}-{here.sequence}-{int(here.is_open)}-{language}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = JsonResponse(fragments.news(here, after, language), headers={"ETag": etag})
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@require_POST
@signed_in
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Remember how far somebody has read."""
    here = read_up_to(account(request), pk, number(request.POST.get("upto")))
    return _noted(request, here)


@require_POST
@signed_in
def writing(request: HttpRequest, pk: int) -> HttpResponse:
    """A page says that its reader is writing, without the words; told on once every few seconds for each of them."""
    here = THREADS.open(request, pk, "speak")
    if here.is_open and allow("writing", f"{pk}.{request.user.pk}", WRITES):
        live.somebody_writes(here.pk)
    return _noted(request, here)


@require_safe
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """One post, and what this reader can do to it."""
    shown = POSTS.open(request, pk)
    readable, promise = may_read(request.user, shown), _promise(shown)
    context = {
        "post": shown,
        "earlier": shown.earlier.all() if readable else [],
        "back": shown.place,
        "offers": offers(request, POSTS, ACTIONS, shown, "threads:act"),
        "hidden_words": shown.body if shown.is_away and readable else "",
        "reports": _reports(shown) if POSTS.may(request.user, "hide", shown) else [],
        "texts": texts_of(request.user, shown.neighbourhood).in_use(),
        "to_say": to_say(request.user, shown),
        "promise": promise,
        "decider": who_owes([promise])[promise.pk] if promise and promise.kind == APPEAL else None,
        "tab": "topics",
        "stance": SimpleLazyObject(partial(_stance, request, shown.thread)),
    }
    return render(request, "threads/post.html", context)


act = action_view(POSTS, ACTIONS)


def _thread_page(
    request: HttpRequest, shown: Thread, form: SayForm | None = None, status: int = 200
) -> HttpResponse:
    return render(request, "threads/thread.html", thread_context(request, shown, form), status=status)


def _promise(shown: Post) -> Duty | None:
    """What its author waits for by a date that the page explains: an answer, or the decision on an appeal."""
    waits = {DUTY: shown.asks and not shown.answered_at, APPEAL: shown.state == State.APPEALED}
    kinds = [kind for kind, so in waits.items() if so]
    return Duty.objects.active().about(key(shown)).filter(kind__in=kinds).first() if kinds else None


def _reports(shown: Post) -> list[dict[str, Any]]:
    found = (
        shown.flags.filter(settled_at=None).order_by("reason").values("reason").annotate(count=Count("pk"))
    )
    return [{"label": HideReason(row["reason"]).label, "count": row["count"]} for row in found]


def _said(request: HttpRequest, said: Post) -> HttpResponse:
    if not _wants_json(request):
        return redirect(said.place)
    after = number(request.POST.get("after"), said.revision - 1)
    told = fragments.news(said.thread, after, get_language() or fragments.LANGUAGES[0], said)
    return JsonResponse({"said": said.sequence, "once": uuid4().hex, "news": told}, status=201)


def _noted(request: HttpRequest, here: Thread) -> HttpResponse:
    """A script wants no answer, a browser is led back."""
    return HttpResponse(status=204) if _wants_json(request) else redirect(f"{here.url}#thread")


def _first_error(form: forms.Form) -> str:
    return next((str(message) for messages in form.errors.values() for message in messages), "")


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _known_place(request: HttpRequest, thread: Thread) -> None:
    """Spare a query: the page usually knows the neighbourhood already."""
    here = getattr(request, "here", None)
    if here is not None and here.pk == thread.neighbourhood_id:
        thread.neighbourhood = here
