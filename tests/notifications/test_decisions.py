"""Whoever asked to be known as a neighbour hears what became of it."""

from __future__ import annotations

import pytest

from portal.community.models import Post
from portal.notifications.jobs import tell_decisions
from portal.notifications.models import Notice
from portal.register.services import joining
from portal.register.services.identity import Identity
from portal.register.services.joining import Claim
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["residency.verified", "residency.refused"])
def test_a_decided_request_is_told_once(kind: str) -> None:
    here = factories.make_neighbourhood()
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    asker = factories.make_user()
    home = factories.make_dwelling(within=here)
    [tie] = joining.ask(asker, home, Claim(True, False), Identity("陈静", adult=True))
    tell_decisions()
    assert not Notice.objects.filter(user=asker).exists()

    if kind == "residency.verified":
        joining.approve(worker, "residency", tie.pk)
    else:
        joining.refuse(worker, "residency", tie.pk, "请带租赁合同来")
    tell_decisions()
    tell_decisions()

    assert list(Notice.objects.filter(user=asker).values_list("kind", flat=True)) == [kind]
