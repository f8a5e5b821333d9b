"""What happens in a discussion, in the record and to those who are asked, who asked, or whose post it is."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.duties.next_step import body_of
from portal.threads.models import HideReason
from portal.threads.moderating import Why
from portal.threads.outcomes import Said

DECISIONS = {
    "hidden": _("it was hidden"),
    "kept": _("it stays"),
    "withdrawn": _("its author took it back"),
}


def _reason(params: dict[str, Any]) -> dict[str, Any]:
    return {"reason": dict(HideReason.choices).get(str(params.get("reason")), "…")}


def _why(params: dict[str, Any]) -> dict[str, Any]:
    return {"why": dict(Why.choices).get(str(params.get("why")), "…")}


def _said(params: dict[str, Any]) -> dict[str, Any]:
    return {"said": dict(Said.choices).get(str(params.get("said")), "…")}


def _bodies(params: dict[str, Any]) -> dict[str, Any]:
    return {name: body_of(str(params.get(name, ""))) for name in ("first", "whom")}


def _decision(params: dict[str, Any]) -> dict[str, Any]:
    return {"decision": DECISIONS.get(str(params.get("decision")), "…")}


REPLIED = Event(
    "thread.replied",
    title=_("A neighbour answered your post in “%(title)s”"),
    mail=False,
)
ASKED = Event(
    "thread.asked",
    title=_("A neighbour asks for your official answer in “%(title)s”"),
    body=_("Please answer by %(due_at)s. The time you take is shown in public."),
)
ANSWERED = Event(
    "thread.answered",
    record=_("Official answer given to post no. %(question)s of the discussion"),
    title=_("Your question in “%(title)s” was answered"),
    body=_("%(who)s has answered officially. Please say on the page whether it is solved."),
)
ANSWERED_TOO = Event(
    "thread.answered_too",
    title=_("A question in “%(title)s” that you want to know too was answered"),
    body=_("%(who)s has answered officially."),
    mail=False,
)
REOPENED = Event(
    "thread.reopened",
    record=_("Post no. %(post)s of the discussion: open again, its official answer was hidden"),
    title=_("The question in “%(title)s” is open again"),
    body=_("Its official answer was hidden. The answer is owed by %(due_at)s."),
)
ANSWER_BACK = Event(
    "thread.answer_back",
    record=_("Post no. %(post)s of the discussion: its official answer is shown again"),
    title=_("The official answer in “%(title)s” is shown again"),
    mail=False,
)
OUTCOME = Event(
    "thread.outcome",
    record=_("Post no. %(post)s of the discussion: whoever asked was heard about the answer"),
    title=_("About your answer in “%(title)s”: %(said)s"),
    body=_("%(who)s says it."),
    words=_said,
    mail=False,
)
AGAIN = Event(
    "thread.again",
    title=_("Your answer in “%(title)s” has not solved it"),
    body=_(
        "%(who)s says so. Please see to it again and answer by %(due_at)s; the head of your body takes part."
    ),
)
CALLED_BACK = Event(
    "thread.called_back",
    title=_("Noted after the callback about “%(title)s”: %(said)s"),
    body=_("%(who)s wrote it down. If it is wrong, you can change it on the page."),
    words=_said,
)
MORE = Event(
    "thread.more",
    title=_("New after your answer in “%(title)s”"),
    body=_("%(who)s has written again."),
)
FOLLOWED = Event(
    "thread.followed",
    title=_("The question you handed on in “%(title)s” was answered"),
    body=_("%(who)s has answered officially."),
    mail=False,
)
HANDED_ON = Event(
    "thread.handed_on",
    record=_("Post no. %(post)s of the discussion: the question was handed on"),
    title=_("Your question in “%(title)s” was handed on"),
    body=_(
        "It is now with %(whom)s, which answers by %(due_at)s. %(first)s remains your contact. Reason: “%(reason)s”"
    ),
    words=_bodies,
)
HANDED_TO = Event(
    "thread.handed_to",
    title=_("A question in “%(title)s” was handed on to you"),
    body=_("%(first)s hands it on. Reason: “%(reason)s” Please answer by %(due_at)s."),
    words=_bodies,
)
LATER = Event(
    "thread.later",
    record=_("Post no. %(post)s of the discussion: more time for the answer"),
    title=_("The answer to your question in “%(title)s” comes later"),
    body=_("%(who)s answers by %(due_at)s. Reason: “%(reason)s”"),
)
HIDDEN = Event(
    "thread.hidden",
    record=_("Post no. %(post)s of the discussion hidden"),
    title=_("Your post in “%(title)s” was hidden"),
    body=_("Reason: %(reason)s. If you do not agree, appeal on the post's page: %(appeal)s decides."),
    words=_reason,
)
RESTORED = Event(
    "thread.restored",
    record=_("Post no. %(post)s of the discussion shown again"),
    title=_("Your post in “%(title)s” is shown again"),
    mail=False,
)
UPHELD = Event(
    "thread.upheld",
    record=_("Appeal decided: post no. %(post)s stays hidden"),
    title=_("Your post in “%(title)s” stays hidden"),
    body=_("%(who)s has decided your appeal."),
)
FLAG_SETTLED = Event(
    "thread.flag_settled",
    title=_("The post you reported in “%(title)s” was looked at"),
    body=_("Decision: %(decision)s."),
    mail=False,
    words=_decision,
)
HELD = Event(
    "thread.held",
    title=_("Your post in “%(title)s” waits to be looked at"),
    body=_(
        "Why: %(why)s. The committee looks at it by %(due_at)s; until then only you and the committee read it."
    ),
    words=_why,
)
RELEASED = Event("thread.released", title=_("Your post in “%(title)s” is shown"), mail=False)
READ_FIRST = Event(
    "thread.read_first", record=_("Posts of the discussion are looked at before they are shown")
)
AT_ONCE = Event("thread.at_once", record=_("Posts of the discussion are shown at once again"))
MUTED = Event(
    "thread.muted",
    title=_("You cannot write in the discussions here for a time"),
    body=_(
        "Reason: %(reason)s. You can write again after %(until_at)s. If you do not agree, appeal: %(appeal)s decides."
    ),
    words=_reason,
)
MUTE_LIFTED = Event("thread.mute_lifted", title=_("You can write in the discussions again"))
MUTE_UPHELD = Event(
    "thread.mute_upheld",
    title=_("Your appeal was decided: you can write again after %(until_at)s"),
    body=_("%(who)s has decided it."),
)
