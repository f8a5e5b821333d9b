"""Pages of votes. What is open, who may cast and what is counted is decided by the services."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from portal.community.models import Area, Visitor
from portal.community.places import neighbourhood_or_404
from portal.community.web import kept, once, signed_in
from portal.record.errors import NotPossible
from portal.voting import meters, methods, receipts, recount, result, sentences, services, tally
from portal.voting.forms import BallotForm, ReceiptForm, RollFilter
from portal.voting.meters import Chosen, Meter, Way
from portal.voting.models import Ballot, RollEntry, Vote
from portal.voting.permissions import entry_of, may, vote_for
from portal.voting.states import Phase

PAGE = 20
ROLL_PAGE = 100


@dataclass(frozen=True)
class Box:
    """What the fragments of a vote show to one reader. `ballot` is the reader's own, never another's."""

    phase: Phase
    entry: RollEntry | None
    ballot: Ballot | None
    form: BallotForm | None
    buildings: list[tally.Turnout]
    running: list[Meter]
    meters: list[Meter]
    choices: list[Chosen]
    channels: list[Way]
    may_see_roll: bool
    words: dict[str, str]

    @property
    def choice(self) -> str:
        """What the reader chose, in words."""
        return methods.words(self.ballot.vote, self.ballot.choice) if self.ballot else ""


def vote_context(request: HttpRequest, vote: Vote) -> dict[str, Any]:
    """What the fragments `voting/_*.html` need on any page: `vote` and `voting`."""
    return {"vote": vote, "voting": _box(request, vote)}


@require_safe
def votes(request: HttpRequest, slug: str) -> HttpResponse:
    """All votes of a neighbourhood: those that want a ballot first."""
    here = neighbourhood_or_404(slug)
    _stand_in(request, here)
    page = Paginator(_listed(request.user, here), PAGE).get_page(request.GET.get("page"))
    return render(request, "voting/votes.html", {"page": page, "receipt_form": ReceiptForm()})


@require_safe
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """One vote: the ballot, the turnout, the result."""
    return _show(request, vote_for(request.user, pk))


@signed_in
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The step between choosing and casting: what would be cast, for whom. Changes nothing."""
    found = vote_for(request.user, pk)
    if request.method != "POST":
        return redirect("voting:vote", pk)
    form = BallotForm(found, request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    box = _box(request, found)
    if box.entry is None or box.phase is not Phase.OPEN:
        return redirect("voting:vote", pk)
    _stand_in(request, found.neighbourhood)
    choice = form.cleaned_data["choice"]
    context = {
        "vote": found,
        "voting": box,
        "choice": methods.words(found, choice),
        "form": BallotForm(found, initial={"choice": choice}, checked=True),
    }
    return render(request, "voting/check.html", context)


@signed_in
@once
def cast(request: HttpRequest, pk: int) -> HttpResponse:
    """Cast what was checked. A second sending is answered like the first."""
    found = vote_for(request.user, pk)
    if request.method != "POST":
        return redirect("voting:vote", pk)
    form = BallotForm(found, request.POST, checked=True)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    try:
        services.cast(request.user, pk, form.cleaned_data["choice"])  # type: ignore[arg-type]
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your vote was received."))
    return redirect("voting:vote", pk)


@require_safe
def roll(request: HttpRequest, pk: int) -> HttpResponse:
    """The roll with names and flats, for the staff who keep it. It does not say who voted, nor how."""
    found = vote_for(request.user, pk, "see_roll")
    _stand_in(request, found.neighbourhood)
    form = RollFilter(request.GET)
    wanted = form.cleaned_data["q"] if form.is_valid() else ""
    lines = found.roll.select_related("person", "building").filter(_matching(wanted))
    page = Paginator(lines.order_by("number"), ROLL_PAGE).get_page(request.GET.get("page"))
    return render(request, "voting/roll.html", {"vote": found, "form": form, "page": page})


def _result_tag(request: HttpRequest, pk: int) -> str | None:
    found = (
        Vote.objects.filter(pk=pk).exclude(counted_at=None).values_list("result_sha256", flat=True).first()
    )
    return f'"{found}"' if found else None


@require_safe
@condition(etag_func=_result_tag)
def result_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The published result, once there is one; before, nobody gets anything."""
    found = vote_for(request.user, pk)
    if found.phase is not Phase.COUNTED:
        raise Http404
    response = JsonResponse(result.document(found), json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "public, max-age=300"
    response["Content-Disposition"] = f'inline; filename="vote-{pk}-result.json"'
    return response


@require_safe
def recount_program(request: HttpRequest) -> HttpResponse:
    """The program that counts a published result again, to run on one's own computer."""
    source = Path(recount.__file__).read_bytes()
    response = HttpResponse(source, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="recount.py"'
    return response


@require_safe
def find_receipt(request: HttpRequest) -> HttpResponse:
    """Where somebody types a receipt from paper."""
    form = ReceiptForm(request.GET) if "number" in request.GET else ReceiptForm()
    if form.is_bound and form.is_valid():
        return redirect("voting:receipt", form.cleaned_data["number"])
    return render(request, "voting/receipt.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """Whether a ballot with this receipt was received and counted. Only its voter reads the choice."""
    ballots = Ballot.objects.select_related("vote__neighbourhood", "entry")
    found = ballots.filter(receipt=receipts.meant(number)).first()
    if found is None:
        form = ReceiptForm(initial={"number": number})
        return render(request, "voting/receipt.html", {"form": form, "unknown": number}, status=404)
    _stand_in(request, found.vote.neighbourhood)
    own = request.user.is_authenticated and found.entry.person_id == request.user.person_id
    context = {
        "form": ReceiptForm(),
        "ballot": found,
        "counted": found.vote.phase is Phase.COUNTED,
        "choice": methods.words(found.vote, found.choice) if own else "",
    }
    return render(request, "voting/receipt.html", context)


def _show(
    request: HttpRequest, found: Vote, form: BallotForm | None = None, status: int = 200
) -> HttpResponse:
    _stand_in(request, found.neighbourhood)
    return render(
        request, "voting/vote.html", {"vote": found, "voting": _box(request, found, form)}, status=status
    )


def _box(request: HttpRequest, found: Vote, form: BallotForm | None = None) -> Box:
    entry, phase = entry_of(request.user, found.pk), found.phase
    ballot = Ballot.objects.filter(entry=entry).first() if entry else None
    buildings = [] if phase is Phase.COMING else tally.turnout(found)
    casting = entry is not None and phase is Phase.OPEN
    return Box(
        phase=phase,
        entry=entry,
        ballot=ballot,
        form=form or (_form(request, found) if casting else None),
        buildings=buildings,
        running=meters.running(found, tally.together(buildings)) if phase is Phase.OPEN else [],
        meters=meters.meters(found),
        choices=meters.choices(found),
        channels=meters.channels(found),
        may_see_roll=may(request.user, "see_roll", found.electorate, found.neighbourhood),
        words=_words(found),
    )


def _form(request: HttpRequest, found: Vote) -> BallotForm:
    """The empty ballot, or with the choice that was sent when the session had expired."""
    waiting = kept(request, reverse("voting:check", args=[found.pk]))
    return BallotForm(found, initial={"choice": waiting.get("choice")})


def _words(found: Vote) -> dict[str, str]:
    counted = found.phase is Phase.COUNTED
    return {
        "rule": sentences.rule_sentence(found),
        "silence": sentences.silence_sentence(found),
        "source": sentences.source(found),
        "why": sentences.why(found) if counted else "",
        "without": sentences.without(found) if counted else "",
    }


def _listed(user: Visitor, here: Area) -> QuerySet[Vote]:
    """Votes with whether the reader is on the roll (`asked`) and has voted (`answered`)."""
    own = RollEntry.objects.filter(vote=OuterRef("pk"), person=getattr(user, "person_id", None) or 0)
    listed = Vote.objects.visible_to(user).filter(neighbourhood=here).select_related("scope")
    marked = listed.annotate(asked=Exists(own), answered=Exists(own.filter(ballot__isnull=False)))
    return marked.by_urgency()


def _matching(wanted: str) -> Q:
    """Lines of the roll by name, flat or code (e57)."""
    if not wanted:
        return Q()
    by_text = Q(person__real_name__icontains=wanted) | Q(where__icontains=wanted)
    digits = wanted.lower().removeprefix("e")
    return (
        by_text | Q(number=int(digits))
        if digits.isascii() and digits.isdigit() and len(digits) < 10
        else by_text
    )


def _stand_in(request: HttpRequest, neighbourhood: Area) -> None:
    request.here = neighbourhood  # type: ignore[attr-defined]
