"""The verbs of open books, room by room."""

from __future__ import annotations

from portal.funds.books.services.accounts import close_grant, post_accounts, take_accounts_back
from portal.funds.books.services.checking import add_up, verify
from portal.funds.books.services.judging import evaluate
from portal.funds.books.services.progress import put_back, take_down, write_progress

__all__ = [
    "add_up",
    "close_grant",
    "evaluate",
    "post_accounts",
    "put_back",
    "take_accounts_back",
    "take_down",
    "verify",
    "write_progress",
]
