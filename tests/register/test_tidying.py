"""Forgetting what nobody needs any more, and nothing else."""

from __future__ import annotations

import os
import uuid
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from portal.actions.models import Submission
from portal.community.models import Person, User
from portal.kit import clock
from portal.register import jobs
from portal.register.services import accounts, tidying
from tests import factories

pytestmark = pytest.mark.django_db


def opened(
    days_ago: int, *, phone: str = "", proved: bool = False, email: bool = False, used: bool = False
) -> User:
    """An account opened some days ago."""
    user = factories.make_user()
    if phone:
        accounts.claim_phone(user, phone, proved=proved)
    if email:
        EmailAddress.objects.create(user=user, email=user.email, verified=proved)
    User.objects.filter(pk=user.pk).update(
        date_joined=clock.now() - timedelta(days=days_ago), last_login=clock.now() if used else None
    )
    return user


def test_claims_that_nobody_proved_are_forgotten_after_thirty_days() -> None:
    kept = {
        opened(29, phone="13900000001"),
        opened(31, phone="13900000002", proved=True),
        opened(31, email=True, proved=True),
        opened(31, email=True, used=True),
        opened(31),
    }
    gone = [opened(31, phone="13900000003"), opened(31, email=True)]

    tidying.forget_unproved()

    assert set(User.objects.all()) == kept
    assert Person.objects.filter(pk__in=[user.person_id for user in gone]).count() == 0


def test_an_account_that_something_rests_on_stays() -> None:
    user = opened(31, phone="13900000003")
    factories.make_residency(factories.person_of(user), factories.make_dwelling())

    assert tidying.forget_unproved() == 0
    assert User.objects.get() == user


def test_sent_forms_and_old_sessions_are_forgotten(client: Client) -> None:
    user = factories.make_user()
    client.force_login(user)
    for days in (29, 31):
        Submission.objects.create(key=uuid.uuid4(), user=user, at=clock.now() - timedelta(days=days))

    tidying.tidy()
    assert (Submission.objects.count(), Session.objects.count()) == (1, 1)

    Session.objects.update(expire_date=clock.now() - timedelta(minutes=1))
    tidying.tidy()
    assert Session.objects.count() == 0


@pytest.mark.parametrize(("hours", "kept"), [(23, True), (25, False)])
def test_files_that_nobody_confirmed_are_forgotten(hours: int, kept: bool) -> None:
    path = default_storage.save("imports/x", ContentFile(b"x"))
    then = (clock.now() - timedelta(hours=hours)).timestamp()
    os.utime(default_storage.path(path), (then, then))

    tidying.tidy()

    assert default_storage.exists(path) == kept


def test_the_work_is_done_once_an_hour() -> None:
    opened(31, phone="13900000001")
    jobs.tidy()
    opened(31, phone="13900000002")
    jobs.tidy()

    assert User.objects.count() == 1
