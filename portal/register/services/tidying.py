"""Forgetting what nobody needs any more, as soon as its time is over."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, Q

from portal.actions import held
from portal.actions.models import Submission
from portal.community.models import User
from portal.kit import clock
from portal.register.models import Device, FailedProof
from portal.register.services import devices, imports, mailings, taking_back

IMPORTS = "imports"
IMPORT_KEPT = timedelta(hours=24)
# What lies beside the uploads for a day at most, and is no part of a backup.
WAITING = (IMPORTS, held.FOLDER)
UNPROVED_KEPT = timedelta(days=30)
# Long enough for any browser that sends a form again.
SUBMISSION_KEPT = timedelta(days=30)
FAILED_KEPT = timedelta(days=30)
MOST = 500


def tidy() -> None:
    """Everything below, a batch of each."""
    forget_files(IMPORTS, IMPORT_KEPT)
    forget_files(held.FOLDER, held.KEPT_FOR)
    imports.expire()
    mailings.forget()
    taking_back.forget()
    forget_unproved()
    old = Submission.objects.filter(at__lt=clock.now() - SUBMISSION_KEPT).values_list("pk", flat=True)[:MOST]
    Submission.objects.filter(pk__in=list(old)).delete()
    # Sessions end by Django's own clock, which also decides who is still signed in.
    call_command("clearsessions")
    FailedProof.objects.filter(at__lt=clock.now() - FAILED_KEPT).delete()
    Device.objects.filter(last_used_at__lt=clock.now() - devices.KEPT).delete()


def forget_files(folder: str, kept: timedelta) -> None:
    """Files that waited so long: a roster that was never confirmed, what came with a form that was not taken."""
    if not default_storage.exists(folder):
        return
    for name in default_storage.listdir(folder)[1]:
        path = f"{folder}/{name}"
        with suppress(FileNotFoundError):
            if default_storage.get_modified_time(path) < clock.now() - kept:
                default_storage.delete(path)


def forget_unproved() -> int:
    """Accounts that were opened and whose number or address nobody proved. Returns how many are gone."""
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    unproved = ~Q(phone="") | Exists(addresses)
    proved = Q(phone_verified=True) | Exists(addresses.filter(verified=True))
    old = User.objects.filter(
        unproved, ~proved, last_login=None, date_joined__lt=clock.now() - UNPROVED_KEPT
    ).select_related("person")
    return sum(_forget(user) for user in old[:MOST])


def _forget(user: User) -> bool:
    """An account that something already rests on is no claim any more, and stays."""
    try:
        with transaction.atomic():
            person = user.person
            user.delete()
            if person is not None:
                person.delete()
    except ProtectedError:
        return False
    return True
