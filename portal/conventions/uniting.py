"""Suggestions and signatures of two records of one human."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double
from portal.conventions.models import Suggestion
from portal.conventions.states import SuggestionState

uniting.register(
    "suggestions",
    Double(
        Suggestion,
        ("round_id", "article"),
        ("at",),
        lambda one: (
            _("Both made a suggestion on “%(title)s”. The earlier one stands.") % {"title": one.title}
        ),
        among=Q(state=SuggestionState.OPEN),
    ),
)
