"""How volunteers are named in public: only who agreed is named (regulation on volunteer service art. 20)."""

from __future__ import annotations

from portal.community.models import Person
from portal.volunteers.models import Volunteer


def agreed(person: Person) -> bool:
    """Whether neighbours may read the name. Without a query where `volunteer` was selected with the person."""
    try:
        return person.volunteer.named_since is not None
    except Volunteer.DoesNotExist:
        return False


def shown(person: Person) -> str:
    """The chosen name of who agreed to be named, else the surname with the rest masked (王**)."""
    return person.public_name if agreed(person) else f"{person.real_name[:1]}**"
