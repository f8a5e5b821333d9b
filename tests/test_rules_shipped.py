"""A new installation knows the law's numbers as soon as its tables are made."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models.signals import post_migrate

from portal.community.apps import load_rules
from portal.community.models import RuleSet
from portal.community.rules import rule

pytestmark = pytest.mark.django_db


def test_the_migration_brings_the_rules() -> None:
    RuleSet.objects.all().delete()

    post_migrate.send(
        sender=apps.get_app_config("community"), app_config=apps.get_app_config("community"), plan=[]
    )

    assert rule("topic.seconders")["households"] == 3


def test_undoing_a_migration_brings_nothing() -> None:
    RuleSet.objects.all().delete()

    load_rules(plan=[(None, True)])

    assert RuleSet.objects.count() == 0
