"""The news that pages send."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.notifications.services import Kind

NOTICE_PUBLISHED = Kind("page.notice", _("New notice: %(title)s"))
