"""Certificates: what they count, who issues them, when they fall, and what their number tells."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st

from portal.community.models import Post, User
from portal.duties.models import Duty, PublicNotice
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record import hashing, numbers
from portal.record.models import Entry
from portal.record.services import key
from portal.volunteers import certificates as paper
from portal.volunteers.models import Certificate, HourRecord
from portal.volunteers.services import certificates as services
from portal.volunteers.states import HourState
from portal.voting.models import Channel
from tests.concurrency import at_once
from tests.factories import make_person, make_user, person_of
from tests.volunteers.factories import Crew, make_crew, make_record

pytestmark = pytest.mark.django_db


def days_ago(days: int) -> Any:
    return clock.now() - timedelta(days=days)


def asked(crew: Crew, user: User, days: int = 30) -> Certificate:
    today = clock.today()
    return services.ask(user, crew.here, today - timedelta(days=days), today)


def issued(crew: Crew, user: User) -> Certificate:
    return services.issue(crew.worker, asked(crew, user).pk, contact="021-56780000")


# --- what it counts ---


def test_it_counts_what_is_booked_here_in_the_period_and_nothing_else() -> None:
    crew, other = make_crew(), make_crew()
    user = crew.member("李秀英")
    person = person_of(user)
    first = make_record(crew, person, starts_at=days_ago(9), minutes=120)
    second = make_record(crew, person, starts_at=days_ago(5), minutes=90)
    make_record(crew, person, starts_at=days_ago(40))
    make_record(crew, person, starts_at=days_ago(6), state=HourState.ON_NOTICE)
    make_record(crew, person, starts_at=days_ago(7), mutual_aid=True)
    make_record(other, person, starts_at=days_ago(8))
    make_record(crew, person_of(crew.member()), starts_at=days_ago(5))

    certificate = issued(crew, user)

    assert [line.record for line in certificate.lines.order_by("pk")] == [first, second]
    assert (certificate.minutes, certificate.body["minutes"]) == (210, 210)
    assert [line["minutes"] for line in certificate.body["lines"]] == [120, 90]
    assert certificate.body["hours_in_words"] == "叁小时叁拾分"
    assert certificate.body["name"] == person.real_name
    assert certificate.body["handler"] == person_of(crew.worker).real_name
    assert certificate.body["head"] == person_of(crew.director).real_name


@pytest.mark.parametrize("ahead", [False, True])
def test_nothing_booked_and_days_to_come_are_refused(ahead: bool) -> None:
    crew = make_crew()
    user = crew.member()
    make_record(crew, person_of(user), state=HourState.BOOKED if ahead else HourState.ON_NOTICE)
    until = clock.today() + timedelta(days=ahead)

    with pytest.raises(NotPossible):
        services.ask(user, crew.here, clock.today() - timedelta(days=30), until)

    assert Certificate.objects.count() == 0


def test_one_request_waits_at_a_time_and_the_committee_owes_an_answer() -> None:
    crew = make_crew()
    user = crew.member()
    make_record(crew, person_of(user))

    request = asked(crew, user)
    with pytest.raises(NotPossible):
        asked(crew, user)

    duty = Duty.objects.get(subject=key(request))
    assert (duty.kind, duty.post, duty.done_at) == ("certificate.issue", Post.WORKER, None)
    services.refuse(crew.worker, request.pk, "请到窗口补充说明")
    duty.refresh_from_db()
    assert duty.done_by == crew.worker
    assert Notice.objects.get(user=user).kind == "certificate.refused"
    assert asked(crew, user).pk != request.pk


# --- who ---


def test_somebody_without_a_phone_is_asked_for_at_the_counter() -> None:
    crew, person = make_crew(), make_person(real_name="王桂芳")
    make_record(crew, person)
    today = clock.today()

    with pytest.raises(PermissionDenied):
        services.ask_for(crew.leader, crew.here, person, today - timedelta(days=30), today)
    request = services.ask_for(crew.worker, crew.here, person, today - timedelta(days=30), today)

    assert (request.channel, request.requested_by) == (Channel.COUNTER, crew.worker)
    assert services.issue(crew.director, request.pk).minutes == 120


@pytest.mark.parametrize("who", ["leader", "recorder", "volunteer", "officer"])
@pytest.mark.parametrize("act", ["issue", "refuse", "void"])
def test_only_the_committee_answers(who: str, act: str) -> None:
    crew = make_crew()
    volunteer = crew.member()
    make_record(crew, person_of(volunteer))
    request = asked(crew, volunteer)
    users = {
        "leader": crew.leader,
        "recorder": crew.recorder,
        "volunteer": volunteer,
        "officer": make_user(post=Post.OFFICER, neighbourhood=crew.here),
    }
    run: Any = getattr(services, act)

    # Whose it is reads it; to all others it does not exist.
    with pytest.raises(PermissionDenied if who == "volunteer" else Http404):
        run(users[who], request.pk, *([] if act == "issue" else ["why"]))


def test_nobody_issues_the_own_certificate() -> None:
    crew = make_crew()
    make_record(crew, person_of(crew.worker))
    request = asked(crew, crew.worker)

    with pytest.raises(NotPossible):
        services.issue(crew.worker, request.pk)

    assert services.issue(crew.director, request.pk).issued_by == person_of(crew.director)
    with pytest.raises(NotPossible):
        services.issue(crew.director, request.pk)


# --- what others read ---


def test_it_is_posted_masked_and_recorded_by_number_and_fingerprint() -> None:
    crew = make_crew()
    user = crew.member("李秀英")
    make_record(crew, person_of(user))

    certificate = issued(crew, user)

    notice = PublicNotice.objects.get(subject=key(certificate), purpose="certificate")
    real = person_of(user).real_name
    assert (real in notice.title + notice.body, f"{real[0]}**" in notice.body) == (False, True)
    assert notice.ends_at == clock.end_of(clock.today() + timedelta(days=7))
    entry = Entry.objects.get(action="certificate.issued")
    assert entry.data == {"number": certificate.number, "sha256": certificate.sha256}
    assert real not in f"{entry.title}{entry.data}{entry.actor}"
    assert numbers.keeper_of(certificate.number or "") is numbers.KEEPERS["certificate"]


# --- when it falls ---


def test_it_falls_with_a_record_it_counts_and_its_person_is_told() -> None:
    crew = make_crew()
    user = crew.member()
    record = make_record(crew, person_of(user))
    other = make_record(crew, person_of(user), starts_at=days_ago(5))
    certificate = issued(crew, user)
    body = dict(certificate.body)

    assert services.void_for(make_record(crew, person_of(user), starts_at=days_ago(4)), "更正") == 0
    assert services.void_for(record, "时长更正") == 1
    assert services.void_for(other, "又一次") == 0

    certificate.refresh_from_db()
    assert (certificate.voided_why, certificate.body) == ("时长更正", body)
    assert [entry.data["number"] for entry in Entry.objects.filter(action="certificate.voided")] == [
        certificate.number
    ]
    assert Notice.objects.filter(user=user, kind="certificate.voided").count() == 1


def test_the_committee_voids_with_a_reason_and_once() -> None:
    crew = make_crew()
    user = crew.member()
    make_record(crew, person_of(user))
    certificate = issued(crew, user)

    services.void(crew.director, certificate.pk, "姓名有误")
    with pytest.raises(NotPossible):
        services.void(crew.director, certificate.pk, "姓名有误")

    assert Certificate.objects.get().voided_why == "姓名有误"
    assert issued(crew, user).number != certificate.number


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_record_revoked_while_a_certificate_is_issued_never_stays_on_one_in_force() -> None:
    crew = make_crew()
    user = crew.member()
    for round_ in range(10):
        record = make_record(crew, person_of(user), starts_at=days_ago(20 - round_))
        make_record(crew, person_of(user), starts_at=days_ago(20 - round_) + timedelta(hours=5))
        request = asked(crew, user)

        def either(which: int, request: int = request.pk, record: int = record.pk) -> None:
            _revoke(record) if which else services.issue(crew.worker, request)

        outcome = at_once(2, either, numbered=True)

        assert outcome.errors == []
        assert not Certificate.objects.filter(lines__record=record, voided_at=None).exists()


def _revoke(pk: int) -> None:
    with transaction.atomic():
        record = HourRecord.objects.select_for_update(of=("self",)).get(pk=pk)
        record.state = HourState.REVOKED
        record.save(update_fields=["state"])
        services.void_for(record, "撤销")


# --- the paper, as pure functions ---

NAMES = st.text(st.sampled_from("李秀英王桂芳陈·"), min_size=2, max_size=6)
MINUTES = st.integers(1, 400).map(lambda steps: 30 * steps)
LINES = st.lists(
    st.builds(
        paper.Line,
        st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        st.sampled_from(["花园除草", "夜间巡逻"]),
        st.just("中心绿地"),
        st.just("绿化队"),
        MINUTES,
    ),
    min_size=1,
    max_size=4,
)


def body_of(name: str, lines: list[paper.Line], number: str) -> dict[str, Any]:
    today = date(2026, 11, 22)
    said = paper.Paper(number, name, "", today, today, today, "居委会", "沈老师", "周主任", "021-1", "")
    return paper.body(said, lines)


@given(NAMES, LINES, st.data())
def test_any_letter_of_the_body_altered_fails_the_check(
    name: str, lines: list[paper.Line], data: st.DataObject
) -> None:
    number = numbers.draw()
    said = body_of(name, lines, number)
    sha256 = paper.fingerprint(said)
    assert paper.holds(said, number, sha256)

    text = hashing.canonical(said).decode()
    places = [at for at, letter in enumerate(text) if letter.isalnum()]
    at = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from([letter for letter in "01789王李" if letter != text[at]]))
    try:
        altered = json.loads(text[:at] + other + text[at + 1 :])
    except ValueError:
        return  # no body at all any more, such as with a number that begins with 0

    assert not paper.holds(altered, number, sha256)


@given(NAMES, LINES, st.integers(0, 11), st.sampled_from(numbers.LETTERS))
def test_any_digit_of_the_number_altered_fails_the_check(
    name: str, lines: list[paper.Line], at: int, digit: str
) -> None:
    number = numbers.draw()
    said = body_of(name, lines, number)
    bare = number.replace("-", "")
    other = numbers.meant(bare[:at] + digit + bare[at + 1 :])

    assert paper.holds(said, other, paper.fingerprint(said)) == (other == number)
    assert paper.holds({**said, "number": other}, other, paper.fingerprint(said)) == (other == number)


@given(NAMES, LINES, st.integers(0, 15), st.sampled_from("0123456789abcdef"), st.integers(-20, 20), NAMES)
def test_a_paper_agrees_with_its_own_certificate_only(
    name: str, lines: list[paper.Line], at: int, digit: str, more: int, other: str
) -> None:
    said = body_of(name, lines, numbers.draw())
    sha256 = paper.fingerprint(said)
    tenths, digits = said["minutes"] // 6, paper.sheet(said, sha256)["digits"]
    bare = sha256[:16]
    wrong = bare[:at] + digit + bare[at + 1 :]

    assert paper.agrees(said, sha256, name=name, tenths=tenths, digits=digits.upper())
    assert paper.agrees(said, sha256, name=name, tenths=tenths + more, digits=bare) == (more == 0)
    assert paper.agrees(said, sha256, name=name, tenths=tenths, digits=wrong) == (wrong == bare)
    same = other.replace("·", "") == name.replace("·", "")
    assert paper.agrees(said, sha256, name=other, tenths=tenths, digits=bare) == same


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (30, "叁拾分"),
        (60, "壹小时"),
        (2250, "叁拾柒小时叁拾分"),
        (600, "壹拾小时"),
        (105 * 60, "壹佰零伍小时"),
        (1050 * 60, "壹仟零伍拾小时"),
        (10050 * 60, "壹万零伍拾小时"),
        (20300000 * 60, "贰仟零叁拾万小时"),
    ],
)
def test_hours_are_written_in_formal_numerals(minutes: int, said: str) -> None:
    assert paper.in_words(minutes) == said


@pytest.mark.parametrize(
    ("hours", "level", "missing"),
    [(0, 0, 100), (99, 0, 1), (100, 1, 200), (299, 1, 1), (1500, 5, 0), (9000, 5, 0)],
)
def test_stars_follow_from_the_hours(hours: int, level: int, missing: int) -> None:
    assert paper.stars(hours * 60, [100, 300, 600, 1000, 1500]) == paper.Stars(level, 5, missing * 60)
