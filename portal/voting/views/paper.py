"""The page on which ballots on paper are printed, entered by two people, decided by a third, and closed off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.actions.web import once, refused
from portal.community.models import User
from portal.community.web import account, sent, signed_in
from portal.kit.errors import NotPossible
from portal.voting import papers, sentences, services
from portal.voting.forms_staff import EnterForm, EnvelopeForm, PrintForm, ReadForm
from portal.voting.models import Channel, PaperBallot, RollEntry, Vote
from portal.voting.permissions import VOTES
from portal.voting.services.handing_over import looked
from portal.voting.states import BEFORE_END, Phase

WAITING = 50
PRINTED = 200


@require_safe
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the paper has come, what is next, and a line for the next code."""
    return _desk(request, _vote(request, pk))


@signed_in
@once
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """The first reading of a paper. A code from a QR may come with the address."""
    found = _vote(request, pk)
    initial = {"code": request.GET.get("code", "")[:12]}
    form = EnterForm(found, sent(request), request.FILES or None, initial=initial)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            paper = _enter(account(request), found, form)
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            messages.success(
                request,
                _("%(paper)s was entered. A second person reads it now.") % {"paper": _name(paper)},
            )
            return redirect("voting:paper_enter", pk)
    return render(request, "voting/paper_enter.html", {"vote": found, "form": form}, status=status)


@signed_in
@once
def confirm(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
    """The second reading, by somebody who is not shown the first."""
    return _read(request, pk, paper_pk, services.confirm, "voting/paper_confirm.html")


@signed_in
@once
def judge(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
    """The decision of a third person, with the paper in hand."""
    return _read(request, pk, paper_pk, services.judge, "voting/paper_judge.html")


@require_POST
@signed_in
@once
def envelope(request: HttpRequest, pk: int) -> HttpResponse:
    """The outer envelope of a secret ballot came in."""
    found = _vote(request, pk)
    form = EnvelopeForm(request.POST)
    if not form.is_valid():
        return _desk(request, found, form, 422)
    try:
        stands = services.receive_envelope(
            account(request), pk, form.cleaned_data["envelope"], form.cleaned_data["envelope_at"]
        )
    except NotPossible as refusal:
        return _desk(request, found, refused(request, form, refusal), 409)  # type: ignore[arg-type]
    if stands:
        messages.success(request, _("The envelope was received. Please put it into the box, unopened."))
    else:
        messages.warning(
            request,
            _("This line's online ballot stands by the rule of this vote. Please keep the envelope apart."),
        )
    return redirect("voting:paper", pk)


@require_POST
@signed_in
@once
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """All paper is in."""
    _vote(request, pk)
    try:
        services.finish_paper(account(request), pk)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("All paper is in. The votes are counted now."))
    return redirect("voting:paper", pk)


@signed_in
@once
def print_them(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose which ballots to print; printing the first one makes the count wait for paper."""
    found = _vote(request, pk)
    form = PrintForm(found, sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.print_ballots(account(request), pk)
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            return redirect("voting:paper", pk)
        data = form.cleaned_data
        building = data["building"].pk if data["building"] else ""
        small = "1" if data["small"] else ""
        address = f"?building={building}&who={data['who']}&small={small}"
        return redirect(f"{request.path}sheets/{address}")
    return render(request, "voting/paper_print.html", {"vote": found, "form": form})


@require_safe
def sheets(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballots themselves, to print; that names and flats were shown is kept."""
    found = _vote(request, pk)
    if found.printed_at is None:
        return redirect("voting:paper_print", pk)
    form = PrintForm(found, request.GET)
    lines = _to_print(found, form.cleaned_data if form.is_valid() else {})
    page = Paginator(lines, PRINTED).get_page(request.GET.get("page"))
    looked(account(request), found, page)
    small = bool(form.is_valid() and form.cleaned_data["small"])
    gone = found.rule.get("withdrawn", [])
    rows = [(option, found.label_of(option)) for option in found.options if option not in gone]
    context = {
        "vote": found,
        "page": page,
        "small": small,
        "options": rows,
        "how": papers.how_to_mark(found),
        "rule": sentences.rule_sentence(found),
        "silence": sentences.silence_sentence(found),
        "duplicates": sentences.duplicates_sentence(found),
    }
    return render(request, "voting/print_ballots.html", context)


def _vote(request: HttpRequest, pk: int) -> Vote:
    return VOTES.open(request, pk, "see_paper")


def _desk(
    request: HttpRequest, found: Vote, envelope_form: EnvelopeForm | None = None, status: int = 200
) -> HttpResponse:
    user, now = account(request), papers.progress(found)
    waiting = found.papers.filter(taken_at=None).select_related("entry")
    context = {
        "vote": found,
        "progress": now,
        "missing": papers.missing(found),
        "due": papers.due(found).at,
        "to_confirm": waiting.filter(second_at=None).exclude(first_by=user)[:WAITING],
        "own": waiting.filter(second_at=None, first_by=user).count(),
        "to_judge": waiting.filter(second_at__isnull=False)
        .exclude(first_by=user)
        .exclude(second_by=user)[:WAITING],
        "envelope_form": envelope_form or EnvelopeForm(),
        "envelopes": _envelopes(found),
        "closed": found.phase is Phase.CLOSED,
        "complete": found.phase is Phase.CLOSED
        and papers.expected(found)
        and not now.open
        and not now.uneven,
        "entering": found.phase in {Phase.OPEN, Phase.CLOSED} and found.paper_done_at is None,
        "printing": found.phase in BEFORE_END,
    }
    return render(request, "voting/paper.html", context, status=status)


def _envelopes(found: Vote) -> list[str]:
    """The codes of the envelopes that stand, so that after the end exactly these are opened."""
    if not found.secret:
        return []
    lines = RollEntry.objects.filter(vote=found, ballot__isnull=False).exclude(ballot__channel=Channel.ONLINE)
    return [entry.label for entry in lines.order_by("number")]


def _read(
    request: HttpRequest,
    pk: int,
    paper_pk: int,
    service: Callable[[User, int, str], PaperBallot],
    template: str,
) -> HttpResponse:
    found = _vote(request, pk)
    paper = get_object_or_404(found.papers.select_related("entry", "scan"), pk=paper_pk)
    form, status = ReadForm(found, sent(request)), 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            read = service(account(request), paper.pk, form.cleaned_data["choice"])
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            messages.success(request, _said(read))
            return redirect("voting:paper", pk)
    context = {"vote": found, "see_paper": paper, "name": _name(paper), "form": form}
    return render(request, template, context, status=status)


def _said(paper: PaperBallot) -> str:
    if paper.taken_at is None:
        return _("The two readings differ: a third person decides. Both are kept.")
    if paper.stands:
        return _("The ballot was taken.")
    return _("The ballot was set aside: by the rule of this vote another one of this line stands.")


def _enter(user: User, found: Vote, form: EnterForm) -> PaperBallot:
    data: dict[str, Any] = form.cleaned_data
    return services.enter(
        user,
        found.pk,
        data["code"],
        data["choice"],
        data.get("channel", Channel.PAPER),
        data.get("received_at"),
        data["scan"][0] if data["scan"] else None,
    )


def _name(paper: PaperBallot) -> str:
    if paper.entry is None:
        return _("Sheet %(number)d") % {"number": paper.sheet}
    return _("Ballot %(code)s") % {"code": paper.entry.label}


def _to_print(found: Vote, data: dict[str, Any]) -> QuerySet[RollEntry]:
    lines = found.roll.filter(struck_at=None).select_related("building", "person")
    if data.get("building"):
        lines = lines.filter(building=data["building"])
    if data.get("who") == "unserved":
        lines = lines.filter(served=False)
    return lines.order_by("building__path", "where", "number")
