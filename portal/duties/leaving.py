"""What hangs on somebody who leaves: their own promises."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community import leaving
from portal.duties.services.leaving import (
    hand_on,
    let_go,
    owed_by,
    owed_by_post,
    post_shown,
    shown,
    stay,
    taken_by,
    taken_shown,
)

leaving.register("duty", leaving.Holding(_("Promises not kept yet"), owed_by, shown, hand_on))
leaving.register("duty.post", leaving.Holding(_("Promises of the post"), owed_by_post, post_shown, stay))
leaving.register("duty.taken", leaving.Holding(_("Promises taken in hand"), taken_by, taken_shown, let_go))
