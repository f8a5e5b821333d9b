"""The pages of the micro-fund that are looked at; imported once Django is set up."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from portal.community.models import User
from portal.funds.models import Application, Fund, Grant
from portal.funds.states import ApplicationState, GrantState
from tests.browser.sights import Sight, seen

NOBODY = ""


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


def of_running(staff: str) -> Iterator[Sight]:
    """What a project with money spent, as everybody and the office read it."""
    grant = Grant.objects.exclude(account=None).order_by("-spent", "pk").first()
    if grant is not None:
        path = reverse("funds:receipts", args=[grant.pk])
        yield from seen("funds:receipts", path, (NOBODY, staff), (False, True))


def of_books(resident: str, staff: str) -> Iterator[Sight]:
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
        yield from seen("funds:books_grant_act", path, (resident,), (False, True))
