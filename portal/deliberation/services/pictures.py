"""The pictures of a topic: its cover, and how a place was and became."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community import uploads
from portal.community.models import Upload, User
from portal.deliberation.events import PICTURED
from portal.deliberation.models import Topic
from portal.deliberation.permissions import TOPICS
from portal.deliberation.services.topics import Photo, stored
from portal.kit.errors import NotPossible

PLACES = ("cover", "before", "after")


@dataclass(frozen=True)
class Hung:
    """A picture for one of PLACES: a file, what it shows, and the caption (place and day, who drew it)."""

    photo: Photo
    alt: str
    caption: str = ""


@transaction.atomic
def hang(user: User, pk: int, **pictures: Hung | None) -> Topic:
    """Give a topic a cover, or show how a place was before and after: by PLACES; None takes one down.

    Everybody sees them at once. Raises NotPossible for a file that is no picture.
    """
    topic = TOPICS.take(user, pk, "picture")
    for place, given in pictures.items():
        setattr(topic, place, _kept(user, topic, given) if given else None)
    topic.save(update_fields=list(pictures))
    shown = {place: getattr(topic, place).sha256 for place, given in pictures.items() if given}
    announce(PICTURED, topic, by=user, data=shown)
    return topic


def _kept(user: User, topic: Topic, given: Hung) -> Upload:
    upload = stored(user, topic, given.photo)
    if not upload.is_image:
        raise NotPossible(
            _("“%(name)s” is no picture. Please choose a photo or a drawing.") % {"name": upload}
        )
    uploads.describe(upload, given.alt, given.caption)
    uploads.publish([upload])
    return Upload.objects.get(pk=upload.pk)
