"""What hangs on somebody who leaves a post: that nobody holds it afterwards."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community import leaving
from portal.register.services import vacancies

leaving.register(
    "post.vacant",
    leaving.Holding(
        _("Nobody holds this post afterwards"),
        vacancies.left_vacant,
        vacancies.shown,
        vacancies.call_for,
        loud=True,
    ),
)
