"""How projects are found: from the public notice on. What somebody writes or the office checks is in no search."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.funds.models import Application
from portal.funds.states import ApplicationState
from portal.search.kinds import Kind, Mark, register


def _mark(application: Application) -> Mark | None:
    state = ApplicationState(application.state)
    return Mark(str(state.label), "grey" if state is ApplicationState.DECLINED else "")


register(
    Kind(
        name="fund_project",
        label=_("Projects"),
        model=Application,
        things=lambda: Application.objects.select_related("call__fund__neighbourhood"),
        visible_to=lambda user: Application.objects.public(),
        title=lambda application: application.title,
        text=lambda application: (
            f"微基金 {application.number or ''} {application.summary} {application.group} {application.need}"
        ),
        url=lambda application: application.get_absolute_url(),
        when=lambda application: application.submitted_at,
        mark=_mark,
        note=lambda application: application.group,
        shown=lambda application: application.is_public,
        neighbourhood=lambda application: int(application.call.fund.neighbourhood_id),
    )
)
