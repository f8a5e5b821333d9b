"""What the record calls pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.record import wording

wording.register_subjects({"page": wording.Subject(_("Notices and texts"), "")})
