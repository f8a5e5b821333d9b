"""What the public record and the duties call the steps of a discussion."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.record.wording import Subject, register, register_subjects

register(
    {
        "thread.answered": _("Official answer given to post no. %(question)s of the discussion"),
        "thread.hidden": _("Post no. %(post)s of the discussion hidden"),
        "thread.restored": _("Post no. %(post)s of the discussion shown again"),
        "thread.upheld": _("Appeal decided: post no. %(post)s stays hidden"),
    }
)
register_subjects(
    {
        "thread": Subject(_("Discussions"), "threads:thread"),
        "post": Subject(_("Posts"), "threads:post"),
    }
)
register_kinds(
    {
        "thread.answer": _("answer a neighbour officially"),
        "thread.flags": _("look at a post that neighbours reported"),
        "thread.appeal": _("decide an appeal about a hidden post"),
    }
)
