"""Books for tests."""

from __future__ import annotations

from datetime import date

from portal.community.models import Area, User
from portal.ledger import services
from portal.ledger.models import AccountKind, Book, Entry, EntryKind
from tests.factories import make_neighbourhood, make_user
from tests.worlds import kept

ACCOUNTS = (
    services.Opened("cash", "现金", AccountKind.ASSET, floor=True),
    services.Opened("gifts", "捐赠", AccountKind.INCOME),
    services.Opened("tools", "工具", AccountKind.EXPENSE),
    services.Opened("forward", "上年结转", AccountKind.FUND),
)


@kept
def make_book(here: Area | None = None, *, subject: str = "fund:3") -> tuple[Book, User]:
    """A book with cash that cannot fall below nothing, and somebody who writes it."""
    here = here or make_neighbourhood()
    writer = make_user(neighbourhood=here)
    return services.open_book(subject, here, "楼组账本", ACCOUNTS, by=writer), writer


def earn(
    book: Book, writer: User, fen: int, day: date, *, text: str = "旧纸箱", once: str | None = None
) -> Entry:
    """Money comes in."""
    amounts = {"cash": fen, "gifts": -fen}
    return services.post_entry(book, day, text, amounts, by=writer, kind=EntryKind.INCOME, once=once)


def spend(
    book: Book, writer: User, fen: int, day: date, *, text: str = "拖把", once: str | None = None
) -> Entry:
    """Money goes out."""
    amounts = {"cash": -fen, "tools": fen}
    return services.post_entry(book, day, text, amounts, by=writer, kind=EntryKind.SPENDING, once=once)
