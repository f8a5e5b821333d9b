"""What happens to demands and services: in the public record, and to those concerned."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.surveys.models import Reply

# --- the list ---
LISTED = Event(
    "survey.demands_listed",
    record=_("listed the demands: %(over)s of %(all)s reach %(threshold)s percent and have to be answered"),
)
RELISTED = Event(
    "survey.demands_relisted", record=_("the demand list follows the corrected results: %(why)s")
)
RESPONDED = Event(
    "survey.responded",
    record=_(
        "every demand over the line has an answer: %(promised)s in hand or done, %(refused)s not possible"
    ),
    title=_("What becomes of what you asked for: %(title)s"),
    body=_(
        "%(promised)s demands are in hand or done, %(refused)s are not possible, each with the reason: %(list)s"
    ),
)
OWED_AGAIN = Event("survey.owed_again", record=_("a demand waits for an answer again"))

# --- one demand ---
FIGURES = Event(
    "demand.figures", record=_("the results were corrected: %(was)s percent became %(now)s percent")
)
GONE = Event("demand.gone", record=_("no longer among the demands of the corrected results"))
ANSWERED = {
    Reply.TOPIC: Event("demand.topic", record=_("a topic takes it up, by %(day)s: “%(text)s”")),
    Reply.SERVICE: Event("demand.service", record=_("a service answers it, by %(day)s: “%(text)s”")),
    Reply.ACTIVITY: Event("demand.activity", record=_("volunteers take it up, by %(day)s: “%(text)s”")),
    Reply.SUMMONS: Event(
        "demand.summons",
        record=_("those responsible are asked to come by %(day)s: “%(text)s”"),
        title=_("You are asked to come: %(title)s"),
        body=_(
            "%(percent)s percent of the neighbours asked for it. Please come, or answer, by %(due_at)s: “%(text)s”"
        ),
    ),
    Reply.FUND: Event(
        "demand.fund", record=_("a project of the micro-fund takes it up, by %(day)s: “%(text)s”")
    ),
    Reply.NOT_POSSIBLE: Event("demand.not_possible", record=_("not possible, because: “%(text)s”")),
}
DONE = Event("demand.done", record=_("done: “%(text)s”"))
MOVED = Event("demand.moved", record=_("promised for %(day)s instead of %(was)s, because: “%(reason)s”"))
APPEARED = Event(
    "demand.appeared",
    record=_("those responsible came: “%(text)s”"),
    title=_("Those responsible came: %(title)s"),
    body="“%(text)s”",
)
CORRECTED = Event(
    "demand.corrected",
    record=_("the answer was put right, “%(was)s” became “%(text)s”, because: “%(reason)s”"),
)
RECONSIDERED = Event("demand.reconsidered", record=_("the answer was taken back, because: “%(reason)s”"))
REOPENED = Event(
    "demand.reopened", record=_("not done after all, promised for %(day)s, because: “%(reason)s”")
)
TOPIC_CLOSED = Event("demand.topic_closed", record=_("its topic was carried out and closed"))
# Written by earlier versions, which moved the demand to the other topic for good.
Event("demand.topic_merged", record=_("its topic was merged into another one"))
TOPIC_ENDED = Event(
    "demand.topic_ended",
    record=_("its topic ended without being carried out"),
    title=_("A demand has to be answered anew: %(title)s"),
    body=_("The topic that took it up has ended. Please say by %(due_at)s what becomes of it now."),
)
MATCHED = Event("demand.matched", record=_("there is something for it: %(resource)s"))
UNMATCHED = Event("demand.unmatched", record=_("no longer named as something for it: %(resource)s"))

# --- the service list ---
SERVICE_ADDED = Event("service.added", record=_("a service began: %(title)s"))
SERVICE_CHANGED = Event("service.changed", record=_("what is said of a service was changed: %(title)s"))
SERVICE_BACK = Event("service.back", record=_("a service is offered again: %(title)s, because: “%(reason)s”"))
SERVICE_ENDED = Event("service.ended", record=_("a service ended: %(title)s, because: “%(reason)s”"))

# --- the profile ---
FACT_ENTERED = Event(
    "profile.entered", record=_("the profile of %(area)s was added to: %(label)s, %(source)s")
)
