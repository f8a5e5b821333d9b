"""What hangs on somebody who leaves: topics they accompany, and what they had not finished."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community import leaving
from portal.deliberation.services import contacts, unfinished

leaving.register(
    "topic.contact",
    leaving.Holding(
        _("First contact of topics"),
        contacts.left_by,
        contacts.shown,
        contacts.pass_on,
        contacts.lock,
        kept=contacts.still_with_heir,
        give_back=contacts.take_up_again,
    ),
)
leaving.register(
    "topic.unfinished",
    leaving.Holding(
        _("Topics not finished"),
        unfinished.unfinished_of,
        unfinished.shown,
        unfinished.give_up,
        contacts.lock,
    ),
)
