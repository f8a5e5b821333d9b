"""Letters with invitation codes: to whom, what they replace, what they say, and how long they can be drawn again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from portal.actions.models import Submission
from portal.community.models import Area, Contact, Dwelling, Ownership, Post, Right, User
from portal.kit import clock, printing
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.register import codes, flats
from portal.register.models import Invitation, Mailing
from portal.register.services import letters, mailings, tidying
from portal.register.services.letters import Letter
from tests import factories
from tests.volunteers.test_certificate_pages import A4, boxes
from tests.worlds import kept

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=4)


@dataclass
class World:
    """Two buildings with two dwellings each, and a worker of the committee."""

    here: Area
    homes: list[Dwelling]
    worker: User


@kept
def make_world() -> World:
    """Two dwellings each in 3号楼 and 11号楼, of one estate."""
    here = factories.make_neighbourhood()
    estate = factories.make_estate(parent=here, name="彩虹苑")
    homes = []
    for name in ("11号楼", "3号楼"):
        building = factories.make_building(parent=estate, name=name)
        homes += [factories.make_dwelling(within=building, room=room) for room in ("501", "1002")]
    return World(here, homes, factories.make_user(post=Post.WORKER, neighbourhood=here))


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def browser(world: World) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.worker)
    return client


def at(world: World, name: str = "letters", *args: int) -> str:
    return reverse(f"register:{name}", args=[world.here.slug, *args])


def query(**chosen: Any) -> str:
    said = QueryDict(mutable=True)
    for name, value in chosen.items():
        said.setlist(name, value if isinstance(value, list) else [value])
    return f"?{said.urlencode()}"


def digest_on(page: str) -> str:
    found = re.search(r'name="digest" value="(\w+)"', page)
    assert found is not None
    return found[1]


def make(browser: Client, address: str) -> Any:
    digest = digest_on(browser.get(address).content.decode())
    return browser.post(address, {"digest": digest})


# --- which dwellings are meant ---


def home(pk: int, building: str, entrance: str, room: str) -> Dwelling:
    place = Area(pk=sum(map(ord, building)), name=building)
    return Dwelling(pk=pk, building=place, entrance=entrance, room=room, exclusive_area=1)


HOMES = [
    home(1, "3号楼", "1单元", "501"),
    home(2, "3号楼", "1单元", "502"),
    home(3, "3号楼", "1单元", "601"),
    home(4, "3号楼", "1单元", "604"),
    home(5, "3号楼", "2单元", "601"),
    home(6, "12号", "", "501"),
    home(7, "12号", "", "12A"),
    home(8, "会所", "", "5"),
]


@pytest.mark.parametrize(
    ("typed", "found", "problems"),
    [
        ("3号楼 501, 502", [1, 2], 0),
        ("3号楼501、502；12号 501", [1, 2, 6], 0),
        ("３号楼 １单元 ６０１－６０４", [3, 4], 0),
        ("3栋1-601至604\n2单元 601", [3, 4, 5], 0),
        ("12号-12a", [7], 0),
        ("彩虹苑3号楼 501 501", [1], 0),
        ("604 12a 5", [4, 7, 8], 0),
        ("501", [], 1),
        ("3号楼 601", [], 1),
        ("3号楼 503，601-603", [], 2),
        ("99号楼 501", [], 2),
        ("3号楼 501 没有", [1], 1),
        (" ，、", [], 0),
    ],
)
def test_dwellings_are_found_as_people_write_them_and_wrong_ones_are_named(
    typed: str, found: list[int], problems: int
) -> None:
    estates = {each.building_id: "彩虹苑" for each in HOMES}

    read = flats.find(typed, HOMES, estates)

    assert (sorted(read.homes), len(read.problems)) == (found, problems)


def test_letters_lie_in_the_order_of_the_way(world: World) -> None:
    ordered = mailings.addressees(world.here)

    assert [(each.building.name, each.room) for each in ordered] == [
        ("3号楼", "501"),
        ("3号楼", "1002"),
        ("11号楼", "501"),
        ("11号楼", "1002"),
    ]


# --- what making them does ---


def test_codes_of_dwellings_that_were_not_chosen_stay(world: World) -> None:
    wrong = []
    for size in (1, 2, 3):
        for chosen in combinations(world.homes, size):
            before = {each.dwelling.pk: each.code for each in mailings.issue(world.worker, world.homes)}
            after = {each.dwelling.pk: each.code for each in mailings.issue(world.worker, chosen)}
            valid = Invitation.objects.filter(used_at=None, expires_at__gt=clock.now())
            hashes = {pk: codes.hashes(code)[0] for pk, code in {**before, **after}.items()}
            if set(valid.values_list("dwelling_id", "code_hash")) != set(hashes.items()):
                wrong.append(chosen)

    assert wrong == []


def test_used_codes_and_those_of_households_are_no_letters(world: World) -> None:
    first = world.homes[0]
    [used] = mailings.issue(world.worker, [first])
    Invitation.objects.filter(pk=used.invitation.pk).update(used_at=clock.now())
    given = letters.hand_out(_resident(first), first.pk)

    mailings.issue(world.worker, [first])

    given.invitation.refresh_from_db()
    assert given.invitation.can_be_used
    assert mailings.plan([first], only_new=False).replaced == [first]


def test_somebody_of_another_neighbourhood_is_not_written_to(world: World) -> None:
    strange = factories.make_dwelling()

    with pytest.raises(NotPossible):
        mailings.issue(world.worker, [world.homes[0], strange])


def test_the_record_names_the_building_or_the_neighbourhood(world: World) -> None:
    mailings.issue(world.worker, world.homes[:2])
    mailings.issue(world.worker, world.homes)

    entries = Entry.objects.filter(action="letters.issued").order_by("sequence")
    assert [(entry.subject, entry.data["letters"]) for entry in entries] == [
        (f"area:{world.homes[0].building_id}", 2),
        (f"area:{world.here.pk}", 4),
    ]


def test_files_are_cut_between_buildings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailings, "PART", 4)
    sizes = [(1, 2), (2, 2), (3, 3), (4, 9)]
    made = [
        cast(Letter, SimpleNamespace(dwelling=Dwelling(building_id=building)))
        for building, amount in sizes
        for _each in range(amount)
    ]

    cut = mailings.parts(made)

    assert [[each.dwelling.building_id for each in part.letters] for part in cut] == [
        [1, 1, 2, 2],
        [3, 3, 3],
        [4] * 4,
        [4] * 4,
        [4],
    ]


# --- how long they can be drawn ---


def test_letters_are_drawn_again_for_some_hours_and_then_by_nobody(world: World) -> None:
    made = mailings.issue(world.worker, world.homes)
    mailing = Mailing.objects.get()

    assert [each.code for each in mailings.drawn_again(mailing)] == [each.code for each in made]
    with clock.at(clock.now() + HOURS):
        tidying.tidy()
        mailing.refresh_from_db()
        assert (mailing.salt, mailings.drawn_again(mailing)) == ("", [])
        assert codes.hashes(made[0].code)[0] == Invitation.objects.earliest("pk").code_hash


def test_no_table_knows_a_code(world: World, browser: Client) -> None:
    make(browser, at(world) + query(to="whole"))
    code = mailings.drawn_again(Mailing.objects.get())[0].code

    rows = [*Invitation.objects.values(), *Mailing.objects.values(), *Submission.objects.values()]
    assert code not in str([*rows, dict(browser.session)])
    assert code.replace("-", "") not in str([*rows, dict(browser.session)])


def test_another_secret_key_draws_the_same_letters_or_none(world: World, settings: Any) -> None:
    made = mailings.issue(world.worker, world.homes[:1])
    old = django_settings.SECRET_KEY

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [old]
    assert [each.code for each in mailings.drawn_again(Mailing.objects.get())] == [made[0].code]
    settings.SECRET_KEY_FALLBACKS = []
    assert mailings.drawn_again(Mailing.objects.get()) == []


# --- the pages ---


def test_nothing_is_made_before_it_is_shown_and_confirmed(world: World, browser: Client) -> None:
    _resident(world.homes[0])
    mailings.issue(world.worker, world.homes[1:2])
    address = at(world) + query(to="whole", only_new="on")

    page = browser.get(address).content.decode()

    assert "3 letters to make" in page
    assert "1 dwelling is left out: somebody there has an account." in page
    assert "1 of these dwellings has a letter whose code nobody used yet." in page
    assert Mailing.objects.count() == 1
    answer = browser.post(address, {"digest": digest_on(page)})
    assert answer["Location"] == at(world, "letters_made", Mailing.objects.latest("pk").pk)
    assert Invitation.objects.filter(expires_at__gt=clock.now()).count() == 3


def test_what_has_changed_since_it_was_shown_is_shown_again(world: World, browser: Client) -> None:
    address = at(world) + query(to="whole", only_new="on")
    shown = digest_on(browser.get(address).content.decode())
    _resident(world.homes[0])

    answer = browser.post(address, {"digest": shown})

    assert (answer.status_code, Mailing.objects.count()) == (409, 0)
    page = answer.content.decode()
    assert ("3 letters to make" in page, digest_on(page) != shown) == (True, True)


def test_retired_dwellings_get_no_letter(world: World, browser: Client) -> None:
    Dwelling.objects.filter(pk=world.homes[0].pk).update(retired_on=clock.today())

    page = browser.get(at(world) + query(to="flats", flats="11号楼 501")).content.decode()

    assert "“501”: there is no such dwelling." in page
    with pytest.raises(NotPossible):
        mailings.issue(world.worker, world.homes[:1])


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"to": "buildings"}, "Please tick at least one building."),
        ({"to": "flats", "flats": ""}, "Please type at least one dwelling."),
        ({"to": "flats", "flats": "501"}, "“501”: in which building?"),
        ({"to": "nowhere"}, "Select a valid choice"),
    ],
)
def test_a_wrong_choice_is_named(world: World, browser: Client, chosen: dict[str, str], said: str) -> None:
    page = browser.get(at(world) + query(**chosen)).content.decode()

    assert said in page


def test_only_who_made_them_reads_codes(world: World, browser: Client) -> None:
    answer = make(browser, at(world) + query(to="buildings", buildings=[str(world.homes[0].building_id)]))
    pk = Mailing.objects.get().pk
    other = Client()
    other.force_login(factories.make_user(post=Post.DIRECTOR, neighbourhood=world.here))

    names = ("letters_made", "letters_pdf", "letters_print")
    assert [other.get(at(world, name, pk)).status_code for name in names] == [404, 404, 404]
    assert browser.get(answer["Location"]).status_code == 200


def test_the_letter_says_in_the_words_of_the_pages_how_to_join(world: World, browser: Client) -> None:
    said = {"office": "彩虹路 1 号", "hours": "周一至周五 9:00–17:00", "telephone": "021-5550 0101"}
    browser.post(at(world, "contact"), said)
    make(browser, at(world) + query(to="flats", flats="3号楼 501"))
    code = mailings.drawn_again(Mailing.objects.get())[0].code

    page = browser.get(at(world, "letters_print", Mailing.objects.get().pk)).content.decode()

    with translation.override("zh-hans"):
        labels = [gettext(text) for text in ("Invitation code", "Open the account", "Join")]
        newcomer = Client(headers={"accept-language": "zh-hans"})
        signup = newcomer.get(f"/join/?code={code}", follow=True).content.decode()
        newcomer.force_login(factories.make_user())
        join = newcomer.get(f"/join/?code={code}").content.decode()
    for text in (code, "testserver/join", "彩虹苑 3号楼 1单元 501室", *said.values(), *labels):
        assert text in page, text
    assert (labels[1] in signup, labels[0] in join, labels[2] in join) == (True, True, True)
    assert "验证码" in page
    assert ("邀请码已经记下" in signup, signup.count("已经有账号")) == (True, 1)


def test_an_office_nobody_described_is_asked_for_first(world: World, browser: Client) -> None:
    addresses = [at(world), at(world) + query(to="whole")]

    asked = [at(world, "contact") in _main(browser, address) for address in addresses]
    Contact.objects.create(area=world.here, office="彩虹路 1 号", hours="周一", telephone="021-1")

    assert asked == [True, True]
    assert ["Something of it is missing" in _main(browser, address) for address in addresses] == [False] * 2


def test_a_late_download_is_told_so(world: World, browser: Client) -> None:
    make(browser, at(world) + query(to="whole"))
    pk = Mailing.objects.get().pk

    with clock.at(clock.now() + HOURS):
        browser.force_login(world.worker)
        answers = [browser.get(at(world, name, pk)) for name in ("letters_pdf", "letters_print")]
        page = browser.get(at(world, "letters_made", pk)).content.decode()

    assert {answer["Location"] for answer in answers} == {at(world, "letters_made", pk)}
    assert "The time to download these letters is over." in page


def test_a_code_that_was_used_meanwhile_is_not_printed_again(world: World, browser: Client) -> None:
    make(browser, at(world) + query(to="whole"))
    mailing = Mailing.objects.get()
    used, *others = mailings.drawn_again(mailing)
    Invitation.objects.filter(pk=used.invitation.pk).update(used_at=clock.now())

    page = browser.get(at(world, "letters_print", mailing.pk)).content.decode()

    assert (used.code in page, others[0].code in page) == (False, True)
    assert browser.get(at(world, "letters_print", mailing.pk) + "?part=2").status_code == 404


def test_the_pdf_has_a_page_a4_for_each_dwelling(world: World, browser: Client) -> None:
    if not printing.can_print():
        pytest.skip("no Pango here")
    make(browser, at(world) + query(to="buildings", buildings=[str(world.homes[0].building_id)]))

    answer = browser.get(at(world, "letters_pdf", Mailing.objects.get().pk))

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert boxes(answer.content) == [A4] * 2
    assert "no-store" in answer["Cache-Control"]


def test_without_pango_the_browser_prints(
    world: World, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(browser, at(world) + query(to="whole"))
    pk = Mailing.objects.get().pk
    monkeypatch.setattr(printing, "_press", lambda: None)

    answer = browser.get(at(world, "letters_pdf", pk))

    assert answer["Location"] == at(world, "letters_print", pk) + "?part=1"
    assert at(world, "letters_pdf", pk) not in browser.get(at(world, "letters_made", pk)).content.decode()


def test_many_letters_cost_as_many_questions_as_two(world: World, browser: Client) -> None:
    building = world.homes[0].building
    few = at(world) + query(to="buildings", buildings=[str(building.pk)])
    counts = []
    for _round in range(2):
        mailings.issue(world.worker, mailings.addressees(building))
        printed = at(world, "letters_print", Mailing.objects.latest("pk").pk)
        counts.append([_questions(browser, page) for page in (few, printed)])
        Dwelling.objects.bulk_create(
            Dwelling(building=building, entrance=str(len(counts) + 1), room=str(room), exclusive_area=1)
            for room in range(30)
        )

    assert counts[0] == counts[1]


def _questions(browser: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(page).status_code == 200
    return len(asked)


def _main(browser: Client, address: str) -> str:
    return browser.get(address).content.decode().partition('class="note warn"')[2]


def _resident(dwelling: Dwelling) -> User:
    user = factories.make_user()
    assert user.person is not None
    factories.make_residency(user.person, dwelling)
    return user


def test_a_letter_calls_the_tenant_of_public_housing_so(world: World, browser: Client) -> None:
    rented, owned, _bare, both = world.homes
    for home, right in ((rented, Right.PUBLIC_TENANT), (owned, Right.OWNER), (both, Right.PUBLIC_TENANT)):
        title = factories.make_ownership(factories.make_person(), home)
        Ownership.objects.filter(pk=title.pk).update(right=right)
    factories.make_ownership(factories.make_person(), both, is_voter=False)
    made = mailings.issue(world.worker, world.homes)

    page = browser.get(at(world, "letters_print", made[0].invitation.mailing_id) + "?part=1").content.decode()

    assert mailings.public_housing(world.homes) == {rented.pk}
    assert (page.count("公房承租人、全体住户 收"), page.count("全体住户、业主 收")) == (1, 3)
