"""What an activity carries out: a topic, or a matter of another app, by its key such as `topic:12`."""

from __future__ import annotations

from dataclasses import dataclass

from portal.community.models import Area
from portal.deliberation.models import Topic
from portal.kit.wording import told
from portal.record.wording import SUBJECTS, subject_label, subject_url

LONGEST = 60
MOST = 200


@dataclass(frozen=True)
class Matter:
    """What is carried out, as its readers see it: the kind of matter, its title, its page."""

    kind: str
    title: str
    url: str


def is_known(key: str) -> bool:
    """Whether a key names a kind of thing that some app registered, has a page, and gives it a number."""
    kind, _colon, number = key.partition(":")
    plain = number.isascii() and number.isdigit() and len(key) <= LONGEST
    return plain and kind in SUBJECTS and bool(subject_url(key))


def fits(key: str, here: Area) -> bool:
    """Whether an activity of a neighbourhood can carry it out; a topic has to be one of the place, and public."""
    if not key:
        return True
    if not is_known(key):
        return False
    kind, _colon, number = key.partition(":")
    if kind != "topic":
        return True
    return len(number) < 18 and Topic.objects.public().filter(neighbourhood=here, pk=int(number)).exists()


def choices(here: Area, *, also: str = "") -> list[tuple[str, str]]:
    """The topics of a neighbourhood that have not ended, the newest first; `also`: the key that is set already."""
    topics = Topic.objects.public().current().filter(neighbourhood=here).order_by("-pk")[:MOST]
    found = {f"topic:{topic.pk}": f"{topic.number} {topic.title}" for topic in topics}
    if also and also not in found and (matter := matter_of(also)):
        found[also] = told(str(matter.kind), matter.title)
    return list(found.items())


def matter_of(key: str) -> Matter | None:
    """What a key stands for; None where nothing is known under it any more."""
    if not is_known(key):
        return None
    kind, _colon, number = key.partition(":")
    title = number
    if kind == "topic":
        topic = Topic.objects.public().filter(pk=int(number)).first() if len(number) < 18 else None
        if topic is None:
            return None
        title = topic.title
    return Matter(subject_label(kind), title, subject_url(key))
