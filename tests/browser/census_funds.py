"""The pages of the micro-fund that are looked at; imported once Django is set up."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from portal.community.models import User
from portal.funds.models import Application, Call, Fund, Grant
from portal.funds.states import ApplicationState, CallState, GrantState
from tests.browser.sights import NOBODY, Sight, seen

# Of the demo: has not scored yet, and applied for nothing.
REVIEWER = "zhu"


def of_applying(resident: str, staff: str) -> Iterator[Sight]:
    """A draft from its first part to its check, the round it is for, a project on screen and on paper."""
    draft = Application.objects.filter(state=ApplicationState.DRAFT).order_by("-pk").first()
    project = Application.objects.public().order_by("-pk").first()
    if draft is not None:
        yield from _of_draft(draft, resident)
    if project is not None:
        yield from seen("funds:project", project.get_absolute_url(), (NOBODY, staff), (False, True))
        sheet = reverse("funds:project_sheet", args=[project.pk])
        yield from seen("funds:project_sheet", sheet, (NOBODY,), (False,))


def _of_draft(draft: Application, resident: str) -> Iterator[Sight]:
    for name in ("apply", "blank"):
        path = reverse(f"funds:{name}", args=[draft.call_id])
        yield from seen(f"funds:{name}", path, (resident,), (False, True))
    writer = User.objects.get(person=draft.lead_id).username
    for part in ("who", "need", "plan", "budget", "later", "payee"):
        path = reverse("funds:write", args=[draft.pk, part])
        yield from seen("funds:write", path, (writer,), (False, True))
    for action in ("add-line", "hand-in"):
        path = reverse("funds:applying_act", args=[draft.pk, action])
        yield from seen("funds:applying_act", path, (writer,), (False, True))


def of_rounds(place: str, resident: str, staff: str) -> Iterator[Sight]:
    """The funds of a place, one of them, and a round in each of its states."""
    yield from seen("funds:funds", reverse("funds:funds", args=[place]), (NOBODY, staff), (False, True))
    for fund in Fund.objects.order_by("pk")[:1]:
        yield from seen("funds:fund", fund.get_absolute_url(), (NOBODY, staff), (False, True))
        line = fund.book.entries.latest("pk")
        yield from seen("funds:line", reverse("funds:line", args=[line.pk]), (NOBODY, staff), (False,))
    for state in CallState:
        for call in Call.objects.exclude(opened_at=None).filter(state=state).order_by("pk")[:1]:
            yield from seen("funds:call", call.get_absolute_url(), (NOBODY, resident, staff), (False, True))
    for call in Call.objects.filter(state=CallState.REVIEWING).order_by("pk")[:1]:
        path = reverse("funds:reviewing", args=[call.pk])
        yield from seen("funds:reviewing", path, (staff, REVIEWER), (False, True))
        for one in call.applications.filter(state=ApplicationState.REVIEWING).order_by("pk")[:1]:
            path = reverse("funds:scoring", args=[one.pk])
            yield from seen("funds:scoring", path, (REVIEWER,), (False, True))
    for one in Application.objects.filter(state=ApplicationState.VOTING, struck_why="").order_by("pk")[:1]:
        path = reverse("funds:ballot_project_act", args=[one.pk, "strike"])
        yield from seen("funds:ballot_project_act", path, (staff,), (False, True))


def of_results(resident: str) -> Iterator[Sight]:
    """What residents chose, why one project was chosen and another not, and where a share went."""
    for call in Call.objects.filter(allocations__isnull=False).order_by("pk")[:1]:
        for name in ("result", "recompute", "own_share"):
            path = reverse(f"funds:{name}", args=[call.pk])
            yield from seen(f"funds:{name}", path, (NOBODY, resident), (False, True))
        for state in (ApplicationState.APPROVED, ApplicationState.DECLINED):
            for one in call.applications.filter(state=state).order_by("number")[:1]:
                path = reverse("funds:why", args=[one.pk])
                yield from seen("funds:why", path, (NOBODY,), (False, True))


def of_running(staff: str) -> Iterator[Sight]:
    """What a project with money spent, as everybody and the office read it."""
    grant = Grant.objects.exclude(account=None).order_by("-spent", "pk").first()
    if grant is not None:
        path = reverse("funds:receipts", args=[grant.pk])
        yield from seen("funds:receipts", path, (NOBODY, staff), (False, True))


def of_books(staff: str) -> Iterator[Sight]:
    """Where every fen came from and went, every line, a project with its notes and accounts."""
    fund = Fund.objects.order_by("pk").first()
    if fund is not None:
        for name in ("books", "book_lines"):
            yield from seen(
                f"funds:{name}", reverse(f"funds:{name}", args=[fund.pk]), (NOBODY, staff), (False, True)
            )
    posted = Grant.objects.filter(state=GrantState.POSTED).order_by("-pk").first()
    if posted is not None:
        yield from seen("funds:project", posted.get_absolute_url(), (NOBODY,), (False, True))
        path = reverse("funds:books_grant_act", args=[posted.pk, "evaluate"])
        yield from seen("funds:books_grant_act", path, (REVIEWER,), (False, True))
