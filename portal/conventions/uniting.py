"""Suggestions of two records of one human: one open suggestion on an article stands, the earlier one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Union
from portal.conventions.models import Suggestion
from portal.conventions.states import SuggestionState
from portal.duties.models import Duty
from portal.kit import clock
from portal.record.services import key


def settle(union: Union) -> None:
    """Where both have an open suggestion on one article, the later one is taken back; it stays readable."""
    mine = Suggestion.objects.filter(author__in=union.both, state=SuggestionState.OPEN)
    seen: set[tuple[int, str]] = set()
    for one in mine.select_related("round__page__area", "proposal").order_by("at", "pk"):
        if (one.round_id, one.article) in seen:
            said = _("Both made a suggestion on “%(title)s”. The earlier one stands.")
            union.notes.append(said % {"title": one.title})
            union.changes.change(one, state=SuggestionState.WITHDRAWN)
            for duty in Duty.objects.active().about(key(one)):
                union.changes.change(duty, dropped_at=clock.now())
        seen.add((one.round_id, one.article))


uniting.register("suggestions", settle)
