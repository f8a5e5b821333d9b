"""Pages of signing up and attendance, as a browser asks for them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.community.models import Person, User
from portal.kit import clock
from portal.volunteers import codes
from portal.volunteers.models import Attendance, How, Shift, Signup
from portal.volunteers.states import SignupState
from tests.community.pictures import brought, picture
from tests.factories import make_dwelling, make_person, make_residency, make_resident, person_of
from tests.volunteers.factories import (
    Crew,
    make_activity,
    make_crew,
    make_membership,
    make_shift,
    make_signup,
)
from tests.worlds import kept

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 28, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@kept
def plan(**values: Any) -> tuple[Crew, Shift]:
    """A shift of two hours on a known day."""
    crew = make_crew()
    return crew, make_shift(make_activity(crew, **values), starts_at=START)


def page(name: str, *args: object) -> str:
    """An address."""
    return reverse(f"volunteers:{name}", args=args)


def browser(user: User | None = None) -> Client:
    """A browser, signed in."""
    client = Client(headers={"Accept-Language": "zh-CN"})
    if user is not None:
        client.force_login(user)
    return client


def scanned(shift: Shift, now: datetime) -> str:
    """The address in the QR of this minute."""
    return page("check_in", shift.pk, codes.place_code(shift.secret, shift.pk, now))


def action(html: str) -> str:
    """Where the form of the place sends to."""
    found = re.search(r'action="(/shifts/[^"]+)"', html)
    assert found is not None
    return found[1]


# --- at the place ---


def test_one_scan_and_one_button_check_in_and_again_check_out() -> None:
    crew, shift = plan()
    user = make_resident(within=crew.here)
    make_signup(shift, person_of(user))
    client = browser(user)
    for minute, what in ((0, "in"), (100, "out")):
        with clock.at(START + minute * MINUTE):
            found = client.get(scanned(shift, clock.now())).content.decode()
            assert f'name="what" value="{what}"' in found
            assert client.post(action(found), {"what": what}).status_code == 302
    row = Attendance.objects.get()
    assert (row.in_at, row.out_at, row.in_how) == (START, START + 100 * MINUTE, How.QR)


def test_pressing_twice_is_coming_once_not_going() -> None:
    crew, shift = plan()
    user = make_resident(within=crew.here)
    make_signup(shift, person_of(user))
    client = browser(user)
    with clock.at(START):
        address = action(client.get(scanned(shift, START)).content.decode())
        for _time in range(2):
            client.post(address, {"what": "in"})
    assert Attendance.objects.get().out_at is None


def test_a_sign_in_in_between_does_not_lose_the_scan() -> None:
    crew, shift = plan()
    user = make_resident(within=crew.here)
    make_signup(shift, person_of(user))
    client = browser()
    with clock.at(START):
        address = scanned(shift, START)
        asked = client.get(address)
    assert (asked.status_code, asked.url.partition("?")[0]) == (302, reverse("account_login"))
    back = _next(asked.url)

    client.force_login(user)
    with clock.at(START + 9 * MINUTE):
        assert client.get(address).status_code == 410
        assert client.get(back).status_code == 200
        assert client.post(back, {"what": "in"}).status_code == 302
    with clock.at(START + 11 * MINUTE):
        assert client.get(back).status_code == 410
    assert Attendance.objects.count() == 1


def _next(url: str) -> str:
    return parse_qs(urlsplit(url).query)["next"][0]


def test_a_picture_of_an_old_code_is_refused_in_words() -> None:
    crew, shift = plan()
    user = make_resident(within=crew.here)
    make_signup(shift, person_of(user))
    client = browser(user)
    old = scanned(shift, START)
    with clock.at(START + timedelta(seconds=119)):
        assert client.get(old).status_code == 200
    with clock.at(START + timedelta(seconds=120)):
        answer = client.get(old)
        assert (answer.status_code, client.post(old, {"what": "in"}).status_code) == (410, 410)
        assert shift.activity.title not in answer.content.decode()
    assert Attendance.objects.count() == 0


def test_whoever_just_comes_joins_and_is_checked_in_while_places_are_free() -> None:
    crew, shift = plan()
    Shift.objects.filter(pk=shift.pk).update(slots=1)
    first, second = make_resident(within=crew.here), make_resident(within=crew.here)
    answers = []
    with clock.at(START + 5 * MINUTE):
        for user in (first, second):
            client = browser(user)
            found = client.get(scanned(shift, clock.now())).content.decode()
            answers.append(client.post(action(found), {"remark": ""}).status_code)
    assert answers == [302, 409]
    assert Attendance.objects.get().signup.person_id == first.person_id


def test_the_spoken_code_leads_to_the_same_button() -> None:
    crew, shift = plan()
    user = make_resident(within=crew.here)
    make_signup(shift, person_of(user))
    client = browser(user)
    with clock.at(START):
        code = codes.spoken_code(shift.secret, shift.pk, START)
        wrong = client.post(page("say_code", shift.pk), {"code": f"{(int(code) + 1) % 10**6:06d}"})
        said = client.post(page("say_code", shift.pk), {"code": f"{code[:3]} {code[3:]}"})
        assert (wrong.status_code, said.status_code) == (409, 302)
        assert client.post(said.url, {"what": "in"}).status_code == 302
    assert Attendance.objects.get().in_how == How.CODE


def test_the_screen_shows_both_codes_to_keepers_alone_and_never_the_secret() -> None:
    crew, shift = plan()
    with clock.at(START):
        for user in (make_resident(within=crew.here), crew.member()):
            assert browser(user).get(page("place_code", shift.pk)).status_code == 403
        client = browser(crew.recorder)
        whole = client.get(page("place_code", shift.pk))
        part = client.get(page("place_code", shift.pk), {"part": 1}).content.decode()
        spoken = codes.spoken_code(shift.secret, shift.pk, START)
    html = whole.content.decode()
    assert f"{spoken[:3]} {spoken[3:]}" in part
    assert '<noscript><meta http-equiv="refresh"' in html
    assert "<html" not in part
    assert shift.secret not in html
    assert "no-store" in whole["Cache-Control"]


# --- the list ---


def test_a_group_is_ticked_and_bad_ticks_are_told() -> None:
    crew, shift = plan()
    signups = [make_signup(shift, make_person()) for _time in range(3)]
    client = browser(crew.recorder)
    who = [one.pk for one in signups]
    with clock.at(START + MINUTE):
        assert client.post(page("shift_act", shift.pk, "attend"), {"what": "in"}).status_code == 422
        assert (
            client.post(page("shift_act", shift.pk, "attend"), {"what": "in", "who": [10**9]}).status_code
            == 422
        )
        future = {"what": "in", "who": who, "at": "2026-11-28T15:00"}
        client.post(page("shift_act", shift.pk, "attend"), future)
        assert Attendance.objects.count() == 0
        assert (
            client.post(page("shift_act", shift.pk, "attend"), {"what": "in", "who": who}).status_code == 302
        )
    assert Attendance.objects.filter(in_how=How.GROUP).count() == 3


def test_the_list_asks_no_more_for_more_people() -> None:
    crew, shift = plan()
    Shift.objects.filter(pk=shift.pk).update(slots=50)
    client = browser(crew.leader)
    counts = []
    for _round in range(2):
        for _time in range(5):
            make_signup(Shift.objects.get(pk=shift.pk), make_person())
        client.get(page("attendance", shift.pk))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page("attendance", shift.pk)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def lines(*marks: tuple[int, str, datetime]) -> dict[str, str]:
    """A list as attendance.js sends it."""
    return {
        "marks": json.dumps(
            [{"signup": pk, "what": what, "at": moment.isoformat()} for pk, what, moment in marks]
        )
    }


def test_a_list_kept_without_network_is_taken_with_its_times_and_twice_is_once() -> None:
    crew, shift = plan()
    one, other = make_signup(shift, make_person()), make_signup(shift, make_person())
    sent = lines((one.pk, "out", START + 90 * MINUTE), (one.pk, "in", START), (other.pk, "out", START))
    client = browser(crew.recorder)
    with clock.at(START + 100 * MINUTE):
        first = client.post(page("offline", shift.pk), sent).json()
        second = client.post(page("offline", shift.pk), sent).json()
    assert (first["taken"], first["known"]) == (2, 0)
    assert (second["taken"], second["known"]) == (0, 2)
    assert [(line["signup"], line["again"]) for line in first["refused"]] == [(other.pk, True)]
    row = Attendance.objects.get()
    assert (row.in_at, row.out_at, row.in_how) == (START, START + 90 * MINUTE, How.OFFLINE)


GOOD = {"signup": 1, "what": "in", "at": "2026-11-28T06:00:00Z"}
BROKEN = [
    "",
    "{",
    "null",
    "[]",
    "{}",
    "7",
    "[7]",
    "[" * 50_000,
    json.dumps([GOOD] * 10_000),
    json.dumps([GOOD] * 1_001),
    json.dumps([GOOD, {**GOOD, "signup": "1"}]),
    json.dumps([GOOD, {**GOOD, "signup": True}]),
    json.dumps([GOOD, {**GOOD, "signup": 10**30}]),
    json.dumps([GOOD, {**GOOD, "what": ["in"]}]),
    json.dumps([GOOD, {**GOOD, "what": "late"}]),
    json.dumps([GOOD, {**GOOD, "at": 7}]),
    json.dumps([GOOD, {**GOOD, "at": "2026-11-28T06:00:00"}]),
    json.dumps([GOOD, {**GOOD, "at": "0001-01-01T00:00:00+10:00"}]),
    json.dumps([GOOD, {"signup": 1}]),
    '[{"signup": NaN, "what": "in", "at": "2026-11-28T06:00:00Z"}]',
    '[{"signup": 1e400, "what": "in", "at": "2026-11-28T06:00:00Z"}]',
]


@pytest.mark.parametrize("sent", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_list_is_refused_whole(sent: str) -> None:
    crew, shift = plan()
    signup = make_signup(shift, make_person())
    with clock.at(START + MINUTE):
        answer = browser(crew.leader).post(
            page("offline", shift.pk), {"marks": sent.replace('"signup": 1,', f'"signup": {signup.pk},')}
        )
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert Attendance.objects.count() == 0


NODE = shutil.which("node")


@pytest.mark.skipif(not NODE, reason="no node here: the browser's side was not tried")
def test_the_telephone_forgets_what_was_taken_and_keeps_what_may_be_taken_later(tmp_path: Path) -> None:
    program = (settings.BASE_DIR / "static/js/attendance.js").read_text("utf-8")
    (tmp_path / "attendance.mjs").write_text(program, "utf-8")
    (tmp_path / "run.mjs").write_text(
        "const { left, marksOf } = await import('./attendance.mjs');"
        "const sent = [...marksOf(['1', '2'], 'in', '2026-11-28T06:00:00.000Z'),"
        " ...marksOf(['3'], 'out', '2026-11-28T14:05:00+08:00')];"
        "const kept = [...sent, ...marksOf(['4'], 'in', '2026-11-28T06:09:00.000Z')];"
        "const line = (signup, what, at, again) => ({ signup, what, at, again });"
        "const refused = [line(2, 'in', '2026-11-28T06:00:00+00:00', false),"
        " line(3, 'out', '2026-11-28T06:05:00+00:00', true)];"
        "console.log(JSON.stringify(left(kept, sent, refused).map((mark) => mark.signup)));",
        "utf-8",
    )
    done = subprocess.run([NODE, "run.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True)  # type: ignore[list-item]
    assert json.loads(done.stdout) == [3, 4]


def test_a_closed_list_takes_nothing_and_says_so() -> None:
    crew, shift = plan()
    signup = make_signup(shift, make_person())
    Shift.objects.filter(pk=shift.pk).update(closed_at=START + MINUTE, closed_by=crew.leader)
    client = browser(crew.leader)
    with clock.at(START + 2 * MINUTE):
        answer = client.post(page("offline", shift.pk), lines((signup.pk, "in", START)))
        assert (
            client.post(page("shift_act", shift.pk, "attend"), {"what": "in", "who": [signup.pk]}).status_code
            == 409
        )
        assert client.get(page("attendance", shift.pk)).status_code == 200
    assert (answer.status_code, Attendance.objects.count()) == (409, 0)


def test_times_are_corrected_and_a_tick_taken_back_on_one_page() -> None:
    crew, shift = plan()
    signup = make_signup(shift, make_person())
    client = browser(crew.recorder)
    address = page("signup_act", signup.pk, "times")
    with clock.at(START + 120 * MINUTE):
        bad = client.post(address, {"in_at": "2026-11-28T15:00", "out_at": "2026-11-28T14:00"})
        good = client.post(address, {"in_at": "2026-11-28T14:00", "out_at": "2026-11-28T15:00"})
        assert (bad.status_code, good.status_code) == (409, 302)
        row = Attendance.objects.get()
        assert (row.in_at, row.out_at) == (START, START + 60 * MINUTE)
        assert client.post(page("signup_act", signup.pk, "strike")).status_code == 302
    assert Attendance.objects.count() == 0


# --- signing up ---


def test_a_clash_is_shown_and_needs_a_tick() -> None:
    crew, shift = plan()
    user = make_resident(within=crew.here)
    make_signup(make_shift(make_activity(crew, title="守楼"), starts_at=START + MINUTE), person_of(user))
    client, address = browser(user), page("shift_act", shift.pk, "sign-up")
    with clock.at(START - timedelta(days=2)):
        assert "守楼" in client.get(address).content.decode()
        assert client.post(address, {}).status_code == 409
        assert client.post(address, {"in_spite_of_clash": "on"}).status_code == 302
    assert shift.signups.accepted().count() == 1


def test_the_form_asks_for_an_age_that_is_not_known_and_for_a_guardian_only_of_minors() -> None:
    crew, shift = plan(least_age=14)
    home = make_dwelling(within=crew.here)
    known, unknown, minor, parent = (make_resident(dwelling=home) for _time in range(4))
    Person.objects.filter(pk=unknown.person_id).update(adult_on=None)
    Person.objects.filter(pk=minor.person_id).update(adult_on=START.date() + timedelta(days=400))
    address = page("shift_act", shift.pk, "sign-up")
    with clock.at(START - timedelta(days=2)):
        asked = [
            ('name="adult"' in html, 'name="guardian_phone"' in html)
            for html in (browser(user).get(address).content.decode() for user in (known, unknown, minor))
        ]
        browser(minor).post(address, {"guardian_phone": person_of(parent).phone})
        signup = Signup.objects.get()
        answers = [
            browser(user).get(page("signup_act", signup.pk, "consent")).status_code
            for user in (known, parent)
        ]
        client = browser(parent)
        assert client.post(page("signup_act", signup.pk, "consent"), {"answer": "yes"}).status_code == 422
        client.post(page("signup_act", signup.pk, "consent"), {"answer": "yes", "guardian": "on"})
    assert asked == [(False, False), (True, True), (False, True)]
    assert answers == [404, 200]
    signup.refresh_from_db()
    assert (signup.state, signup.consented_by) == (SignupState.ACCEPTED, parent)


def test_every_page_of_a_sign_up_opens_and_answers() -> None:
    crew, shift = plan(screened=True, least_age=14)
    user = make_resident(within=crew.here)
    old = make_person()
    make_residency(old, make_dwelling(within=crew.here))
    make_membership(crew.team, old)
    waits = make_signup(shift, person_of(user), SignupState.APPLIED)
    paper = make_signup(shift, make_person(), SignupState.APPLIED, needs_consent=True)
    client, leader = browser(user), browser(crew.leader)
    with clock.at(START - timedelta(days=2)):
        assert [
            client.get(page("shift", shift.pk)).status_code,
            browser().get(page("shift", shift.pk)).status_code,
            client.get(page("my_activities")).status_code,
            client.get(page("signup_act", waits.pk, "cancel")).status_code,
            client.get(page("say_code", shift.pk)).status_code,
            client.get(page("attendance", shift.pk)).status_code,
            client.get(page("signup_act", waits.pk, "decide")).status_code,
            client.get(page("signup_act", waits.pk, "times")).status_code,
            client.get(page("signup_act", paper.pk, "release")).status_code,
        ] == [200, 200, 200, 200, 200, 403, 403, 403, 404]
        for address in (
            page("shift_act", shift.pk, "sign-up-for"),
            page("attendance", shift.pk),
            page("list_print", shift.pk),
            page("signup_act", waits.pk, "decide"),
            page("signup_act", waits.pk, "release"),
            page("signup_act", paper.pk, "paper-consent"),
        ):
            assert leader.get(address).status_code == 200
        assert leader.get(page("signup_act", waits.pk, "times")).status_code == 409
        entered = leader.post(
            page("shift_act", shift.pk, "sign-up-for"),
            {"people": [old.pk], "channel": "phone", "adult": "on"},
        )
        decided = leader.post(page("signup_act", waits.pk, "decide"), {"answer": "yes"})
        assert leader.get(page("signup_act", waits.pk, "times")).status_code == 200
        empty = leader.post(page("signup_act", waits.pk, "decide"), {"answer": "no"})
        taken = leader.post(page("signup_act", paper.pk, "paper-consent"), {"paper": brought(picture())})
        assert [entered.status_code, decided.status_code, empty.status_code, taken.status_code] == [
            302,
            302,
            409,
            302,
        ]
        assert client.post(page("signup_act", waits.pk, "cancel")).status_code == 302
    assert shift.signups.accepted().count() == 1


def test_who_signs_up_meanwhile_is_told_on_the_form() -> None:
    crew, shift = plan()
    user = make_resident(within=crew.here)
    Shift.objects.filter(pk=shift.pk).update(cancelled_at=clock.now(), cancelled_why="下雨")
    with clock.at(START - timedelta(days=2)):
        answer = browser(user).post(page("shift_act", shift.pk, "sign-up"), {"remark": "自带手套"})
    assert (answer.status_code, "自带手套" in answer.content.decode()) == (409, True)


def test_the_button_to_sign_up_is_for_those_who_may() -> None:
    crew, shift = plan()
    button = f'href="{page("shift_act", shift.pk, "sign-up")}"'
    with clock.at(START - timedelta(days=2)):
        shown = [
            button in browser(user).get(page("shift", shift.pk)).content.decode()
            for user in (None, make_resident(within=crew.here), crew.leader, crew.worker)
        ]
        answers = [
            browser(user).get(page("shift_act", shift.pk, "sign-up")).status_code
            for user in (None, crew.worker)
        ]
    with clock.at(START):
        assert browser(crew.worker).get(scanned(shift, START)).status_code == 403
    assert (shown, answers) == ([True, True, True, False], [302, 403])


def test_nobody_else_reads_who_comes() -> None:
    crew, shift = plan()
    person = make_person(real_name="陈阿婆", display_name="陈老师")
    make_signup(shift, person)
    for user in (None, make_resident(within=crew.here), crew.member()):
        html = browser(user).get(page("shift", shift.pk)).content.decode()
        assert ("陈阿婆" in html, "陈老师" in html) == (False, False)
