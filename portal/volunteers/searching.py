"""How activities of volunteers are found: what is posted, by those who may read it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.search.kinds import Kind, Mark, register
from portal.search.rooms import register_room
from portal.volunteers.models import Activity
from portal.volunteers.states import Stage


def _text(activity: Activity) -> str:
    return "\n".join(
        [activity.place, activity.content, activity.beneficiary, activity.skills, activity.bring]
    )


def _mark(activity: Activity) -> Mark | None:
    stage = activity.stage
    return Mark(str(stage.label), "grey") if stage is Stage.CANCELLED else None


register(
    Kind(
        name="activity",
        label=_("Volunteer activities"),
        model=Activity,
        things=Activity.objects.all,
        visible_to=Activity.objects.visible_to,
        title=lambda activity: activity.title,
        text=_text,
        url=lambda activity: activity.get_absolute_url(),
        when=lambda activity: activity.approved_at,
        mark=_mark,
        shown=lambda activity: activity.approved_at is not None,
    )
)
register_room("volunteers:activities", _("All activities"))
