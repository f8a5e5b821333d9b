"""What staff read of a person at the desk of a neighbourhood: homes, posts, and what the apps above know."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.community import persons
from portal.community.models import (
    Area,
    Ownership,
    Person,
    PersonKind,
    RelationStatus,
    Representative,
    Residency,
    User,
)
from portal.community.persons import Line, Section
from portal.kit import wording


def sections(person: Person, here: Area, reader: User) -> list[Section]:
    """Everything about a person that belongs to a neighbourhood, with dates."""
    return [_homes(person, here), *_offices(person, here), *persons.facts_of(person, here, reader)]


def _homes(person: Person, here: Area) -> Section:
    """Dwellings of this place with their days: titles, and living there."""
    lines = []
    for model, said in ((Ownership, ""), (Residency, _("lives there"))):
        rows: Any = model.objects.in_area(here).filter(person=person).select_related("dwelling__building")
        lines += [_home(tie, said or tie.get_right_display(), here) for tie in rows.order_by("-since", "pk")]
    return Section(_("Dwellings"), lines)


def _home(tie: Any, what: str, here: Area) -> Line:
    parts = [what] if tie.status == RelationStatus.VERIFIED else [what, str(tie.get_status_display())]
    if tie.state == "verified" and tie.votes:
        parts.append(_("votes for this dwelling"))
    page = reverse("register:dwelling", args=[here.slug, tie.dwelling_id])
    return Line(
        f"{tie.dwelling} · {' · '.join(parts)}", " · ".join(filter(None, [_days(tie), _seen(tie)])), page
    )


def _seen(tie: Any) -> str:
    """Which paper was looked at, and when; who looked stands on the dwelling's page."""
    if not tie.shown or tie.verified_at is None:
        return ""
    return _("%(paper)s seen on %(day)s") % {
        "paper": tie.get_shown_display(),
        "day": wording.day(tie.verified_at),
    }


def _offices(person: Person, here: Area) -> list[Section]:
    held = (
        person.appointments.filter(area__path__startswith=here.path).select_related("area").order_by("-since")
    )
    posts = [Line(f"{one.title} · {one.get_post_display()} · {one.area.name}", _days(one)) for one in held]
    mine = Q(person=person) if person.kind == PersonKind.NATURAL else Q(company=person)
    acting = Representative.objects.filter(mine).select_related("company", "person")
    companies = [
        Line(
            f"{one.company.real_name} · {one.person.real_name}",
            " · ".join(filter(None, [_days(one), one.get_proof_display()])),
        )
        for one in acting
    ]
    sections = [Section(_("Posts held"), posts), Section(_("Acts for companies"), companies)]
    return [section for section in sections if section.lines]


def _days(tie: Any) -> str:
    since = wording.day(tie.since)
    if tie.until is None:
        return _("since %(day)s") % {"day": since}
    return _("%(since)s until %(until)s") % {"since": since, "until": wording.day(tie.until)}
