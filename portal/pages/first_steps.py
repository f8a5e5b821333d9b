"""What a committee does first in a new neighbourhood: shown to it on the home page until all of it is done."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.community.models import Area, Dwelling, Visitor
from portal.community.permissions import COMMITTEE, roles_in
from portal.pages.models import NeighbourhoodPage, NoticePage
from portal.register.models import Invitation


@dataclass(frozen=True)
class FirstStep:
    """One thing to do, why, where, and whether it is done."""

    text: str
    why: str
    url: str
    done: bool


def page_of(user: Visitor, here: Area) -> NeighbourhoodPage | None:
    """The page of a neighbourhood; for its committee with what of the first steps is done, in the same query."""
    pages = NeighbourhoodPage.objects.filter(area=here)
    if not COMMITTEE.isdisjoint(roles_in(user, here)):
        pages = pages.annotate(
            has_roster=Exists(_inside(Dwelling.objects.all(), "building")),
            has_letters=Exists(_inside(Invitation.objects.all(), "dwelling__building")),
            has_notice=Exists(NoticePage.objects.filter(path__startswith=OuterRef("path"), live=True)),
        )
    return pages.first()


def first_steps(page: NeighbourhoodPage | None, here: Area) -> list[FirstStep]:
    """The steps in their order, for whom `page_of` asked; none once all are done."""
    done = [getattr(page, name, None) for name in ("has_roster", "has_letters", "has_notice")]
    return [] if page is None or None in done or all(done) else _steps(here, *map(bool, done))


def _steps(here: Area, roster: bool, letters: bool, notice: bool) -> list[FirstStep]:
    slug = here.slug
    return [
        FirstStep(
            _("Bring in the roster"),
            _("Dwellings with their area and owners: who may vote, and where letters go."),
            reverse("register:roster", args=[slug]),
            roster,
        ),
        FirstStep(
            _("Print letters with codes"),
            _("With the code of the letter neighbours join in two minutes."),
            reverse("register:letters", args=[slug]),
            letters,
        ),
        FirstStep(
            _("Write the first notice"),
            _("It stands on this page, and is told to all who have joined."),
            reverse("pages:new", args=[slug, "notice"]),
            notice,
        ),
    ]


def _inside(rows: QuerySet[Model], building: str) -> QuerySet[Model]:
    return rows.filter(**{f"{building}__path__startswith": OuterRef("area__path")})
