"""What can be done to a post, as its page offers it: the words, the service, the form."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.actions.ways import STAYS
from portal.threads import services
from portal.threads.forms import AnswerForm, AppealForm, AskForm, HideForm

ACTIONS: dict[str, Action] = {
    "answer": Action(
        _("Answer officially"),
        services.answer,
        AnswerForm,
        submit=_("Publish the answer"),
        main=True,
        effect=Effect.PUBLISHES,
        text=_("Everybody reads it as the answer of your post; whoever asked is told."),
        way_back=STAYS,
    ),
    "acknowledge": Action(
        _("Confirm that you have received it"),
        services.acknowledge,
        submit=_("We are preparing the answer"),
        text=_("Neighbours see that somebody is on it. The time for the answer goes on running."),
        tone="quiet",
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "ask": Action(
        _("Ask for an official answer"),
        services.ask,
        AskForm,
        submit=_("Ask"),
        text=_("Whoever is asked has to answer within the promised working days, in public."),
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "keep": Action(
        _("Leave the post as it is"),
        services.keep,
        submit=_("It stays"),
        text=_("Those who reported it are told."),
        ready=lambda post, user: post.flags.filter(settled_at=None).exists(),
        effect=Effect.ENDS,
        way_back=_("It can be reported and looked at again."),
    ),
    "hide": Action(
        _("Hide this post"),
        services.hide,
        HideForm,
        submit=_("Hide"),
        text=_("A placeholder with the reason stays, the public record notes it, and the author can appeal."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("restore"),
    ),
    "restore": Action(
        _("Show this post again"),
        services.restore,
        submit=_("Show again"),
        effect=Effect.PUBLISHES,
        text=_("Everybody can read it again, and the author is told."),
        way_back=WayBack("hide"),
    ),
    "uphold": Action(
        _("Decide the appeal: it stays hidden"),
        services.uphold,
        submit=_("It stays hidden"),
        text=_("This is final. The public record notes it."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=STAYS,
    ),
    "appeal": Action(
        _("Appeal"),
        services.appeal,
        AppealForm,
        submit=_("Send the appeal"),
        text=_(
            "It is decided by the oversight committee, or by the subdistrict, not by those who hid the post."
        ),
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "flag": Action(
        _("Report this post"),
        services.flag,
        HideForm,
        submit=_("Report to the committee"),
        text=_("Another opinion is no reason. The committee looks at it and tells you what it decided."),
        tone="quiet",
        effect=None,
    ),
}
