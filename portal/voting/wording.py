"""What the public record calls the steps of a vote."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.record import wording

wording.register({"vote.called": _("called a vote"), "vote.counted": _("published the result of a vote")})
wording.register_subjects({"vote": wording.Subject(_("Votes"), page="voting:vote")})
