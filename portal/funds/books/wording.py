"""What the workbench calls that which is owed about the books of projects."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.models import Post
from portal.duties.kinds import register_kinds
from portal.duties.steps import register_steps

PROGRESS, ACCOUNTS, CLOSE, CLOSE_CALL = (
    "funds.progress",
    "funds.accounts",
    "funds.close",
    "funds.close_call",
)
MEND = "funds.mend_book"

register_kinds({PROGRESS: _("tell how far the project is")}, falls_to=Post.WORKER)
register_kinds(
    {
        ACCOUNTS: _("post the final accounts of a project"),
        CLOSE: _("close a project after its accounts were on notice"),
        CLOSE_CALL: _("close the books of a round whose projects are all at their end"),
        MEND: _("find out why a book does not add up"),
    }
)
register_steps(
    "funds:books_grant_act",
    {PROGRESS: ("write_progress",), ACCOUNTS: ("post_accounts",), CLOSE: ("close",)},
)
register_steps("funds:calls_act", {CLOSE_CALL: ("close_call",)})
register_steps("funds:books_act", {MEND: ("verify",)})
