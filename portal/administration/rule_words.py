"""What each rule is called, what its numbers count, and between which numbers a place may set its own.

The keys are those of portal/community/rules.toml; a test holds both together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import Promise
    from django_stubs_ext import StrOrPromise

UNITS: dict[str, Promise] = {
    "days": ngettext_lazy("%(n)d day", "%(n)d days", "n"),
    "working_days": ngettext_lazy("%(n)d working day", "%(n)d working days", "n"),
    "hours": ngettext_lazy("%(n)d hour", "%(n)d hours", "n"),
    "minutes": ngettext_lazy("%(n)d minute", "%(n)d minutes", "n"),
    "years": ngettext_lazy("%(n)d year of age", "%(n)d years of age", "n"),
    "percent": ngettext_lazy("%(n)d percent", "%(n)d percent", "n"),
    "persons": ngettext_lazy("%(n)d person", "%(n)d persons", "n"),
    "households": ngettext_lazy("%(n)d household", "%(n)d households", "n"),
    "answers": ngettext_lazy("%(n)d answer", "%(n)d answers", "n"),
    "seconds": ngettext_lazy("%(n)d second", "%(n)d seconds", "n"),
    "votes": ngettext_lazy("%(n)d vote", "%(n)d votes", "n"),
    "months": ngettext_lazy("%(n)d month", "%(n)d months", "n"),
    "yuan": ngettext_lazy("%(n)d yuan", "%(n)d yuan", "n"),
}
# What a number is called inside a rule that has several, and its unit there.
PARTS: dict[str, tuple[StrOrPromise, str]] = {
    "persons": (_("Persons"), "persons"),
    "households": (_("Households"), "households"),
    "days": (_("Time for it, in days"), "days"),
    "default": (_("As a rule, in days"), "days"),
    "minimum": (_("At the least, in days"), "days"),
    "share": (_("Share of the households"), ""),
    "agreement": (_("After the agreement"), "percent"),
    "midterm": (_("After the mid-term check"), "percent"),
    "acceptance": (_("After acceptance"), "percent"),
}
EVERYWHERE = _("It is about a person, not a place: it is the same everywhere.")
COUNTING = _("It says how ballots are counted, and has no number that a place could set.")


@dataclass(frozen=True)
class Words:
    """What a rule is called, its unit, the least and the most of it; `fixed`: why no place has its own.

    `note`: how its numbers are applied, where they do not say it themselves.
    """

    label: StrOrPromise
    unit: str = ""
    least: int = 1
    most: int = 90
    fixed: StrOrPromise = ""
    note: StrOrPromise = ""


def _days(label: StrOrPromise, least: int = 1, most: int = 90) -> Words:
    return Words(label, "days", least, most)


def _working(label: StrOrPromise, least: int = 1, most: int = 60) -> Words:
    return Words(label, "working_days", least, most)


GROUPS: dict[StrOrPromise, dict[str, Words]] = {
    _("Topics"): {
        "topic.seconders": Words(
            _("Who has to second a topic of the neighbourhood"),
            most=500,
            note=_("Each household seconds once: of the two numbers the larger one counts, in households."),
        ),
        "topic.seconders_building": Words(_("Who has to second a topic of one building")),
        "topic.screening_working_days": _working(_("The committee screens a topic within")),
        "topic.completion_days": _days(_("A topic that was returned can be completed within")),
        "topic.appeal_working_days": _working(_("An objection to a refusal is decided within")),
        "topic.public_notice_days": _days(_("A topic that was let in is announced for")),
        "topic.discussion_days": _days(_("A topic is discussed for")),
        "topic.end_notice_days": _days(_("That a discussion ends earlier is told before it by"), most=30),
        "topic.answer_working_days": _working(_("Whom a topic was passed on to answers within")),
        "topic.next_step_working_days": _working(_("The next step is decided within")),
        "topic.contact_working_days": _working(_("A new first contact is named within")),
        "topic.evaluation_days": _days(_("What was carried out is evaluated for")),
        "live.turn_seconds": Words(_("A turn at a meeting takes at most"), "seconds", 15, 3600),
        "live.warning_seconds": Words(_("The end of a turn is told before it"), "seconds", 5, 300),
        "live.group_minutes": Words(_("Each group speaks in one session for at most"), "minutes", 1, 240),
        "live.answer_working_days": _working(_("A question asked at a meeting is answered within")),
        "thread.acknowledge_working_days": _working(_("A report of a post is looked at within")),
        "thread.answer_working_days": _working(_("A question to the committee is answered within")),
        "thread.edit_minutes": Words(_("The words of a post can be changed for"), "minutes", 1, 1440),
        "thread.withdraw_minutes": Words(_("A post can be taken back for"), "minutes", 1, 1440),
        "thread.review_working_days": _working(_("A post that waits to be shown is looked at within")),
        "thread.read_first": Words(
            _("Posts are looked at before they are shown"),
            least=0,
            most=1,
            note=_("1: every post in the neighbourhood waits; 0: posts are shown at once."),
        ),
        "thread.mute_longest_days": _days(_("Somebody may be kept from writing for at most"), most=30),
        "thread.again_working_days": _working(_("What an answer has not solved is seen to again within")),
        "thread.hand_on_working_days": _working(_("A question can be handed on to another body within")),
        "thread.longest_working_days": _working(_("With more time, a question is answered within")),
    },
    _("Hearings"): {
        "meeting.reminder_hours": Words(
            _("Those who take part are reminded of a meeting before it begins"), "hours", 1, 168
        ),
        "hearing.notice_days": Words(_("A hearing is announced before it begins"), "days"),
        "hearing.quorum": Words(_("Of the panel there have to be present")),
        "hearing.panel_minimum": Words(_("The panel has at the least"), "persons", 3, 50),
        "hearing.step_working_days": _working(_("Each step of a hearing is taken within")),
        "minutes.answer_working_days": _working(_("Those who took part answer on the minutes within")),
        "hearing.answer_working_days": _working(_("The opinion of a hearing is answered within")),
    },
    _("Coordination meetings"): {
        "coordination.notice_days": _days(
            _("The parties get the points to settle before the meeting"), most=60
        ),
        "coordination.step_working_days": _working(_("Each step of a coordination meeting is taken within")),
        "coordination.consent_working_days": _working(_("The parties say whether they agree to it within")),
        "coordination.confirm_days": _days(_("The court is asked together to confirm an agreement within")),
        "coordination.confirm_reminder_days": _days(
            _("The parties are reminded of that before it ends"), most=25
        ),
        "coordination.visit_working_days": _working(
            _("After it was carried out the parties are visited within")
        ),
    },
    _("Review meetings"): {
        "review.notice_days": Words(_("A review is announced before it begins"), "days"),
        "review.quorum": Words(_("Of the residents' delegates there have to be present")),
        "review.least_voters": Words(_("A secret ballot of a review has at the least"), "persons", 3, 50),
        "review.report_days": _days(_("The report of who is reviewed is in before the meeting by")),
        "review.check_working_days": _working(_("The report is checked within")),
        "review.step_working_days": _working(_("Each step of a review is taken within")),
        "review.publish_days": _days(_("The result of a review is published within")),
        "review.posted_days": _days(_("The result of a review stays posted for"), 5),
        "review.receipt_working_days": _working(_("The opinion of a review counts as received after")),
        "review.plan_working_days": _working(_("The plan for putting right is filed within")),
        "review.recheck_working_days": _working(_("After its last measure a plan is checked within")),
        "review.yearly_months": Words(_("The committee is reviewed at the least every"), "months", 1, 12),
        "review.matter_days": _days(_("What was carried out is reviewed within"), 30, 1095),
        "review.ahead_days": _days(_("The yearly review is asked for ahead of its day by")),
        "review.choice": Words(_("Review by levels: the level with most ballots")),
        "review.ballot_notice_days": Words(_("The ballot of a review opens after"), "days", 0, 30),
    },
    _("Other meetings"): {
        "opinions.statements_a_person": Words(_("Statements a person puts on one map at most"), "", 1, 50),
        "meeting.step_working_days": _working(_("Each step of a meeting is taken within")),
        "joint.notice_days": _days(_("A joint meeting is told beforehand by"), 0, 30),
        "joint.rhythm_months": Words(_("The next joint meeting is held within"), "months", 1, 12),
        "assembly.notice_days": _days(_("An assembly of the residents is announced before it begins")),
        "assembly.rhythm_months": Words(
            _("The next assembly of the residents is held within"), "months", 1, 12
        ),
        "assembly.asked_by_share": Words(_("An assembly is called when so many of the residents ask for it")),
        "delegates.notice_days": _days(_("A delegates’ meeting is told beforehand by"), 0, 30),
        "convenors.notice_days": _days(_("A building convenors’ meeting is told beforehand by"), 0, 30),
        "tea.notice_days": _days(_("An open talk is told beforehand by"), 0, 30),
        "summons.answer_working_days": _working(_("A department that is summoned answers within")),
        "summons.come_working_days": _working(_("A department that is summoned comes within")),
        "summons.report_working_days": _working(_("A department reports what it did within")),
        "summons.escalate_working_days": _working(
            _("A summons without an answer goes to the subdistrict after a reminder and")
        ),
        "summons.settle_working_days": _working(_("The subdistrict says how a summons goes on within")),
        "summons.link_days": _days(_("The link of a department is good for"), 7, 180),
        "summons.rating_days": _days(_("Residents judge a summons for")),
        "summons.rating_least": Words(_("What residents say of a summons is shown from"), "persons", 3, 50),
    },
    _("Votes and elections"): {
        "owners.ordinary": Words(_("Joint matters of the owners, ordinary")),
        "owners.special": Words(_("Joint matters of the owners that need a special majority")),
        "owners.election": Words(_("Election of the owners' committee")),
        "owners.notice_days": _days(_("A meeting of the owners is announced before it begins")),
        "owners.challenge_days": _days(_("A decision of the owners can be challenged within"), most=1000),
        "residents.assembly": Words(_("Assembly of the residents")),
        "hall.majority": Words(_("Vote in the hall of a meeting")),
        "hall.roll": Words(_("Who stands on the roll of a vote in the hall")),
        "hall.minutes": Words(_("A vote in the hall that nobody closes ends after"), "minutes", 5, 600),
        "residents.delegates": Words(_("Assembly of the residents' delegates")),
        "residents.election": Words(_("Election of the residents' committee")),
        "residents.sounding": Words(_("Asking the residents' opinion, yes or no")),
        "residents.fund": Words(_("Residents tick the projects of a fund")),
        "residents.notice_days": _days(_("A vote of the residents is announced before it opens")),
        "building.majority": Words(_("Vote of the households of one building")),
        "review.motion": Words(_("Review of the committee, yes or no")),
        "review.score": Words(_("Review of the committee, by points")),
        "sounding.choice": Words(_("Asking an opinion: one of several")),
        "sounding.approval": Words(_("Asking an opinion: several of several")),
        "sounding.ranked": Words(_("Asking an opinion: in an order")),
        "sounding.score": Words(_("Asking an opinion: by points")),
        "age.assembly": Words(_("Whoever votes is at the least"), "years"),
        "voting.roll_days": _days(_("The roll is open to objections for"), most=30),
        "voting.objection_days": _working(_("An objection to the roll is decided within"), most=15),
        "voting.paper_days": _working(_("Ballots on paper are entered within"), most=15),
        "voting.third_days": _working(_("A third person decides within"), most=15),
        "voting.proxy_limit": Words(_("One person votes for others with at most"), "votes", 0, 20),
        "voting.duplicates": Words(_("Where somebody votes online and on paper")),
        "voting.key_days": _days(_("The keys of a secret vote are kept for"), most=1000),
    },
    _("Conventions"): {
        "convention.comment_days": _days(_("The draft of a convention is open for comment for")),
        "convention.answer_working_days": _working(_("Suggestions for a convention are answered within")),
        "convention.check_working_days": _working(_("The subdistrict checks a convention within")),
        "convention.vote_working_days": _working(_("A checked convention is put to the vote within")),
        "convention.signing_days": _days(_("The households of a building sign within")),
        "convention.filing_days": _days(_("An adopted convention is filed within")),
    },
    _("Buildings, cards and skills"): {
        "cashbook.second_look_yuan": Words(
            _("Spending of a building that a second person looks at begins above"), "yuan", 0, 10_000
        ),
        "cashbook.look_working_days": _working(_("The second person looks at it within")),
        "cashbook.close_days": _days(_("The book of a year is closed after its end within")),
        "cashbook.check_working_days": _working(_("A closed year is looked through within")),
        "card.check_months": Words(_("A contact card is looked through again after"), "months", 1, 24),
        "card.check_working_days": _working(_("The committee looks through a card within")),
        "skill.look_working_days": _working(_("The committee looks at an offered skill within")),
    },
    _("Surveys"): {
        "surveys.demand_percent": Words(
            _("A demand is answered where “needed” was said by at least"), "percent", 1, 100
        ),
        "surveys.approve_working_days": _working(_("A survey that lacks nothing is approved within")),
        "surveys.clean_working_days": _working(_("The answers of a survey are looked through within")),
        "surveys.publish_working_days": _working(_("The results of a survey are published within")),
        "surveys.list_working_days": _working(_("The demands of a survey are listed within")),
        "surveys.respond_working_days": _working(
            _("All demands over the line are answered within"), most=120
        ),
        "surveys.paper_working_days": _working(
            _("A paper that was entered once is read again within"), most=30
        ),
        "surveys.keep_months": Words(
            _("Single answers of a new survey are kept after its end for"), "months", 6, 120
        ),
        "surveys.most_reminders": Words(_("How often a household is reminded of a survey at most"), "", 0, 5),
        "surveys.reminder_gap_days": _days(_("Between two reminders of a survey lie at least")),
        "surveys.last_reminder_days": _days(_("Who has not answered is reminded before the end by")),
        "surveys.least_cell": Words(
            _("Each published number of a survey stands for at least"), "answers", 10, 100
        ),
        "surveys.correct_answers": Words(
            _("Published results of a survey are corrected once there changed at least"), "answers", 10, 1000
        ),
    },
    _("The desk"): {
        "age.own_account": Words(_("Whoever has an account is at the least"), "years"),
        "request.answer_working_days": _working(_("A request to be verified is answered within")),
        "letters.download_hours": Words(_("Letters can be downloaded again for"), "hours", 1, 24),
        "invitation.days": _days(_("A letter with a code holds for"), 7, 365),
        "post.fill_working_days": _working(_("A post that fell vacant is filled within")),
        "person.take_back_days": _days(_("A change of a person's record can be taken back within")),
        "roster.owners_percent": Words(
            _("A roster waits for a second person where more owners of a building change than"),
            "percent",
            0,
            100,
        ),
        "roster.dwellings_percent": Words(
            _("A roster waits for a second person where more dwellings of a building differ than"),
            "percent",
            0,
            100,
        ),
        "roster.confirm_working_days": _working(_("The second person looks at a roster within"), most=15),
        "roster.back_days": _days(_("A roster can be taken back within"), most=365),
        "roster.waits_days": _days(_("A roster nobody confirmed is given up after")),
    },
    _("Volunteers"): {
        "activity.approve_days": _working(_("An activity is looked at within"), most=30),
        "activity.cancel_hours": Words(
            _("A place is given up no later before the beginning than"), "hours", 0, 168
        ),
        "activity.reminder_hours": Words(
            _("Those signed up are reminded before the beginning"), "hours", 1, 168
        ),
        "hours.step": Words(_("Hours are counted in steps of"), "minutes", 1, 60),
        "hours.daily_soft": Words(_("Whoever enters more for one day is asked"), "minutes", 60, 1440),
        "hours.public_notice": _working(_("Hours are on public notice before they are booked for"), most=30),
        "hours.claim_days": _days(_("Hours can be claimed after an activity for"), most=365),
        "hours.verify_days": _working(_("Hours are verified within"), most=30),
        "hours.dispute_days": _working(_("An objection to hours is answered within"), most=30),
        "team.leader_working_days": _working(_("A team without a leader gets a new one within"), most=30),
        "certificate.issue_days": _working(_("A certificate of service is issued within"), most=30),
        "certificate.public_notice": _days(_("A certificate is on public notice for"), most=30),
        "stars": Words(_("Hours from which a star can be applied for"), "hours", 1, 10_000, EVERYWHERE),
    },
    _("Reception days and visit notes"): {
        "surveys.reception_answer_working_days": _working(
            _("Whoever heard somebody on a reception day answers within"), most=30
        ),
        "surveys.sheet_working_days": _working(
            _("After a reception day it is written down who came within"), most=30
        ),
        "surveys.note_days": _days(_("A note that is still open counts as late after"), most=365),
        "surveys.notes_working_days": _working(_("The desk goes through late notes within"), most=30),
    },
    _("Micro-fund"): {
        "funds.opening_working_days": _working(
            _("The director opens a round whose draft is complete within")
        ),
        "funds.eligibility_working_days": _working(
            _("Whether an application may take part is checked within")
        ),
        "funds.review_working_days": _working(_("Reviewers hand in their scores within")),
        "funds.complete_working_days": _working(_("An application that was given back is completed within")),
        "funds.step_working_days": _working(_("The office takes the next step of the review within")),
        "funds.objection_working_days": _working(
            _("Objections during the public notice are answered within")
        ),
        "funds.notice_working_days": _working(_("Chosen projects are on public notice for"), most=30),
        "funds.vote_again_working_days": _working(_("After a vote that decided nothing it goes on within")),
        "funds.compute_working_days": _working(_("What a counted vote comes to is computed within"), most=30),
        "funds.reviewers": Words(_("Each project is scored by at least"), "persons", 3, 50),
        "funds.instalments": Words(
            _("Parts in which money is paid"), most=100, fixed=_("Each round has its own plan.")
        ),
        "funds.co_applicants": Words(
            _("Neighbours who apply together with the lead, at least"), "persons", 0, 10
        ),
        "funds.co_applicant_working_days": _working(
            _("Whoever is asked to apply together answers within"), most=30
        ),
        "funds.draft_reminder_days": _days(
            _("Whoever has not handed in is reminded before the end by"), most=30
        ),
        "funds.lead_working_days": _working(
            _("Who carries a project whose applicant has left is found out within"), most=30
        ),
        "funds.agreement_working_days": _working(_("The agreement about a project is signed within")),
        "funds.payment_working_days": _working(_("An instalment is asked for, approved and paid within")),
        "funds.midterm_working_days": _working(_("At half time a project is checked within")),
        "funds.invoice_working_days": _working(_("An invoice is looked at within")),
        "funds.change_working_days": _working(_("A changed budget is answered within")),
        "funds.acceptance_working_days": _working(_("Finished work is accepted within"), most=60),
        "funds.refund_working_days": _working(_("Unspent money comes back within")),
        "funds.acceptors": Words(_("Finished work is accepted by at least"), "persons", 3, 20),
        "funds.posted_days": _days(_("Final accounts are posted for"), most=365),
        "funds.accounts_months": Words(_("Final accounts are posted after the end within"), "months", 1, 12),
        "funds.close_working_days": _working(
            _("A project whose accounts were on notice is closed within"), most=30
        ),
        "funds.evaluations_shown": Words(
            _("How residents rate a project is shown from so many ratings on"), "persons", 1, 50
        ),
        "funds.progress_months": Words(_("A project tells how far it is at least every"), "months", 1, 12),
        "funds.change_percent": Words(
            _("A budget line is agreed anew that changes by more than"), "percent", 1, 100
        ),
    },
    _("Promises, and taking back"): {
        "duty.level_working_days": Words(
            _("A promise that is overdue goes to the next level after so many working days"),
            "working_days",
            0,
        ),
        "figures.least": Words(_("A share or a middle value is shown from so many cases on"), "", 3, 50),
        "figures.in_time_percent": Words(_("The target: promises kept in time"), "percent", 1, 100),
        "figures.first_answer_hours": Words(
            _("The target: the first answer to a question within"), "hours", 1, 240
        ),
        "figures.report_working_days": _working(
            _("The report of a month is written, and signed off, within")
        ),
        "figures.solved_percent": Words(_("The target: residents call it solved"), "percent", 1, 100),
        "undo.post_days": _days(_("The end of a post can be taken back within")),
        "undo.topic_days": _days(_("A decision about a topic can be taken back within")),
        "undo.request_days": _days(_("An answer to a request can be taken back within")),
        "undo.survey_days": _days(_("A survey that was closed early can be opened again within")),
        "undo.decision_days": _days(
            _("A decision of a meeting noted as done or dropped can be taken up again within")
        ),
        "undo.hearing_days": _days(_("A hearing that was called off can be called again within")),
    },
}
WORDS: dict[str, Words] = {key: words for group in GROUPS.values() for key, words in group.items()}
