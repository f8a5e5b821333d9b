"""Who is concerned by what happens around volunteering, and how pages name them."""

from __future__ import annotations

from django.db.models import QuerySet

from portal.community.models import User


def accounts_of(*people: int | None) -> QuerySet[User]:
    """The accounts of people, by their keys; those without a phone have none."""
    return User.objects.filter(person__in=[person for person in people if person], is_active=True)
