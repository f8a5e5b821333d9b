"""Photos and papers that go with a post: everybody may see them as long as the post is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from portal.community import uploads
from portal.community.models import User
from portal.threads.models import Post

File = UploadedFile[Any]


def attach(user: User, post: Post, files: Iterable[File]) -> None:
    """Keep what goes with a new post. Raises what `uploads.accept` does; nothing of the post is kept then."""
    alt = _("Photo with the answer of %(who)s") if post.official else _("Photo with the post of %(who)s")
    words = alt % {"who": post.author_name}
    kept = [uploads.accept(user, post.neighbourhood, file, alt=words) for file in files]
    if kept:
        post.files.set(kept)
        follow(post)


def follow(post: Post) -> None:
    """Files can be read at their addresses where the post's words can: not while it waits, is hidden or taken back."""
    (uploads.withdraw if post.is_away else uploads.publish)(post.files.all())
