"""The list of a neighbourhood's texts, the page of a round, its articles and suggestions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.actions import Offer, offers
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.web import account, sent, signed_in, typed_before
from portal.conventions import services
from portal.conventions.actions import ACTIONS, EDITION_ACTIONS, PAGE_ACTIONS, SUGGESTION_ACTIONS
from portal.conventions.actions_signing import ACTIONS as SIGN_ACTIONS
from portal.conventions.forms import FoundForm, PaperForm, SuggestForm
from portal.conventions.models import ConventionRound, Suggestion
from portal.conventions.permissions import EDITIONS, PAGES, PLACE, ROUNDS, SUGGESTIONS, TEXTS
from portal.conventions.round_page import RoundPage, listed
from portal.conventions.selectors import latest, rivals, thread_subject
from portal.conventions.states import TALKED, WRITTEN, State
from portal.conventions.text import Article, article_of
from portal.threads.models import Thread
from portal.threads.views import thread_context

act = action_view(ROUNDS, ACTIONS)
page_act = action_view(PAGES, PAGE_ACTIONS)
suggestion_act = action_view(SUGGESTIONS, SUGGESTION_ACTIONS)
edition_act = action_view(EDITIONS, EDITION_ACTIONS)


@require_safe
def conventions(request: HttpRequest, slug: str) -> HttpResponse:
    """The texts of a neighbourhood, its estates and buildings: what is in force, and what is being worked on."""
    here = PLACE.open(request, slug)
    context = {"rows": listed(request.user, here), "may_found": PLACE.may(request.user, "found", here)}
    return render(request, "conventions/conventions.html", context)


@signed_in
@once
def found(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a text where there is none yet."""
    here = PLACE.open(request, slug, "found")
    form = FoundForm(sent(request), here=here, user=account(request), initial=typed_before(request))

    def work(form: FoundForm) -> str:
        page = services.found(account(request), here.slug, **form.cleaned_data)
        messages.success(request, _("The draft can be written."))
        return ConventionRound.objects.get(page=page).get_absolute_url()

    context = {
        "heading": _("A new convention"),
        "submit": _("Begin"),
        "back": _list(here.slug),
        "draft": "found",
    }
    return handle_form(request, form, work, "conventions/form.html", context)


@require_safe
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a round stands, who owes what until when, its articles with their suggestions."""
    round_ = ROUNDS.open(request, pk)
    open_now = offers(request, ROUNDS, ACTIONS, round_, "conventions:act")
    allowed = ROUNDS.allowed(request.user, round_)
    context = {
        "round": round_,
        "parts": RoundPage(round_),
        "sign_offers": _signing(request, round_),
        "main_offers": [offer for offer in open_now if offer.action.main],
        "more_offers": [offer for offer in open_now if not offer.action.main],
        "may_suggest": "suggest" in allowed or (round_.state in TALKED and not request.user.is_authenticated),
        "may_edit": round_.state in WRITTEN and PAGES.entitled(request.user, "edit", round_.page),
    }
    return render(request, "conventions/round.html", context)


@require_safe
def article(request: HttpRequest, pk: int, article: str) -> HttpResponse:
    """One article: its suggestions side by side, and its own discussion."""
    round_ = ROUNDS.open(request, pk)
    about = _article(round_, article)
    thread = Thread.objects.filter(subject=thread_subject(pk, article)).first()
    found = list(rivals(round_, article))
    context = {
        "round": round_,
        "article": about,
        "parts": RoundPage(round_),
        "suggestions": [(one, _offered(request, round_, one)) for one in found],
        "may_suggest": ROUNDS.may(request.user, "suggest", round_),
        "may_enter": ROUNDS.may(request.user, "enter_paper", round_),
        **({"thread": thread, **thread_context(request, thread)} if thread else {}),
    }
    return render(request, "conventions/article.html", context)


@require_safe
def suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """To the place where a suggestion stands beside its rivals."""
    return redirect(SUGGESTIONS.open(request, pk).get_absolute_url())


@signed_in
@once
def suggest(request: HttpRequest, pk: int, article: str) -> HttpResponse:
    """Suggest another wording for an article."""
    round_ = ROUNDS.open(request, pk, "suggest")
    about = _article(round_, article)
    form = SuggestForm(sent(request), article=about, initial=typed_before(request))

    def work(form: SuggestForm) -> str:
        made = services.suggest(account(request), pk, article, **form.cleaned_data)
        messages.success(
            request, _("Your suggestion stands beside the text. You are told what becomes of it.")
        )
        return made.get_absolute_url()

    return _suggesting(request, round_, about, form, work, "suggest", _("Suggest another wording"))


@signed_in
@once
def enter_paper(request: HttpRequest, pk: int, article: str) -> HttpResponse:
    """Enter a suggestion that came on paper."""
    round_ = ROUNDS.open(request, pk, "enter_paper")
    about = _article(round_, article)
    form = PaperForm(sent(request), article=about, here=round_.page.area, initial=typed_before(request))

    def work(form: PaperForm) -> str:
        made = services.enter_paper(account(request), pk, article, **form.cleaned_data)
        messages.success(request, _("The suggestion is entered."))
        return made.get_absolute_url()

    return _suggesting(request, round_, about, form, work, "enter_paper", _("Enter a suggestion on paper"))


def _suggesting(
    request: HttpRequest,
    round_: ConventionRound,
    about: Article,
    form: Any,
    work: Any,
    name: str,
    heading: str,
) -> HttpResponse:
    back = reverse("conventions:article", args=[round_.pk, about["id"]])
    context = {
        "round": round_,
        "article": about,
        "heading": heading,
        "submit": _("Send the suggestion"),
        "back": back,
        "draft": f"{name}-{round_.pk}-{about['id']}",
    }

    def ask() -> None:
        ROUNDS.require(name, round_)

    return handle_form(request, form, work, "conventions/suggest.html", context, ask=ask)


def _article(round_: ConventionRound, ident: str) -> Article:
    text = latest(round_)
    found = article_of(text.chapters, ident) if text else None
    if found is None:
        raise Http404(ident)
    return found


def _offered(request: HttpRequest, round_: ConventionRound, suggestion: Suggestion) -> list[Offer]:
    suggestion.round = round_
    return offers(request, SUGGESTIONS, SUGGESTION_ACTIONS, suggestion, "conventions:suggestion_act")


def _signing(request: HttpRequest, round_: ConventionRound) -> list[Offer]:
    """What can be done with the signatures, while they are collected: for one's household, and from paper."""
    text = latest(round_) if round_.state == State.SIGNING else None
    if text is None:
        return []
    text.round = round_
    return offers(request, TEXTS, SIGN_ACTIONS, text, "conventions:sign_act")


def _list(slug: str) -> str:
    return reverse("conventions:conventions", args=[slug])
