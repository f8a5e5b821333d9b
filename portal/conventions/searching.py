"""How conventions are found: by the words of the edition that holds, or will hold."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.conventions.models import Edition
from portal.conventions.states import EditionState
from portal.conventions.text import articles
from portal.search.kinds import Kind, Mark, register
from portal.search.rooms import register_room


def _things() -> QuerySet[Edition]:
    return Edition.objects.select_related("page__area").prefetch_related("page__editions")


def _text(edition: Edition) -> str:
    return "\n".join(f"{each['title']} {each['text']}" for each in articles(edition.text))


def _mark(edition: Any) -> Mark:
    return Mark(
        str(EditionState(edition.state).label), "" if edition.state == EditionState.IN_FORCE else "grey"
    )


register(
    Kind(
        name="convention",
        label=_("Conventions"),
        model=Edition,
        things=_things,
        visible_to=Edition.objects.visible_to,
        title=lambda edition: edition.title,
        text=_text,
        url=lambda edition: edition.get_absolute_url(),
        when=lambda edition: edition.in_force_from,
        mark=_mark,
        shown=lambda edition: edition.state != EditionState.SUPERSEDED,
        neighbourhood=lambda edition: edition.neighbourhood.pk,
    )
)
register_room("conventions:conventions", _("Conventions"))
