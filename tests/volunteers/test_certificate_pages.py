"""Pages of certificates: whose they are, what a number tells strangers, the sheet as PDF."""

from __future__ import annotations

import re
import zlib
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.checks import sheets_can_be_printed
from portal.community.models import Person, Post
from portal.kit import clock, printing
from portal.volunteers import certificates as paper
from portal.volunteers.models import Certificate
from portal.volunteers.services import certificates as services
from tests.factories import make_resident, make_user, person_of
from tests.volunteers.factories import Crew, make_crew, make_record
from tests.voting import factories as votes
from tests.worlds import kept

pytestmark = pytest.mark.django_db
A4 = (595.28, 841.89)


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


def named(crew: Crew, name: str = "欧阳秀英") -> Any:
    user = crew.member()
    Person.objects.filter(pk=person_of(user).pk).update(real_name=name)
    user.refresh_from_db()
    return user


@kept
def issued(crew: Crew, user: Any, records: int = 2) -> Certificate:
    for number in range(records):
        start = clock.now() - timedelta(days=10 + number)
        make_record(crew, person_of(user), starts_at=start, minutes=150)
    today = clock.today()
    request = services.ask(user, crew.here, today - timedelta(days=200), today)
    return services.issue(crew.worker, request.pk, contact="021-56780000")


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- the number ---


def test_a_receipt_and_a_certificate_are_found_under_the_same_address(client: Client) -> None:
    place = votes.make_place()
    ballot = votes.cast(place.people[0], votes.call(place))
    certificate = issued(crew := make_crew(), named(crew))

    receipt, sheet = client.get(f"/v/{ballot.receipt}"), client.get(f"/v/{certificate.number}")
    typed = client.get(reverse("voting:find_receipt"), {"number": (certificate.number or "").lower()})

    assert (receipt.status_code, receipt.context["ballot"]) == (200, ballot)
    assert (sheet.status_code, sheet.context["certificate"]) == (200, certificate)
    assert typed["Location"] == f"/v/{certificate.number}"


def test_a_stranger_reads_the_number_and_neither_name_nor_lines(client: Client) -> None:
    crew = make_crew()
    certificate = issued(crew, named(crew))
    line = certificate.body["lines"][0]

    page = text(client.get(f"/v/{certificate.number}"))

    told = [certificate.sha256, "欧**", certificate.body["issuer"]]
    kept = [
        "欧阳",
        "秀英",
        line["activity"],
        line["place"],
        line["team"],
        "021-56780000",
        certificate.body["handler"],
    ]
    assert [words in page for words in told] == [True] * len(told)
    assert [words for words in kept if words in page] == []


def test_a_void_one_says_so_with_day_and_reason(client: Client) -> None:
    crew = make_crew()
    certificate = issued(crew, named(crew))
    services.void(crew.worker, certificate.pk, "时长更正")

    page = client.get(f"/v/{certificate.number}")

    assert page.context["certificate"].voided_at is not None
    assert "时长更正" in text(page)


def test_a_row_altered_behind_the_portal_is_told(client: Client) -> None:
    crew = make_crew()
    certificate = issued(crew, named(crew))
    certificate.body["lines"][0]["minutes"] = 600
    certificate.save()

    assert client.get(f"/v/{certificate.number}").context["holds"] is False


def test_numbers_of_requests_and_unknown_ones_are_404(client: Client) -> None:
    assert client.get("/v/0000-0000-0000").status_code == 404
    assert client.post("/v/0000-0000-0000/compare/").status_code == 404


def typed_from(certificate: Certificate, **other: str) -> dict[str, str]:
    digits = paper.sheet(certificate.body, certificate.sha256)["digits"]
    return {"name": "欧阳秀英", "hours": "5", "digits": digits, **other}


@pytest.mark.parametrize(
    ("other", "agrees"),
    [
        ({}, True),
        ({"hours": "5.0", "name": " 欧阳 秀英 "}, True),
        ({"name": "欧阳秀兰"}, False),
        ({"hours": "5.5"}, False),
        ({"digits": "0000 0000 0000 0000"}, False),
    ],
)
def test_a_paper_is_compared_as_a_whole(client: Client, other: dict[str, str], agrees: bool) -> None:
    crew = make_crew()
    certificate = issued(crew, named(crew))
    address = reverse("volunteers:certificate_compare", args=[certificate.number])

    answer = client.post(address, typed_from(certificate, **other))

    assert (answer.status_code, answer.context["agrees"]) == (200, agrees)
    assert client.get(address)["Location"] == f"/v/{certificate.number}"
    assert client.post(address, {"name": "欧阳秀英"}).status_code == 422


def test_names_cannot_be_guessed_for_long(client: Client) -> None:
    crew = make_crew()
    certificate = issued(crew, named(crew))
    address = reverse("volunteers:certificate_compare", args=[certificate.number])

    codes = [client.post(address, typed_from(certificate, name=f"欧{n}")).status_code for n in range(22)]

    assert codes == [200] * 20 + [429] * 2


# --- pages ---


def test_a_certificate_is_its_persons_and_the_committees() -> None:
    crew = make_crew()
    user = named(crew)
    certificate = issued(crew, user)
    readers = {
        "own": (user, 200),
        "worker": (crew.worker, 200),
        "director": (crew.director, 200),
        "leader": (crew.leader, 404),
        "neighbour": (make_resident(within=crew.here), 404),
        "worker elsewhere": (make_crew().worker, 404),
        "auditor": (make_user(post=Post.AUDITOR, neighbourhood=crew.here), 404),
    }
    pages = [
        reverse(f"volunteers:{name}", args=[certificate.pk]) for name in ("certificate", "certificate_pdf")
    ]

    for reader, (account, code) in readers.items():
        client = signed_in(account)
        assert [client.get(page).status_code for page in pages] == [code, code], reader
    assert [Client().get(page).status_code for page in pages] == [302, 302]


def test_the_desk_is_the_committees() -> None:
    crew = make_crew()
    pages = [
        reverse(f"volunteers:{name}", args=[crew.here.slug])
        for name in ("certificate_desk", "certificate_for")
    ]

    for account, code in [(crew.worker, 200), (crew.leader, 403), (crew.recorder, 403), (make_user(), 403)]:
        assert [signed_in(account).get(page).status_code for page in pages] == [code, code]


def post(client: Client, address: str, **typed: Any) -> HttpResponse:
    return client.post(address, typed)  # type: ignore[return-value]


def test_from_asking_to_voiding_through_the_pages() -> None:
    crew = make_crew()
    user = named(crew)
    make_record(crew, person_of(user))
    own, worker = signed_in(user), signed_in(crew.worker)
    ask = reverse("volunteers:certificate_ask")
    typed = own.get(ask).context["form"].initial
    period = {"since": typed["since"].isoformat(), "until": typed["until"].isoformat(), "here": crew.here.pk}

    assert typed["since"] == clock.today().replace(month=1, day=1)
    assert post(own, ask, **period).status_code == 302
    assert post(own, ask, **period).status_code == 409
    assert post(own, ask, **{**period, "since": "x"}).status_code == 422
    request = Certificate.objects.get()
    page = reverse("volunteers:certificate", args=[request.pk])
    assert user.person.real_name in text(
        worker.get(reverse("volunteers:certificate_desk", args=[crew.here.slug]))
    )
    issue, void = (reverse("volunteers:certificate_act", args=[request.pk, act]) for act in ("issue", "void"))
    assert post(own, issue, contact="1").status_code == 403
    assert post(worker, issue).status_code == 422
    assert post(worker, issue, contact="021-1").url == page  # type: ignore[attr-defined]
    assert post(worker, issue, contact="021-1").status_code == 409
    assert "021-1" in text(own.get(page))
    assert post(worker, void, why="姓名有误").url == page  # type: ignore[attr-defined]
    assert "姓名有误" in text(own.get(reverse("volunteers:certificates")))


def test_at_the_counter_only_those_with_hours_are_found() -> None:
    crew = make_crew()
    person = person_of(named(crew))
    make_record(crew, person)
    person_without = person_of(named(crew, "欧阳无时"))
    client = signed_in(crew.worker)
    address = reverse("volunteers:certificate_for", args=[crew.here.slug])
    period = {"since": (clock.today() - timedelta(days=30)).isoformat(), "until": clock.today().isoformat()}

    asked = post(client, address, person="欧阳", **period)
    assert [value for value, _label in asked.context["form"].fields["person"].widget.candidates] == [
        str(person.pk)
    ]
    assert post(client, address, person="欧阳", person_pk=person_without.pk, **period).status_code == 422
    assert post(client, address, person="欧阳", person_pk=person.pk, **period).status_code == 302


def test_the_list_asks_the_same_number_of_questions_however_long() -> None:
    crew = make_crew()
    user = named(crew)
    certificate = issued(crew, user)
    client, address = signed_in(user), reverse("volunteers:certificates")

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    client.get(address)
    before = questions()
    for _ in range(4):
        services.void(crew.worker, certificate.pk, "x")
        today = clock.today()
        request = services.ask(user, crew.here, today - timedelta(days=30), today)
        certificate = services.issue(crew.worker, request.pk)

    assert questions() == before


# --- the sheet ---


def streams(pdf: bytes) -> bytes:
    """All that is in a PDF, unpacked."""
    found = re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return b"\n".join(_inflated(one[1]) for one in found) + pdf


def _inflated(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed)
    except zlib.error:
        return b""


def boxes(pdf: bytes) -> list[tuple[float, ...]]:
    """The sizes of the pages."""
    found = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", streams(pdf))
    return [(round(float(wide), 2), round(float(high), 2)) for wide, high in found]


@pytest.mark.parametrize(("records", "pages"), [(1, 1), (60, 3)])
def test_the_pdf_is_a4_and_runs_over_as_many_pages_as_it_needs(records: int, pages: int) -> None:
    if not printing.can_print():
        pytest.skip("no Pango here")
    crew = make_crew()
    user = named(crew)
    certificate = issued(crew, user, records)

    answer = signed_in(user).get(reverse("volunteers:certificate_pdf", args=[certificate.pk]))

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert boxes(answer.content) == [A4] * pages
    assert answer["Cache-Control"] == "private, no-store"


def test_a_sheet_fetches_nothing(tmp_path: Any) -> None:
    if not printing.can_print():
        pytest.skip("no Pango here")
    secret = tmp_path / "secret.svg"
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="9" height="9"/></svg>'
    )
    secret.write_text(drawn)
    own, empty = (
        printing.pdf(f'<img src="{source}"><link rel="stylesheet" href="{source}"><p>x</p>', ())
        for source in (secret.as_uri(), "nowhere:")
    )

    assert len(own) == len(empty)


def test_without_pango_the_page_is_offered_and_the_check_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    crew = make_crew()
    user = named(crew)
    certificate = issued(crew, user)
    assert sheets_can_be_printed(None) == [] or not printing.can_print()
    monkeypatch.setattr(printing, "_press", lambda: None)

    answer = signed_in(user).get(reverse("volunteers:certificate_pdf", args=[certificate.pk]))

    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("volunteers:certificate", args=[certificate.pk]),
    )
    assert [(each.id, each.is_serious()) for each in sheets_can_be_printed(None)] == [("portal.W001", False)]


def test_a_void_one_is_not_printed() -> None:
    crew = make_crew()
    user = named(crew)
    certificate = issued(crew, user)
    services.void(crew.worker, certificate.pk, "x")

    assert (
        signed_in(user).get(reverse("volunteers:certificate_pdf", args=[certificate.pk])).status_code == 302
    )


def test_what_the_sheet_draws() -> None:
    line = paper.Line(date(2026, 1, 3), "花园除草", "中心绿地", "绿化队", 150)
    day = date(2026, 11, 22)
    said = paper.body(paper.Paper("N", "李秀英", "", day, day, day, "居委会", "", "", "", ""), [line])

    drawn = paper.sheet(said, "0123456789abcdef" * 4)

    assert (drawn["hours"], drawn["digits"]) == ("2.5", "0123 4567 89ab cdef")
    assert drawn["lines"][0]["day"] == date(2026, 1, 3)
