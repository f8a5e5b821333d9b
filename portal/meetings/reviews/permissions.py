"""Who may do what to a review, in which state. Reading the table tells what the room does."""

from __future__ import annotations

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Post, Visitor
from portal.community.permissions import COMMITTEE, ROLE_OF, Role, roles_in
from portal.meetings.minutes.permissions import minutes_needs
from portal.meetings.models import Review, Reviewed
from portal.meetings.states.review import BEFORE, CALLED
from portal.meetings.states.review import ReviewState as R

RESPONSIBLE = frozenset({Role.RESPONSIBLE})
OVERSIGHT = frozenset({Role.OVERSIGHT})
PANEL = frozenset({Role.PANEL})

# Which post answers for whom is reviewed. For all others the committee hands in what they bring on paper.
ANSWERS: dict[str, Post] = {Reviewed.COMMITTEE: Post.DIRECTOR, Reviewed.PROPERTY: Post.PROPERTY}

# Once it was held, who chaired stays as it was.
CHAIRED = BEFORE | {R.IN_SESSION, R.BALLOTING}

NEEDS = {
    "announce": Need(COMMITTEE, frozenset({R.PLANNED, R.NO_QUORUM})),
    "report": Need(RESPONSIBLE, frozenset({R.ANNOUNCED, R.SELF_REPORT_IN})),
    "report_on_paper": Need(COMMITTEE, frozenset({R.ANNOUNCED, R.SELF_REPORT_IN})),
    # Never the committee: it may be the one that is reviewed.
    "check": Need(OVERSIGHT, frozenset({R.SELF_REPORT_IN})),
    "take_attendance": Need(COMMITTEE, CALLED | {R.IN_SESSION}),
    "begin": Need(COMMITTEE, CALLED),
    "no_quorum": Need(COMMITTEE, CALLED),
    "open_ballot": Need(COMMITTEE, frozenset({R.IN_SESSION})),
    "publish": Need(COMMITTEE, frozenset({R.COUNTED})),
    **minutes_needs(R),
    "draft_minutes": Need(COMMITTEE, frozenset({R.RESULT_PUBLISHED, R.MINUTES_DRAFT})),
    "decide": Need(COMMITTEE, frozenset({R.IN_SESSION, R.RESULT_PUBLISHED, R.MINUTES_DRAFT})),
    "send_opinion": Need(COMMITTEE, frozenset({R.MINUTES_SIGNED})),
    "receive": Need(RESPONSIBLE | COMMITTEE, frozenset({R.OPINION_SENT})),
    "file_plan": Need(RESPONSIBLE | COMMITTEE, frozenset({R.PLAN_DUE})),
    "accept_plan": Need(OVERSIGHT, frozenset({R.PLAN_FILED})),
    "return_plan": Need(OVERSIGHT, frozenset({R.PLAN_FILED})),
    "measure_done": Need(RESPONSIBLE | COMMITTEE, frozenset({R.RECTIFYING})),
    "re_check": Need(OVERSIGHT, frozenset({R.RECTIFYING})),
    "more": Need(OVERSIGHT, frozenset({R.RE_CHECKED})),
    "close": Need(COMMITTEE, frozenset({R.RE_CHECKED, R.OPINION_SENT})),
    "name_chair": Need(COMMITTEE, CHAIRED),
    "cancel": Need(COMMITTEE, BEFORE),
    "reinstate": Need(COMMITTEE, frozenset({R.CANCELLED})),
}


def roles_towards(user: Visitor, review: Review) -> frozenset[Role]:
    """The visitor's roles towards a review: the neighbourhood's, that of who takes part, of who is reviewed."""
    roles = roles_in(user, review.neighbourhood)
    person = getattr(user, "person_id", None)
    if person and review.participants.filter(person_id=person).exists():
        roles |= PANEL
    if answers_for(review, roles, person):
        roles |= RESPONSIBLE
    return roles


def answers_for(review: Review, roles: frozenset[Role], person: int | None) -> bool:
    """Whether somebody with these roles answers for whom is reviewed."""
    if review.reviewed_person_id is not None:
        return person == review.reviewed_person_id
    post = ANSWERS.get(review.reviewed)
    return post is not None and ROLE_OF[post] in roles


# Reviews are public from the day they are planned.
REVIEWS = Door(
    Review,
    NEEDS,
    roles_towards,
    related=("neighbourhood", "area", "chair", "notice", "vote", "reviewed_person"),
    objects=lambda user: Review.objects.all(),
)
PLACES = PlaceDoor({"plan_review": Need(COMMITTEE)})
