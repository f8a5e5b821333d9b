"""Who is entered at the counter: on which paper, companies, tenants of public housing, and the flat of before."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from portal.community.models import (
    Area,
    Dwelling,
    Ownership,
    Person,
    PersonKind,
    Post,
    Residency,
    Right,
    Shown,
    User,
)
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.register.services import joining, undoing, voters
from portal.register.services.identity import Identity
from portal.register.services.joining import Claim
from portal.voting.models import RollEntry
from tests import factories
from tests.voting import factories as votes

pytestmark = pytest.mark.django_db

TENANCY, OWNING = Claim(living=True, owning=False, tenancy=True), Claim(living=False, owning=True)
CHEN, FIRM = Identity("陈静", adult=True), Identity("某某置业有限公司", adult=False, company=True)


@pytest.fixture
def here() -> Area:
    return factories.make_neighbourhood()


@pytest.fixture
def home(here: Area) -> Dwelling:
    return factories.make_dwelling(within=here, room="101")


@pytest.fixture
def staff(here: Area) -> User:
    return factories.make_user(post=Post.WORKER, neighbourhood=here, title="居委会", name="沈老师")


def counter(home: Dwelling) -> str:
    slug = home.building.neighbourhood.slug
    return f"{reverse('register:register', args=[slug])}?building={home.building_id}"


def test_it_is_kept_which_paper_was_seen_by_whom_and_when_and_no_number(
    client: Client, here: Area, home: Dwelling, staff: User
) -> None:
    client.force_login(staff)
    sent = {"dwelling": home.pk, "real_name": "陈静", "ties": ["owning"], "adult": "yes", "shown": "title"}

    assert client.post(counter(home), sent).status_code == 302

    title = Ownership.objects.get()
    assert (title.shown, title.verified_by) == (Shown.TITLE, staff)
    page = client.get(reverse("register:dwelling", args=[here.slug, home.pk])).content.decode()
    assert "查看了不动产权证书（房产证）" in page
    person = client.get(reverse("register:person", args=[here.slug, title.person_id])).content.decode()
    assert "查看了不动产权证书（房产证）" in person


def test_the_paper_of_an_approval_goes_with_it_when_it_is_taken_back(
    here: Area, home: Dwelling, staff: User
) -> None:
    asker = factories.make_user(name="陈阿姨")
    tie = joining.ask(asker, home, OWNING, CHEN)[0]

    joining.approve(staff, "ownership", tie.pk, shown="contract")
    assert Ownership.objects.get().shown == Shown.CONTRACT

    undoing.undo_approval(staff, "ownership", tie.pk, "看错了")
    assert Ownership.objects.get().shown == ""


def test_a_company_is_one_owner_however_many_dwellings_it_has_and_lives_nowhere(
    client: Client, home: Dwelling, staff: User
) -> None:
    other = factories.make_dwelling(within=home.building, room="102")
    client.force_login(staff)
    sent = {"real_name": FIRM.real_name, "ties": ["owning"], "company": "on", "shown": "licence"}

    answer = client.post(counter(home), sent | {"dwelling": home.pk})
    joining.register(staff, other, OWNING, FIRM)

    firm = Person.objects.get(kind=PersonKind.COMPANY)
    assert answer.url.endswith(f"/{firm.pk}/")  # type: ignore[attr-defined]
    assert firm.adult_on is None
    assert firm.ownerships.count() == 2
    living = client.post(counter(home), sent | {"dwelling": home.pk, "ties": ["living"]})
    assert living.status_code == 422
    with pytest.raises(NotPossible):
        joining.register(staff, home, Claim(living=True, owning=True), FIRM)


def test_a_tenant_of_public_housing_is_called_so_and_no_owners_roll_asks_them(
    client: Client, here: Area, home: Dwelling, staff: User
) -> None:
    place = votes.make_place()
    flat = factories.make_dwelling(within=place.estate)
    worker = factories.make_user(post=Post.WORKER, neighbourhood=place.neighbourhood)
    with clock.at(votes.CALLED_AT):
        tenant = joining.register(worker, flat, TENANCY, CHEN)
    vote = votes.call(place)

    title = Ownership.objects.get(person=tenant)
    assert (title.right, title.votes) == (Right.PUBLIC_TENANT, False)
    assert Residency.objects.filter(person=tenant).exists()
    assert not RollEntry.objects.filter(vote=vote, person=tenant).exists()
    with pytest.raises(NotPossible):
        voters.name_voter(worker, title.pk)
    client.force_login(worker)
    page = client.get(reverse("register:dwelling", args=[place.neighbourhood.slug, flat.pk])).content.decode()
    assert "公房承租人" in page
    assert "代表本户表决" not in page
    with pytest.raises(NotPossible):
        joining.register(staff, home, Claim(living=False, owning=True, tenancy=True), CHEN)


def test_an_owner_takes_the_vote_of_a_dwelling_from_its_tenant_of_public_housing(
    home: Dwelling, staff: User
) -> None:
    joining.register(staff, home, TENANCY, CHEN)
    owner = joining.register(staff, home, OWNING, FIRM)

    assert [title.person for title in Ownership.objects.all() if title.votes] == [owner]


def test_the_counter_remembers_the_building_and_the_flat_of_before(
    client: Client, home: Dwelling, staff: User
) -> None:
    client.force_login(staff)
    sent = {"dwelling": home.pk, "real_name": "陈静", "ties": ["living"], "adult": "yes"}
    client.post(counter(home), sent)
    first = reverse("register:register", args=[home.building.neighbourhood.slug])

    again = client.get(first)
    flat = client.get(counter(home))
    other = factories.make_dwelling(within=home.building, room="102")

    assert again.context["form"].initial["building"] == home.building_id
    assert f'value="{home.pk}" selected' in flat.content.decode()
    asked = client.get(f"{counter(home)}&dwelling={other.pk}").content.decode()
    assert f'value="{other.pk}" selected' in asked


def test_who_asks_as_tenant_of_public_housing_is_read_so_at_the_desk(
    client: Client, here: Area, home: Dwelling, staff: User
) -> None:
    asker = factories.make_user(name="陈阿姨")
    tie = joining.ask(asker, home, Claim(living=False, owning=False, tenancy=True), CHEN)[0]
    client.force_login(staff)

    page = client.get(reverse("register:request", args=[here.slug, "ownership", tie.pk])).content.decode()

    assert "申请核实为公房" in page
