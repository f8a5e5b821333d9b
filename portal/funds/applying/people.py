"""Who stands behind an application, as this reader names them: the office by name and flat, others as shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from portal.community.finding import named
from portal.community.models import Person, Visitor
from portal.community.selectors import accounts_of
from portal.duties.models import Duty
from portal.funds.applying.permissions import APPLICATIONS, CO_APPLICANTS
from portal.funds.models import Application, Call, CoApplicant
from portal.funds.permissions import CLERKS, OFFICE
from portal.record.services import key


@dataclass(frozen=True)
class Named:
    """Somebody by the name for this reader; `url`: what the desk knows of them, such as how to call them."""

    name: str
    url: str = ""


@dataclass(frozen=True)
class Beside:
    """A neighbour who applies together or was asked.

    `due`: until an answer is in. `account`: the answer is given there, else by a signature, which the desk enters at
    `sign_url`. `help_url`: where the desk lets somebody sign in who cannot.
    """

    row: CoApplicant
    who: Named
    due: Duty | None = None
    account: bool = False
    sign_url: str = ""
    help_url: str = ""


@dataclass(frozen=True)
class Behind:
    """All of them."""

    lead: Named
    entered_by: Named | None = None
    together: list[Beside] = field(default_factory=list)


def behind(user: Visitor, application: Application, together: Sequence[CoApplicant]) -> Behind:
    """Who leads, who wrote it down for them, and of those beside the lead the rows that this reader may see."""
    roles = APPLICATIONS.roles(user, application)
    people = [application.lead, *(row.person for row in together)]
    if application.entered_by is not None:
        people.append(application.entered_by)
    who = _named(application, people, full=bool(roles & OFFICE), desk=bool(roles & CLERKS))
    written = who[application.entered_by_id] if application.entered_by_id else None
    return Behind(who[application.lead_id], written, _beside(user, application, together, who))


def full_names(people: list[Person], thing: Application | Call) -> dict[int, str]:
    """Name and flat of each, as staff tell people apart, by their keys. Two queries."""
    return {int(pk): label for pk, label in named(people, thing.neighbourhood)}


def _named(application: Application, people: list[Person], *, full: bool, desk: bool) -> dict[int, Named]:
    labels = full_names(people, application) if full else {one.pk: one.public_name for one in people}
    slug = application.neighbourhood.slug
    return {
        pk: Named(label, reverse("register:person", args=[slug, pk]) if desk else "")
        for pk, label in labels.items()
    }


def _beside(
    user: Visitor, application: Application, together: Sequence[CoApplicant], who: dict[int, Named]
) -> list[Beside]:
    waiting = [row for row in together if row.agreed_at is None]
    owed = {
        one.subject: one for one in Duty.objects.active().filter(subject__in=[key(row) for row in waiting])
    }
    accounts = set(accounts_of(*(row.person_id for row in waiting)).values_list("person", flat=True))
    for row in waiting:
        row.application = application
    desk = any(one.url for one in who.values())
    return [
        Beside(
            row,
            who[row.person_id],
            owed.get(key(row)),
            row.person_id in accounts,
            _page("funds:joining_act", row.pk, "sign-paper") if _signs(user, row) else "",
            _page("register:sign_in", application.neighbourhood.slug, row.person_id) if desk else "",
        )
        for row in together
    ]


def _signs(user: Visitor, row: CoApplicant) -> bool:
    return row.agreed_at is None and CO_APPLICANTS.may(user, "sign_paper", row)


def _page(route: str, *args: object) -> str:
    return reverse(route, args=args)
