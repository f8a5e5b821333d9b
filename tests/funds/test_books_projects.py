"""The books of a project: notes with photos, final accounts on notice, what residents think, and its end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.community.models import Residency, Upload, User
from portal.community.uniting import Union, unite
from portal.duties.models import Duty, PublicNotice
from portal.funds.books import jobs, selectors, services
from portal.funds.books.accounts import accounts_of
from portal.funds.books.wording import ACCOUNTS, CLOSE, CLOSE_CALL, PROGRESS
from portal.funds.calls import services as calls
from portal.funds.models import Evaluation, Grant
from portal.funds.states import CallState, GrantState, InstalmentState, InvoiceState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.record.services import key
from tests.factories import make_resident, make_user, person_of
from tests.funds.factories_applying import photo
from tests.funds.factories_books import YUAN, Project, give_back, make_project, pay, prove, settle

pytestmark = pytest.mark.django_db
G = GrantState


def owed(project: Project, kind: str) -> Duty | None:
    return Duty.objects.active().filter(kind=kind, subject=key(project.grant)).first()


def fresh(project: Project) -> Grant:
    return Grant.objects.get(pk=project.grant.pk)


def make_settled(state: GrantState = G.ACCEPTED) -> Project:
    """Paid 2,000, proved 1,900, 100 given back."""
    project = make_project()
    pay(project, 2_000 * YUAN)
    prove(project, 1_700 * YUAN, 200 * YUAN)
    give_back(project, 100 * YUAN)
    settle(project, state)
    return project


def make_posted() -> Project:
    project = make_settled()
    services.post_accounts(project.worker, project.grant.pk)
    return project


def over(project: Project) -> object:
    until = fresh(project).posted_until
    assert until is not None
    return clock.at(until + timedelta(minutes=1))


def test_a_note_is_owed_every_three_months_and_late_for_everybody_to_see() -> None:
    project = make_project()
    jobs.ask_for_notes()
    first = owed(project, PROGRESS)
    assert first is not None
    assert first.person == project.application.lead
    assert clock.day_of(first.due_at - timedelta(seconds=1)) == clock.months_after(clock.today(), 3)

    with clock.at(clock.now() + timedelta(days=20)):
        note = services.write_progress(project.lead, project.grant.pk, "木板到了", [photo()], "一摞木板")
        second = owed(project, PROGRESS)
        assert second is not None
        assert second.pk != first.pk
        jobs.ask_for_notes()
        assert Duty.objects.active().filter(kind=PROGRESS).count() == 1
        assert fresh(project).next_report_on == clock.months_after(clock.today(), 3)
    first.refresh_from_db()
    assert first.done_at is not None
    (kept,) = note.photos.all()
    assert (kept.public, kept.alt) == (True, "一摞木板")


def test_nobody_owes_a_note_of_a_project_that_is_not_under_way() -> None:
    project = make_project()
    jobs.ask_for_notes()

    Grant.objects.filter(pk=project.grant.pk).update(state=G.SUSPENDED)
    jobs.ask_for_notes()
    assert owed(project, PROGRESS) is None
    Grant.objects.filter(pk=project.grant.pk).update(state=G.RUNNING)
    jobs.ask_for_notes()
    assert owed(project, PROGRESS) is not None


def test_a_paper_is_no_photo_and_nothing_is_kept() -> None:
    project = make_project()
    paper = SimpleUploadedFile("收据.pdf", b"%PDF-1.4\n%%EOF", content_type="application/pdf")

    with pytest.raises(NotPossible):
        services.write_progress(project.lead, project.grant.pk, "好了", [paper])

    assert not project.grant.notes.exists()


def test_a_note_that_was_taken_down_leaves_its_trace_and_can_be_put_back() -> None:
    project = make_project()
    note = services.write_progress(project.lead, project.grant.pk, "王阿姨家门口", [photo()])

    services.take_down(project.worker, note.pk, "照片里有邻居的脸")
    with pytest.raises(NotPossible):
        services.take_down(project.worker, note.pk, "再一次")

    assert not Upload.objects.get(pk=note.photos.get().pk).public
    assert Entry.objects.filter(action="funds.progress_taken_down").exists()
    assert project.lead.notices.filter(kind="funds.progress_taken_down").count() == 1
    services.put_back(project.worker, note.pk)
    assert Upload.objects.get(pk=note.photos.get().pk).public
    with pytest.raises(NotPossible):
        services.put_back(project.worker, note.pk)
    with pytest.raises(PermissionDenied):
        services.take_down(project.lead, note.pk, "我自己")


@pytest.mark.parametrize("wrong", ["unproved", "invoice", "instalment"])
def test_accounts_that_do_not_add_up_are_not_posted(wrong: str) -> None:
    project = make_settled()
    if wrong == "unproved":
        pay(project, 1)
    elif wrong == "invoice":
        prove(project, 100, state=InvoiceState.ENTERED)
    else:
        project.grant.instalments.update(state=InstalmentState.REQUESTED)

    with pytest.raises(NotPossible):
        services.post_accounts(project.worker, project.grant.pk)

    assert fresh(project).state == G.ACCEPTED
    assert not PublicNotice.objects.exists()


@pytest.mark.parametrize("state", [G.ACCEPTED, G.TERMINATED])
def test_accounts_are_owed_posted_for_thirty_days_and_taken_back_to_where_they_were(
    state: GrantState,
) -> None:
    project = make_settled(state)
    jobs.ask_to_settle()
    assert owed(project, ACCOUNTS) is not None

    grant = services.post_accounts(project.worker, project.grant.pk)
    assert owed(project, ACCOUNTS) is None
    assert owed(project, CLOSE) is not None
    assert grant.posted_until == clock.end_of(clock.today() + timedelta(days=30))
    notice = PublicNotice.objects.get()
    assert notice.ends_at == grant.posted_until
    assert project.lead.notices.filter(kind="funds.accounts_posted").count() == 1

    services.take_accounts_back(project.worker, grant.pk, "少了一张发票")
    assert fresh(project).state == state
    assert owed(project, CLOSE) is None
    assert owed(project, ACCOUNTS) is not None
    assert PublicNotice.objects.get().ends_at <= clock.now() + timedelta(seconds=1)


def test_accounts_say_what_was_spent_line_by_line_with_numbers_of_invoices_alone() -> None:
    project = make_settled()
    counted = project.grant.invoices.get()
    prove(project, 5_000, state=InvoiceState.TAKEN_OUT)

    found = accounts_of(fresh(project))

    assert [(one.line.item, one.spent, one.invoices) for one in found.lines] == [
        ("长椅木板", 1_700 * YUAN, [counted.number]),
        ("活动海报", 200 * YUAN, [counted.number]),
        ("志愿者午餐", 0, []),
    ]
    assert found.spent == found.kept == 1_900 * YUAN


def test_a_project_is_closed_after_its_notice_and_then_the_books_of_its_round() -> None:
    project = make_posted()
    with pytest.raises(NotPossible, match="公示"):
        services.close_grant(project.worker, project.grant.pk)
    with pytest.raises(NotPossible):
        calls.close_call(project.worker, project.call.pk)

    with over(project):  # type: ignore[attr-defined]
        services.close_grant(project.worker, project.grant.pk)
        assert fresh(project).state == G.CLOSED
        assert not Duty.objects.active().filter(subject=key(project.grant)).exists()
        assert Duty.objects.active().filter(kind=CLOSE_CALL, subject=key(project.call)).exists()
        assert calls.close_call(project.worker, project.call.pk).state == CallState.CLOSED
        jobs.ask_to_settle()
        assert not Duty.objects.active().filter(kind=CLOSE_CALL).exists()


def test_residents_rate_once_change_it_while_it_is_on_notice_and_no_longer() -> None:
    project = make_posted()
    somebody = project.funding.resident
    services.evaluate(somebody, project.grant.pk, 5, "坐着舒服")
    services.evaluate(somebody, project.grant.pk, 3)

    assert [(one.rating, one.comment) for one in Evaluation.objects.all()] == [(3, "")]
    with pytest.raises(ValueError, match="no rating"):
        services.evaluate(somebody, project.grant.pk, 6)
    with pytest.raises(PermissionDenied):
        services.evaluate(project.lead, project.grant.pk, 5)
    with pytest.raises(PermissionDenied):
        services.evaluate(make_user(), project.grant.pk, 5)
    with over(project), pytest.raises(NotPossible):  # type: ignore[attr-defined]
        services.evaluate(somebody, project.grant.pk, 4)


def test_ratings_are_counted_aloud_from_five_on() -> None:
    project = make_posted()
    for n in range(4):
        services.evaluate(make_resident(within=project.funding.here), project.grant.pk, 5 - n % 2)
    assert not selectors.judged(fresh(project)).shown

    services.evaluate(project.funding.resident, project.grant.pk, 1)

    found = selectors.judged(fresh(project))
    assert found.shown
    assert found.counts == ((5, 2), (4, 2), (3, 0), (2, 0), (1, 1))


def test_of_one_human_with_two_records_the_first_rating_stands() -> None:
    project = make_posted()
    one, other = (make_resident(within=project.funding.here) for _n in range(2))
    services.evaluate(one, project.grant.pk, 5)
    services.evaluate(other, project.grant.pk, 2)

    union = Union(person_of(one), person_of(other), by=project.worker, reason="同一个人")
    Residency.objects.filter(person=other.person_id).delete()
    User.objects.filter(pk=other.pk).update(person=None)

    unite(union)

    assert [(item.rating, item.person) for item in Evaluation.objects.all()] == [(5, one.person)]
