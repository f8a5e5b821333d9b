"""A round from its draft to its edition: each step with its refusals, its entry, its promises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from portal.conventions import services
from portal.conventions.models import (
    AgreementPage,
    ConventionRound,
    Edition,
    FixedError,
    Proposal,
    Signature,
    Suggestion,
)
from portal.conventions.permissions import PAGES
from portal.conventions.states import EditionState, State, SuggestionState
from portal.conventions.text import article_of, fingerprint
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.pages.versions import version_of
from portal.record.models import Entry
from portal.record.services import key
from portal.threads import services as threads
from portal.threads.models import Thread
from portal.voting.models import Choice
from tests.conventions import factories as f
from tests.conventions.factories import AFTER_COMMENTS, BEGIN, BLOCKS, PARKING

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    """A day after the comments opened, unless a test says another; refusals are read in English."""
    with clock.at(BEGIN + timedelta(days=1)), translation.override("en"):
        yield


def owed(world: f.World) -> set[tuple[str, str]]:
    """What is owed about the round, and by which post."""
    duties = Duty.objects.active().filter(subject=key(world.round))
    return set(duties.values_list("kind", "post"))


def test_a_convention_goes_from_draft_to_edition() -> None:
    world = f.in_force()

    edition, round_ = f.edition_of(world), world.round
    assert (round_.state, edition.number, edition.filing_number) == (State.IN_FORCE, 1, "红街备〔2027〕3号")
    assert edition.sha256 == fingerprint(edition.chapters) == world.text.sha256
    published = Entry.objects.get(action="convention.published")
    assert published.data["sha256"] == edition.sha256
    with clock.at(f.vote_over(world)):
        assert edition.state is EditionState.IN_FORCE
    assert owed(world) == set()


def test_a_second_edition_supersedes_the_first_from_its_day() -> None:
    world = f.in_force()
    first = f.edition_of(world)
    later = f.vote_over(world) + timedelta(days=1)

    with clock.at(later):
        services.begin(world.worker, world.page.pk, "电动车新规")
        world.save(changed("a2", PARKING + "夜间十点以后不充电。"))
        services.put_to_comment(world.worker, world.round.pk)
    with clock.at(later + timedelta(days=16)):
        services.end_comments(world.round.pk)
        services.hand_in(world.worker, world.round.pk)
        services.check(world.officer, world.round.pk, True, "无异议")
        f.call(world)
    f.cast_all(world)
    with clock.at(f.vote_over(world)):
        services.settle_vote(world.round.pk)
        begins = clock.today() + timedelta(days=10)
        services.file(world.worker, world.round.pk, "红街备〔2027〕9号", clock.today(), begins)
        second = f.edition_of(world)
        assert (world.round.state, second.number, second.state) == (State.FILED, 2, EditionState.TO_COME)
        assert Edition.objects.get(pk=first.pk).state is EditionState.IN_FORCE
    with clock.at(clock.at_time(begins, 1)):
        services.come_into_force(world.round.pk)
        assert world.round.state == State.IN_FORCE
        assert Edition.objects.get(pk=first.pk).state is EditionState.SUPERSEDED
        assert Edition.objects.get(pk=second.pk).state is EditionState.IN_FORCE
    assert second.proposal.short_hash in world.round.vote.title


def test_comments_stay_with_their_article_when_another_is_inserted_before_it() -> None:
    world = f.commenting()
    mine = Thread.objects.get(subject__endswith="-a2")
    threads.post(world.tang, mine.pk, body="八小时太长", key=f.uuid())
    inserted = {"type": "article", "value": {"title": "", "text": "爱护公物。"}, "id": "new"}
    with clock.at(AFTER_COMMENTS):
        services.end_comments(world.round.pk)
        world.save([*BLOCKS[:2], inserted, *BLOCKS[2:]])

        services.put_to_comment(world.worker, world.round.pk)

    assert world.numbers == ["第一条 a1", "第二条 new", "第三条 a2", "第四条 a3"]
    again = Thread.objects.get(subject__endswith="-a2")
    assert (again.pk, again.length, again.is_open) == (mine.pk, 1, True)
    assert again.title == "居民公约 电动车停放与充电"
    first = Proposal.objects.get(round=world.round, number=1)
    assert [one["number"] for one in first.chapters[1]["articles"]] == ["第二条", "第三条"]


def test_a_text_that_people_comment_on_is_succeeded_never_edited() -> None:
    world = f.commenting()
    text = world.text
    text.text = []

    with pytest.raises(FixedError):
        text.save()
    with pytest.raises(FixedError):
        text.delete()
    with pytest.raises(FixedError):
        Proposal.objects.filter(pk=text.pk).update(text=[])
    with pytest.raises(FixedError):
        Edition.objects.all().delete()
    with clock.at(BEGIN + timedelta(days=1)):
        world.save(changed("a1", "另一个目的。"))
    assert Proposal.objects.get(pk=text.pk).sha256 == world.text.sha256 == fingerprint(world.text.chapters)
    assert Proposal.objects.count() == 1


def test_articles_never_contain_a_suggestion() -> None:
    world = f.commenting()
    made = world.suggest(world.tang)

    held = [one["text"] for chapter in world.text.chapters for one in chapter["articles"]]
    assert len(held) == 3
    assert made.new_text not in held
    assert [block["id"] for block in AgreementPage.objects.get(pk=world.page.pk).raw] == [
        block["id"] for block in BLOCKS
    ]


def test_saving_an_unchanged_draft_creates_nothing_and_keeps_the_check() -> None:
    world = f.tabled()
    before = AgreementPage.objects.get(pk=world.page.pk).latest_revision_id

    with clock.at(AFTER_COMMENTS):
        world.save(BLOCKS)

    assert AgreementPage.objects.get(pk=world.page.pk).latest_revision_id == before
    assert (world.round.state, world.round.checked_at) == (State.TABLED, AFTER_COMMENTS)
    with clock.at(AFTER_COMMENTS), pytest.raises(NotPossible, match="take it back first"):
        world.save(changed("a1", "另一个目的。"))


def test_after_the_check_is_withdrawn_saving_works_at_once() -> None:
    world = f.tabled()

    with clock.at(AFTER_COMMENTS):
        services.withdraw_check(world.worker, world.round.pk, "漏了一条")
        page = world.save(changed("a1", "另一个目的。"))

    assert article_of(page.draft, "a1")["text"] == "另一个目的。"
    assert (world.round.state, world.round.checked_at) == (State.ANSWERING, None)
    assert owed(world) == {("convention.next", "worker")}


def test_each_suggestion_is_answered_before_the_check_and_its_author_told() -> None:
    world = f.commenting()
    made = world.suggest(world.tang)
    assert Duty.objects.active().get(subject=key(made)).due_at > world.round.state_until
    with clock.at(AFTER_COMMENTS):
        services.end_comments(world.round.pk)
        with pytest.raises(NotPossible, match="wait for an answer"):
            services.hand_in(world.worker, world.round.pk)

        services.answer(world.worker, made.pk, "adopted", "消防要求")
        services.hand_in(world.worker, world.round.pk)

    assert article_of(world.text.chapters, "a2")["text"] == made.new_text
    assert world.text.number == 2
    told = Notice.objects.get(user=world.tang, kind="suggestion.adopted")
    assert told.params["reason"] == "消防要求"
    assert not Duty.objects.active().filter(subject=key(made)).exists()
    assert owed(world) == {("convention.check", "officer")}


def test_two_suggestions_on_the_same_words_need_a_merged_text() -> None:
    world = f.commenting()
    one = world.suggest(world.tang, text=PARKING.replace("八小时", "六小时"))
    other = world.suggest(world.wu, text=PARKING.replace("八小时", "十小时"))
    apart = world.suggest(world.head_resident, text=PARKING.replace("门厅停放", "门厅、电梯前室停放"))
    services.answer(world.worker, one.pk, "adopted", "同意")

    with pytest.raises(NotPossible, match="touches the same words"):
        services.answer(world.worker, other.pk, "adopted", "同意")
    services.answer(world.worker, apart.pk, "adopted", "不相干的两处")
    both = article_of(AgreementPage.objects.get(pk=world.page.pk).draft, "a2")["text"]
    assert both == PARKING.replace("八小时", "六小时").replace("门厅停放", "门厅、电梯前室停放")
    services.answer(world.worker, other.pk, "adopted", "合并", both.replace("六小时", "七小时"))

    page = AgreementPage.objects.get(pk=world.page.pk)
    assert "七小时" in article_of(page.draft, "a2")["text"]


def test_an_adopted_suggestion_that_is_declined_after_all_leaves_the_draft() -> None:
    world = f.commenting()
    made = world.suggest(world.tang)
    services.answer(world.worker, made.pk, "adopted", "同意")

    services.answer(world.worker, made.pk, "declined", "消防另有规定")

    page = AgreementPage.objects.get(pk=world.page.pk)
    assert article_of(page.draft, "a2")["text"] == PARKING
    assert Suggestion.objects.get().state == SuggestionState.DECLINED


def test_a_suggestion_in_part_says_how_the_article_reads() -> None:
    world = f.commenting()
    made = world.suggest(world.tang)

    with pytest.raises(NotPossible, match="only a part"):
        services.answer(world.worker, made.pk, "partly", "先这样")
    services.answer(world.worker, made.pk, "partly", "先这样", "不得在电梯前室停放。")

    assert Suggestion.objects.get().answer_text == "不得在电梯前室停放。"


def test_open_suggestions_follow_their_article_into_the_next_text() -> None:
    world = f.commenting()
    made = world.suggest(world.tang)
    with clock.at(AFTER_COMMENTS):
        services.end_comments(world.round.pk)
        retyped = [{**block, "id": "b2"} if block["id"] == "a2" else block for block in BLOCKS]
        world.save(retyped)
        services.put_to_comment(world.worker, world.round.pk)

    carried = Suggestion.objects.get(pk=made.pk)
    assert (carried.article, carried.state, carried.proposal.number) == ("b2", "open", 1)
    assert Notice.objects.filter(user=world.tang, kind="suggestion.carried").exists()


def test_an_article_with_an_open_suggestion_does_not_silently_go() -> None:
    world = f.commenting()
    world.suggest(world.tang)
    with clock.at(AFTER_COMMENTS):
        services.end_comments(world.round.pk)
        world.save([block for block in BLOCKS if block["id"] != "a2"])

        with pytest.raises(NotPossible, match="第二条 is gone"):
            services.put_to_comment(world.worker, world.round.pk)


def test_a_household_counts_once_for_a_suggestion_and_may_change_its_mind() -> None:
    world = f.commenting()
    made = world.suggest(world.tang)

    services.support(world.wu, made.pk, "agree")
    services.support(world.wu, made.pk, "no")

    assert list(made.supports.values_list("choice", flat=True)) == ["no"]


def test_somebody_has_one_open_suggestion_an_article() -> None:
    world = f.commenting()
    made = world.suggest(world.tang)

    with pytest.raises(NotPossible, match="open suggestion of this person"):
        world.suggest(world.tang, text="别的")
    services.take_back(world.tang, made.pk)
    world.suggest(world.tang, text="别的")

    assert Suggestion.objects.count() == 2
    assert not Duty.objects.active().filter(subject=key(made)).exists()


def test_staff_enter_what_came_on_paper_for_people_of_the_place() -> None:
    world = f.commenting()
    made = services.enter_paper(
        world.worker, world.round.pk, "a2", f.person(world.wu), "不得充电。", "写在纸上"
    )

    assert (made.channel, made.entered_by, made.author) == ("paper", world.worker, f.person(world.wu))
    with pytest.raises(NotPossible, match="neither lives nor owns"):
        services.enter_paper(world.worker, world.round.pk, "a2", f.person(world.officer), "无", "无")


def test_what_is_open_for_comment_stays_open_until_its_day() -> None:
    world = f.commenting()

    with pytest.raises(NotPossible, match="until Tue 1 Dec"):
        services.close_comments(world.worker, world.round.pk)
    services.end_comments(world.round.pk)

    assert world.round.state == State.COMMENTING


def test_the_subdistrict_sends_a_text_back_with_its_reason() -> None:
    world = f.checking()

    with clock.at(AFTER_COMMENTS):
        services.check(world.officer, world.round.pk, False, "罚款条款与法律抵触")

    assert (world.round.state, world.round.check_note) == (State.ANSWERING, "罚款条款与法律抵触")
    assert Entry.objects.get(action="convention.objected").data["reason"] == "罚款条款与法律抵触"


def test_the_motion_names_edition_and_hash_and_the_residents_decide() -> None:
    world = f.voting_round()
    vote = world.round.vote

    assert world.text.short_hash in vote.title
    assert (vote.electorate, vote.matter, vote.subject) == ("residents", "assembly", key(world.round))
    assert vote.rule["source"]


def test_a_vote_that_fails_leaves_the_former_text() -> None:
    world = f.voting_round()
    f.cast_all(world, Choice.AGAINST)

    with clock.at(f.vote_over(world)):
        services.settle_vote(world.round.pk)

    assert world.round.state == State.NOT_ADOPTED
    assert not Edition.objects.exists()
    assert owed(world) == set()


def test_too_few_votes_decide_nothing() -> None:
    world = f.voting_round()

    with clock.at(f.vote_over(world)):
        services.settle_vote(world.round.pk)

    assert world.round.state == State.TABLED
    assert owed(world) == {("convention.call_vote", "worker")}


def test_a_wrong_filing_number_is_corrected_with_a_trace() -> None:
    world = f.in_force()
    edition = f.edition_of(world)
    with clock.at(f.vote_over(world)):
        services.correct_filing(world.worker, edition.pk, "红街备〔2027〕30号", clock.today(), "少写一个零")

        again = f.edition_of(world)
    assert [filing.number for filing in again.filings.all()] == ["红街备〔2027〕3号", "红街备〔2027〕30号"]
    assert again.filing_number == "红街备〔2027〕30号"
    assert Entry.objects.get(action="convention.filing_corrected").data["reason"] == "少写一个零"


def test_a_filing_is_neither_in_the_future_nor_before_the_vote() -> None:
    world = f.adopted()

    with clock.at(f.vote_over(world)):
        for days in (1, -30):
            day = clock.today() + timedelta(days=days)
            with pytest.raises(NotPossible):
                services.file(world.worker, world.round.pk, "1号", day, clock.today())


def test_a_building_adopts_when_more_than_half_of_its_households_sign() -> None:
    world = f.answering("building")
    with clock.at(AFTER_COMMENTS):
        services.collect_signatures(world.head, world.round.pk)
        sign(world, 0)
        sign(world, 2, agrees=False)
        with pytest.raises(NotPossible, match="1 of 3 households"):
            services.adopt_signed(world.head, world.round.pk, clock.today())
        sign(world, 1)
        services.adopt_signed(world.head, world.round.pk, clock.today())

    edition = f.edition_of(world)
    assert (world.round.state, edition.number, edition.filing) == (State.IN_FORCE, 1, None)
    told = Entry.objects.get(action="convention.published").data
    assert (told["agree"], told["dissent"], told["households"]) == (2, 1, 3)


def test_a_building_convention_is_led_by_its_own_head_alone() -> None:
    world = f.commenting("building")
    other = f.head_of_another_building(world)

    assert PAGES.entitled(world.head, "edit", world.page)
    assert not PAGES.entitled(other, "edit", world.page)
    with pytest.raises(PermissionDenied):
        services.withdraw(other, world.round.pk, "不行")


def test_the_covenant_goes_to_the_owners_without_a_check() -> None:
    world = f.answering("covenant")
    with clock.at(AFTER_COMMENTS):
        services.hand_in(world.owners_committee, world.round.pk)
        assert world.round.state == State.TABLED
        with pytest.raises(NotPossible, match="not put to these voters"):
            f.call(world, "residents", world.owners_committee)
        f.call(world, "owners", world.owners_committee)

    assert (world.round.vote.electorate, world.round.vote.matter) == ("owners", "ordinary")
    assert world.round.vote.scope == world.estate


def test_a_page_has_one_open_round() -> None:
    world = f.make_world()

    with pytest.raises(NotPossible, match="worked on already"):
        services.begin(world.worker, world.page.pk, "再来一次")

    assert ConventionRound.objects.count() == 1


def test_a_draft_is_known_to_its_writers_alone() -> None:
    world = f.make_world()

    assert list(AgreementPage.objects.visible_to(world.worker)) == [world.page]
    assert not AgreementPage.objects.visible_to(world.tang).exists()
    assert not ConventionRound.objects.visible_to(world.tang).exists()
    with clock.at(BEGIN):
        services.put_to_comment(world.worker, world.round.pk)
    assert AgreementPage.objects.visible_to(world.tang).exists()
    assert ConventionRound.objects.visible_to(world.tang).exists()


def test_of_two_writers_the_second_learns_of_the_first() -> None:
    world = f.make_world()
    read = AgreementPage.objects.get(pk=world.page.pk)
    version = version_of(read)
    world.save(changed("a1", "先保存的。"))

    with pytest.raises(NotPossible, match="Somebody else changed this"):
        services.save_draft(world.worker, read, version, {"body": changed("a1", "后保存的。")})

    page = AgreementPage.objects.get(pk=world.page.pk)
    assert article_of(page.draft, "a1")["text"] == "先保存的。"


def test_blocks_keep_their_ids_and_a_copied_one_gets_its_own() -> None:
    cleaned = services.clean_blocks([*BLOCKS, BLOCKS[1], {"type": "chapter", "value": {"title": "新"}}])

    assert [block["id"] for block in cleaned[:5]] == [block["id"] for block in BLOCKS]
    assert len({block["id"] for block in cleaned}) == 7


def changed(ident: str, text: str) -> list[dict]:
    """The blocks with another text in one article."""
    return [
        {**block, "value": {**block["value"], "text": text}} if block["id"] == ident else block
        for block in BLOCKS
    ]


def sign(world: f.World, home: int, *, agrees: bool = True) -> Signature:
    """A household signs the newest text."""
    return Signature.objects.create(
        proposal=world.text, dwelling=world.homes[home], person=f.person(world.tang), agrees=agrees
    )
