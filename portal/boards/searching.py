"""How building boards and their must-reads are found; a must-read until it goes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.boards.models import BuildingBoardPage, MustRead
from portal.boards.states import ReadState
from portal.search.kinds import Kind, register
from portal.search.rooms import register_room

register(
    Kind(
        name="board",
        label=_("Building boards"),
        model=BuildingBoardPage,
        things=lambda: BuildingBoardPage.objects.select_related("building"),
        visible_to=lambda user: BuildingBoardPage.objects.live(),
        title=lambda board: board.title,
        text=lambda board: board.meets,
        url=lambda board: board.get_absolute_url(),
        neighbourhood=lambda board: board.neighbourhood.pk,
    )
)
register(
    Kind(
        name="must_read",
        label=_("Must-reads of buildings"),
        model=MustRead,
        things=lambda: MustRead.objects.select_related("board__building"),
        visible_to=lambda user: MustRead.objects.visible_to(user).current(),
        title=lambda notice: notice.title,
        text=lambda notice: notice.body,
        url=lambda notice: notice.get_absolute_url(),
        when=lambda notice: notice.day,
        note=lambda notice: notice.board.title,
        shown=lambda notice: notice.state == ReadState.CURRENT,
        neighbourhood=lambda notice: notice.board.neighbourhood.pk,
    )
)
register_room("boards:boards", _("Building boards"))
