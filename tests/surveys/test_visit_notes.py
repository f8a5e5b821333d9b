"""Visit notes: what may not stand in them, their life, their list and search, and what everybody may know of them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from portal.deliberation.hooks import follow_ups
from portal.deliberation.states import State
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.services import key
from portal.search.models import Document
from portal.surveys.models import NoteTrace, VisitNote
from portal.surveys.reception import listing
from portal.surveys.reception.jobs import go_through_notes
from portal.surveys.reception.listing import Wanted
from portal.surveys.reception.naming import faults, masked, objection
from portal.surveys.reception.services import hearing, notes
from portal.surveys.reception.wording import ANSWER
from portal.surveys.reception.wording import NOTES as GO_THROUGH
from portal.surveys.states import NoteState
from tests.deliberation.factories import make_topic
from tests.factories import make_building, make_dwelling, make_person, make_residency
from tests.surveys.reception_factories import Desk, after, make_booking, make_desk, make_note

pytestmark = pytest.mark.django_db


def asks(desk: Desk, **more: object) -> list[str]:
    return [note.asked for note in listing.listed(Wanted(desk.here, **more)).notes]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "请打 13812345678",
        "请打 138 1234 5678 回话",
        "电话１３８１２３４５６７８",
        "座机 021-5555 0101",
        "座机 55550101",
        "身份证 310101199001011234",
        "身份证 31010119900101123X 办不了",
        "3号楼502漏水",
        "502室漏水",
        "5-302 噪声",
        "2单元301 漏水",
        "王小明说灯不亮",
    ],
)
def test_what_tells_who_asked_is_refused_with_words_that_could_stand(text: str) -> None:
    desk = make_desk()
    person = make_person(real_name="王小明")
    make_residency(person, make_dwelling(within=desk.building))

    said = objection(text, desk.here)

    assert "可以这样写" in said
    assert faults(masked(text, faults(text, desk.here)), desk.here) == []
    with pytest.raises(NotPossible):
        notes.note(desk.worker, desk.slug, asked=text)


@pytest.mark.parametrize(
    "text",
    [
        "3号楼楼道灯不亮",
        "想要 502 路公交加一班",
        "楼里 120 户都想装电梯，2026年能不能开工",
        "12345 打过了还没人来",
        "每月 3000 元太贵",
        "王大明说灯不亮",
        "6号楼到 8号楼之间 1500 平方米的空地",
    ],
)
def test_what_was_asked_can_be_said(text: str) -> None:
    assert objection(text, make_desk().here) == ""


def test_several_notes_become_one_topic_and_it_says_so_from_ten_on() -> None:
    desk = make_desk()
    asked = [make_note(desk, f"门口加长椅 {n}") for n in range(12)]
    topic = make_topic(desk.here)

    notes.take_up(desk.worker, desk.slug, notes=[note.pk for note in asked[:9]], topic=topic)
    few = follow_ups(topic)[0].items[0].text
    notes.take_up(desk.worker, desk.slug, notes=[note.pk for note in asked[9:]], topic=topic)

    assert few == ""
    assert follow_ups(topic)[0].items[0].text == "有 12 条记录提出过这件事"
    assert set(VisitNote.objects.values_list("state", "subject")) == {(NoteState.TAKEN_UP, key(topic))}
    with pytest.raises(NotPossible, match="已经处理了"):
        notes.take_up(desk.worker, desk.slug, notes=[asked[0].pk], topic=topic)


def test_a_new_topic_begins_as_a_draft_with_their_words() -> None:
    desk = make_desk()
    one, two = make_note(desk, "门口加长椅"), make_note(desk, "电梯口加凳子")

    draft = notes.take_up(desk.worker, desk.slug, notes=[one.pk, two.pk], title="门口添几处能坐的地方")

    assert draft.proposer == desk.worker.person
    assert draft.problem == "· 门口加长椅\n· 电梯口加凳子"
    with pytest.raises(PermissionDenied):
        notes.take_up(desk.resident, desk.slug, notes=[one.pk], title="x")
    for wrong in ([], list(range(1, 60))):
        with pytest.raises(NotPossible):
            notes.take_up(desk.worker, desk.slug, notes=wrong, title="x")


def test_a_topic_of_elsewhere_or_that_ended_takes_nothing() -> None:
    desk = make_desk()
    note = make_note(desk)

    for topic in (
        make_topic(),
        make_topic(desk.here, state=State.REJECTED),
        make_topic(desk.here, state=State.DRAFT),
    ):
        with pytest.raises(PermissionDenied):
            notes.take_up(desk.worker, desk.slug, notes=[note.pk], topic=topic)


def test_a_correction_leaves_its_trace_and_a_removal_nothing_but_that_it_was() -> None:
    desk = make_desk()
    note = make_note(desk, "灯不量")

    notes.correct(desk.worker, note.pk, asked="灯不亮", building=None)
    assert [(trace.what, trace.was) for trace in NoteTrace.objects.all()] == [("corrected", "灯不量")]
    notes.remove(desk.worker, note.pk, reason="写了人名")

    note.refresh_from_db()
    assert (note.state, note.asked, note.answer, note.building) == (NoteState.REMOVED, "", "", None)
    assert [(trace.what, trace.was) for trace in NoteTrace.objects.all()] == [
        ("removed", ""),
        ("corrected", ""),
    ]
    assert asks(desk, words="灯") == []


def test_a_name_in_a_reason_is_erased_with_the_words() -> None:
    desk = make_desk()
    booking = make_booking(desk)
    with clock.at(after(desk)):
        hearing.hear(desk.director, booking.pk, asked="楼道灯不亮")
    notes.answer(desk.worker, booking.note.pk, answer="周五换")
    hearing.not_answered(desk.resident, booking.pk, reason="老张说没换")
    notes.answer(desk.worker, booking.note.pk, answer="已换")
    notes.reopen(desk.worker, booking.note.pk, reason="老张又来问")
    notes.answer(desk.worker, booking.note.pk, answer="真的换了")

    notes.remove(desk.worker, booking.note.pk, reason="写了人名")

    kept = list(booking.note.traces.values_list("what", "was", "reason"))
    assert kept == [("removed", "", "写了人名"), ("reopened", "", ""), ("reopened", "", "")]
    assert not [notice for notice in Notice.objects.all() if "老张" in str(notice.params)]


def test_what_somebody_waits_for_is_not_removed_before_it_is_answered() -> None:
    desk = make_desk()
    booking = make_booking(desk)
    with clock.at(after(desk)):
        hearing.hear(desk.director, booking.pk, asked="灯不亮")

    with pytest.raises(NotPossible, match="有人在等答复"):
        notes.remove(desk.worker, booking.note.pk, reason="写错了")
    notes.answer(desk.worker, booking.note.pk, answer="周五换")
    notes.reopen(desk.worker, booking.note.pk, reason="没换成")
    assert Duty.objects.active().filter(kind=ANSWER).count() == 1


def test_old_open_notes_are_one_promise_of_the_desk_until_none_is_late() -> None:
    desk = make_desk()
    old = clock.today() - timedelta(days=20)
    late = [make_note(desk, heard_on=old) for _one in range(3)]
    make_note(desk)

    for _again in range(2):
        go_through_notes()
    standing = Duty.objects.active().filter(kind=GO_THROUGH)
    assert [(duty.post, duty.neighbourhood) for duty in standing.all()] == [("worker", desk.here)]
    for note in late:
        notes.answer(desk.worker, note.pk, answer="已装")

    assert not standing.exists()
    go_through_notes()
    assert not standing.exists()


def test_the_list_is_filtered_searched_and_paged_without_a_gap() -> None:
    desk = make_desk()
    other = make_building(parent=desk.here)
    for n in range(45):
        make_note(
            desk,
            f"长椅{n:02d}",
            heard_on=clock.today() - timedelta(days=n % 7),
            building=(desk.building, other)[n % 2],
        )
    make_note(desk, "WiFi 信号差", kind="phone", building=None, heard_on=date(2025, 2, 3))

    for more in ({}, {"words": "长椅"}, {"building": other.pk}, {"state": "noted", "words": "椅"}):
        seen, before = [], 0
        while True:
            page = listing.listed(Wanted(desk.here, before=before, **more))  # type: ignore[arg-type]
            seen += [note.pk for note in page.notes]
            before = page.older
            if not before:
                break
        assert len(seen) == len(set(seen)) == listing.counted(Wanted(desk.here, **more))  # type: ignore[arg-type]
    assert asks(desk, words="wifi") == asks(desk, period="q20251") == asks(desk, period="y2025", words="信号")
    assert asks(desk, kind="phone") == asks(desk, kind="phone", words="信号差") == ["WiFi 信号差"]
    assert asks(desk, words="长椅 17") == asks(desk, words="椅17") == ["长椅17"]
    assert asks(desk, words="没有的字") == asks(desk, state="answered") == []
    done = VisitNote.objects.get(asked="长椅17")
    done.state = NoteState.ANSWERED
    done.save(update_fields=["state"])
    assert asks(desk, state="answered", words="长椅") == ["长椅17"]
    assert asks(desk, state="noted", words="长椅 17") == asks(desk, state="taken_up", words="长椅") == []
    assert len(asks(desk, words='"; DROP * ( OR')) == 0
    assert len(asks(desk, words="%' \\ :* &")) == 20


def test_nobody_else_reads_a_note_and_no_search_of_the_portal_finds_it(client: Client) -> None:
    desk = make_desk()
    note = make_note(desk, "独有的一句话")

    assert not Document.objects.filter(kind="visit_note").exists()
    for user, status in ((desk.worker, 200), (desk.resident, 404)):
        client.force_login(user)
        assert client.get(note.get_absolute_url()).status_code == status
    assert client.get(f"/n/{desk.slug}/visit-notes/").status_code == 403
    assert "独有" not in client.get(f"/n/{desk.slug}/search/?q=独有的一句话").text.replace(
        "独有的一句话", "", 3
    )


def test_no_public_figure_is_under_ten_and_none_can_be_taken_from_the_sum() -> None:
    assert listing.together(Counter(a=40, b=3, c=12, d=2), 10) == [(["a"], 40), (["c", "b", "d"], 17)]
    assert listing.together(Counter(a=7, b=6), 10) == [(["a", "b"], 13)]
    assert listing.together(Counter(), 10) == []
    desk = make_desk()
    with clock.at(clock.at_time(date(2026, 11, 20), 12)):
        for n in range(9):
            make_note(desk, f"{n}", heard_on=date(2026, 8, 1))
        assert listing.figures(desk.here) is None
        for n in range(4):
            make_note(desk, f"{n}", heard_on=date(2026, 8, 1), kind="phone")
        found = listing.figures(desk.here)
    assert found is not None
    assert (found.year, found.number, found.total) == (2026, 3, 13)
    assert [n for _name, n in found.kinds] == [13]
