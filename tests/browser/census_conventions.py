"""Every kind of page on which conventions are read, compared, shown on a wall, and brought from Word."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from portal.conventions.models import AgreementKind, AgreementPage, Edition
from tests.browser.sights import Sight, seen

PLACE, NOBODY, RESIDENT, STAFF = "tianxin", "", "chen", "wang"
BOTH = (False, True)


def of_conventions() -> Iterator[Sight]:
    """The residents' convention, with an edition in force and a text open for comment; a building's that is signed."""
    page = AgreementPage.objects.filter(kind=AgreementKind.CONVENTION).latest("pk")
    building = AgreementPage.objects.filter(kind=AgreementKind.BUILDING).latest("pk")
    edition = Edition.objects.filter(page=page).latest("number")
    for one in (page, building):
        yield from seen("conventions:page", one.get_absolute_url(), (NOBODY, RESIDENT, STAFF), BOTH)
    yield from seen("conventions:edition", edition.get_absolute_url(), (NOBODY, RESIDENT), BOTH)
    for name in ("versions", "hall"):
        yield from seen(
            f"conventions:{name}", reverse(f"conventions:{name}", args=[page.pk]), (NOBODY,), BOTH
        )
    yield from seen("conventions:import", reverse("conventions:import", args=[page.pk]), (STAFF,), BOTH)
    sign = reverse("conventions:sign_act", args=[edition.proposal_id, "sign"])
    yield from seen("conventions:sign_act", sign, (RESIDENT,), BOTH)
