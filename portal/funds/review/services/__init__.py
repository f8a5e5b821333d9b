"""What is done in the review of a round, from the first check to the decision without a vote."""

from __future__ import annotations

from portal.funds.review.services.benching import (
    declare,
    declare_tie,
    end_reviewer,
    hand_to_reviewers,
    name_reviewer,
    require_checked,
)
from portal.funds.review.services.checking import (
    begin_review,
    confirm_need,
    give_back,
    judge_eligible,
    judge_ineligible,
    require_window_over,
    take_back,
)
from portal.funds.review.services.choosing import (
    decide_without_vote,
    post_notice,
    require_all_in,
    require_decidable,
    require_postable,
    shortlist,
)
from portal.funds.review.services.objecting import answer_objection, object_to, withdraw_objection
from portal.funds.review.services.scoring import Given, hand_in_scores

__all__ = [
    "require_all_in",
    "require_decidable",
    "require_postable",
    "require_window_over",
    "require_checked",
    "Given",
    "answer_objection",
    "begin_review",
    "confirm_need",
    "decide_without_vote",
    "declare",
    "declare_tie",
    "end_reviewer",
    "give_back",
    "hand_in_scores",
    "hand_to_reviewers",
    "judge_eligible",
    "judge_ineligible",
    "name_reviewer",
    "object_to",
    "post_notice",
    "shortlist",
    "take_back",
    "withdraw_objection",
]
