"""Pages anybody may read: votes, one vote, its published file, what a receipt stands for."""

from __future__ import annotations

from pathlib import Path

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import condition, require_http_methods, require_safe

from portal.community.models import Area, Visitor
from portal.kit.paging import paged
from portal.kit.streams import streamed
from portal.record.forms import NumberForm
from portal.voting import methods, recount, result, sentences
from portal.voting.models import Ballot, BallotChange, OpenedBallot, RollEntry, Vote
from portal.voting.permissions import PLACES, VOTES
from portal.voting.states import Phase
from portal.voting.turnout import NOTHING_YET, turnout_of
from portal.voting.views.casting import choose
from portal.voting.views.context import show
from portal.voting.views.secret import cast_open


@require_safe
def votes(request: HttpRequest, slug: str) -> HttpResponse:
    """All votes of a neighbourhood: those that want a ballot first."""
    here = PLACES.open(request, slug)
    page = paged(request, _listed(request.user, here))
    for found in page:
        found.seal = sentences.seal(found) if found.counted_at else ""
    return render(
        request,
        "voting/votes.html",
        {"page": page, "receipt_form": NumberForm(), "may_call": PLACES.may(request.user, "call", here)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """One vote: the ballot, the turnout, the result. What is sent to it is the ballot."""
    found = VOTES.open(request, pk)
    if request.method != "POST":
        return show(request, found)
    return cast_open(request, found) if found.secret else choose(request, found)


@require_safe
def turnout(request: HttpRequest, pk: int) -> HttpResponse:
    """The turnout of all buildings that may be told apart."""
    found = VOTES.open(request, pk)
    turnout = NOTHING_YET if found.phase is Phase.COMING else turnout_of(found)
    page = paged(request, turnout.buildings)
    return render(request, "voting/turnout.html", {"vote": found, "turnout": turnout, "page": page})


def _result_tag(request: HttpRequest, pk: int) -> str | None:
    found = (
        Vote.objects.filter(pk=pk).exclude(counted_at=None).values_list("result_sha256", flat=True).first()
    )
    return f'"{found}"' if found else None


@require_safe
@condition(etag_func=_result_tag)
def result_file(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The published result, once there is one; before, nobody gets anything."""
    found = VOTES.open(request, pk)
    if found.counted_at is None:
        raise Http404
    ready = result.ready_text(found)
    response = streamed(request, iter(()) if ready else result.text(found), "application/json", after=ready)
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
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """Whether a ballot with this receipt was received and counted, or set aside: only its voter reads a signed choice.

    A check code says how its ballot was counted, to whoever has it; it leads to nobody.
    """
    ballots = Ballot.objects.select_related("vote", "entry__vote")
    found = ballots.filter(receipt=number).first()
    aside = None if found else _set_aside(number)
    opened = OpenedBallot.objects.filter(code=number, vote__counted_at__isnull=False)
    counted_as = list(opened.select_related("vote"))
    known = found or (aside.entry if aside else next(iter(counted_as), None))
    if known is None:
        raise Http404
    VOTES.open(request, known.vote_id)
    context = {
        "form": NumberForm(),
        "ballot": found,
        "counted": found is not None and found.vote.phase is Phase.COUNTED,
        "choice": _own_choice(request.user, found) if found else "",
        "aside": aside,
        "aside_choice": _own_choice(request.user, aside) if aside else "",
        "counted_as": [(each.vote, methods.words(each.vote, each.choice)) for each in counted_as],
        "number": number,
    }
    return render(request, "voting/receipt.html", context)


def _set_aside(number: str) -> BallotChange | None:
    """The ballot that a receipt was given for and that does not stand any more."""
    changes = BallotChange.objects.select_related("entry__vote").filter(receipt=number, restored_at=None)
    return changes.order_by("-at", "-pk").first()


def _own_choice(user: Visitor, ballot: Ballot | BallotChange) -> str:
    """What its voter chose, where the vote is signed."""
    entry, vote = ballot.entry, ballot.entry.vote
    if vote.secret or not user.is_authenticated or entry.person_id != user.person_id:
        return ""
    return methods.words(vote, ballot.choice)


def _listed(user: Visitor, here: Area) -> QuerySet[Vote]:
    """Votes with whether the reader is on the roll (`asked`) and has voted (`answered`)."""
    own = RollEntry.objects.active().filter(vote=OuterRef("pk"), person=getattr(user, "person_id", None) or 0)
    listed = Vote.objects.visible_to(user).filter(neighbourhood=here).select_related("scope")
    marked = listed.annotate(asked=Exists(own), answered=Exists(own.filter(ballot__isnull=False)))
    return marked.by_urgency()
