"""What the workbench calls what is owed about the ballot of a round."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.models import Post
from portal.duties.kinds import register_kinds
from portal.duties.steps import register_steps
from portal.funds.applying.traces import register_traces

# A vote that was called off or annulled is called anew; what was counted is computed, again where it broke off; and
# of a vote that is annulled after its round was decided it is said what follows.
AGAIN, COMPUTE, ANNULLED = "funds.vote_again", "funds.compute", "funds.annulled"

register_kinds(
    {
        AGAIN: _("call the residents' vote of a round anew, or decide it"),
        COMPUTE: _("see to it that the result of a round's vote is computed"),
        ANNULLED: _("say what follows from the annulled vote of a round"),
    },
    falls_to=Post.DIRECTOR,
)
register_traces(
    {
        "vote_called": _("It was put to the residents' vote"),
        "vote_off": _("The vote does not count: it stands on public notice again"),
        "vote_back": _("It came back to the vote"),
        "not_chosen": _("The vote did not choose it"),
        "struck": _("It was taken from the ballot"),
    }
)
register_steps(
    "funds:ballot_act", {AGAIN: ("call_vote",), COMPUTE: ("compute_again",), ANNULLED: ("answer_annulment",)}
)
register_steps("funds:review_act", {AGAIN: ("decide",)})
