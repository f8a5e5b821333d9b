"""What a committee does first in a new neighbourhood: shown to it on the home page until all of it is done."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.community.models import Area, Contact, Dwelling, Residency, Visitor
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
    pages = NeighbourhoodPage.objects.filter(area=here).select_related("area__contact")
    if not COMMITTEE.isdisjoint(roles_in(user, here)):
        pages = pages.annotate(
            is_reached=Exists(
                Contact.objects.filter(area=here).exclude(Q(office="") | Q(hours="") | Q(telephone=""))
            ),
            has_roster=_any_inside(here, "building", Dwelling.objects.all()),
            has_letters=_any_inside(here, "dwelling__building", Invitation.objects.all()),
            has_neighbours=_any_inside(
                here, "dwelling__building", Residency.objects.filter(person__user__isnull=False)
            ),
            has_notice=Exists(NoticePage.objects.filter(path__startswith=OuterRef("path"), live=True)),
        )
    return pages.first()


def first_steps(page: NeighbourhoodPage | None, here: Area) -> list[FirstStep]:
    """The steps in their order, for whom `page_of` asked; none once all are done."""
    if page is None or not hasattr(page, "has_roster"):
        return []
    # Neighbours who came in without a letter show that there is another way here.
    done = (page.is_reached, page.has_roster, page.has_letters or page.has_neighbours, page.has_notice)
    return [] if all(done) else _steps(here, *done)


def _steps(here: Area, reached: bool, roster: bool, letters: bool, notice: bool) -> list[FirstStep]:
    slug = here.slug
    return [
        FirstStep(
            _("Say how the committee is reached"),
            _("Address, office hours and telephone: they stand on this page and on every letter."),
            reverse("register:contact", args=[slug]),
            reached,
        ),
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


def _any_inside(here: Area, building: str, rows: QuerySet[Model]) -> Exists:
    # By the path itself, which an index finds among those of all the district.
    return Exists(rows.filter(**{f"{building}__path__startswith": here.path}))
