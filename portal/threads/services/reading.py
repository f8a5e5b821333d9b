"""Remembering how far somebody has read."""

from __future__ import annotations

from django.db import transaction

from portal.community.models import User
from portal.threads.models import Reading, Thread
from portal.threads.permissions import THREADS


@transaction.atomic
def read_up_to(user: User, thread_pk: int, number: int) -> Thread:
    """Remember that an account has read a discussion up to a post; never further back than it was. Raises Http404."""
    thread = THREADS.get(user, thread_pk)
    upto = min(number, thread.length)
    kept, new = Reading.objects.get_or_create(thread=thread, user=user, defaults={"upto": upto})
    if not new:
        # The condition is the database's: two tabs may tell it at once.
        Reading.objects.filter(pk=kept.pk, upto__lt=upto).update(upto=upto)
    return thread
