"""The contact card: what it says, who changes it, what a phone saves of it."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
import segno
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from portal.community.models import Appointment, Area, Contact, Post, User
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.pages.cards import services, vcard
from portal.pages.cards.lines import all_cards, card_of, from_plain, plain
from portal.pages.cards.models import CardsFile, ContactCard, HeadNumber
from portal.pages.services import found_neighbourhood
from portal.record.models import Entry
from tests.factories import make_building, make_estate, make_neighbourhood, make_user
from tests.worlds import kept

pytestmark = pytest.mark.django_db

FULL = {
    "party": "天馨花园党支部",
    "party_telephone": "021-5550 0103",
    "firm": "安居物业",
    "firm_hours": "全天",
    "manager_telephone": "021-5550 0104",
    "repair_telephone": "021-5550 0105",
    "owners_committee": "6 号楼底楼",
    "owners_committee_telephone": "021-5550 0106",
    "police": "高警官",
    "police_telephone": "021-5550 0110",
    "grid": "小张",
    "grid_telephone": "138 0000 0110",
}
EMPTY = dict.fromkeys(services.FIELDS, "")


@kept
def make_here() -> tuple[Area, Area, User, User]:
    """A neighbourhood with a building, its worker, and the building's head."""
    here = make_neighbourhood(slug="tianxin")
    found_neighbourhood(here)
    building = make_building(parent=make_estate(parent=here), name="9号楼")
    Contact.objects.create(
        area=here,
        office="红林路 88 号",
        hours="8:30–17:30",
        telephone="021-5550 0101",
        property_telephone="021-5550 0102",
    )
    worker = make_user(post=Post.WORKER, neighbourhood=here)
    head = make_user(post=Post.BUILDING_HEAD, neighbourhood=building)
    return here, building, worker, head


def said(area: Area) -> dict[str, str]:
    with translation.override("en"):
        return {line.label: f"{line.name} {line.telephone}".strip() for line in card_of(area).lines}


def title_of(head: User) -> str:
    """As what the head signs."""
    return Appointment.objects.get(person=head.person, post=Post.BUILDING_HEAD).title


def test_a_card_reads_what_the_portal_knows_and_stores_only_the_rest() -> None:
    here, building, worker, head = make_here()
    services.change(worker, here.slug, here.pk, FULL)

    lines = said(building)

    assert lines["Committee"] == "红林路 88 号 021-5550 0101"
    assert lines["Property firm"] == "安居物业 021-5550 0102"
    assert lines[title_of(head)] == head.public_name
    assert lines["Community police"] == "高警官 021-5550 0110"
    assert title_of(head) not in said(here)


def test_a_building_says_only_what_differs() -> None:
    here, building, worker, _head = make_here()
    services.change(worker, here.slug, here.pk, FULL)
    services.change(worker, here.slug, building.pk, EMPTY | {"police": "李警官"})

    assert said(building)["Community police"] == "李警官 021-5550 0110"
    assert said(here)["Community police"] == "高警官 021-5550 0110"


def test_a_head_who_left_is_not_on_the_card_and_the_number_goes_with_the_post() -> None:
    here, building, _worker, head = make_here()
    services.say_number(head, here.slug, "139 0000 0001")
    assert said(building)[title_of(head)].endswith("139 0000 0001")

    Appointment.objects.filter(person=head.person).update(until=clock.today())

    assert title_of(head) not in said(building)
    services.forget_numbers()
    assert not HeadNumber.objects.exists()


def test_a_head_takes_the_number_back() -> None:
    here, building, _worker, head = make_here()
    services.say_number(head, here.slug, "139 0000 0001")
    services.say_number(head, here.slug, "")

    assert said(building)[title_of(head)] == head.public_name


def test_a_number_needs_the_consent_of_the_head(client: Client) -> None:
    here, building, _worker, head = make_here()
    client.force_login(head)

    answer = client.post(reverse("pages:my_number", args=[here.slug]), {"telephone": "139 0000 0001"})

    assert answer.status_code == 422
    assert not HeadNumber.objects.exists()
    assert (
        client.post(
            reverse("pages:my_number", args=[here.slug]), {"telephone": "139 0000 0001", "agree": "on"}
        ).status_code
        == 302
    )
    assert (
        "139 0000 0001" in client.get(reverse("pages:card", args=[here.slug, building.pk])).content.decode()
    )


def test_nobody_else_changes_a_card_and_none_of_another_place() -> None:
    here, building, worker, head = make_here()
    elsewhere = make_user(post=Post.WORKER, neighbourhood=make_neighbourhood())

    for stranger in (head, elsewhere):
        with pytest.raises(PermissionDenied):
            services.change(stranger, here.slug, building.pk, FULL)
    with pytest.raises(Http404):
        services.change(worker, here.slug, make_building().pk, FULL)
    with pytest.raises(PermissionDenied):
        services.say_number(worker, here.slug, "139 0000 0001")


def test_the_record_keeps_what_a_card_said_before() -> None:
    here, _building, worker, _head = make_here()
    services.change(worker, here.slug, here.pk, FULL)
    services.change(worker, here.slug, here.pk, FULL | {"police": "李警官"})
    with pytest.raises(NotPossible):
        services.change(worker, here.slug, here.pk, FULL | {"police": "李警官"})

    entry = Entry.objects.filter(chain=here.slug, action="contactcard.changed").latest("sequence")
    assert (entry.data["was"], entry.data["is"]) == ({"police": "高警官"}, {"police": "李警官"})


def test_the_code_to_scan_parses_and_is_coarse_enough() -> None:
    here, building, worker, head = make_here()
    services.change(worker, here.slug, here.pk, FULL)
    services.say_number(head, here.slug, "139 0000 0001")
    with translation.override("zh-hans"):
        text = vcard.payload(card_of(building))

    entry = parsed(text)

    assert entry["VERSION"] == ["4.0"]
    numbers = {
        entry[f"item{n}.X-ABLabel"][0]: entry[f"item{n}.TEL"][0]
        for n in range(1, 10)
        if f"item{n}.TEL" in entry
    }
    assert numbers["楼组长"] == "13900000001"
    assert numbers["居委会"] == "02155500101"
    assert len(numbers) == 9
    # 85 dots a side: on 40 mm of paper a dot is half a millimetre.
    assert int(segno.make(text, error="l", micro=False).version) <= 17


def test_the_file_for_an_address_book_is_folded_and_whole(client: Client) -> None:
    here, building, worker, _head = make_here()
    services.change(worker, here.slug, here.pk, FULL | {"police": "高警官; 二楼, 左"})

    answer = client.get(reverse("pages:card_file", args=[here.slug, building.pk]))

    assert answer["Content-Type"].startswith("text/vcard")
    assert all(len(line) <= vcard.FOLD for line in answer.content.split(b"\r\n"))
    entry = parsed(answer.content.decode().replace("\r\n ", ""))
    assert entry["URL"] == [f"http://testserver{reverse('pages:card', args=[here.slug, building.pk])}"]
    assert any(
        "高警官\\; 二楼\\, 左" in label for name in entry for label in entry[name] if name.endswith("ABLabel")
    )


def parsed(text: str) -> dict[str, list[str]]:
    """The properties of one vCard. Refuses what RFC 6350 does."""
    assert text.endswith("\r\n")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCARD", "VERSION:4.0", "END:VCARD")
    found: dict[str, list[str]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        assert colon
        found.setdefault(name, []).append(value)
    assert len(found["FN"]) == 1
    return found


def test_cards_nobody_looked_at_are_owed_once_and_checking_them_ends_it() -> None:
    here, building, worker, _head = make_here()
    card = services.change(worker, here.slug, here.pk, FULL)
    services.change(worker, here.slug, building.pk, EMPTY | {"police": "李警官"})
    ContactCard.objects.update(checked_on=clock.today() - timedelta(days=200))

    services.remind()
    services.remind()

    duty = Duty.objects.active().get(kind="card.check")
    assert (duty.post, duty.url) == (Post.WORKER, reverse("pages:contacts", args=[here.slug]))
    services.check(worker, card.pk)
    assert Duty.objects.active().filter(kind="card.check").exists()
    services.check(worker, card.pk, buildings=True)
    assert not Duty.objects.active().filter(kind="card.check").exists()


def test_a_card_goes_to_another_process_and_back() -> None:
    _here, building, worker, _head = make_here()
    services.change(worker, "tianxin", building.pk, FULL)
    card = card_of(building)

    assert from_plain(json.loads(json.dumps(plain(card)))) == card
    assert card.checked_on == clock.today() > date(2020, 1, 1)


def test_all_cards_ask_as_much_as_one(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    here, building, worker, _head = make_here()
    for number in range(5):
        make_building(parent=building.get_parent(), name=f"{number + 20}号楼")

    with django_assert_num_queries(5):
        assert len(all_cards(here)) == 6
    with django_assert_num_queries(5):
        card_of(building)


def test_the_page_is_read_by_everybody_and_asked_for_by_the_committee(client: Client) -> None:
    here, _building, worker, _head = make_here()
    card = services.change(worker, here.slug, here.pk, FULL)

    assert "高警官" in client.get(reverse("pages:contacts", args=[here.slug])).content.decode()
    assert client.get(reverse("pages:cards_pdf", args=[here.slug, "a4"])).status_code == 302
    client.force_login(worker)
    assert client.post(reverse("pages:card_act", args=[card.pk, "draw"]), {"size": "a6"}).status_code == 302
    assert CardsFile.objects.get().drawn_at is None
    assert client.get(reverse("pages:cards_pdf", args=[here.slug, "a6"])).status_code == 404
