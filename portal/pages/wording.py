"""What the record calls the steps of pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.record import wording

wording.register({"page.published": _("published a page"), "page.withdrawn": _("took a page off the site")})
wording.register_subjects({"page": wording.Subject(_("Notices and texts"), "")})
