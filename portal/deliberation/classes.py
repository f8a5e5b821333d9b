"""What each class of a topic means in law: who decides it, by which vote, with which majority."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Area
from portal.community.rules import rule_set
from portal.deliberation.models import Matter
from portal.voting.matters import MATTERS
from portal.voting.models import Method
from portal.voting.sentences import motion_sentence

# What belongs to it and who decides. Where a vote decides, its rule is said after it, from rules.toml.
MEANS: dict[Matter, str | Promise] = {
    Matter.COMMITTEE: gettext_lazy(
        "Everyday matters in the committee's own care: no right of the owners, no charges, nothing that is important "
        "to all residents. The committee decides after the discussion, without a hearing; neighbours can object."
    ),
    Matter.NEIGHBOURHOOD: gettext_lazy(
        "What concerns many residents, but no joint property of the owners. After a hearing the committee decides; "
        "what is important to all residents, their assembly does (《上海市居民委员会工作条例》第11条)."
    ),
    Matter.OWNERS_ORDINARY: gettext_lazy(
        "Rules of procedure and of the estate, electing the owners' committee, hiring or dismissing the firm, using "
        "the repair fund, other joint matters of weight (art. 278, items 1 to 5 and 9). The owners alone decide."
    ),
    Matter.OWNERS_SPECIAL: gettext_lazy(
        "Raising the repair fund, rebuilding, changing the use of common parts or earning with them (art. 278, items 6 "
        "to 8). The owners alone decide."
    ),
}
# By which vote it is decided, where one is called.
LEADS_TO = {
    Matter.NEIGHBOURHOOD: "assembly",
    Matter.OWNERS_ORDINARY: "ordinary",
    Matter.OWNERS_SPECIAL: "special",
}


def classes(here: Area) -> list[tuple[str, SafeString]]:
    """Each class as a choice: its name, what it means, and the vote it leads to in a place."""
    return [(matter.value, _shown(matter, here)) for matter in Matter]


def _shown(matter: Matter, here: Area) -> SafeString:
    lines = [MEANS[matter], *_vote(matter, here)]
    told = format_html_join("", '<br><span class="muted">{}</span>', ((line,) for line in lines))
    return format_html("<strong>{}</strong>{}", matter.label, told)


def _vote(matter: Matter, here: Area) -> list[str]:
    """Who votes, what it takes, and where that is written; nothing where no vote is called."""
    if matter not in LEADS_TO:
        return []
    vote = MATTERS[LEADS_TO[matter]]
    row = rule_set(vote.rules[Method.MOTION], here)
    said = _("The vote it leads to: %(who)s. %(rule)s Source: %(source)s.")
    takes = motion_sentence(row.value, vote.electorate)
    return [said % {"who": vote.electorate.label, "rule": takes, "source": row.source}]
