"""Secondings and ratings of two records of one human: nobody seconds or judges twice."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double
from portal.deliberation.models import Rating, Seconding

uniting.register(
    "secondings",
    Double(
        Seconding,
        ("topic_id",),
        ("at",),
        lambda seconding: (
            _("Both seconded “%(topic)s”. The earlier seconding stands.") % {"topic": seconding.topic.title}
        ),
    ),
)
uniting.register(
    "ratings",
    Double(
        Rating,
        ("topic_id", "round"),
        ("at",),
        lambda rating: (
            _("Both judged the result of “%(topic)s”. The earlier judgement stands.")
            % {"topic": rating.topic.title}
        ),
    ),
)
