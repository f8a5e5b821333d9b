"""Reports of a post by two records of one human: one counts."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double, Union
from portal.threads.models import AlsoAsk, Flag
from portal.threads.services import draw_anew


def _counted_once(union: Union) -> None:
    """Who wants to know the same twice, or asked it, is counted once; the number beside the question follows."""
    mine = AlsoAsk.objects.filter(person__in=union.both).select_related("post").order_by("at", "pk")
    known: set[int] = set()
    for also in mine:
        if also.post_id in known or also.post.author_id in {one.pk for one in union.both}:
            union.notes.append(_("Both want to know the same. The human is counted once."))
            union.changes.remove(also)
            union.changes.add(also.post, "asking", -1)
            draw_anew(also.post_id)
        known.add(also.post_id)


uniting.register("also_asked", _counted_once)

uniting.register(
    "flags",
    Double(
        Flag,
        ("post_id",),
        ("at",),
        lambda flag: _("Both reported the same post. The earlier report stands."),
    ),
)
