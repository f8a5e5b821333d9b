"""What both databases hold of a book: a line that was written is never changed."""

from __future__ import annotations

from portal.kit.constraints import Unchanging


class AppendOnly(Unchanging):
    """Rows of a table are only ever added.

    Where SQLite lets one be deleted, a gap in the numbers and in the chain of fingerprints shows it, and
    `manage.py verify_books` looks for both.
    """
