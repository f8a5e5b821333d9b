"""Answering: the way in, one question a page, everything to be checked, handed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from portal.actions.retrying import once_more
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here
from portal.community.web import account, sign_in_first
from portal.kit.errors import NotPossible
from portal.kit.limits import HOUR, Limit, allow
from portal.surveys import conditions
from portal.surveys.answering import services
from portal.surveys.answering.forms import CodeForm
from portal.surveys.answering.pages import NAME, Asked, Way, checked
from portal.surveys.answering.permissions import SURVEYS
from portal.surveys.answering.reading import found_by, hold, let_go, own_by, unit_by
from portal.surveys.answering.services import BegunElsewhere, HandedInAlready, Unanswered
from portal.surveys.course.frame import unit_for
from portal.surveys.definition import Definition, questions_of
from portal.surveys.models import Channel, FrameUnit, Question, Response, Survey
from portal.surveys.paper.codes import unit_of
from portal.surveys.states import ResponseState

# 29^8 codes: nobody finds one so; a whole stairwell behind one address still gets in.
CODES = Limit(60, HOUR)
CODE = "survey_code"
ask_or_send = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@ask_or_send
@once_more
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The way in: go on, begin, or how to come to it."""
    survey = SURVEYS.open(request, pk)
    if request.method == "POST":
        return _begin(request, survey)
    found = found_by(request, survey)
    if found is None and _is_in(request, survey):
        return redirect("surveys:thanks", pk)
    return _way_in(request, survey, found)


@never_cache
@ask_or_send
@once_more
@sensitive_post_parameters("code")
def code(request: HttpRequest, slug: str) -> HttpResponse:
    """Come in with the code of a letter. Out of the address it goes at once, so that no later page carries it."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    if request.method != "POST":
        if "code" in request.GET:
            request.session[CODE] = request.GET["code"][:40]
            return redirect("surveys:code", slug)
        form = CodeForm(initial={"code": request.session.pop(CODE, "")})
        return render(request, "surveys/answering/code.html", {"form": form, "here": here})
    if not allow("survey-code", get_ip(request), CODES):
        return render(request, "429.html", status=429)
    form = CodeForm(request.POST)
    unit = unit_of(form.cleaned_data["code"], here) if form.is_valid() else None
    if unit is None:
        if form.is_valid():
            form.add_error("code", _("No letter has this code now. Please compare it sign by sign."))
        return render(request, "surveys/answering/code.html", {"form": form, "here": here}, status=422)
    return _begin_by_code(request, form.cleaned_data["code"], unit)


@never_cache
@ask_or_send
@sensitive_post_parameters()
@csrf_exempt
def question(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """One question: asked, or its answer saved.

    What is larger than a form may be is not even looked into: the page says how long an answer may be. Everything else
    is held to the form's own key, as everywhere.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return _too_large(request, pk, key)
    return csrf_protect(once_more(_question_page))(request, pk, key)


def _question_page(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    if request.method == "POST":
        return _save(request, pk, key)
    survey = SURVEYS.open(request, pk)
    response = found_by(request, survey)
    if response is None or not survey.takes_answers:
        return redirect("surveys:answer", pk)
    definition = questions_of(survey)
    wanted = _question(definition, key)
    if key not in definition.shown(response.current):
        return redirect(_address(pk, Way(definition, response.current).after(key)))
    return _ask(request, Asked(definition, wanted, response), survey)


@never_cache
@ask_or_send
@once_more
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """All answers to be checked; handed in once, however often it is sent."""
    if request.method == "POST":
        return _hand_in(request, pk)
    survey = SURVEYS.open(request, pk)
    response = found_by(request, survey)
    if response is None or not survey.takes_answers:
        return redirect("surveys:answer", pk)
    return _check(request, survey, response)


@never_cache
@require_safe
def thanks(request: HttpRequest, pk: int) -> HttpResponse:
    """That it is handed in, and what follows; also for whoever comes back to it."""
    survey = SURVEYS.open(request, pk)
    unit = unit_by(request, survey)
    if unit is None or unit.handed_in_on is None:
        return redirect("surveys:answer", pk)
    own = found_by(request, survey)
    changing = own is not None and own.changes is not None
    by_letter = own is None or own.account_id is None
    context = {"survey": survey, "unit": unit, "own": own, "changing": changing, "by_letter": by_letter}
    return render(request, "surveys/answering/thanks.html", context)


def refused(request: HttpRequest, survey: Survey, refusal: NotPossible) -> HttpResponse:
    """The page that says why nothing is taken, and what can still be done."""
    set_here(request, survey.neighbourhood)
    context = {
        "survey": survey,
        "refusal": str(refusal),
        "asked_for": request.method != "POST",
        "in_already": isinstance(refusal, HandedInAlready),
        "paper": survey.state in services.TAKES_PAPER,
        "typed": _typed_words(request, survey),
    }
    return render(request, "surveys/answering/refused.html", context, status=409)


def _is_in(request: HttpRequest, survey: Survey) -> bool:
    unit = unit_by(request, survey)
    return unit is not None and unit.handed_in_on is not None and not survey.is_named


def _begin(request: HttpRequest, survey: Survey) -> HttpResponse:
    if not request.user.is_authenticated:
        return sign_in_first(request)
    try:
        response = services.begin(account(request), survey.pk, afresh="afresh" in request.POST)
    except BegunElsewhere as refusal:
        context = {"survey": survey, "elsewhere": str(refusal), "asked": True}
        return render(request, "surveys/answering/begin.html", context, status=409)
    except NotPossible as refusal:
        return refused(request, survey, refusal)
    return _go_on(request, response)


def _begin_by_code(request: HttpRequest, typed: str, unit: FrameUnit) -> HttpResponse:
    try:
        response = services.begin_by_code(typed, unit.survey)
    except HandedInAlready:
        let_go(request, unit.survey_id, unit.pk)
        return redirect("surveys:thanks", unit.survey_id)
    except NotPossible as refusal:
        return refused(request, unit.survey, refusal)
    return _go_on(request, response)


def _go_on(request: HttpRequest, response: Response) -> HttpResponse:
    hold(request, response)
    return redirect(_goes_on_at(response))


def _goes_on_at(response: Response) -> str:
    """The first question without an answer; of what is handed in all answers, to be looked at."""
    if response.state == ResponseState.HANDED_IN:
        return _address(response.survey_id, None)
    way = Way(questions_of(response.survey), response.current)
    return _address(response.survey_id, way.first_open())


def _way_in(request: HttpRequest, survey: Survey, found: Response | None) -> HttpResponse:
    if not survey.takes_answers:
        return refused(request, survey, services.why_closed(survey))
    context: dict[str, Any] = {"survey": survey, "found": found}
    if found is not None:
        context["go_on"] = _goes_on_at(found)
        return render(request, "surveys/answering/begin.html", context)
    unit = unit_by(request, survey)
    context["handed_in_on"] = unit.handed_in_on if unit else None
    if request.user.is_authenticated:
        context["asked"] = unit_for(request.user, survey) is not None
    return render(request, "surveys/answering/begin.html", context)


def _lost(request: HttpRequest, pk: int) -> HttpResponse:
    """The device holds nothing any more: what was saved is kept, and this is how to come back to it."""
    survey = SURVEYS.open(request, pk)
    asked = unit_for(request.user, survey) is not None
    context = {"survey": survey, "lost": True, "asked": asked}
    return render(request, "surveys/answering/begin.html", context, status=409)


def _save(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    own = own_by(request, pk)
    if own is None:
        return _lost(request, pk)
    raw = _Raw(request)
    try:
        response = services.save(own, {key: raw})
    except ValidationError as error:
        return _not_valid(request, pk, key, raw.read, error)
    except NotPossible as refusal:
        return refused(request, SURVEYS.open(request, pk), refusal)
    return redirect(_next(request, response, key))


class _Raw:
    """What was sent for a question; it is read once the question is known."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.read = request, None

    def __call__(self, asked: Question) -> Any:
        """What the question's own widget reads."""
        self.read = asked.form_field().widget.value_from_datadict(self.request.POST, self.request.FILES, NAME)
        return self.read


def _not_valid(request: HttpRequest, pk: int, key: str, typed: Any, error: ValidationError) -> HttpResponse:
    survey = SURVEYS.open(request, pk)
    response = found_by(request, survey)
    definition = questions_of(survey)
    wanted = _question(definition, key)
    if response is None:
        return _lost(request, pk)
    asked = Asked(definition, wanted, response, typed=typed, errors=error.message_dict[key])
    return _ask(request, asked, survey, status=422)


def _too_large(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    survey = SURVEYS.open(request, pk)
    response, definition = found_by(request, survey), questions_of(survey)
    wanted = _question(definition, key)
    if response is None:
        return _lost(request, pk)
    longest = getattr(wanted, "longest", 0)
    said = _("This is far too long: %(n)s characters at most.") % {"n": longest}
    asked = Asked(definition, wanted, response, typed=response.current.get(key), errors=[said])
    return _ask(request, asked, survey, status=422)


def _ask(request: HttpRequest, asked: Asked, survey: Survey, status: int = 200) -> HttpResponse:
    key = asked.question.key
    way = Way(asked.definition, asked.response.current, key)
    context = {
        "survey": survey,
        "asked": asked,
        "way": way,
        "back": way.before(key),
        "skip": _address(survey.pk, way.after(key)),
        "whose": asked.response.pk,
        "checking": "check" in request.GET,
        "saved_at": asked.response.saved_at,
    }
    return render(request, "surveys/answering/question.html", context, status=status)


def _check(
    request: HttpRequest, survey: Survey, response: Response, refusal: str = "", status: int = 200
) -> HttpResponse:
    definition = questions_of(survey)
    sections = checked(definition, response.current)
    lines = [line for section in sections for line in section.lines]
    last = lines[-1].url.partition("?")[0] if lines else ""
    context = {
        "survey": survey,
        "whose": response.pk,
        "sections": sections,
        "total": len(definition.questions),
        "skipped": [line for line in lines if not line.words],
        "lacking": [line for line in lines if line.required and not line.words],
        "refusal": refusal,
        "in_already": response.state == ResponseState.HANDED_IN and response.changes is None,
        "by_letter": response.account_id is None,
        "submission": uuid4(),
        "back": last,
    }
    return render(request, "surveys/answering/check.html", context, status=status)


def _hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    own = own_by(request, pk)
    if own is None:
        return _lost(request, pk)
    try:
        handed = services.hand_in(own, _submission(request))
    except HandedInAlready:
        return redirect("surveys:thanks", pk)
    except Unanswered as refusal:
        survey = SURVEYS.open(request, pk)
        found = found_by(request, survey)
        return _check(request, survey, found, str(refusal), 422) if found else _lost(request, pk)
    except NotPossible as refusal:
        return refused(request, SURVEYS.open(request, pk), refusal)
    if own.unit_id and (handed.unit_id is None or handed.channel == Channel.LETTER):
        let_go(request, pk, own.unit_id)
    return redirect("surveys:thanks", pk)


def _submission(request: HttpRequest) -> UUID:
    """The id that the page gave this sending; a page without one gets one now."""
    try:
        return UUID(request.POST.get("submission", ""))
    except ValueError:
        return uuid4()


def _question(definition: Definition, key: str) -> Question:
    found = definition.get(key)
    if found is None:
        raise Http404(key)
    return found


def _next(request: HttpRequest, response: Response, key: str) -> str:
    """Where the button leads: on, back, away, or to the check again (past what this answer has brought up)."""
    definition = questions_of(response.survey)
    way, go, pk = Way(definition, response.current, key), request.POST.get("go", ""), response.survey_id
    if go == "leave":
        return response.survey.get_absolute_url()
    if go == "back":
        return _address(pk, way.before(key) or key)
    if "check" not in request.GET:
        return _address(pk, way.after(key))
    new = _brought_up(definition, way, key)
    return _address(pk, new) + ("?check=1" if new else "")


def _brought_up(definition: Definition, way: Way, key: str) -> str | None:
    """The first question that is shown, not answered, and hangs on this one."""
    for one in definition.questions:
        if one.key in way.shown and way.shown[one.key] is None and key in conditions.keys_in(one.condition):
            return one.key
    return None


def _address(pk: int, key: str | None) -> str:
    """A question, or the check where there is none."""
    return reverse("surveys:question", args=[pk, key]) if key else reverse("surveys:check", args=[pk])


def _typed_words(request: HttpRequest, survey: Survey) -> str:
    """A text that could not be taken, to be copied."""
    match = request.resolver_match
    asked = questions_of(survey).get(match.kwargs.get("key", "")) if match else None
    return request.POST.get(NAME, "") if asked is not None and asked.is_open else ""
