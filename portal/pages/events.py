"""What happens to pages, in the record and to neighbours."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event

PUBLISHED = Event("page.published", record=_("published a page"))
CORRECTED = Event("page.corrected", record=_("corrected a page: %(why)s"))
NOTICE_CORRECTED = Event(
    "page.notice_corrected", title=_("A notice was corrected: %(title)s"), body=_("What changed: “%(why)s”")
)
HOME_PUBLISHED = Event("page.home", record=_("composed the home anew"))
WITHDRAWN = Event("page.withdrawn", record=_("took a page off the site"))
EXPIRED = Event("page.expired", record=_("a page's time on the site was over"))
NOTICE_PUBLISHED = Event("page.notice", title=_("New notice: %(title)s"))
