"""The committee's desk in the browser: who may open what, and that nothing of another neighbourhood is there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.community.models import (
    Appointment,
    Area,
    Dwelling,
    Look,
    Ownership,
    Person,
    Post,
    RelationStatus,
    Residency,
    User,
)
from portal.community.permissions import Role
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.register.models import Import, Invitation
from portal.register.services import posts
from portal.register.services.posts import Term
from tests import factories
from tests.register.rosters import ROW, as_csv, row
from tests.worlds import kept

pytestmark = pytest.mark.django_db

EVERYBODY = [role for role in Role if role not in {Role.PROPOSER, Role.RESPONSIBLE, Role.PANEL}]
DESK = {"worker", "director"}
OPEN_TO = {
    "people": DESK,
    "request": DESK,
    "dwellings": DESK,
    "dwelling": DESK,
    "register": DESK,
    "letters": DESK,
    "roster": DESK,
    "posts": DESK | {"officer"},
}


@kept
def furnished(canary: str) -> Area:
    """A neighbourhood whose every text field says where it belongs."""
    here = factories.make_neighbourhood(
        name=f"居民区{canary}", slug=f"n-{canary.lower()}" if canary.isascii() else ""
    )
    building = factories.make_building(parent=here, name=f"楼{canary}")
    home = factories.make_dwelling(within=building, room=f"室{canary}")
    person = factories.make_person(
        real_name=f"姓名{canary}", display_name=f"昵称{canary}", phone="13900000001"
    )
    factories.make_ownership(person, home)
    factories.make_residency(person, home)
    asking = factories.make_person(real_name=f"申请{canary}", display_name=f"新邻{canary}")
    Residency.objects.create(person=asking, dwelling=home)
    factories.make_appointment(person, Post.BUILDING_HEAD, building, title=f"楼组长{canary}")
    return here


def address(page: str, here: Area) -> str:
    if page == "request":
        tie = Residency.objects.in_area(here).get(status=RelationStatus.REQUESTED)
        return reverse("register:request", args=[here.slug, "residency", tie.pk])
    if page == "dwelling":
        home = Dwelling.objects.get(building__path__startswith=here.path)
        return reverse("register:dwelling", args=[here.slug, home.pk])
    return reverse(f"register:{page}", args=[here.slug])


@pytest.mark.parametrize("page", OPEN_TO)
@pytest.mark.parametrize("role", EVERYBODY)
def test_each_page_is_open_to_exactly_these(client: Client, role: Role, page: str) -> None:
    here = furnished("甲")
    visitor = factories.make_visitor(role, factories.make_neighbourhood() if role in EVERYBODY[2:4] else here)
    if isinstance(visitor, User):
        client.force_login(visitor)

    response = client.get(address(page, here))

    if role is Role.VISITOR:
        assert response["Location"].startswith("/accounts/login/?next=")
    else:
        assert response.status_code == (200 if role.value in OPEN_TO[page] else 403)


@pytest.mark.parametrize("page", OPEN_TO)
def test_no_page_shows_or_opens_anything_of_another_neighbourhood(client: Client, page: str) -> None:
    mine, other = furnished("7F3A"), furnished("9C1E")
    client.force_login(factories.make_user(post=Post.DIRECTOR, neighbourhood=mine))

    own = client.get(address(page, mine)).content.decode()

    assert ("7F3A" in own, "9C1E" in own) == (True, False)
    assert client.get(address(page, other)).status_code == 403


@pytest.mark.parametrize("page", ["request", "dwelling"])
def test_a_thing_of_another_neighbourhood_is_not_found_under_ones_own_address(
    client: Client, page: str
) -> None:
    mine, other = furnished("7F3A"), furnished("9C1E")
    client.force_login(factories.make_user(post=Post.DIRECTOR, neighbourhood=mine))

    assert client.get(address(page, other).replace(other.slug, mine.slug)).status_code == 404


@pytest.mark.parametrize(
    "act", ["approve", "refuse", "end", "voter", "dismiss", "register", "letters", "search"]
)
def test_no_form_reaches_into_another_neighbourhood(client: Client, act: str) -> None:
    mine, other = furnished("7F3A"), furnished("9C1E")
    client.force_login(factories.make_user(post=Post.DIRECTOR, neighbourhood=mine))
    tie = Residency.objects.in_area(other).get(status=RelationStatus.REQUESTED)
    title = Ownership.objects.in_area(other).get()
    building = title.dwelling.building_id
    urls: dict[str, tuple[str, dict[str, Any]]] = {
        "approve": (f"/residencies/{tie.pk}/approve/", {}),
        "refuse": (f"/residencies/{tie.pk}/refuse/", {"reason": "x"}),
        "end": (f"/ownerships/{title.pk}/end/", {"reason": "x"}),
        "voter": (f"/ownerships/{title.pk}/name-voter/", {}),
        "dismiss": (f"/appointments/{Appointment.objects.get(area=building).pk}/dismiss/", {}),
        "register": (
            f"/n/{mine.slug}/people/register/?building={building}",
            {"dwelling": title.dwelling_id, "real_name": "x"},
        ),
        "letters": (f"/n/{mine.slug}/people/letters/", {"building": building}),
    }
    before = [
        list(model.objects.order_by("pk").values())
        for model in (Residency, Ownership, Appointment, Invitation)
    ]

    if act == "search":
        response = client.get(f"/n/{mine.slug}/people/dwellings/?building={building}&q=姓名")
        assert "9C1E" not in response.content.decode()
    else:
        path, data = urls[act]
        assert client.post(path, data).status_code == (422 if act == "letters" else 404)
    assert before == [
        list(model.objects.order_by("pk").values())
        for model in (Residency, Ownership, Appointment, Invitation)
    ]


@pytest.mark.parametrize("kind", ["person", "user", "appointment", "x"])
def test_only_ties_can_be_requests(client: Client, kind: str) -> None:
    here = furnished("甲")
    client.force_login(factories.make_user(post=Post.DIRECTOR, neighbourhood=here))

    assert client.get(f"/n/{here.slug}/people/requests/{kind}/1/").status_code == 404


@pytest.fixture
def here() -> Area:
    return furnished("甲")


@pytest.fixture
def desk(client: Client, here: Area) -> Client:
    """The browser of a committee worker."""
    client.force_login(
        factories.make_user(post=Post.WORKER, neighbourhood=here, title="居委会", name="沈老师")
    )
    return client


def waiting(here: Area) -> Residency:
    return Residency.objects.in_area(here).get(status=RelationStatus.REQUESTED)


def test_a_request_is_approved_in_two_steps(desk: Client, here: Area) -> None:
    tie = waiting(here)

    assert "申请甲" in desk.get(f"/n/{here.slug}/people/").content.decode()
    response = desk.post(f"/residencies/{tie.pk}/approve/")

    assert response["Location"] == f"/n/{here.slug}/people/"
    tie.refresh_from_db()
    assert tie.status == RelationStatus.VERIFIED
    listed = desk.get(f"/n/{here.slug}/people/")
    assert (list(listed.context["page"]), "申请甲" in listed.content.decode()) == ([], True)


def test_a_refusal_needs_a_reason_and_its_owner_reads_it(desk: Client, here: Area) -> None:
    tie = waiting(here)
    user = factories.make_account(person=tie.person)
    path = f"/residencies/{tie.pk}/refuse/"

    assert desk.post(path, {"reason": " "}).status_code == 422
    assert desk.post(path, {"reason": "请带租赁合同"}).status_code == 302
    tie.refresh_from_db()
    assert (tie.status, tie.reason) == (RelationStatus.REFUSED, "请带租赁合同")

    browser = Client()
    browser.force_login(user)
    assert "请带租赁合同" in browser.get("/me/").content.decode()


def test_phones_are_shown_only_after_saying_what_for(desk: Client, here: Area) -> None:
    home = Dwelling.objects.get()
    path = f"/n/{here.slug}/people/dwellings/{home.pk}/"

    page = desk.get(path).content.decode()
    assert ("13900000001" in page, "139****0001" in page, Look.objects.count()) == (False, True, 0)

    assert desk.post(path, {"reason": ""}).status_code == 422
    page = desk.post(path, {"reason": "楼下漏水"}, follow=True).content.decode()

    look = Look.objects.get()
    assert ("13900000001" in page, look.reason, look.dwelling) == (True, "楼下漏水", home)
    assert "13900000001" not in desk.get(path).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [("", True), ("q=室甲", True), ("q=姓名", True), ("q=没有", False), ("q=13900000001", False)],
)
def test_dwellings_are_found_by_room_and_name_but_not_by_phone(
    desk: Client, here: Area, query: str, found: bool
) -> None:
    page = desk.get(f"/n/{here.slug}/people/dwellings/?{query}").content.decode()

    assert (f"/people/dwellings/{Dwelling.objects.get().pk}/" in page) == found


@pytest.mark.parametrize("page", ["1", "99", "x", "-1"])
def test_any_page_number_is_answered(desk: Client, here: Area, page: str) -> None:
    assert desk.get(f"/n/{here.slug}/people/dwellings/?page={page}").status_code == 200


@pytest.mark.parametrize("page", ["dwellings", "people"])
@pytest.mark.parametrize("count", [1, 20])
def test_lists_cost_the_same_however_long(
    desk: Client, here: Area, django_assert_max_num_queries: Any, page: str, count: int
) -> None:
    building = Dwelling.objects.get().building
    for _ in range(count):
        Residency.objects.create(
            person=factories.make_person(), dwelling=factories.make_dwelling(within=building)
        )

    with django_assert_max_num_queries(15):
        desk.get(address(page, here))


def test_a_tie_is_ended_with_a_reason(desk: Client, here: Area) -> None:
    title = Ownership.objects.get()
    path = f"/ownerships/{title.pk}/end/"

    desk.post(path, {"reason": ""})
    assert Ownership.objects.on(clock.today()).count() == 1
    desk.post(path, {"reason": "已出售"})
    assert Ownership.objects.on(clock.today()).count() == 0


def test_somebody_is_entered_at_the_counter(desk: Client, here: Area) -> None:
    home = Dwelling.objects.get()
    path = f"/n/{here.slug}/people/register/?building={home.building_id}"
    typed = {"dwelling": home.pk, "real_name": "李奶奶", "phone": "", "ties": ["living"], "adult": "yes"}

    assert "李奶奶" not in desk.get(path).content.decode()
    response = desk.post(path, typed)

    assert response["Location"] == f"/n/{here.slug}/people/dwellings/{home.pk}/"
    assert Residency.objects.get(person__real_name="李奶奶").status == RelationStatus.VERIFIED


@pytest.mark.parametrize(
    "wrong",
    [{"real_name": ""}, {"ties": []}, {"adult": ""}, {"adult": "no"}, {"phone": "123"}, {"dwelling": ""}],
)
def test_what_is_missing_at_the_counter_is_said(desk: Client, here: Area, wrong: dict[str, Any]) -> None:
    home = Dwelling.objects.get()
    typed = {
        "dwelling": home.pk,
        "real_name": "李奶奶",
        "phone": "",
        "ties": ["living"],
        "adult": "yes",
    } | wrong

    response = desk.post(f"/n/{here.slug}/people/register/?building={home.building_id}", typed)

    assert response.status_code == 422
    assert "李奶奶" in response.content.decode() or "real_name" in wrong
    assert Person.objects.filter(real_name="李奶奶").count() == 0


# --- rosters in the browser ---


def choose(desk: Client, here: Area, content: bytes, name: str = "roster.csv") -> Any:
    return desk.post(f"/n/{here.slug}/people/roster/", {"file": SimpleUploadedFile(name, content)})


def digest(page: str) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def test_a_roster_is_looked_at_before_it_counts(desk: Client, here: Area) -> None:
    response = choose(desk, here, as_csv(row(room="201"), row(room="202", area="x")))
    preview = response["Location"]
    page = desk.get(preview).content.decode()

    assert preview == f"/n/{here.slug}/people/roster/preview/"
    assert Dwelling.objects.count() == 1
    assert re.findall(r'<b class="num">(\d+)</b>', page) == ["1", "0", "0"]

    confirm = preview
    assert desk.post(confirm, {"digest": digest(page)}).status_code == 409
    assert Dwelling.objects.count() == 1

    response = desk.post(confirm, {"digest": digest(page), "skip_bad": "on"})
    assert response["Location"] == Import.objects.get().get_absolute_url()
    assert Dwelling.objects.filter(room="201").count() == 1
    assert Entry.objects.get().data == {"added": 1, "changed": 0, "unchanged": 0}
    assert default_storage.listdir("imports")[1] == []


def test_a_file_that_is_no_roster_is_refused_at_once(desk: Client, here: Area) -> None:
    response = choose(desk, here, b"\x00")

    assert response.status_code == 422
    assert not default_storage.exists("imports")


def test_another_file_or_another_state_than_shown_is_not_imported(desk: Client, here: Area) -> None:
    choose(desk, here, as_csv(row(room="201")))
    shown = digest(desk.get(f"/n/{here.slug}/people/roster/preview/").content.decode())
    confirm = f"/n/{here.slug}/people/roster/preview/"

    choose(desk, here, as_csv(row(room="301")))
    assert desk.post(confirm, {"digest": shown}).status_code == 409

    path = f"imports/{default_storage.listdir('imports')[1][0]}"
    for name in default_storage.listdir("imports")[1]:
        path = f"imports/{name}"
        with default_storage.open(path, "wb") as file:
            file.write(as_csv(row(room="401")))
    assert desk.post(confirm, {"digest": shown})["Location"] == f"/n/{here.slug}/people/roster/"
    assert Dwelling.objects.count() == 1


def test_a_file_put_by_one_is_not_confirmed_by_another(desk: Client, here: Area) -> None:
    choose(desk, here, as_csv(ROW))
    other = Client()
    other.force_login(factories.make_user(post=Post.DIRECTOR, neighbourhood=here))

    assert other.get(f"/n/{here.slug}/people/roster/preview/")["Location"] == f"/n/{here.slug}/people/roster/"


def test_names_in_a_roster_are_only_text(desk: Client, here: Area) -> None:
    choose(desk, here, as_csv(row(room="201", owner="<script>alert(1)</script>")))

    page = desk.get(f"/n/{here.slug}/people/roster/preview/").content.decode()

    assert ("<script>alert" in page, "&lt;script&gt;alert" in page) == (False, True)


# --- posts ---


def give(client: Client, here: Area, **changes: Any) -> Any:
    typed = {
        "who": "",
        "post": "worker",
        "area": here.pk,
        "title": "居委会",
        "since": clock.today().isoformat(),
    }
    return client.post(f"/n/{here.slug}/people/posts/", typed | changes)


def director(client: Client, here: Area) -> Client:
    client.force_login(
        factories.make_user(post=Post.DIRECTOR, neighbourhood=here, title="主任", name="王主任")
    )
    return client


@pytest.mark.parametrize("called", ["username", "phone", "email", "real name"])
def test_a_post_counts_at_once_and_ends_at_once(client: Client, here: Area, called: str) -> None:
    user = factories.make_resident(within=here)
    user.phone, user.phone_verified = "13911111111", True
    user.save()
    who = {
        "username": user.username,
        "phone": "+86 13911111111",
        "email": user.email,
        "real name": factories.person_of(user).real_name,
    }[called]
    browser = Client()
    browser.force_login(user)
    assert browser.get(f"/n/{here.slug}/people/").status_code == 403

    assert give(director(client, here), here, who=who).status_code == 302
    assert browser.get(f"/n/{here.slug}/people/").status_code == 200

    held = Appointment.objects.get(person=user.person_id)
    client.post(f"/appointments/{held.pk}/dismiss/")
    assert browser.get(f"/n/{here.slug}/people/").status_code == 403
    assert [entry.action for entry in Entry.objects.order_by("sequence")] == [
        "appointment.made",
        "appointment.ended",
    ]


@pytest.mark.parametrize("post", Post)
def test_a_director_gives_only_these_posts(client: Client, here: Area, post: Post) -> None:
    user = factories.make_user()

    response = give(director(client, here), here, who=user.username, post=post.value)

    fair = post.value in {"worker", "owners_committee", "property", "building_head", "delegate"}
    assert (response.status_code, Appointment.objects.filter(person=user.person_id).count()) == (
        (302, 1) if fair else (422, 0)
    )


def test_a_worker_sees_posts_and_gives_none(desk: Client, here: Area) -> None:
    assert give(desk, here, who=factories.make_user().username).status_code == 422
    held = Appointment.objects.get(post=Post.BUILDING_HEAD)
    assert desk.post(f"/appointments/{held.pk}/dismiss/").status_code == 403


def test_two_delegates_of_one_masked_name_are_told_apart_by_name_and_flat(desk: Client, here: Area) -> None:
    building = factories.make_building(parent=here)
    for name in ("王海", "王梅"):
        one = factories.make_person(real_name=name)
        factories.make_residency(one, factories.make_dwelling(within=building))
        factories.make_appointment(one, Post.DELEGATE, here)

    shown = desk.get(reverse("register:posts", args=[here.slug])).content.decode()

    for name in ("王海", "王梅"):
        assert f"{name} · {building.name}" in shown


@pytest.mark.parametrize(
    "wrong",
    [{"who": "nobody"}, {"who": ""}, {"title": ""}, {"area": ""}, {"since": "x"}, {"until": "2020-01-01"}],
)
def test_a_post_that_cannot_be_given_is_said(client: Client, here: Area, wrong: dict[str, str]) -> None:
    user = factories.make_user()

    # The service alone knows that a last day lies before the first.
    expected = 409 if "until" in wrong else 422
    assert give(director(client, here), here, **({"who": user.username} | wrong)).status_code == expected
    assert Appointment.objects.filter(person=user.person_id).count() == 0


def test_a_post_is_held_once_at_a_time(here: Area) -> None:
    boss = factories.make_user(post=Post.DIRECTOR, neighbourhood=here)
    person = factories.make_person()
    term = Term(Post.PROPERTY, here, "物业", clock.today())
    posts.appoint(boss, person, term)

    with pytest.raises(NotPossible):
        posts.appoint(boss, person, term)
    posts.dismiss(boss, Appointment.objects.get(person=person).pk)
    with pytest.raises(NotPossible):
        posts.dismiss(boss, Appointment.objects.get(person=person).pk)
    posts.appoint(boss, person, term)


def test_the_last_day_of_a_post_belongs_to_it(client: Client, here: Area) -> None:
    user = factories.make_user()

    give(director(client, here), here, who=user.username, until=clock.today().isoformat())

    assert Appointment.objects.on(clock.today()).filter(person=user.person_id).count() == 1
