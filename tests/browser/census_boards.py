"""Every kind of page of building boards, for neighbours, the head and everybody."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from portal.boards.models import BuildingBoardPage, MustRead, Photo, Swap
from tests.browser.sights import BOTH, NOBODY, Sight, seen

PLACE, RESIDENT, HEAD = "tianxin", "chen", "zhu"


def of_boards() -> Iterator[Sight]:
    """The demo's building 6."""
    board = BuildingBoardPage.objects.get(building__name="6号楼")
    yield from seen("boards:boards", reverse("boards:boards", args=[PLACE]), (NOBODY,), BOTH)
    yield from seen("boards:board", board.get_absolute_url(), (NOBODY, RESIDENT, HEAD), BOTH)
    for name, reader in (("rota", RESIDENT), ("photos", NOBODY), ("look_after", HEAD), ("doors", HEAD)):
        yield from seen(f"boards:{name}", reverse(f"boards:{name}", args=[board.pk]), (reader,), BOTH)
    yield from seen(
        "boards:must_read", MustRead.objects.earliest("pk").get_absolute_url(), (NOBODY, HEAD), BOTH
    )
    yield from seen("boards:swap", Swap.objects.latest("pk").get_absolute_url(), (RESIDENT,), BOTH)
    yield from seen("boards:photo", Photo.objects.earliest("pk").get_absolute_url(), (HEAD,), BOTH)
