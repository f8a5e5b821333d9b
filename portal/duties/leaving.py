"""What hangs on somebody who leaves: their own promises."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community import leaving
from portal.duties.services.leaving import hand_on, owed_by, owed_by_post, post_shown, shown, stay

leaving.register("duty", leaving.Holding(_("Promises not kept yet"), owed_by, shown, hand_on))
leaving.register("duty.post", leaving.Holding(_("Promises of the post"), owed_by_post, post_shown, stay))
